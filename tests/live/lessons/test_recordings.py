"""Recordings of custom signs, and the personal model that training makes from them."""

import hashlib
import json
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.errors import DataError
from live.files import default_model
from live.hand import Hand
from live.hand.networks import HandNetworks
from live.hand.tracker import LiteRTHandTracker
from live.lessons import recordings
from live.lessons.recordings import Recorder, Recording, RecordingError, sign_name
from live.letters import HELD_LETTERS
from live.readers.classifier import LetterClassifier
from live.readers.contract import read_contract
from tests.support import drawn, models
from training.cli.main import main
from training.data.folders import find_data, read_training_data
from training.data.hands import read_npz
from training.data.types import LabelledPicture
from training.studies.personal.gain import gain, halves

pytestmark = pytest.mark.slow

Frame = NDArray[np.uint8]


def recorded(
    networks: HandNetworks, letter: str, sign: str, n: int = 12, keep_pictures: bool = False,
    changed: Callable[[Frame], Frame] = lambda frame: frame,
) -> Recording:  # fmt: skip
    """A drawn hand, moved a little from frame to frame. changed: what happens to each frame."""
    tracker, recorder = LiteRTHandTracker(networks), Recorder(sign, keep_pictures)
    for i in range(n):
        frame = changed(drawn.signed(letter, 0.7 + 0.01 * i, (i - n // 2, 2 * i)))
        recorder.add_frame(frame, tracker.detect(frame), i / 10)
    return recorder.recording()


def one_hand(sign: str) -> Recording:
    """A recording of a drawn hand, made without a network."""
    recorder = Recorder(sign)
    landmarks = np.column_stack((drawn.joints("L"), np.zeros(21))).astype(np.float32)
    recorder.add_frame(drawn.signed("L"), Hand(landmarks, "right", 1.0), 0.0)
    return recorder.recording()


# Names that are kept exactly as they are typed, in any script.
KEPT = [
    "thank you", "ILY", "B", "0", "7", "x-2", "don't", "o\N{RIGHT SINGLE QUOTATION MARK}clock", "ÄÖ", "straße", "ıI",
    "café", "你好", "ありがとう", "감사", "שלום", "شكرا", "спасибо", "ευχαριστώς", "नमस्ते", "ขอบคุณ", "٣", "x" * 16,
]  # fmt: skip


@pytest.mark.parametrize("typed", KEPT)
def test_a_signs_name_is_kept_exactly(typed: str) -> None:
    assert sign_name(typed) == typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  thank   you ", "thank you"), ("a\N{NO-BREAK SPACE}b", "a b"), ("cafe\u0301", "café"), ("\u1112\u1161", "하")],
)
def test_only_what_nobody_sees_of_a_name_changes(typed: str, kept: str) -> None:
    assert sign_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "has 0"), ("   ", "has 0"), ("x" * 17, "has 17"), ("x" * 200, "has 200"), ("../x", "has '.'"),
        ("a/b", "has '/'"), ("a\\b", "has"), ("..", "has '.'"), ("end.", "has '.'"), ("nul\0", r"has '\\x00'"),
        ("a:b", "has ':'"), ("<b>", "has '<'"), ("🤟", r"has '\\U0001f91f'"), ("a\u200bb", r"has '\\u200b'"),
        ("\u202eab", r"has '\\u202e'"), ("\ud800", r"has '\\ud800'"), ("\u3164", r"has '\\u3164'"),
        ("1\ufe0f", r"has '\\ufe0f'"), ("-", "begins and ends"), ("-x", "begins and ends"), ("x-", "begins and ends"),
        ("\u0301x", "begins and ends"), ("j", "drawn in the air"), ("Z", "drawn in the air"), ("con", "Windows"),
        ("AUX", "Windows"), ("Com1", "Windows"), ("lpt¹", "Windows"), ("b", "too like B"), ("Ｂ", "too like B"),
    ],
)  # fmt: skip
def test_an_invalid_name_is_refused_with_one_line_that_says_why(typed: str, fault: str) -> None:
    with pytest.raises(RecordingError, match=fault) as refused:
        sign_name(typed)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("typed", ["ILY", "Ily", "ｉｌｙ"])
def test_a_name_that_differs_from_a_recorded_sign_only_in_case_or_width_is_refused(typed: str) -> None:
    with pytest.raises(RecordingError, match="too like ily, a sign already; use ily"):
        sign_name(typed, ["ily"])
    assert sign_name("ily", ["ily"]) == "ily"


@settings(deadline=None)
@given(st.one_of(st.text(max_size=20), st.text(st.characters(categories=("L", "M", "N", "Zs", "Pd")), max_size=20)))
def test_any_name_is_refused_in_one_line_or_comes_back_from_the_file_and_from_the_model(name: str) -> None:
    refusal = ""
    try:
        sign = sign_name(name)
    except RecordingError as error:
        refusal = str(error)
    if refusal:
        assert refusal.isprintable()
        return
    assert sign == unicodedata.normalize("NFC", " ".join(name.split()))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = recordings.save(folder, one_hand(sign), "today").path
        assert path == folder / sign / "today.npz"
        assert recordings.read(path).sign == sign
        assert recordings.recorded_signs(folder) == [sign]
        assert [path.relative_to(folder).parts for path in recordings.list_files(folder)] == [(sign, "today.npz")]
        data = read_training_data(find_data([folder]))
        assert data.letters == (*HELD_LETTERS, *({sign} - {*HELD_LETTERS}))
        (folder / "model.json").write_bytes(
            replace(read_contract(default_model()), letters=data.letters).to_json().encode()
        )
        assert read_contract(folder).letters == data.letters


def test_hands_are_recorded_ten_times_a_second_and_a_recording_without_any_is_an_error(
    hand_networks: HandNetworks,
) -> None:
    hand = LiteRTHandTracker(hand_networks).detect(drawn.signed("L"))
    recorder = Recorder("L")
    for n in range(60):
        recorder.add_frame(drawn.signed("L"), hand if n >= 30 else None, n / 30)
    assert len(recorder.recording()) == 10
    with pytest.raises(RecordingError, match="No hand was seen"):
        Recorder("L").recording()


def test_a_saved_recording_is_read_back_and_bad_hands_are_deleted(hand_networks: HandNetworks, tmp_path: Path) -> None:
    kept = recordings.save(tmp_path, recorded(hand_networks, "Y", "ILY", keep_pictures=True), "today")
    assert kept.path == tmp_path / "ILY" / "today.npz"
    again = recordings.read(kept.path)
    assert again.sign == "ILY"
    assert np.array_equal(again.crops, kept.crops)
    assert again.pictures == kept.pictures
    whole = cv2.imdecode(np.frombuffer(again.pictures[0], np.uint8), cv2.IMREAD_COLOR)
    assert whole is not None
    assert whole.shape == (480, 640, 3)
    recordings.save(tmp_path, again.without([0, 2]), "")
    left = recordings.read(kept.path)
    assert np.array_equal(left.landmarks, kept.landmarks[[1, *range(3, 12)]])
    assert left.pictures == (kept.pictures[1], *kept.pictures[3:])
    recordings.save(tmp_path, left.without(list(range(10))), "")
    assert recordings.list_files(tmp_path) == []


def test_complete_pictures_are_kept_only_if_asked_for(hand_networks: HandNetworks, tmp_path: Path) -> None:
    kept = recordings.save(tmp_path, recorded(hand_networks, "Y", "ILY"), "today")
    assert kept.path is not None
    with np.load(kept.path) as arrays:
        assert set(arrays) == {"landmarks", "letter", "source", "handedness", "crops", "masks"}


def test_a_damaged_recording_is_an_error(tmp_path: Path) -> None:
    path = recordings.save(tmp_path, one_hand("A"), "today").path
    assert path is not None
    whole, faults = path.read_bytes(), []
    changed_bytes = (bytes([*whole[:at], whole[at] ^ 255, *whole[at + 1 :]]) for at in range(0, len(whole), 17))
    for content in (b"PK\x03\x04", b"\x93NUMPY", whole[:-9], *changed_bytes):
        path.write_bytes(content)
        recordings.recorded_signs(tmp_path)
        try:
            recordings.read(path)
        except RecordingError as error:
            faults.append(str(error))
    assert len(faults) > 50
    assert all(fault.startswith(str(path)) and fault.endswith("delete it") and "\n" not in fault for fault in faults)


def test_a_folder_that_a_system_has_renamed_does_not_rename_the_sign(tmp_path: Path) -> None:
    path = recordings.save(tmp_path, one_hand("café"), "today").path
    assert path is not None
    renamed = path.parent.rename(tmp_path / unicodedata.normalize("NFD", "CAFÉ")) / path.name
    assert recordings.read(renamed).sign == "café"
    assert recordings.recorded_signs(tmp_path) == ["café"]


def test_a_file_of_several_signs_is_not_a_recording(tmp_path: Path) -> None:
    path = recordings.save(tmp_path, one_hand("A"), "today").path
    assert path is not None
    with np.load(path) as file:
        arrays = {name: np.concatenate((array, array)) for name, array in file.items()}
    np.savez(path, **arrays | {"letter": np.array(["A", "B"])}, allow_pickle=False)
    with pytest.raises(RecordingError, match="not a recording of one sign"):
        recordings.read(path)


@pytest.mark.parametrize(
    ("sign", "read", "other"),
    [
        ("2", ["V", "V", None, "K"], "V"), ("2", ["V", None, None], None), ("2", [None, None], None), ("2", [], None),
        ("V", ["K", "K"], None), ("2", ["2", "2", "V"], None), ("two", ["2", "2", "V"], "2"),
    ],
)  # fmt: skip
def test_a_new_sign_of_which_half_the_hands_look_like_another_is_told(
    sign: str, read: list[str | None], other: str | None
) -> None:
    line = recordings.lookalike(sign, read)
    assert (line is None) == (other is None)
    if line and other:
        assert f"{read.count(other)} of the {len(read)} hands that show {sign} look like {other}." in line


def test_a_recording_is_data_to_train_on(hand_networks: HandNetworks, tmp_path: Path) -> None:
    kept = recordings.save(tmp_path, recorded(hand_networks, "L", "ILY"), "today")
    assert kept.path is not None
    hands = read_npz(kept.path)
    assert {hands.letters[n] for n in hands.labels} == {"ILY"}
    assert hands.crops is not None
    assert np.array_equal(hands.crops[:, 0], kept.crops)


def test_a_few_recordings_make_a_personal_model_with_custom_signs(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, out = tmp_path / "own", tmp_path / "mine"
    recordings.save(own, recorded(hand_networks, "W", "ILY", 20), "today")
    recordings.save(own, recorded(hand_networks, "Y", "Y", 20), "today")
    assert main(["fit", "--data", str(own), "--from", str(default_model()), "--out", str(out), "--epochs", "4"]) == 0
    printed = capsys.readouterr()
    assert "right before" in printed.out
    assert printed.err.count("note: ") == 1  # none for Y, which is a letter
    assert "hands that show ILY look like W." in printed.err
    contract, base = read_contract(out), read_contract(default_model())
    assert contract.letters == (*base.letters, "ILY")
    assert contract.measurements["own"].figures.mean == 1.0
    assert contract.training["recipe"] == "personal"
    assert json.loads((out / "settings.json").read_text())["base"] == str(default_model())

    mine, before = LetterClassifier.load(out), LetterClassifier.load(default_model())
    tracker = LiteRTHandTracker(hand_networks)
    for letter, sign in (("W", "ILY"), ("Y", "Y"), ("L", "L")):
        frame = drawn.signed(letter, 0.75, (9, -7))
        hand = tracker.detect(frame)
        assert hand is not None
        assert mine.predict(None, hand.right_landmarks).likeliest == sign
    assert before.contract.letters == base.letters
    assert main(["fit", "--data", str(own), "--from", str(out), "--out", str(out)]) == 1  # it never becomes itself
    assert read_contract(out) == contract


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (["--from", "nowhere"], "is not a folder"),
        (["--from", "BASE", "--recipe", "letters"], "--recipe: a personal model"),
        (["--from", "BASE", "--final"], "--final: a personal model"),
        (["--from", "BASE", "--data", "MNIST"], "leave Sign-MNIST out"),
        (["--from", "BASE", "--data", "CASES"], "too like"),
    ],
)
def test_a_personal_model_that_cannot_be_made_is_refused(
    more: list[str], fault: str, tmp_path: Path, hand_networks: HandNetworks, small_sign_mnist: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    recordings.save(tmp_path / "own", recorded(hand_networks, "Y", "Y", 3), "today")
    for sign in ("ily", "Ily"):  # recorded on two machines
        recordings.save(tmp_path / "cases", one_hand(sign), sign)
    named = {"BASE": str(default_model()), "MNIST": str(small_sign_mnist), "CASES": str(tmp_path / "cases")}
    arguments = ["fit", "--data", str(tmp_path / "own"), "--out", str(tmp_path / "out")]
    assert main([*arguments, *(named.get(each, each) for each in more)]) == 1
    assert fault in capsys.readouterr().err
    assert not (tmp_path / "out" / "model.json").exists()


@pytest.mark.parametrize("harm", ["carries code", "is cut short"])
def test_a_keras_file_that_does_harm_is_refused(
    harm: str, tmp_path: Path, hand_networks: HandNetworks, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = models.copy(tmp_path / "model")
    file = tmp_path / "model" / contract.readers["cnn"].files["keras"]
    if harm == "carries code":
        keras.Sequential([keras.Input((28, 28, 1)), *models.tiny().layers, keras.layers.Lambda(lambda x: x)]).save(file)
    else:
        file.write_bytes(file.read_bytes()[:2000])
    contract_json = json.loads((tmp_path / "model" / "model.json").read_text())
    for each in contract_json["readers"].values():
        each["sha256"]["keras"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (tmp_path / "model" / "model.json").write_text(json.dumps(contract_json))
    recordings.save(tmp_path / "own", recorded(hand_networks, "Y", "Y", 3), "today")
    arguments = ["fit", "--data", str(tmp_path / "own"), "--from", str(tmp_path / "model")]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert "cannot be loaded" in error
    assert ("Lambda" in error) == (harm == "carries code")
    assert not (tmp_path / "out" / "model.json").exists()


def test_the_first_frames_of_each_letter_train_and_the_last_ones_measure() -> None:
    pictures = [LabelledPicture(Path(letter) / f"{n:02}.jpg", letter, "me") for n in range(5) for letter in "BA"]
    first, last = halves(pictures)
    assert [str(each.path) for each in first] == ["A/00.jpg", "A/01.jpg", "B/00.jpg", "B/01.jpg"]
    assert len(first) + len(last) == len(pictures)
    assert not {each.path for each in first} & {each.path for each in last}


def test_a_folder_without_signers_is_an_error(tmp_path: Path, hand_networks: HandNetworks) -> None:
    with pytest.raises(DataError, match="name a folder of signers"):
        gain(tmp_path / "nowhere", default_model(), 0)
