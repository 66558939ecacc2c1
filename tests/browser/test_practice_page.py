"""Read me and Spell it, two exercises of Practice."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.page import start, wait_until_idle
from tests.support.browser import DEEP

PICTURE = f"() => {{ {DEEP} return deep(document, '[data-testid=film]').toDataURL(); }}"
# The side of the film, once it is drawn as large as it is shown; 0 before that.
SIDE_PX = f"""() => {{
    {DEEP}
    const canvas = deep(document, "[data-testid=film]");
    return canvas.width === Math.round(canvas.clientWidth * devicePixelRatio) ? canvas.width : 0;
}}"""
# From now on, window.states collects the player's states.
WATCH_PLAYER = f"""() => {{
    {DEEP}
    const player = deep(document, ".player");
    window.states = [];
    new MutationObserver(() => window.states.push(player.dataset.state)).observe(player, {{ attributes: true }});
}}"""


def open_read_me(open_page: OpenPage, app: str) -> Page:
    page = open_page(f"{app}/practice?exercise=Read+me&speed=6&length=3", film=None)
    expect(page.get_by_role("heading", name="Read the word")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    page.wait_for_function(f"({SIDE_PX})() > 0")
    return page


def test_a_word_is_played_typed_and_judged_with_the_keyboard_alone(app: str, open_page: OpenPage) -> None:
    page = open_read_me(open_page, app)
    at_rest = page.evaluate(PICTURE)
    page.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"(before) => ({PICTURE})() !== before", arg=at_rest)
    expect(page.get_by_role("button", name="Play again")).to_be_visible()  # the film has ended
    assert page.evaluate(PICTURE) == at_rest
    answer = page.get_by_role("textbox", name="What does the hand spell?")
    answer.focus()
    page.keyboard.type("qqq")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^You read QQQ\. The word was [A-Z]{3}\."))).to_be_visible()
    expect(page.get_by_text("0 of 1 words read right")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_be_visible()
    expect(answer).to_be_focused()
    expect(answer).to_have_value("")
    page.evaluate(WATCH_PLAYER)
    page.keyboard.press("Enter")  # the next word, which plays by itself
    expect(page.get_by_role("button", name="Check")).to_be_visible()
    page.wait_for_function("window.states.includes('playing')")
    page.get_by_role("button", name="Play slower").click()
    page.wait_for_function("window.states.filter((state) => state === 'playing').length >= 2")


def test_no_film_plays_by_itself_for_people_who_want_less_motion(app: str, open_page: OpenPage) -> None:
    page = open_read_me(open_page, app)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(WATCH_PLAYER)
    page.get_by_role("button", name="Harder word").click()
    page.wait_for_function("window.states.length > 0")  # the new film has come
    assert page.evaluate("window.states.includes('playing')") is False
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Play again")).to_be_visible()


def test_the_speed_and_the_exercise_survive_a_reload(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}/practice", film=None)
    wait_until_idle(page)
    page.get_by_role("radio", name="Read me").or_(page.get_by_role("button", name="Read me")).first.click()
    expect(page.get_by_role("heading", name="Read the word")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Harder word").click()
    expect(page.get_by_role("slider", name="Letters a second")).to_have_value("2.5")
    page.reload()
    expect(page.get_by_role("heading", name="Read the word")).to_be_visible()
    expect(page.get_by_role("slider", name="Letters a second")).to_have_value("2.5")


def test_a_word_is_spelled_against_the_clock(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}/practice?exercise=Spell+it")
    asked = page.get_by_role("heading", name=re.compile("^Spell [A-Z]{3,}$"))
    expect(asked).to_be_visible()
    first = asked.inner_text()
    start(page)
    expect(page.get_by_test_id("aside")).to_have_text(re.compile(r"^LY? after \d+\.\d s$"))
    # The hand was lowered. On a slow machine the camera starts so late that the first word is read as Y.
    scored = rf"^{first.split()[1]} was read as (LY: \d\.\d letters|Y: too short to time)"
    expect(page.get_by_text(re.compile(scored))).to_be_visible()
    result = re.compile(r"^[A-Z]{3,} was read as LY: \d\.\d letters a second, \d errors")
    expect(page.get_by_text(result)).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_have_count(2)
    expect(asked).not_to_have_text(first)
    expect(page.get_by_text(re.compile(r"^0 of \d words without an error, "))).to_be_visible()
