import re
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import expect

from live.contract import default_model, read_contract
from tests import drawn
from tests.web.conftest import OpenPage

HEIC = Path(__file__).parents[1] / "data" / "drawn_b.heic"


def test_many_pictures_are_read_at_once_and_a_bad_one_is_told(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    good, bad, thin = tmp_path / "yes.png", tmp_path / "cut.jpg", tmp_path / "thin.png"
    cv2.imwrite(str(thin), np.zeros((10_000, 10, 3), np.uint8))
    cv2.imwrite(str(good), drawn.signed("Y"))
    bad.write_bytes(cv2.imencode(".jpg", drawn.signed("Y"))[1].tobytes()[:999])
    page = open_page(f"{app}/pictures")
    page.locator("input[type=file]").set_input_files([good, bad, thin, HEIC])
    expect(page.get_by_test_id("letter")).to_have_count(3)
    expect(page.get_by_test_id("letter").first).to_have_text("Y")
    expect(page.get_by_test_id("seen")).to_have_count(1)
    expect(page.get_by_text(re.compile(r"^Confidence \d+%$"))).to_have_count(1)
    expect(page.get_by_text(re.compile(r"^Next: [A-Z] \d+%, [A-Z] \d+% · right hand$"))).to_have_count(1)
    expect(page.get_by_text("No hand in sight")).to_have_count(2)
    expect(page.get_by_text(re.compile(r"cut\.jpg: is damaged or cut short"))).to_be_visible()


def test_the_quality_page_shows_the_figures_of_model_json(app: str, open_page: OpenPage) -> None:
    contract = read_contract(default_model())
    page = open_page(app)
    page.get_by_role("link", name="How well it reads").click()
    for figures in contract.figures.values():
        expect(page.get_by_role("heading", name=figures["title"], exact=True)).to_be_visible()
        expect(page.get_by_text(f"{figures['mean']:.2%}").first).to_be_visible()
    expect(page.get_by_text(f"{contract.parameters:,} parameters")).to_be_visible()
