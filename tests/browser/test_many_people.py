"""Several people at one server: who waits, and that nothing of one reaches another."""

import re

from playwright.sync_api import expect

from live.hand.networks import HandNetworks
from tests.browser.conftest import OpenPage, running_app
from tests.browser.test_live_page import start, stop, text_of
from tests.measurements.soak import visits

HIDDEN = """
    let hidden = false;
    window.hide = (now) => {
      hidden = now;
      document.dispatchEvent(new Event("visibilitychange"));
    };
    Object.defineProperty(document, "hidden", { get: () => hidden });
"""


def test_who_comes_to_a_full_house_is_told_waits_and_is_let_in(
    hand_networks: HandNetworks, open_page: OpenPage
) -> None:
    with running_app("--people", "1") as address:
        inside = open_page(address)
        start(inside)
        expect(text_of(inside)).to_have_value(re.compile("L"))

        waiting = open_page(address)
        start(waiting)
        expect(waiting.get_by_text("All places are taken.")).to_be_visible()
        expect(waiting.locator("video")).to_have_js_property("srcObject", None)  # its camera is off meanwhile
        before = text_of(inside).input_value()
        expect(text_of(inside)).not_to_have_value(before)  # it goes on being read

        stop(inside)
        expect(text_of(waiting)).to_have_value(re.compile("L"))  # by itself
        expect(waiting.get_by_text("All places are taken.")).not_to_be_visible()
        start(inside)
        expect(inside.get_by_text("All places are taken.")).to_be_visible()
        waiting.close()  # without Stop
        expect(inside.get_by_role("button", name="Stop")).to_be_enabled()


def test_a_page_that_nobody_looks_at_gives_its_place_up_and_takes_it_again(
    hand_networks: HandNetworks, open_page: OpenPage
) -> None:
    with running_app("--people", "1") as address:
        hidden, other = open_page(address, script=HIDDEN), open_page(address)
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


def test_who_waits_for_a_place_can_stop_waiting(hand_networks: HandNetworks, open_page: OpenPage) -> None:
    with running_app("--people", "1") as address:
        inside, waiting = open_page(address), open_page(address)
        start(inside)
        expect(inside.get_by_test_id("letter")).to_have_text("L")
        start(waiting)
        expect(waiting.get_by_text("All places are taken.")).to_be_visible()
        stop(waiting)
        expect(waiting.get_by_text("All places are taken.")).not_to_be_visible()
        stop(inside)
        waiting.wait_for_timeout(3000)
        expect(waiting.get_by_role("button", name="START")).to_be_visible()
        start(waiting)
        expect(waiting.get_by_test_id("letter")).to_have_text("L")


def test_nothing_of_one_person_reaches_another(app: str, open_page: OpenPage) -> None:
    one, other = open_page(f"{app}?model=sign_mnist"), open_page(app)
    text_of(one).fill("MINE")
    text_of(one).blur()
    start(other)
    expect(text_of(other)).to_have_value(re.compile("LY"))
    for page, model in ((one, "sign_mnist"), (other, "letters")):
        page.reload()
        page.get_by_text("Settings", exact=True).click()
        expect(page.get_by_role("combobox", name="Model")).to_have_value(model)
    expect(text_of(one)).to_have_value("MINE")
    expect(text_of(other)).to_have_value(re.compile("^[LY ]+$"))


def test_visitors_leave_no_threads_behind(hand_networks: HandNetworks) -> None:
    """A server's own threads come and go by four or so."""
    with running_app("--people", "100") as address:
        told = visits(address, 40, forgotten_s=0)
    assert told["after"]["threads"] - told["before"]["threads"] < 10
