"""Several people at one server: who waits, and that nothing of one reaches another."""

import json
import re
import subprocess
import sys

from playwright.sync_api import expect

from live.bundle import HandNetworks
from tests.web.conftest import OpenPage, camera_frame, running_app
from tests.web.test_live_page import STOP, start, text_of


def test_who_comes_to_a_full_house_is_told_waits_and_is_let_in(
    hand_networks: HandNetworks, open_page: OpenPage
) -> None:
    with running_app("--people", "1") as address:
        inside = open_page(address)
        start(inside)
        expect(text_of(inside)).to_have_value(re.compile("L"))

        waiting = open_page(address)
        expect(waiting.get_by_text("All places are taken.")).to_be_visible()
        expect(waiting.locator('iframe[title*="webrtc"]')).to_have_count(0)
        before = text_of(inside).input_value()
        expect(text_of(inside)).not_to_have_value(before)  # it goes on being read

        camera_frame(inside).get_by_role("button", name=STOP).click()
        start(waiting)
        expect(text_of(waiting)).to_have_value(re.compile("L"))
        inside.reload()
        expect(inside.get_by_text("All places are taken.")).to_be_visible()
        waiting.close()  # without STOP
        expect(inside.locator('iframe[title*="webrtc"]')).to_be_visible()


def test_nothing_of_one_person_reaches_another(app: str, open_page: OpenPage) -> None:
    one, other = open_page(f"{app}?model=sign_mnist"), open_page(app)
    text_of(one).fill("MINE")
    text_of(one).blur()
    start(other)
    expect(text_of(other)).to_have_value(re.compile("LY"))
    for page, model in ((one, "sign_mnist"), (other, "letters")):
        page.reload()
        page.get_by_text("Settings", exact=True).click()
        expect(page.get_by_role("combobox")).to_have_value(model)
    expect(text_of(one)).to_have_value("MINE")
    expect(text_of(other)).to_have_value(re.compile("^[LY ]+$"))


def test_visitors_leave_no_threads_behind(hand_networks: HandNetworks) -> None:
    """Two relays one after the other left half a thread a visitor; a server's own come and go by four or so."""
    command = [sys.executable, "-m", "tests.web.soak", "--minutes", "0", "--visits", "40", "--forgotten", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr  # a process of its own: aiortc and TensorFlow do not go together
    told = json.loads(done.stdout)["visits"]
    assert told["after"]["threads"] - told["before"]["threads"] < 10
