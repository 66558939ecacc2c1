"""Several people on one server: who waits for a place, and that nobody sees another person's text or settings."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from live.hand.networks import HandNetworks
from tests.browser.conftest import OpenPage
from tests.browser.page import open_settings, start, stop, text_of, type_text
from tests.measurements.soak import visits
from tests.support.app import running_app

ASK_AGAIN_MS = 2000  # as in stage.js
# window.hide(true) makes the page believe that its tab is in the background.
HIDDEN = """
    let hidden = false;
    window.hide = (now) => {
      hidden = now;
      document.dispatchEvent(new Event("visibilitychange"));
    };
    Object.defineProperty(document, "hidden", { get: () => hidden });
"""


@pytest.fixture(scope="module")
def app_for_one(hand_networks: HandNetworks) -> Iterator[str]:
    """An app with one place. The place is free after each test, because its pages are closed."""
    with running_app("--people", "1") as address:
        yield address


def test_a_page_without_a_place_says_so_and_starts_once_one_is_free(app_for_one: str, open_page: OpenPage) -> None:
    inside = open_page(app_for_one)
    start(inside)
    expect(text_of(inside)).to_have_value(re.compile("L"))

    waiting = open_page(app_for_one)
    start(waiting)
    expect(waiting.get_by_text("All places are taken.")).to_be_visible()
    expect(waiting.locator("video")).to_have_js_property("srcObject", None)  # its camera is off
    before = text_of(inside).input_value()
    expect(text_of(inside)).not_to_have_value(before)  # the first page is still read

    stop(inside)
    expect(text_of(waiting)).to_have_value(re.compile("L"))  # it has started by itself
    expect(waiting.get_by_text("All places are taken.")).not_to_be_visible()
    start(inside)
    expect(inside.get_by_text("All places are taken.")).to_be_visible()
    waiting.close()  # without Stop
    expect(inside.get_by_text("All places are taken.")).not_to_be_visible()
    expect(inside.get_by_test_id("letter")).to_have_text("L")


def test_a_hidden_page_gives_up_its_place_and_takes_it_again(app_for_one: str, open_page: OpenPage) -> None:
    hidden, other = open_page(app_for_one, script=HIDDEN), open_page(app_for_one)
    start(hidden)
    expect(hidden.get_by_test_id("letter")).to_have_text("L")
    hidden.evaluate("window.hide(true)")
    start(other)
    expect(other.get_by_test_id("letter")).to_have_text("L")
    stop(other)
    before = text_of(hidden).input_value()
    hidden.evaluate("window.hide(false)")
    expect(text_of(hidden)).not_to_have_value(before)
    expect(hidden.get_by_text("Your camera has stopped sending pictures")).not_to_be_visible()


def test_a_page_that_waits_for_a_place_can_stop_waiting(app_for_one: str, open_page: OpenPage) -> None:
    inside, waiting = open_page(app_for_one), open_page(app_for_one)
    start(inside)
    expect(inside.get_by_test_id("letter")).to_have_text("L")
    start(waiting)
    expect(waiting.get_by_text("All places are taken.")).to_be_visible()
    stop(waiting)
    expect(waiting.get_by_text("All places are taken.")).not_to_be_visible()
    stop(inside)
    waiting.wait_for_timeout(1.2 * ASK_AGAIN_MS)  # a page that still waited would have asked and started
    expect(waiting.get_by_role("button", name="START")).to_be_visible()
    start(waiting)
    expect(waiting.get_by_test_id("letter")).to_have_text("L")


def test_people_do_not_share_texts_or_models(app: str, open_page: OpenPage) -> None:
    one, other = open_page(f"{app}?model=sign_mnist"), open_page(app)
    type_text(one, "MINE")
    start(other)
    expect(text_of(other)).to_have_value(re.compile("LY"))
    for page, model in ((one, "sign_mnist"), (other, "letters")):
        page.reload()
        open_settings(page)
        expect(page.get_by_role("combobox", name="Model")).to_have_value(model)
    expect(text_of(one)).to_have_value("MINE")
    expect(text_of(other)).to_have_value(re.compile("^[LY ]+$"))


def test_visitors_leave_no_threads_behind(hand_networks: HandNetworks) -> None:
    with running_app("--people", "100") as address:
        held = visits(address, 24, forgotten_s=0)
    # four or so of the server's own threads come and go
    assert held["after"]["threads"] - held["before"]["threads"] < 10
