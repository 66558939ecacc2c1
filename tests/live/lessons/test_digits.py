"""The digits 0 to 9 as own signs, from the recording to the personal model; six of them look like a letter."""

import contextlib
import io

import numpy as np
import pytest
from numpy.typing import NDArray

from live.files import default_model
from live.hand import Hand, Side, crop_hand
from live.lessons import Recorder, recordings, typical_hand
from live.letters import HELD_LETTERS
from live.readers.classifier import LetterClassifier
from tests.support import drawn
from tests.support.digits import FINGERS, digit
from training.cli.main import main as fingerspell_train

pytestmark = pytest.mark.slow

LETTERS_OF = {"0": "O", "1": "D", "2": "V", "4": "B", "6": "W", "9": "F"}
SIDES: tuple[Side, Side] = ("right", "left")


def seen(typical: NDArray[np.float64], side: Side, rng: np.random.Generator) -> tuple[NDArray[np.uint8], Hand]:
    """A frame with a hand of this shape, which is never quite the same, and the hand as a tracker finds it."""
    points = typical * rng.uniform(0.95, 1.15) + rng.normal(0, 1.5, (21, 3))
    points[:, :2] += rng.uniform((280, 260), (360, 340)) - points[:, :2].mean(axis=0)
    if side == "left":
        points[:, 0] = drawn.SIZE[0] - 1 - points[:, 0]
    return drawn.with_joints(points[:, :2]), Hand(points.astype(np.float32), side, 1.0)


def read(classifier: LetterClassifier, typical: NDArray[np.float64], rng: np.random.Generator) -> list[str]:
    """What is likeliest in ten hands of this shape, five right and five left ones."""
    hands = [seen(typical, side, rng) for side in SIDES * 5]
    return [classifier.predict(crop_hand(frame, hand), hand.right_landmarks).likeliest for frame, hand in hands]


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> tuple[LetterClassifier, str]:
    """A personal model of all digits, and what its training printed on stderr. The left hand records the odd ones."""
    rng, folder, out = np.random.default_rng(0), tmp_path_factory.mktemp("digits"), tmp_path_factory.mktemp("model")
    for name in FINGERS:
        recorder = Recorder(recordings.sign_name(name, recordings.recorded_signs(folder)))
        for n in range(20):
            recorder.add_frame(*seen(digit(name), SIDES[int(name) % 2], rng), n / 10)
        recordings.save(folder, recorder.recording(), "today")
    arguments = ["fit", "--data", str(folder), "--from", str(default_model()), "--out", str(out / "mine")]
    printed = io.StringIO()
    with contextlib.redirect_stderr(printed):
        assert fingerspell_train(arguments) == 0
    return LetterClassifier.load(out / "mine"), printed.getvalue()


def test_every_digit_is_read_back_from_both_hands(mine: tuple[LetterClassifier, str]) -> None:
    classifier, _ = mine
    assert classifier.contract.letters == (*HELD_LETTERS, *FINGERS)
    rng = np.random.default_rng(1)
    for name in FINGERS:
        assert read(classifier, digit(name), rng).count(name) >= 9, name


def test_training_says_which_digits_look_like_a_letter_and_they_take_its_place(
    mine: tuple[LetterClassifier, str],
) -> None:
    classifier, printed = mine
    rng = np.random.default_rng(2)
    for name in FINGERS:
        letter = LETTERS_OF.get(name)
        assert (f"hands that show {name} look like" in printed) == (letter is not None)
        if letter:
            assert f"hands that show {name} look like {letter}. " in printed
            assert read(classifier, typical_hand(letter), rng).count(name) >= 9
