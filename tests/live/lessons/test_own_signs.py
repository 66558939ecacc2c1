"""Own signs, from the recording to the personal model that reads them: hands, light and names."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from live.cli.main import main as fingerspell
from live.files import default_model
from live.hand.networks import HandNetworks
from live.hand.tracker import LiteRTHandTracker
from live.lessons import Recorder, recordings
from live.letters import HELD_LETTERS
from live.readers.classifier import LetterClassifier
from live.readers.contract import read_contract
from live.recognizer import Recognizer
from live.text.spelling import Committed
from live.text.words import WordHelper
from live.web.uploads import read_picture, to_csv
from tests.support import drawn
from training.cli.main import main as fingerspell_train

pytestmark = pytest.mark.slow

Frame = NDArray[np.uint8]
# The drawn letter that each sign looks like.
SIGNS = {"thank you": "W", "你好": "Y", "שלום": "L"}


def as_drawn(frame: Frame) -> Frame:
    """A right hand, in even light."""
    return frame


def mirrored(frame: Frame) -> Frame:
    """The same as a left hand."""
    return np.ascontiguousarray(frame[:, ::-1])


def in_the_dark(frame: Frame) -> Frame:
    """The same in a dim room."""
    return (frame * 0.45).astype(np.uint8)


def in_the_sun(frame: Frame) -> Frame:
    """The same with light from one side."""
    light = np.linspace(0.8, 1.5, frame.shape[1])[None, :, None]
    return np.clip(frame * light, 0, 255).astype(np.uint8)


Change = Callable[[Frame], Frame]


def record(folder: Path, networks: HandNetworks, sign: str, name: str, *changes: Change) -> None:
    """Record a sign as the page does. changes: what happens to every frame."""
    tracker, recorder = LiteRTHandTracker(networks), Recorder(recordings.sign_name(sign))
    for n in range(15):
        frame = changed(drawn.signed(SIGNS[sign], 0.7 + 0.01 * n, (n - 7, 2 * n)), changes)
        recorder.add_frame(frame, tracker.detect(frame), n / 10)
    recordings.save(folder, recorder.recording(), name)


def changed(frame: Frame, changes: tuple[Change, ...]) -> Frame:
    for change in changes:
        frame = change(frame)
    return frame


@pytest.fixture(scope="module")
def own(hand_networks: HandNetworks, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of the recordings, and of the personal model that was trained on them by the command."""
    folder, model = tmp_path_factory.mktemp("own"), tmp_path_factory.mktemp("model") / "mine"
    record(folder, hand_networks, "thank you", "today", mirrored)
    record(folder, hand_networks, "שלום", "today", as_drawn)
    record(folder, hand_networks, "你好", "sun", as_drawn, in_the_sun)
    record(folder, hand_networks, "你好", "dark", mirrored, in_the_dark)
    arguments = ["fit", "--data", str(folder), "--from", str(default_model()), "--out", str(model), "--epochs", "4"]
    assert fingerspell_train(arguments) == 0
    return folder, model


@pytest.fixture
def mine(own: tuple[Path, Path], hand_networks: HandNetworks) -> Recognizer:
    return Recognizer.from_networks(LetterClassifier.load(own[1]), hand_networks)


@pytest.mark.parametrize("change", [as_drawn, mirrored])
@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_that_one_hand_recorded_is_read_from_both_hands(mine: Recognizer, sign: str, change: Change) -> None:
    reading = mine.read_picture(change(drawn.signed(SIGNS[sign], 0.76)))
    assert reading.hand is not None
    assert reading.hand.side == ("right" if change is as_drawn else "left")
    assert reading.letter == sign


def test_recorded_signs_are_read_whatever_their_posture(mine: Recognizer) -> None:
    assert set(SIGNS) <= set(mine.classifier.contract.training["recorded"])
    for sign in SIGNS:
        assert not mine.read_picture(drawn.signed(SIGNS[sign], 0.76)).unusual


def test_two_recordings_of_a_sign_in_different_light_are_both_trained_on(own: tuple[Path, Path]) -> None:
    folder, model = own
    assert sorted(path.name for path in (folder / "你好").iterdir()) == ["dark.npz", "sun.npz"]
    data = read_contract(model).training["data"]
    assert "15 recorded hands of 1 sources (dark.npz)" in data
    assert "15 recorded hands of 1 sources (sun.npz)" in data


@pytest.mark.parametrize("change", [as_drawn, in_the_dark, in_the_sun])
def test_a_sign_recorded_in_two_lights_is_read_in_both_and_in_between(mine: Recognizer, change: Change) -> None:
    assert mine.read_picture(change(drawn.signed(SIGNS["你好"], 0.76))).letter == "你好"


def test_a_second_recording_in_the_same_second_does_not_replace_the_first(
    hand_networks: HandNetworks, tmp_path: Path
) -> None:
    for _ in range(3):
        record(tmp_path, hand_networks, "你好", "now")
    assert sorted(path.name for path in (tmp_path / "你好").iterdir()) == ["now-2.npz", "now-3.npz", "now.npz"]


def test_names_of_all_scripts_arrive_unchanged_in_the_model_and_in_every_output(
    own: tuple[Path, Path], mine: Recognizer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = own[1]
    assert read_contract(model).letters == (*HELD_LETTERS, *sorted(SIGNS))
    assert json.loads((model / "model.json").read_text("utf-8"))["letters"][-1] == "你好"
    files = [tmp_path / f"{sign}.png" for sign in SIGNS]
    for file, letter in zip(files, SIGNS.values(), strict=True):
        file.write_bytes(cv2.imencode(".png", drawn.signed(letter))[1].tobytes())
    assert fingerspell(["photo", "--json", "--model", str(model), *map(str, files)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["letter"] for row in rows] == [*SIGNS]
    table = to_csv([read_picture(file.name, file.read_bytes(), mine) for file in files])
    assert [row["letter"] for row in csv.DictReader(io.StringIO(table.decode("utf-8-sig")))] == [*SIGNS]


def test_a_film_spells_names_of_all_scripts_as_words(
    own: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frames = [drawn.signed(shown, 0.8) for letter in "WYL" for shown in [letter] * 18 + [None] * 8]
    film = drawn.write_film(tmp_path / "signs.mp4", frames)
    assert fingerspell(["video", "--json", "--words", "--model", str(own[1]), str(film)]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["text"] == "thank you 你好 שלום"
    assert last["suggestion"] is None


def test_suggestions_ignore_own_signs_that_were_nearly_read() -> None:
    alternatives = (("S", 0.8), ("thank you", 0.1), ("你", 0.1))
    typed = [Committed(letter, n, n, alternatives if letter == "S" else ()) for n, letter in enumerate("HSLLO")]
    assert WordHelper().suggest(typed) == "HELLO"
