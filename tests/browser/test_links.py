"""Other routes to the app than its own address: a forwarded port, a path, a proxy, a slow link."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import psutil
import pytest
from playwright.sync_api import Page, Route, expect

from live.hand.networks import HandNetworks
from tests.browser.conftest import OpenPage
from tests.browser.page import start, text_of
from tests.measurements.slow_link import WATCH, in_a_room, measure, write_room
from tests.support import ROOT
from tests.support.app import free_port, running
from tests.support.links import forwarded
from tests.support.replicas import plain_nginx

TRIES = 10  # of a measurement: other processes only make a machine slower, so one good result is enough
OURS = "/fingerspell/"  # the paths of the camera's socket and of the stage's modules begin with it


@contextmanager
def served(*command: str, path: str = "", **settings: str) -> Iterator[tuple[str, psutil.Process]]:
    """Run a Python command that serves the app. Gives the app's address, with the path, and the process.

    PORT in the command stands for the port. settings: more of Streamlit's settings, named as in environment variables.
    """
    port = free_port()
    settings |= {"SERVER_PORT": str(port), "SERVER_HEADLESS": "true", "BROWSER_GATHER_USAGE_STATS": "false"}
    environment = {f"STREAMLIT_{name}": value for name, value in settings.items()}
    command = (sys.executable, *(part.replace("PORT", str(port)) for part in command))
    with running(command, port, path, environment=environment, folder=ROOT) as started:
        yield started


class Requests:
    """Everything that a page requests, sockets included."""

    def __init__(self, page: Page) -> None:
        self.urls: list[str] = []
        page.on("request", lambda request: self.urls.append(request.url))
        page.on("websocket", lambda socket: self.urls.append(socket.url))

    def paths(self, address: str) -> set[str]:
        """The paths of all requests. Asserts that all of them go to this address."""
        urls = [urlsplit(url) for url in self.urls if not url.startswith(("data:", "blob:"))]
        assert {url.netloc for url in urls} == {urlsplit(address).netloc}
        return {url.path for url in urls}


def read_at(open_page: OpenPage, address: str) -> Requests:
    """Open the page and wait until it has read the drawn film."""
    page = open_page("about:blank")
    requests = Requests(page)
    page.goto(address)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY"))
    return requests


def test_streamlit_run_without_any_option_works_through_a_forwarded_port(
    hand_networks: HandNetworks, open_page: OpenPage
) -> None:
    with served("-m", "streamlit", "run", "live/web/app.py") as (address, process), forwarded(address) as near:
        requests = read_at(open_page, near)
        sockets = process.net_connections("inet")
    assert any(path.startswith(OURS) for path in requests.paths(near))
    assert all(socket.laddr.port == urlsplit(address).port for socket in sockets)  # no other port is open


def test_the_page_works_under_a_path(hand_networks: HandNetworks, open_page: OpenPage) -> None:
    command = ["-m", "streamlit", "run", "live/web/app.py", "--server.baseUrlPath=signs/asl"]
    with served(*command, path="/signs/asl") as (address, _):
        paths = read_at(open_page, f"{address}/").paths(address)
    assert any(path.startswith(f"/signs/asl{OURS}") and path.endswith("camera") for path in paths)
    assert any(path.startswith(f"/signs/asl{OURS}") and path.endswith("stage.js") for path in paths)
    assert not any(path.startswith(OURS) for path in paths)


def test_the_page_works_behind_nginx_with_one_open_port(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    app_port = urlsplit(app).port
    assert app_port is not None
    with plain_nginx(tmp_path, app_port) as address:
        read_at(open_page, address).paths(address)


def test_the_page_works_behind_nginx_under_a_path(
    hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path
) -> None:
    command = ["-m", "live", "--port", "PORT"]
    with served(*command, path="/signs", SERVER_BASE_URL_PATH="signs") as (behind, _):
        app_port = urlsplit(behind).port
        assert app_port is not None
        with plain_nginx(tmp_path, app_port, "/signs/") as address:
            paths = read_at(open_page, f"{address}/").paths(address)
    assert f"/signs{OURS}camera" in paths
    assert all(path.startswith("/signs/") for path in paths - {"/favicon.ico"})


def test_start_cannot_be_pressed_before_the_stage_has_loaded_over_a_slow_link(app: str, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    held_back: list[Route] = []
    page.route(re.compile("/stage.js$"), lambda route: held_back.append(route))
    with page.expect_request(re.compile("/stage.js$")):
        page.goto(app)
    page.get_by_role("button", name="START").wait_for()
    expect(page.get_by_role("button", name="START")).to_be_disabled()
    for route in held_back:
        route.continue_()
    start(page)
    expect(page.get_by_test_id("letter")).to_have_text("L")


def test_the_pictures_of_the_room_film_are_as_large_as_a_cameras() -> None:
    for letter in ("L", "Y", None):
        file = cv2.imencode(".jpg", in_a_room(letter), [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
        assert 18_000 < len(file) < 30_000


@pytest.fixture(scope="module")
def room_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hands drawn in a room whose pictures make files as large as a camera's."""
    return write_room(tmp_path_factory.mktemp("room") / "room.mjpeg")


def figures_of(
    new_page: Callable[[], Page], good: Callable[[dict[str, Any]], bool], times: int = 1, **how: float
) -> dict[str, Any]:
    """Measure new pages, each so many times, until the figures are good. At most TRIES pages."""
    for _ in range(TRIES):
        page = new_page()
        for n in range(times):
            figures = measure(page, **how if n == 0 else how | {"settles_s": 0})
            print(figures)
            if good(figures):
                return figures
        page.close()
        time.sleep(2)  # what slows down the machine may end
    return figures


def test_a_slow_link_gives_eight_readings_a_second_and_none_older_than_half_a_second(
    app: str, open_page: OpenPage, room_film: Path
) -> None:
    with forwarded(app, up_bytes_per_s=125_000, delay_s=0.075) as slow:  # 1 Mbit/s, a round trip of 150 ms
        figures = figures_of(
            lambda: open_page(slow, room_film, script=WATCH, granted=True),
            lambda it: it["readings_per_s"] >= 8 and it["max_age_ms"] <= 500,
            times=3,
            seconds=8,
        )
    assert figures["readings_per_s"] >= 8
    assert figures["max_age_ms"] <= 500


def test_a_quick_link_gets_the_best_picture_at_once_and_keeps_it(
    app: str, open_page: OpenPage, room_film: Path
) -> None:
    figures = figures_of(
        lambda: open_page(app, room_film, script=WATCH, granted=True),
        lambda it: it["changes"] == 0 and it["settled_after_s"] < 2,
        seconds=4,
        settles_s=4,
    )
    assert (figures["side"], figures["quality"], figures["changes"]) == (640, 0.7, 0)
    assert figures["settled_after_s"] < 2
    assert 18_000 < figures["frame_bytes"] < 30_000
