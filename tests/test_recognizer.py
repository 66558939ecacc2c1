import json
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.classifier import LetterClassifier
from live.contract import default_model
from live.hands import Hand
from live.recognizer import Recognizer
from tests import drawn


class Looks:
    """A hand tracker that answers what it is told to."""

    def __init__(self, hand: Hand | None) -> None:
        self.hand = hand

    def find(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        return self.hand


def test_importing_the_recogniser_pulls_in_no_tensorflow_keras_or_streamlit() -> None:
    program = "import json, sys, live.recognizer; print(json.dumps(sorted(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    packages = {name.split(".")[0] for name in json.loads(output)}
    assert "live" in packages
    assert packages.isdisjoint({"tensorflow", "keras", "streamlit", "pandas", "training"})


def test_without_a_tracker_the_square_in_the_middle_is_read(classifier: LetterClassifier) -> None:
    reading = Recognizer(classifier).process(drawn.frame("B"), 0.0)
    assert reading.mode == "square"
    assert reading.hand is None
    assert reading.box_xyxy == (80, 0, 560, 480)
    assert reading.letter == "B"
    assert reading.top[0] == ("B", reading.confidence)
    assert len(reading.top) == 3
    assert reading.crop is not None
    assert reading.crop.shape == (28, 28)


def test_with_a_tracker_the_hand_is_read_where_it_is(classifier: LetterClassifier) -> None:
    frame = np.full((480, 640, 3), drawn.WALL, np.uint8)
    frame[100:300, 400:600] = drawn.hand("B", 200)
    hand = Hand((400, 100, 600, 300), np.zeros((21, 3), np.float32), "right", 0.9)
    reading = Recognizer(classifier, Looks(hand)).process(frame, 0.0)
    assert (reading.mode, reading.hand, reading.letter) == ("hand", hand, "B")


def test_no_hand_no_letter(classifier: LetterClassifier) -> None:
    reading = Recognizer(classifier, Looks(None)).process(drawn.frame("B"), 0.0)
    assert (reading.letter, reading.top, reading.hand, reading.crop) == (None, (), None, None)


def test_a_reading_below_the_models_threshold_shows_no_letter(classifier: LetterClassifier) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (28, 28, 3), dtype=np.uint8)
    reading = Recognizer(classifier).process(noise, 0.0)
    assert reading.confidence < classifier.contract.threshold
    assert reading.letter is None
    assert len(reading.top) == 3


@given(st.integers(0, 255), st.integers(0, 15))
def test_a_bare_wall_is_no_letter_however_it_is_lit(gray: int, shade: int) -> None:
    wall = np.full((480, 640, 3), gray, np.uint8)
    wall += np.linspace(0, min(shade, 255 - gray), 480).astype(np.uint8)[:, None, None]
    reading = Recognizer(LetterClassifier.load(default_model())).process(wall, 0.0)
    assert (reading.letter, reading.top) == (None, ())


def test_held_letters_become_text(classifier: LetterClassifier) -> None:
    recognizer = Recognizer(classifier)
    for n, frame in enumerate(drawn.frames(drawn.WORD, fps=15, hold_s=1.0)):
        reading = recognizer.process(frame, n / 15)
    assert reading.text == drawn.WORD
