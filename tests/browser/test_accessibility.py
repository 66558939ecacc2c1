"""The accessibility checker axe finds no serious fault on any page, light or dark."""

import re
from pathlib import Path
from typing import Literal

import cv2
import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.page import open_settings, start, wait_until_idle
from tests.support import drawn
from tests.support.browser import DEEP

SERIOUS = ("serious", "critical")


def faults(page: Page) -> list[str]:
    """The serious faults of a page: axe's rule and the element."""
    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    wait_until_idle(page)  # while a page runs for long, Streamlit fades its elements, which axe takes for faint colours
    violations = page.evaluate("axe.run()")["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in violations if rule["impact"] in SERIOUS]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(
    app: str, open_page: OpenPage, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    page = open_page(app, scheme=scheme)
    expect(page.get_by_role("button", name="START")).to_be_enabled()
    page.evaluate(f"() => {{ {DEEP} deep(document, '.stage').stage.board.showPending('LY'); }}")
    assert faults(page) == []
    start(page)
    page.get_by_text("What the model sees", exact=True).click()
    open_settings(page)
    expect(page.get_by_test_id("letter")).to_have_text("L")
    page.get_by_role("button", name=re.compile("^Change [LY] to")).first.click()
    expect(page.get_by_role("button", name="Forget corrections")).to_be_visible()
    assert faults(page) == []

    picture, film = tmp_path / "yes.png", tmp_path / "l.mp4"
    cv2.imwrite(str(picture), drawn.signed("Y"))
    drawn.write_film(film, [drawn.signed("L", 0.8)] * 30)
    for path in (
        "learn",
        "practice",
        "practice?exercise=Read+me",
        "practice?exercise=Spell+it",
        "signs",
        "pictures",
        "quality",
    ):
        page.goto(f"{app}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if path == "practice":
            start(page)
            expect(page.get_by_role("img", name="Your hand")).to_be_visible()
        if path.endswith("Spell+it"):
            start(page)
            expect(page.get_by_text(re.compile(" was read as "))).to_be_visible()
        if path.endswith("Read+me"):
            page.get_by_role("button", name="Show the word").click()
            expect(page.get_by_text("The word was")).to_be_visible()
        if path == "pictures":
            page.locator("input[type=file]").set_input_files([picture, film])
            expect(page.get_by_role("heading", name="L", exact=True)).to_be_visible()
        assert faults(page) == [], path
