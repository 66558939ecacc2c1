"""The other pages: Learn, Practice, Pictures and films, How well it reads."""

import csv
import re
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import expect

from live.files import default_model
from live.letters import ALPHABET
from live.readers.contract import read_contract
from live.web.uploads import is_film
from tests.browser.conftest import OpenPage
from tests.browser.page import start, wait_until_idle
from tests.support import drawn, hostile


def test_many_pictures_are_read_into_a_table_and_a_csv(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    good, bad, thin = tmp_path / "yes.png", tmp_path / "cut.jpg", tmp_path / "thin.png"
    cv2.imwrite(str(thin), np.zeros((10_000, 10, 3), np.uint8))
    cv2.imwrite(str(good), drawn.signed("Y"))
    bad.write_bytes(cv2.imencode(".jpg", drawn.signed("Y"))[1].tobytes()[:999])
    page = open_page(f"{app}/pictures")
    page.locator("input[type=file]").set_input_files([good, bad, thin, hostile.HEIC])
    expect(page.get_by_test_id("letter")).to_have_text("Y")  # of the first picture, until another is chosen
    expect(page.get_by_test_id("crop")).to_have_count(1)
    expect(page.get_by_text(re.compile(r"^Confidence \d+%$"))).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"^Next likeliest: (none|[A-Z] \d+%(, [A-Z] \d+%)?) · right hand$"))
    ).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the table (CSV)").click()
    rows = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [row["file"] for row in rows] == ["yes.png", "cut.jpg", "thin.png", "drawn_b.heic"]
    assert [row["letter"] for row in rows] == ["Y", "", "", ""]
    assert "is damaged or cut short" in rows[1]["fault"]


def test_the_hands_of_a_chart_are_numbered_and_one_is_chosen(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    chart, small = tmp_path / "chart.png", tmp_path / "small.png"
    cv2.imwrite(str(chart), drawn.chart("LYYL", 2, 320))
    cv2.imwrite(str(small), cv2.resize(drawn.hand("B"), (28, 28), interpolation=cv2.INTER_AREA))
    page = open_page(f"{app}/pictures")
    page.locator("input[type=file]").set_input_files([chart, small])
    alt = "chart.png, with the numbered skeletons of 4 hands: L Y Y L"
    expect(page.get_by_role("img", name=alt)).to_be_visible()
    expect(page.get_by_text("taken as crops of a hand")).to_have_count(1)
    expect(page.get_by_test_id("letter")).to_have_text("L")
    page.get_by_role("button", name="2 Y").or_(page.get_by_role("radio", name="2 Y")).first.click()
    expect(page.get_by_test_id("letter")).to_have_text("Y")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the table (CSV)").click()
    rows = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [(row["number"], row["letter"]) for row in rows[:4]] == [("1", "L"), ("2", "Y"), ("3", "Y"), ("4", "L")]
    assert len(rows) == 5


def test_hostile_files_are_reported_one_by_one_and_the_page_keeps_running(
    app: str, open_page: OpenPage, tmp_path: Path
) -> None:
    files = tmp_path / "hostile"
    files.mkdir()
    for name, content in hostile.pictures().items():
        (files / name).write_bytes(content)
    hostile.write_films(files)
    films = [path for path in sorted(files.iterdir()) if is_film(path.name, path.read_bytes())]
    pictures = [path for path in sorted(files.iterdir()) if path not in films]
    page = open_page(f"{app}/pictures")
    page.locator("input[type=file]").set_input_files([*pictures, *films])
    download = page.get_by_role("button", name="Download the table (CSV)")
    expect(download).to_be_visible(timeout=300_000)
    expect(page.get_by_text(re.compile("^html.mp4: "))).to_be_visible(timeout=300_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    with page.expect_download() as saved:
        download.click()
    rows = {row["file"]: row for row in csv.DictReader(saved.value.path().read_text("utf-8-sig").splitlines())}
    assert set(rows) == {path.name for path in pictures}
    assert "is not a picture that can be read" in rows["html.png"]["fault"]
    assert rows["turned_6.jpg"]["fault"] == ""


def test_a_film_is_spelled_and_shown_from_where_a_letter_begins(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    pictures = [drawn.signed(letter, 0.8) for letter in ["L"] * 30 + [None] * 15 + ["Y"] * 30]
    film, cut = drawn.write_film(tmp_path / "ly.webm", pictures), tmp_path / "cut.mp4"
    cut.write_bytes(film.read_bytes()[:500])
    page = open_page(f"{app}/pictures")
    page.locator("input[type=file]").set_input_files([film, cut])
    expect(page.get_by_role("heading", name="LY", exact=True)).to_be_visible()
    expect(page.get_by_text("cut.mp4: the film has no frame that can be read")).to_be_visible()
    playing = "document.querySelector('video').readyState >= 2 && document.querySelector('video').currentTime"
    page.evaluate(
        "window.times = []; document.addEventListener('timeupdate',"
        " (event) => window.times.push(event.target.currentTime), true)"
    )
    page.get_by_text(re.compile(r"^Y \d")).click()
    page.wait_for_function(f"{playing} >= 3")
    assert not [time_s for time_s in page.evaluate("window.times") if 0.5 < time_s < 2.9]  # it began at the Y
    # the chart's bars: L begins at 0 s, Y at 3 s
    bars = page.locator("[data-testid=stVegaLiteChart] .mark-rect path")
    expect(bars).to_have_count(2)
    bars.first.click()
    page.wait_for_function(f"{playing} < 2")
    bars.last.click()
    page.wait_for_function(f"{playing} >= 3")


def test_the_chart_has_every_letter_and_its_mirror_image(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}/learn")
    for letter in ALPHABET:
        expect(page.get_by_role("img", name=f"A hand that signs {letter}", exact=True)).to_be_visible()
    drawing = page.get_by_role("img", name="A hand that signs L", exact=True)
    before = drawing.get_attribute("src")
    page.get_by_text("Show left hands").click()
    expect(drawing).not_to_have_attribute("src", before or "")


def test_practice_asks_for_letters_shows_the_difference_and_keeps_the_score(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}/practice")
    asked = page.get_by_role("heading", name=re.compile("^Sign [A-Z]$"))
    expect(asked).to_be_visible()
    while (first := asked.inner_text()) == "Sign Z":  # L does not count while Z is asked for
        wait_until_idle(page)
        page.get_by_role("button", name="Skip").click()
        expect(asked).not_to_have_text(first)
    start(page)
    expect(page.get_by_role("img", name="Your hand")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^(Turn|Stretch|Bend|Move|Spread|Bring) your |^That is "))).to_be_visible()
    expect(page.get_by_text("Nothing signed yet.")).not_to_be_visible()  # L or Y has counted, as right or wrong
    expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("radio", name="Words").or_(page.get_by_role("button", name="Words")).first.click()
    expect(page.get_by_role("heading", name=re.compile("^Sign [A-Z]{3,}$"))).to_be_visible()


def test_every_page_can_be_opened_directly_and_has_the_same_navigation(app: str, open_page: OpenPage) -> None:
    for path in ("", "learn", "practice", "signs", "pictures", "quality"):
        page = open_page(f"{app}/{path}")
        for title in ("Live", "Learn", "Practice", "My signs", "Pictures and films", "How well it reads"):
            expect(page.get_by_role("link", name=title)).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_quality_page_shows_the_figures_of_model_json(app: str, open_page: OpenPage) -> None:
    contract = read_contract(default_model())
    page = open_page(app)
    page.get_by_role("link", name="How well it reads").click()
    page.get_by_text("More measurements").click()
    for measurement in contract.measurements.values():
        expect(page.get_by_role("heading", name=measurement.title, exact=True)).to_be_visible()
        expect(page.get_by_text(f"{measurement.figures.mean:.2%}").first).to_be_visible()
    expect(page.get_by_text(f"{contract.parameters:,} parameters")).to_be_visible()
