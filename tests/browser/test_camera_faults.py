"""The page says in plain words what is wrong with a camera. Where possible, the browser itself causes the fault."""

import re
import socket
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from live.hand.networks import HandNetworks
from tests.browser.conftest import OpenPage
from tests.browser.page import start
from tests.support import drawn
from tests.support.app import running_app

BUSY = """
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException("Could not start video source", "NotReadableError");
    };
"""


def test_if_the_camera_is_refused_the_page_says_how_to_allow_it(app: str, open_page: OpenPage) -> None:
    page = open_page(app, flags=())
    start(page)
    expect(page.get_by_text("Your browser is not allowed to use the camera.")).to_be_visible()


def test_if_there_is_no_camera_the_page_says_so(app: str, open_page: OpenPage) -> None:
    page = open_page(app, film=None)
    start(page)
    expect(page.get_by_text("No camera was found.")).to_be_visible()


def test_if_another_program_uses_the_camera_the_page_says_so(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=BUSY)
    start(page)
    expect(page.get_by_text("Another program is using the camera.")).to_be_visible()


def test_if_the_browser_allows_no_camera_at_an_address_the_page_says_so(
    hand_networks: HandNetworks, open_page: OpenPage
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing, but binds the address that it would send from
        except OSError:
            pytest.skip("this machine has no address but localhost")
        address_here = probe.getsockname()[0]
    with running_app("--host", "0.0.0.0") as address:
        page = open_page(address.replace("127.0.0.1", address_here))
        expect(page.get_by_text("Your browser allows no camera at this address.")).to_be_visible()
        page.get_by_role("button", name="START").click()
        page.wait_for_timeout(500)  # time for another message
        expect(page.get_by_text("Your browser allows no camera at this address.")).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)


def grey(level: int) -> NDArray[np.uint8]:
    """A picture of one grey, 0 to 255."""
    return np.full((480, 640, 3), level, np.uint8)


def in_light(scale: float) -> NDArray[np.uint8]:
    """A drawn hand in front of a light wall."""
    picture = drawn.signed("L", scale)
    picture[picture.max(axis=2) < 60] = 160
    return picture


def moving_hand(scale: float, frames: int) -> list[NDArray[np.uint8]]:
    """A hand that grows or shrinks from 0.7 to this scale, and stays there for 5 s."""
    pictures = [in_light(scale) for scale in np.geomspace(0.7, scale, frames)]
    return [*pictures, *[pictures[-1]] * 150]


@pytest.mark.parametrize(
    ("picture", "advice"),
    [
        (grey(0), "The picture is black."),
        (grey(25), "Too dark."),
        (grey(180), "No hand in sight."),
        (in_light(0.13), r"No hand in sight\.|Too far away\."),  # the noise of the camera decides which
        (in_light(3), r"No hand in sight\.|Too close\."),
    ],
    ids=["black", "dark", "empty", "tiny hand", "huge hand"],
)
def test_the_page_says_what_is_wrong_with_the_picture(
    app: str, open_page: OpenPage, tmp_path: Path, picture: NDArray[np.uint8], advice: str
) -> None:
    page = open_page(app, drawn.write_film(tmp_path / "film.mjpeg", [picture] * 60))
    start(page)
    expect(page.get_by_text(re.compile(advice))).to_be_visible()
    expect(page.locator("video")).to_be_visible()


@pytest.mark.parametrize(("scale", "frames", "advice"), [(3, 200, "Too close."), (0.05, 60, "Too far away.")])
def test_a_hand_that_moves_too_close_or_too_far_gets_advice(
    app: str, open_page: OpenPage, tmp_path: Path, scale: float, frames: int, advice: str
) -> None:
    page = open_page(app, drawn.write_film(tmp_path / "film.mjpeg", moving_hand(scale, frames)))
    start(page)
    # long enough for the film to play three times: a busy machine may miss the moment that gives the advice
    expect(page.get_by_text(advice)).to_be_visible(timeout=60_000)
