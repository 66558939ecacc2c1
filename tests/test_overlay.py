import numpy as np

from live.classifier import LetterClassifier
from live.overlay import draw
from live.recognizer import Recognizer
from tests import drawn


def test_the_picture_is_mirrored_for_display_and_never_changed_for_recognition(classifier: LetterClassifier) -> None:
    frame = drawn.frame("Y")
    before = frame.copy()
    reading = Recognizer(classifier).process(frame, 0.0)
    shown, plain = draw(frame, reading), draw(frame, reading, mirror=False)
    assert np.array_equal(frame, before)
    assert np.array_equal(shown, plain[:, ::-1])


def test_what_is_not_read_is_dimmed_and_what_is_read_is_not(classifier: LetterClassifier) -> None:
    frame = drawn.frame("B")
    plain = draw(frame, Recognizer(classifier).process(frame, 0.0), mirror=False)
    assert np.array_equal(plain[20:460, 100:540], frame[20:460, 100:540])
    assert plain[:, :79].mean() < frame[:, :79].mean() * 0.5
