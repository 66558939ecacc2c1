"""The page "My signs": recording signs, and deleting bad hands and whole recordings."""

from pathlib import Path

from playwright.sync_api import expect

from live.hand.networks import HandNetworks
from live.lessons import recordings
from tests.browser.conftest import OpenPage
from tests.browser.page import start
from tests.support.app import running_app


def test_a_custom_sign_is_recorded_and_bad_hands_are_deleted(
    hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path
) -> None:
    with running_app("--signs", str(tmp_path / "signs")) as address:
        page = open_page(f"{address}/signs")
        record = page.get_by_role("button", name="Record for 5 seconds")
        expect(record).to_be_disabled()
        start(page)
        name = page.get_by_role("combobox", name="Letter or sign")
        name.fill("../up")
        name.press("Enter")
        record.click()
        expect(page.get_by_text("letters, digits, spaces or hyphens")).to_be_visible()
        name.fill("ily")
        name.press("Enter")
        record.click()
        expect(page.get_by_text("Get ready to sign ILY")).to_be_visible()
        hands = page.get_by_test_id("hands").get_by_role("img")
        expect(hands.first).to_be_visible()
        (path,) = recordings.list_files(tmp_path / "signs")
        assert path.parent.name == "ILY"
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


def test_recording_is_off_if_others_can_reach_the_app(hand_networks: HandNetworks, open_page: OpenPage) -> None:
    with running_app("--host", "0.0.0.0") as address:
        page = open_page(f"{address}/signs")
        expect(page.get_by_text("Recording is off")).to_be_visible()
