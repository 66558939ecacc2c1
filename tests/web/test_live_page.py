import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from live.contract import shipped_models
from live.overlay import SURE_BGR
from tests import drawn
from tests.conftest import SHARED
from tests.web.conftest import OpenPage, camera_frame, running_app

START, STOP = re.compile("^start$", re.IGNORECASE), re.compile("^stop$", re.IGNORECASE)


def letters_shown(page: Page, seconds: float) -> list[str]:
    """What the large letter said, in order, without repeats."""
    shown: list[str] = []
    for _ in range(round(seconds / 0.1)):
        letter = page.get_by_test_id("letter").inner_text()
        if not shown or shown[-1] != letter:
            shown.append(letter)
        page.wait_for_timeout(100)
    return shown


def test_letters_follow_the_camera(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.get_by_test_id("letter")).to_have_text("–")
    camera_frame(page).get_by_role("button", name=START).click()
    expect(page.get_by_test_id("letter")).to_have_text("L")
    expect(page.get_by_test_id("seen")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Confidence \d+%"))).to_be_visible()
    shown = letters_shown(page, 15)  # two rounds of the film
    assert set(shown) == {"L", "Y", "–"}
    read = [letter for letter in shown if letter != "–"]
    assert all(one != other for one, other in pairwise(read))
    assert {("L", "Y"), ("Y", "L")} <= set(pairwise(read))
    expect(page.get_by_text(re.compile("LY LY"))).to_be_visible()
    frames_per_s = page.get_by_test_id("stMetric").filter(has_text="Frames a second").inner_text().split()[-1]
    assert int(frames_per_s) >= 3
    assert all(url.startswith((app, "data:", "blob:")) for url in asked)

    page.get_by_role("button", name="Clear the text").click()
    expect(page.get_by_text(re.compile("LY LY"))).not_to_be_visible()

    camera_frame(page).get_by_role("button", name=STOP).click()
    expect(page.get_by_test_id("letter")).to_have_text("–")
    camera_frame(page).get_by_role("button", name=START).click()
    expect(page.get_by_test_id("letter")).to_have_text("Y")

    camera_frame(page).get_by_role("button", name=STOP).click()
    expect(page.get_by_test_id("letter")).to_have_text("–")
    text = page.get_by_test_id("stMetric").filter(has_text="Text so far")
    expect(text).to_contain_text(re.compile("[LY]"))
    page.get_by_role("button", name="Clear the text").click()
    expect(text).not_to_contain_text(re.compile("[LY]"))
    expect(page.get_by_text("No live video.")).not_to_be_visible()


def test_a_strangers_word_is_read_letter_by_letter(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    tool = SHARED / "tools" / "fake_camera.py"
    if not tool.exists():
        pytest.skip("needs ../shared: films of real people are not in the repository")
    word = "WAVY"
    film = tmp_path / "hand.mjpeg"
    subprocess.run([sys.executable, tool, "signer_03", word, str(film), "--hold", "2"], check=True)
    page = open_page(app, film)
    camera_frame(page).get_by_role("button", name=START).click()
    for letter in word:
        expect(page.get_by_test_id("letter")).to_have_text(letter)
    expect(page.get_by_text(re.compile("· right hand"))).to_be_visible()
    expect(page.get_by_text(re.compile(word))).to_be_visible()


def test_the_hands_skeleton_is_drawn_on_the_picture(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    camera_frame(page).get_by_role("button", name=START).click()
    expect(page.get_by_test_id("letter")).to_have_text("L")
    video = camera_frame(page).locator("video").first
    shown = cv2.imdecode(np.frombuffer(video.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    far = np.abs(shown.astype(int) - SURE_BGR).max(axis=2)
    assert np.count_nonzero(far < 60) > 100  # the green of a letter that is read, found nowhere in the film


def test_without_the_hand_networks_the_page_reads_a_square_and_says_so(open_page: OpenPage, tmp_path: Path) -> None:
    film = drawn.write_film(tmp_path / "flat.mjpeg", [drawn.frame("B")] * 90)
    with running_app("--square", "--model", str(shipped_models() / "sign_mnist")) as address:
        page = open_page(address, film)
        expect(page.get_by_text("The hand is not looked for, and letters are often wrong")).to_be_visible()
        expect(page.get_by_text("Size of the square")).to_be_visible()
        camera_frame(page).get_by_role("button", name=START).click()
        expect(page.get_by_test_id("letter")).to_have_text("B")


def test_where_webrtc_is_blocked_the_page_says_why_and_reads_snapshots(app: str, open_page: OpenPage) -> None:
    page = open_page(app, flags=("--webrtc-ip-handling-policy=disable_non_proxied_udp",))
    camera_frame(page).get_by_role("button", name=START).click()
    expect(page.get_by_text("No live video.")).to_be_visible()
    expect(page.get_by_text(re.compile("blocks WebRTC"))).to_be_visible()
    camera = page.get_by_test_id("stCameraInput")
    letter = page.get_by_test_id("letter").first  # the snapshot's stands under the camera, before the live one
    for _ in range(6):  # the film is a bare wall for a third of its time
        camera.get_by_role("button", name=re.compile("take photo", re.IGNORECASE)).click()
        expect(camera.get_by_role("button", name=re.compile("clear photo", re.IGNORECASE))).to_be_visible()
        page.wait_for_timeout(1500)
        if letter.inner_text() in "LY":
            break
        camera.get_by_role("button", name=re.compile("clear photo", re.IGNORECASE)).click()
        page.wait_for_timeout(700)
    assert letter.inner_text() in "LY"


def test_a_model_that_does_not_load_gives_a_page_that_says_what_is_wrong(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}")
    with running_app("--model", str(tmp_path)) as address:
        for path in ("", "/pictures", "/quality"):
            page = open_page(address + path)
            expect(page.get_by_text("The model does not load, so nothing can be read.")).to_be_visible()
            expect(page.get_by_text("this program reads versions 1 and 2")).to_be_visible()
            expect(page.get_by_text("Traceback")).not_to_be_visible()
