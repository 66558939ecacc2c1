"""The page "My signs": recording signs, deleting bad hands and whole recordings, and reading the signs afterwards."""

import csv
import re
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page, expect

from live.files import default_model
from live.hand.networks import HandNetworks
from live.lessons import recordings
from tests.browser.conftest import OpenPage
from tests.browser.page import start, text_of
from tests.support import drawn
from tests.support.app import running_app
from training.cli.main import main as fingerspell_train

NAME = "ÄÖ 你好"


def record(page: Page, name: str) -> None:
    """Type a name for a sign, and press the button, once the page knows that the camera runs."""
    button = page.get_by_role("button", name="Record for 5 seconds")
    expect(button).to_be_enabled()
    field = page.get_by_role("combobox", name="Letter or sign")
    field.click()
    field.fill("")
    field.press_sequentially(name, delay=30)
    option = page.get_by_role("option").filter(has_text=name).first
    try:
        expect(option).to_be_visible(timeout=3_000)
    except AssertionError:  # the page was drawn anew while the name was typed, which closes the list
        field.press("ArrowDown")
    expect(option).to_be_visible()  # Enter chooses it
    field.press("Enter")
    expect(field).to_have_value(name)
    button.click()


def record_to_its_end(page: Page, name: str) -> None:
    record(page, name)
    expect(page.get_by_text(f"Get ready to sign {name}")).to_be_visible()
    expect(page.get_by_test_id("hands").get_by_role("img").first).to_be_visible()


def film(path: Path, left: bool, brightness: float) -> Path:
    """A camera's film of a Y that moves a little."""
    pictures = [drawn.signed("Y", 0.75 + 0.001 * n, (n - 30, 10)) for n in range(60)]
    pictures = [(picture[:, :: -1 if left else 1] * brightness).astype(np.uint8) for picture in pictures]
    return drawn.write_film(path, pictures)


def test_a_custom_sign_is_recorded_and_bad_hands_are_deleted(
    hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path
) -> None:
    with running_app("--signs", str(tmp_path / "signs")) as address:
        page = open_page(f"{address}/signs")
        expect(page.get_by_role("button", name="Record for 5 seconds")).to_be_disabled()
        start(page)
        record(page, "../up")
        expect(page.get_by_text("letters, digits, spaces, hyphens and apostrophes")).to_be_visible()
        record_to_its_end(page, "I love you")
        hands = page.get_by_test_id("hands").get_by_role("img")
        (path,) = recordings.list_files(tmp_path / "signs")
        assert path.parent.name == "I love you"
        kept = len(recordings.read(path))
        expect(hands).to_have_count(kept)
        page.get_by_role("button", name="1", exact=True).click()
        page.get_by_role("button", name="Delete these hands").click()
        expect(hands).to_have_count(kept - 1)
        assert len(recordings.read(path)) == kept - 1
        expect(page.get_by_text("fit --data")).to_be_visible()
        page.get_by_role("button", name="Delete the recording").click()
        expect(page.get_by_text("Nothing yet.")).to_be_visible()
        assert not path.exists()
        assert not list(tmp_path.rglob("*up*"))


def test_a_sign_in_another_script_recorded_by_both_hands_in_two_lights_is_read_back(
    hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path
) -> None:
    signs, model = tmp_path / "signs", tmp_path / "mine"
    with running_app("--signs", str(signs)) as address:
        for day, left, brightness in (("first", True, 1.0), ("second", False, 0.6)):
            page = open_page(f"{address}/signs", film=film(tmp_path / f"{day}.mjpeg", left, brightness))
            start(page)
            record_to_its_end(page, NAME)
            expect(page.get_by_text(re.compile(f"hands that show {NAME} look like Y"))).to_be_visible()
            expect(page.get_by_text(re.compile(rf"^{NAME} · \d+ hands · ")).first).to_be_visible()
        record(page, NAME.lower())
        expect(page.get_by_text(f"is too like {NAME}, a sign already")).to_be_visible()
    files = recordings.list_files(signs)
    assert [path.parent.name for path in files] == [NAME, NAME]
    assert [set(recordings.read(path).handedness.tolist()) for path in files] == [{"Left"}, {"Right"}]
    arguments = ["fit", "--data", str(signs), "--from", str(default_model()), "--out", str(model), "--epochs", "6"]
    assert fingerspell_train(arguments) == 0
    picture = tmp_path / "yes.png"
    cv2.imwrite(str(picture), drawn.signed("Y"))
    with running_app("--model", str(model)) as address:
        page = open_page(f"{address}?words=true")
        start(page)
        expect(text_of(page)).to_have_value(re.compile(f"(^|L ){NAME} "))
        page = open_page(f"{address}/pictures")
        page.locator("input[type=file]").set_input_files([picture])
        expect(page.get_by_test_id("letter")).to_have_text(NAME)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the table (CSV)").click()
        (row,) = csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines())
        assert row["letter"] == NAME


def test_recording_is_off_if_others_can_reach_the_app(hand_networks: HandNetworks, open_page: OpenPage) -> None:
    with running_app("--host", "0.0.0.0") as address:
        page = open_page(f"{address}/signs")
        expect(page.get_by_text("Recording is off")).to_be_visible()
