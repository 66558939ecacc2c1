"""The live page, while the browser's camera plays a film."""

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from live.files import shipped_models
from live.hand.networks import HandNetworks
from tests.browser.conftest import OpenPage
from tests.browser.page import (
    COUNT_RUNS,
    DESKTOP,
    PHONE,
    WATCH_LETTER,
    WATCH_STATUS,
    open_settings,
    start,
    stop,
    text_of,
    type_text,
    wait_until_idle,
    wait_until_run,
    wait_until_still,
)
from tests.support import SHARED, drawn
from tests.support.app import free_port, running_app
from tests.support.browser import DEEP

SURE_RGB = (60, 200, 120)  # of the skeleton while a letter is read
REMAINS_MS = 500  # a page that wrongly starts its camera does so at once, so this is long enough to notice
# There is no loudspeaker: window.spoken collects what would be spoken.
SPOKEN = "window.spoken = []; speechSynthesis.speak = (speech) => window.spoken.push(speech.text)"
# window.tracks collects the tracks of every camera that the page opens.
TRACKS = """
    window.tracks = [];
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await original(wanted);
      window.tracks.push(...stream.getTracks());
      return stream;
    };
"""
# Removes features that browsers older than three years lack, and those that only Chromium has.
OLD_BROWSER = """
    delete window.MediaStreamTrackProcessor;
    delete window.OffscreenCanvas;
    delete HTMLVideoElement.prototype.requestVideoFrameCallback;
"""
# Refuses storage to the stage only, not to Streamlit's script.
NO_STORAGE = """
    for (const name of ["getItem", "setItem"]) {
      const original = Storage.prototype[name];
      Storage.prototype[name] = function (key, ...rest) {
        if (key.startsWith("fingerspell")) throw new DOMException("not allowed", "SecurityError");
        return original.call(this, key, ...rest);
      };
    }
"""
# The chosen camera is in use by another program.
BUSY_CHOICE = """
    localStorage.setItem("fingerspell.camera", "busy");
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async ({ video }) => {
      if (video.deviceId?.exact === "busy") throw new DOMException("in use", "NotReadableError");
      return original({ video: true });
    };
"""
# Another page has left frames of the camera open. Chromium gives the app's page none then.
LEFT_OPEN = """
    navigator.mediaDevices.getUserMedia({ video: true }).then(async (stream) => {
      const [track] = stream.getVideoTracks();
      const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
      for (window.held = [];;) {
        window.held.push((await reader.read()).value);
        window.heldMs = performance.now();
      }
    });
"""
# window.openFrames contains the frames of the camera that the page has been given and has not closed.
COUNT_FRAMES = """
    window.openFrames = new Set();
    const { read } = ReadableStreamDefaultReader.prototype, { close } = VideoFrame.prototype;
    ReadableStreamDefaultReader.prototype.read = async function () {
      const result = await read.call(this);
      if (result.value instanceof VideoFrame) window.openFrames.add(result.value);
      return result;
    };
    VideoFrame.prototype.close = function () {
      window.openFrames.delete(this);
      close.call(this);
    };
"""
# How many pixels of the app camera's picture are as bright as skin.
BRIGHT = f"""() => {{
    {DEEP}
    const canvas = deep(document, "canvas.app-frame");
    const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((level, n) => n % 4 === 0 && level > 150).length;
}}"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_held_letters_become_text_that_can_be_changed(app: str, open_page: OpenPage, size: tuple[int, int]) -> None:
    page = open_page(app, size=size, script=SPOKEN)
    start(page)
    expect(page.locator(".fill[style*='opacity: 1']")).to_be_attached()  # the ring fills
    expect(text_of(page)).to_have_value(re.compile("LY"))
    expect(page.get_by_test_id("announced")).to_have_text(re.compile("[LY]"))
    stop(page)
    expect(page.get_by_test_id("letter")).to_have_text("–")

    page.get_by_role("button", name="Clear").click()
    expect(text_of(page)).to_have_value("")
    type_text(page, "HELO")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_test_id("suggestion")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "HELO"
    page.get_by_role("button", name="Speak").click()
    assert page.evaluate("window.spoken") == ["helo"]
    page.get_by_role("button", name="Delete").click()
    expect(text_of(page)).to_have_value("HEL")
    page.get_by_role("button", name="Undo").click()
    expect(text_of(page)).to_have_value("HELO")
    page.get_by_role("button", name="Space").click()
    expect(text_of(page)).to_have_value("HELO ")

    page.get_by_role("heading", name="Sign a letter").click()  # so that no element that uses keys itself has the focus
    for key, value in (
        ("Backspace", "HELO"), ("Backspace", "HEL"), ("Control+z", "HELO"), (" ", "HELO "), ("Shift+Backspace", ""),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(text_of(page)).to_have_value(value)
    page.keyboard.press("Control+z")
    expect(text_of(page)).to_have_value("HELO ")
    page.keyboard.press("p")
    assert page.evaluate("window.spoken") == ["helo", "helo "]
    page.evaluate("navigator.clipboard.writeText('')")
    page.keyboard.press("k")
    expect(page.get_by_test_id("suggestion")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "HELO "


def test_single_keys_can_be_switched_off(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}?keys=false")
    text_of(page).fill("HELO")
    page.get_by_role("heading", name="Sign a letter").click()
    for key in ("Backspace", " ", "Shift+Backspace"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)  # time for a change
    expect(text_of(page)).to_have_value("HELO")
    open_settings(page)
    expect(page.get_by_role("switch", name="Keys for the text")).not_to_be_checked()


def test_the_keyboard_stays_in_the_stage_when_start_and_stop_disappear(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    expect(page.get_by_role("button", name="START")).to_be_enabled()  # press() does not wait for that
    page.get_by_role("button", name="START").press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    expect(page.get_by_test_id("picture")).to_be_focused()
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.get_by_role("button", name="START")).to_be_focused()


def test_keys_work_right_after_start(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(app, drawn.write_film(tmp_path / "wall.mjpeg", [drawn.signed(None)] * 60))
    text_of(page).fill("AB")
    start(page)
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    page.keyboard.press("Backspace")  # the focus is on a button
    expect(text_of(page)).to_have_value("A")


def test_the_settings_survive_a_reload_and_so_does_the_text(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=COUNT_RUNS)
    type_text(page, "KEPT")
    wait_until_idle(page)
    open_settings(page)
    for setting, part in (("Mirror the picture", "mirror=false"), ("Suggest likely words", "words=true")):
        runs = page.evaluate("window.runs")
        page.get_by_text(setting).click()
        wait_until_run(page, runs)  # Streamlit may lose a change while it handles another one
        expect(page).to_have_url(re.compile(part))
    page.get_by_role("slider").first.press("ArrowRight")
    expect(page.get_by_text("0.70")).to_be_visible()
    expect(page).to_have_url(re.compile("hold=0.7"))
    page.reload()
    expect(text_of(page)).to_have_value("KEPT")
    open_settings(page)
    expect(page.get_by_text("0.70")).to_be_visible()
    expect(page.get_by_role("switch", name="Mirror the picture")).not_to_be_checked()
    expect(page.get_by_role("switch", name="Suggest likely words")).to_be_checked()


# Reads the stage's text box every few milliseconds, and types into it as soon as it accepts text.
TYPE_EARLY = f"""
    {DEEP}
    window.typed = null;
    const timer = setInterval(() => {{
        const field = deep(document, "[data-testid=text]");
        if (!field || field.readOnly || field.disabled) return;
        clearInterval(timer);
        window.typed = field.value;
        field.value += "X";
        field.dispatchEvent(new Event("input", {{ bubbles: true }}));
    }}, 2);
"""


def test_hold_or_flow_survives_a_reload_and_is_the_same_in_spell_it(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=COUNT_RUNS)

    def choice(name: str) -> Locator:
        return page.get_by_role("radio", name=name, exact=True)

    expect(page.get_by_role("button", name="START")).to_be_enabled()  # Streamlit may lose an earlier click's run
    expect(choice("Hold")).to_be_checked()
    choice("Flow").click()
    expect(page.get_by_text("spell words without stopping")).to_be_visible()
    page.reload()
    expect(choice("Flow")).to_be_checked()
    page.get_by_role("link", name="Practice").click()
    expect(choice("Spell it")).to_be_visible()
    wait_until_idle(page)
    choice("Spell it").click()
    expect(choice("Flow")).to_be_checked()
    wait_until_idle(page)
    runs = page.evaluate("window.runs")
    choice("Hold").click()
    wait_until_run(page, runs)
    page.get_by_role("link", name="Live", exact=True).click()
    expect(choice("Hold")).to_be_checked()


def test_letters_that_are_not_settled_are_pale_and_follow_the_text(app: str, open_page: OpenPage) -> None:
    page = open_page(app, film=None)
    type_text(page, "HEL")
    gap_px, inside, after, text, hidden = page.evaluate(
        f"""() => {{
            {DEEP}
            const root = deep(document, ".stage"), board = root.stage.board, pending = board.find(".pending");
            board.showPending("LO");
            const box = (selector) => board.find(selector).getBoundingClientRect();
            const field = box("textarea"), letters = box(".pending"), gap = letters.left - box(".settled").right;
            const inside = letters.left > field.left && letters.top > field.top && letters.bottom < field.bottom;
            const text = pending.textContent + board.field.value;
            board.showNothing();
            return [gap, inside, pending.textContent, text, board.find(".above-text").ariaHidden];
        }}"""
    )
    assert gap_px == pytest.approx(0, abs=1)
    assert (inside, text, after, hidden) == (True, "LOHEL", "", "true")


def test_text_that_is_typed_while_the_page_is_built_survives_a_reload(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=TYPE_EARLY)
    for n in range(1, 5):
        page.wait_for_function("window.typed !== null", polling=2)
        assert page.evaluate("window.typed") == "X" * (n - 1)  # the kept text was there before anything could be typed
        page.reload()  # at once, before a pause in typing would send the text
    expect(text_of(page)).to_have_value("XXXXX")


def test_a_letter_that_is_chosen_below_the_text_is_read_from_then_on_until_it_is_forgotten(
    app: str, open_page: OpenPage
) -> None:
    page = open_page(app)
    start(page)
    change = page.get_by_role("button", name="Change Y to")
    expect(change.first).to_be_visible()
    corrections = page.get_by_test_id("corrections")
    expect(corrections).to_have_text(re.compile(r"^\s*Not Y\?"))
    stop(page)
    before = text_of(page).input_value()
    last = before.rstrip()[-1]  # an L, if the camera was stopped late
    change = page.get_by_role("button", name=f"Change {last} to")
    other = change.first.inner_text()
    change.first.focus()
    page.keyboard.press("Enter")
    expect(text_of(page)).to_have_value(re.compile(f"^{before.rstrip()[:-1]}{other} ?$"))
    expect(corrections.get_by_text(f"Corrections remembered for {other}.")).to_be_visible()
    expect(page.get_by_test_id("announced")).to_have_text(f"Corrections remembered for {other}.")
    page.get_by_role("button", name="Clear").click()
    expect(text_of(page)).to_have_value("")
    start(page)
    shown = f"L{other}" if last == "Y" else f"{other}Y"  # the camera shows L, then Y
    expect(text_of(page)).to_have_value(re.compile(shown))
    page.get_by_role("button", name="Forget corrections").click()
    expect(corrections.get_by_text("Corrections remembered")).to_be_hidden()
    expect(text_of(page)).to_have_value(re.compile("LY"))


def test_a_suggested_word_can_be_accepted(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}?words=true")
    type_text(page, "HSLLO")
    page.get_by_role("button", name="HELLO").click()
    expect(text_of(page)).to_have_value("HELLO")


def test_copied_is_shown_for_two_seconds_each_time_then_the_suggestion_returns(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}?words=true")
    type_text(page, "HSLLO")
    expect(page.get_by_role("button", name="HELLO")).to_be_visible()
    notice = page.get_by_role("button", name="Copy").evaluate(
        """async (copy) => {
            const wait = (ms) => new Promise((done) => setTimeout(done, ms));
            copy.click();
            await wait(1500);
            copy.click();
            await wait(1000); // the first notice's two seconds are over, the second's are not
            return copy.closest(".stage").querySelector(".suggestion").textContent;
        }"""
    )
    assert notice == "Copied"
    expect(page.get_by_role("button", name="HELLO")).to_be_visible()


def test_a_camera_that_stops_is_started_again(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=TRACKS)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("[LY]"))
    text = text_of(page).input_value()
    page.evaluate(WATCH_STATUS)
    page.evaluate("window.tracks.forEach((track) => track.stop())")
    page.wait_for_function(
        "window.statuses.some((text) => text.startsWith('Your camera has stopped sending pictures.'))"
    )
    expect(text_of(page)).to_have_value(re.compile(f"^{text}.*[LY]"))
    expect(page.get_by_text("Your camera has stopped sending pictures.")).not_to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()


def test_a_camera_whose_track_gives_no_frames_is_read_from_the_video(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=LEFT_OPEN)
    page.wait_for_function("performance.now() - window.heldMs > 2000")  # it holds as many as it gets
    expect(page.get_by_role("button", name="START")).to_be_enabled()
    page.evaluate(WATCH_STATUS)
    start(page)
    page.wait_for_function("window.statuses.some((text) => text.startsWith('Your camera has stopped'))")
    expect(text_of(page)).to_have_value(re.compile("LY"))
    expect(page.get_by_text("Your camera has stopped sending pictures.")).not_to_be_visible()


def test_a_page_that_is_left_closes_all_frames_and_reads_again_if_it_comes_back(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=COUNT_FRAMES)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("L"))
    page.evaluate(f"() => {{ {DEEP} deep(document, '.stage').stage.sender.pace.ready = () => false; }}")  # frames wait
    page.wait_for_function(
        """() => {
            if (window.openFrames.size === 0) return false;
            dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
            window.leftOpen = window.openFrames.size;
            return true;
        }"""
    )
    assert page.evaluate("window.leftOpen") == 0
    page.evaluate(f"() => {{ {DEEP} delete deep(document, '.stage').stage.sender.pace.ready; }}")
    page.evaluate(WATCH_STATUS)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    text = text_of(page).input_value()
    expect(text_of(page)).to_have_value(re.compile(f"^{text}.*[LY]"))
    assert page.evaluate("window.statuses.some((text) => text.includes('stopped'))") is False


def test_a_camera_that_is_gone_is_given_up_and_can_be_started_again(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=TRACKS)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("[LY]"))
    page.evaluate(
        """() => {
            window.own = navigator.mediaDevices.getUserMedia;
            navigator.mediaDevices.getUserMedia = async () => {
                throw new DOMException("Requested device not found", "NotFoundError");
            };
            window.tracks.forEach((track) => track.stop());
        }"""
    )
    expect(page.get_by_text("The camera is still not working.")).to_be_visible()
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = window.own; }")
    page.get_by_role("button", name="Clear").click()
    expect(text_of(page)).to_have_value("")
    start(page)
    expect(text_of(page)).to_have_value(re.compile("[LY]"))


def test_after_a_restart_of_the_server_the_text_and_the_picture_come_back(
    hand_networks: HandNetworks, open_page: OpenPage
) -> None:
    port = free_port()
    with running_app(port=port) as address:
        page = open_page(address)
        start(page)
        expect(text_of(page)).to_have_value(re.compile("LY"))
    page.wait_for_function("getComputedStyle(document.querySelector('.stApp'), '::before').visibility == 'visible'")
    banner = page.evaluate("getComputedStyle(document.querySelector('.stApp'), '::before').content")
    assert "The app is not responding." in banner
    expect(page.get_by_text("The app cannot be reached.")).to_be_visible()
    page.get_by_text("Streamlit server is not responding").wait_for(state="attached")
    expect(page.get_by_role("dialog")).not_to_be_visible()  # Streamlit's dialog blames the internet
    with running_app(port=port):
        expect(text_of(page)).to_have_value(re.compile("LY.*[LY]"))
        expect(page.get_by_text("The app cannot be reached.")).not_to_be_visible()
        expect(page.get_by_role("button", name="Stop")).to_be_enabled()


def test_if_the_camera_was_allowed_before_the_page_starts_by_itself(app: str, open_page: OpenPage) -> None:
    page = open_page(app, granted=True)
    expect(page.get_by_test_id("letter")).to_have_text("L")
    stop(page)
    expect(page.get_by_role("button", name="START")).to_be_visible()
    page.wait_for_timeout(REMAINS_MS)
    expect(page.get_by_role("button", name="START")).to_be_visible()  # the page does not start again


def test_while_the_camera_runs_streamlit_runs_nothing(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=COUNT_RUNS)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("L"))
    page.get_by_text("What the model sees", exact=True).click()
    before = page.evaluate("window.runs")
    assert before > 0  # the messages are counted
    expect(text_of(page)).to_have_value(re.compile("LY.*L"))
    assert page.evaluate("window.runs") == before


def test_the_page_works_in_a_three_year_old_browser(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=OLD_BROWSER)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY"))
    page.get_by_text("What the model sees", exact=True).click()
    expect(page.get_by_text(re.compile(r"^([3-9]|\d{2}) frames a second$"))).to_be_visible()


def test_the_page_works_without_chromiums_track_processor(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script="delete window.MediaStreamTrackProcessor")
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY"))


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
def test_picture_letter_text_and_start_are_in_sight_without_scrolling(
    app: str, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(app, size=size)
    picture, letter = page.get_by_test_id("picture"), page.get_by_test_id("letter")
    buttons = [page.get_by_role("button", name=name) for name in ("START", "Speak")]
    for element in [picture, letter, text_of(page), *buttons]:
        expect(element).to_be_in_viewport(ratio=1)
    expect(buttons[0]).to_be_enabled()
    wait_until_idle(page)
    page.evaluate("document.fonts.ready.then(() => null)")
    before = wait_until_still(picture, 1000)  # Streamlit loads the page's style last
    start(page)
    expect(letter).to_have_text("L")
    for element in [picture, letter, text_of(page)]:
        expect(element).to_be_in_viewport(ratio=1)
    assert wait_until_still(picture) == before  # nothing jumps
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_leaving_the_page_turns_off_the_camera(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=TRACKS)
    start(page)
    expect(page.get_by_test_id("letter")).to_have_text("L")
    page.get_by_role("link", name="Learn").click()
    expect(page.get_by_role("heading", name="Learn the letters")).to_be_visible()
    page.wait_for_function("window.tracks.length > 0 && window.tracks.every((track) => track.readyState === 'ended')")


def test_changing_a_setting_while_the_stage_loads_or_plays_keeps_it_alive(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=COUNT_RUNS)
    open_settings(page)
    page.get_by_text("Mirror the picture").click()
    start(page)
    expect(page.get_by_test_id("letter")).to_have_text("L")
    runs = page.evaluate("window.runs")
    page.get_by_text("Suggest likely words").click()
    wait_until_run(page, runs)
    before = text_of(page).input_value()
    expect(text_of(page)).not_to_have_value(before)


def test_undo_after_a_reload_keeps_the_text(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    expect(page.get_by_role("button", name="START")).to_be_enabled()  # the stage listens to what is typed
    type_text(page, "KEPT")
    page.reload()
    expect(text_of(page)).to_have_value("KEPT")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Space").click()
    expect(text_of(page)).to_have_value("KEPT ")


def test_the_page_works_in_a_browser_that_stores_nothing(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=NO_STORAGE)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY"))


def test_another_camera_can_be_chosen_if_one_is_in_use(app: str, open_page: OpenPage) -> None:
    page = open_page(app, script=BUSY_CHOICE)
    start(page)
    expect(page.get_by_text("Another program is using the camera.")).to_be_visible()
    page.evaluate("localStorage.setItem('fingerspell.camera', 'free')")  # as the list of cameras does
    start(page)
    expect(page.get_by_test_id("letter")).to_have_text("L")


def test_letters_follow_the_camera(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    expect(page.get_by_test_id("letter")).to_have_text("–")
    page.evaluate(WATCH_LETTER)
    start(page)
    expect(page.get_by_test_id("letter")).to_have_text("L")
    expect(page.get_by_test_id("said")).to_have_text(re.compile(r"^\d+% sure$"))
    expect(text_of(page)).to_have_value(re.compile("LY LY"))  # the film has been played twice
    shown = page.evaluate("window.letters")
    assert set(shown) == {"L", "Y", "–"}
    read = [letter for letter in shown if letter != "–"]
    assert all(letter != following for letter, following in pairwise(read))
    assert {("L", "Y"), ("Y", "L")} <= set(pairwise(read))

    page.get_by_text("What the model sees", exact=True).click()
    expect(page.get_by_test_id("crop")).to_be_visible()
    expect(page.get_by_test_id("opinions").get_by_text("picture")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^([3-9]|\d{2}) frames a second$"))).to_be_visible()
    assert all(url.startswith((app, "data:", "blob:")) for url in urls)
    expect(page.get_by_test_id("cameras").locator("option")).not_to_have_count(0)

    stop(page)
    expect(page.get_by_test_id("letter")).to_have_text("–")
    text = text_of(page).input_value()
    start(page)
    expect(text_of(page)).to_have_value(re.compile(f"^{text}.*[LY]"))
    stop(page)
    expect(page.get_by_test_id("letter")).to_have_text("–")


@pytest.fixture(scope="module")
def strangers_film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives a film in which one of the strangers signs a word."""
    tool = SHARED / "tools" / "fake_camera.py"
    if not tool.exists():
        pytest.skip("needs ../shared: films of real people are not in the repository")
    folder = tmp_path_factory.mktemp("stranger")

    def film(word: str) -> Path:
        path = folder / f"{word}.mjpeg"
        if not path.exists():
            subprocess.run([sys.executable, tool, "signer_03", word, str(path), "--hold", "1.5"], check=True)
        return path

    return film


def test_a_strangers_word_is_read_letter_by_letter(
    app: str, open_page: OpenPage, strangers_film: Callable[[str], Path]
) -> None:
    word = "WAVY"
    page = open_page(app, strangers_film(word))
    start(page)
    for letter in word:
        expect(page.get_by_test_id("letter")).to_have_text(letter)
    expect(text_of(page)).to_have_value(re.compile(word), timeout=180_000)


def test_the_hands_skeleton_is_drawn_on_the_mirrored_picture(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    film = drawn.write_film(tmp_path / "left.mjpeg", [drawn.signed("L", 0.8, (-130, 30))] * 60)
    page = open_page(app, film)
    start(page)
    expect(page.get_by_test_id("letter")).to_have_text("L")
    shown = cv2.imdecode(np.frombuffer(page.get_by_test_id("picture").screenshot(), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert shown is not None
    green = np.abs(shown.astype(int) - SURE_RGB).max(axis=2) < 60  # the film has no such colour
    assert np.count_nonzero(green) > 100
    middle = shown.shape[1] / 2
    assert np.argwhere(green)[:, 1].mean() > middle  # at the camera's left, so at the person's right
    hand = np.argwhere(shown.min(axis=2) > 150)
    assert hand[:, 1].mean() > middle
    open_settings(page)
    page.get_by_text("Mirror the picture").click()
    expect(page.locator(".picture.mirrored")).to_have_count(0)


def test_with_a_fixed_square_the_page_says_so_and_its_size_can_be_set(open_page: OpenPage, tmp_path: Path) -> None:
    film = drawn.write_film(tmp_path / "flat.mjpeg", [drawn.frame("B")] * 90)
    with running_app("--square", "--model", str(shipped_models() / "sign_mnist")) as address:
        page = open_page(address, film)
        expect(page.get_by_text("The app does not look for your hand, so letters are often wrong")).to_be_visible()
        open_settings(page)
        expect(page.get_by_text("Size of the square")).to_be_visible()
        start(page)
        expect(page.get_by_test_id("letter")).to_have_text("B")


def test_the_apps_own_camera_is_shown_and_read_and_named(
    hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path
) -> None:
    letters = ["L"] * 30 + [None] * 10 + ["Y"] * 30 + [None] * 10
    pictures = [drawn.signed(letter, 0.8) for letter in letters]
    film = drawn.write_film(tmp_path / "kiosk.mp4", pictures)
    with running_app("--camera", str(film)) as address:
        page = open_page(address, film=None)  # a browser without a camera
        expect(page.get_by_text(f"The app's own camera: {film}")).to_be_visible()
        expect(text_of(page)).to_have_value(re.compile("LY"))
        page.wait_for_function(f"({BRIGHT})() > 100")  # the hand is in the picture
        stop(page)
        expect(page.get_by_test_id("letter")).to_have_text("–")
        text = text_of(page).input_value()
        other = open_page(address, film=None)
        expect(text_of(other)).to_have_value(re.compile("^[LY ]+$"))
        assert text_of(page).input_value() == text
        start(page)
        expect(text_of(page)).to_have_value(re.compile(f"^{text}.*[LY]"))


def test_an_app_camera_that_gives_no_picture_is_reported_and_retried(
    hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path
) -> None:
    film = drawn.write_film(tmp_path / "kiosk.mp4", [drawn.signed("L", 0.8)] * 30)
    with running_app("--camera", str(film)) as address:
        away = film.rename(tmp_path / "away.mp4")
        page = open_page(address, film=None)
        expect(page.get_by_text("The app's own camera sends no pictures:")).to_be_visible()
        away.rename(film)
        expect(page.get_by_test_id("letter")).to_have_text("L")
        expect(page.get_by_text("The app's own camera sends no pictures:")).not_to_be_visible()


def test_a_model_that_does_not_load_gives_a_page_that_says_what_is_wrong(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}")
    with running_app("--model", str(tmp_path)) as address:
        for path in ("", "/practice", "/pictures", "/quality"):
            page = open_page(address + path)
            expect(page.get_by_text("The model does not load, so the app cannot read anything.")).to_be_visible()
            expect(page.get_by_text("this program reads versions 1 and 2")).to_be_visible()
            expect(page.get_by_test_id("stException")).to_have_count(0)
