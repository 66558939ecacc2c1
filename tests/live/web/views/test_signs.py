"""My signs: recordings are listed and deleted."""

import re
from pathlib import Path

import numpy as np
import pytest

from live.hand import Hand
from live.lessons import Recorder, recordings
from live.letters import HELD_LETTERS
from live.web import Options
from tests.live.web.conftest import SQUARE, RunPage, html_of, markdown_of, session_of
from tests.support import drawn


@pytest.fixture
def signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of recordings, for a browser on this machine."""
    monkeypatch.setattr("live.web.views.signs.signs_folder", lambda: tmp_path)
    return tmp_path


def record(folder: Path, sign_name: str, hands: int) -> Path:
    recorder = Recorder(sign_name)
    landmarks = np.column_stack((drawn.joints("L"), np.zeros(21))).astype(np.float32)
    for n in range(hands):
        recorder.add_frame(drawn.signed("L"), Hand(landmarks, "right", 1.0), n)
    path = recordings.save(folder, recorder.recording(), "20260101-120000").path
    assert path is not None
    return path


def test_recording_is_off_if_others_can_reach_the_app(run_page: RunPage, tmp_path: Path) -> None:
    page = run_page("signs", Options(square=True, signs=tmp_path))
    assert "Recording is off" in page.info[0].value
    assert not page.get("bidi_component")


def test_without_recordings_the_page_says_what_to_record(run_page: RunPage, signs: Path) -> None:
    page = run_page("signs", SQUARE)
    assert "Nothing yet." in markdown_of(page)
    assert str(signs) in markdown_of(page)
    assert page.button[0].label == "Record for 5 seconds"
    assert page.button[0].disabled  # until the camera runs
    assert not page.code


def test_a_recording_is_listed_with_the_commands_for_a_personal_model(run_page: RunPage, signs: Path) -> None:
    record(signs, "ILY", hands=3)
    page = run_page("signs", SQUARE)
    assert page.expander[0].label == "**ILY** · 3 hands · 20260101-120000"
    assert f'fit --data "{signs}" --from models/letters' in page.code[0].value


def test_bad_hands_are_deleted_and_then_the_recording(run_page: RunPage, signs: Path) -> None:
    path = record(signs, "ILY", hands=3)
    page = run_page("signs", SQUARE)
    session_of(page).signs.newest = path  # unfolded, as after the recording
    page.session_state["inside ILY 20260101-120000"] = True
    page.run()
    assert html_of(page).count("<figure") == 3
    page.button_group[0].set_value([0, 2]).run()
    page.button(key="some ILY 20260101-120000").click().run()
    assert len(recordings.read(path)) == 1
    assert page.button_group[0].value == []  # the hand that stays is not marked as bad
    assert page.button(key="some ILY 20260101-120000").disabled
    page.button(key="all ILY 20260101-120000").click().run()
    assert not path.exists()
    assert "Nothing yet." in markdown_of(page)


def test_hands_that_were_deleted_on_another_page_do_not_come_back(run_page: RunPage, signs: Path) -> None:
    path = record(signs, "ILY", hands=3)
    page = run_page("signs", SQUARE)
    page.session_state["inside ILY 20260101-120000"] = True
    page.run()
    page.button_group[0].set_value([0]).run()
    recordings.save(signs, recordings.read(path).without([1]), "")
    page.button(key="some ILY 20260101-120000").click().run()
    assert "has changed on another page" in page.error[0].value
    assert len(recordings.read(path)) == 2


def test_a_recording_that_cannot_be_deleted_is_one_line(
    run_page: RunPage, signs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(signs, "ILY", hands=1)
    page = run_page("signs", SQUARE)
    page.session_state["inside ILY 20260101-120000"] = True
    page.run()

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    page.button(key="all ILY 20260101-120000").click().run()
    assert "cannot be deleted (Permission denied)" in page.error[0].value.replace("\\", "")


@pytest.mark.parametrize("sign", ["thank you", "नमस्ते", "o'clock", "x-2", "你好"])
def test_a_recorded_sign_is_listed_by_its_name_and_can_be_chosen_again(
    run_page: RunPage, signs: Path, sign: str
) -> None:
    record(signs, sign, hands=2)
    page = run_page("signs", SQUARE)
    label = page.expander[0].label
    assert re.sub(r"\\([-'])", r"\1", label) == f"**{sign}** · 2 hands · 20260101-120000"
    assert page.selectbox[0].options == [*HELD_LETTERS, sign]


def test_a_file_that_is_not_a_recording_is_reported(run_page: RunPage, signs: Path) -> None:
    (signs / "ILY").mkdir()
    (signs / "ILY" / "1.npz").write_bytes(b"none")
    assert "cannot be read as a recording" in run_page("signs", SQUARE).error[0].value
