import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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
    expect(page.get_by_test_id("letter")).to_have_text("B")
    expect(page.get_by_test_id("seen")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Confidence \d+%"))).to_be_visible()
    shown = letters_shown(page, 12)  # two rounds of the film
    assert set(shown) == {"B", "Y", "–"}
    read = [letter for letter in shown if letter != "–"]
    assert all(one != other for one, other in pairwise(read))
    assert {("B", "Y"), ("Y", "B")} <= set(pairwise(read))
    expect(page.get_by_text(re.compile("BYBY"))).to_be_visible()
    frames_per_s = page.get_by_test_id("stMetric").filter(has_text="Frames a second").inner_text().split()[-1]
    assert int(frames_per_s) >= 3
    assert all(url.startswith((app, "data:", "blob:")) for url in asked)

    page.get_by_role("button", name="Clear the text").click()
    expect(page.get_by_text(re.compile("BYBY"))).not_to_be_visible()

    camera_frame(page).get_by_role("button", name=STOP).click()
    expect(page.get_by_test_id("letter")).to_have_text("–")
    camera_frame(page).get_by_role("button", name=START).click()
    expect(page.get_by_test_id("letter")).to_have_text("Y")

    camera_frame(page).get_by_role("button", name=STOP).click()
    expect(page.get_by_test_id("letter")).to_have_text("–")
    text = page.get_by_test_id("stMetric").filter(has_text="Text so far")
    expect(text).to_contain_text(re.compile("[BY]"))
    page.get_by_role("button", name="Clear the text").click()
    expect(text).not_to_contain_text(re.compile("[BY]"))
    expect(page.get_by_text("No live video.")).not_to_be_visible()


def test_a_real_hand_on_film_is_read_as_the_command_line_reads_it(
    app: str, open_page: OpenPage, tmp_path: Path
) -> None:
    tool = SHARED / "tools" / "fake_camera.py"
    if not tool.exists():
        pytest.skip("needs ../shared: films of real people are not in the repository")
    for name in ("hand.mp4", "hand.mjpeg"):
        subprocess.run([sys.executable, tool, "signer_11", "AYLC", str(tmp_path / name)], check=True)
    command = [sys.executable, "-m", "live", "video", "--json", str(tmp_path / "hand.mp4")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    text = json.loads(told.splitlines()[-1])["text"]
    assert len(text) >= 2, "the shipped model reads too little of this signer to test anything"
    page = open_page(app, tmp_path / "hand.mjpeg")
    camera_frame(page).get_by_role("button", name=START).click()
    for letter in text:
        expect(page.get_by_test_id("letter")).to_have_text(letter)


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
        if letter.inner_text() in drawn.WORD:
            break
        camera.get_by_role("button", name=re.compile("clear photo", re.IGNORECASE)).click()
        page.wait_for_timeout(700)
    assert letter.inner_text() in drawn.WORD


def test_a_model_that_does_not_load_gives_a_page_that_says_what_is_wrong(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}")
    with running_app("--model", str(tmp_path)) as address:
        for path in ("", "/pictures", "/quality"):
            page = open_page(address + path)
            expect(page.get_by_text("The model does not load, so nothing can be read.")).to_be_visible()
            expect(page.get_by_text("this program reads version 1")).to_be_visible()
            expect(page.get_by_text("Traceback")).not_to_be_visible()
