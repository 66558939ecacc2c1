import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from live.lessons.alphabet import letter_svg, typical_hand, usual_hold
from live.lessons.fingers import largest_difference, measure
from live.letters import ALPHABET, HELD_LETTERS
from live.readers.classifier import LetterClassifier
from training.cli.main import main


@pytest.mark.parametrize("letter", ALPHABET)
def test_every_letter_has_a_drawing_and_its_mirror_image(letter: str) -> None:
    drawn, mirrored = letter_svg(letter), letter_svg(letter, mirror=True)
    assert drawn != mirrored
    for each in (drawn, mirrored, letter_svg(letter, mark=1)):
        assert ElementTree.fromstring(each).tag.endswith("svg")


def test_j_and_z_move_unless_the_viewer_wants_less_motion() -> None:
    for letter in ALPHABET:
        assert ("prefers-reduced-motion:no-preference" in letter_svg(letter)) == (letter in "JZ")


def test_the_typical_hands_are_read_as_their_letters(classifier: LetterClassifier) -> None:
    read = [classifier.predict(None, typical_hand(letter).astype(np.float32)).likeliest for letter in HELD_LETTERS]
    wrong = [pair for pair in zip(HELD_LETTERS, read, strict=True) if pair[0] != pair[1]]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("letter", HELD_LETTERS)
def test_a_typical_hand_has_nothing_to_change_and_no_place_size_or_offset_does(letter: str) -> None:
    hand = typical_hand(letter)
    assert largest_difference(hand, usual_hold(letter)) is None
    assert measure(hand * 3 + (40, -7, 0)) == pytest.approx(measure(hand), abs=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("own", "wanted", "finger", "words"),
    [
        ("L", "D", 0, "thumb in"),
        ("D", "L", 0, "thumb out"),
        ("I", "Y", 0, "thumb out"),
        ("V", "W", 3, "Stretch your ring finger"),
        ("W", "V", 3, "Bend your ring finger"),
        ("A", "I", 4, "Stretch your little finger"),
        ("V", "U", 1, "together"),
        ("U", "V", 1, "Spread"),
    ],
)
def test_the_finger_that_differs_is_named(own: str, wanted: str, finger: int, words: str) -> None:
    difference = largest_difference(typical_hand(own), usual_hold(wanted))
    assert difference is not None
    assert (difference.finger, words in difference.text) == (finger, True), difference


def test_the_alphabet_is_made_of_landmarks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    landmarks = np.concatenate(
        [typical_hand(letter) * 2 + rng.normal(0, 1, (15, 21, 3)) for letter in HELD_LETTERS]
    ).astype(np.float32)
    letters = np.repeat(HELD_LETTERS, 15)
    sources, sides = np.tile(["one", "two", "three"], len(letters) // 3), np.full(len(letters), "Right")
    np.savez(tmp_path / "hands.npz", landmarks=landmarks, letter=letters, source=sources, handedness=sides)
    out = tmp_path / "alphabet.json"
    assert main(["alphabet", "--data", str(tmp_path), "--out", str(out)]) == 0
    made = json.loads(out.read_text())
    assert set(made) == set(HELD_LETTERS)
    for letter in HELD_LETTERS:
        wanted = typical_hand(letter) - typical_hand(letter)[0]
        assert np.abs(np.array(made[letter]["hand"]) - wanted)[:, :2].mean() < 6

    np.savez(
        tmp_path / "hands.npz",
        landmarks=landmarks[:20],
        letter=letters[:20],
        source=sources[:20],
        handedness=sides[:20],
    )
    assert main(["alphabet", "--data", str(tmp_path), "--out", str(out)]) == 1
    assert "too few hands of the letter B" in capsys.readouterr().err
