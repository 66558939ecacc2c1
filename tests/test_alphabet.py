import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from live.alphabet import letter_svg, typical_hand, usual
from live.classifier import LetterClassifier
from live.fingers import largest_difference, measures
from live.letters import ALPHABET, HELD_LETTERS


@pytest.mark.parametrize("letter", ALPHABET)
def test_every_letter_has_a_drawing_and_its_mirror_image(letter: str) -> None:
    drawn, mirrored = letter_svg(letter), letter_svg(letter, mirror=True)
    assert drawn != mirrored
    for each in (drawn, mirrored, letter_svg(letter, mark=1)):
        assert ElementTree.fromstring(each).tag.endswith("svg")


def test_j_and_z_move_unless_the_reader_wants_less_motion() -> None:
    for letter in ALPHABET:
        assert ("prefers-reduced-motion:no-preference" in letter_svg(letter)) == (letter in "JZ")


def test_the_typical_hands_are_read_as_their_letters(classifier: LetterClassifier) -> None:
    read = [classifier.predict(None, typical_hand(letter).astype(np.float32)).likeliest for letter in HELD_LETTERS]
    wrong = [pair for pair in zip(HELD_LETTERS, read, strict=True) if pair[0] != pair[1]]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("letter", HELD_LETTERS)
def test_a_typical_hand_has_nothing_to_change_and_no_place_size_or_offset_does(letter: str) -> None:
    hand = typical_hand(letter)
    assert largest_difference(hand, usual(letter)) is None
    assert measures(hand * 3 + (40, -7, 0)) == pytest.approx(measures(hand), abs=1e-6, nan_ok=True)


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
    difference = largest_difference(typical_hand(own), usual(wanted))
    assert difference is not None
    assert (difference.finger, words in difference.text) == (finger, True), difference
