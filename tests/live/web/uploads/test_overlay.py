from dataclasses import replace

import numpy as np

from live.hand.landmarks import Hand
from live.hand.tracker import LiteRTHandTracker
from live.readers.classifier import LetterClassifier
from live.recognizer import Recognizer
from live.web.uploads.overlay import SURE_BGR, draw
from tests.support import drawn


def test_drawing_leaves_the_frame_unchanged(on_sign_mnist: LetterClassifier) -> None:
    frame = drawn.frame("Y")
    before = frame.copy()
    shown = draw(frame, [Recognizer(on_sign_mnist).process(frame, 0.0)])
    assert np.array_equal(frame, before)
    assert not np.array_equal(shown, before)


def test_only_the_surroundings_of_the_square_are_dimmed(on_sign_mnist: LetterClassifier) -> None:
    frame = drawn.frame("B")
    shown = draw(frame, [Recognizer(on_sign_mnist).process(frame, 0.0)])
    assert np.array_equal(shown[20:460, 100:540], frame[20:460, 100:540])
    assert shown[:, :79].mean() < frame[:, :79].mean() * 0.5


def test_the_skeleton_is_drawn_on_the_hand_and_nothing_is_dimmed(
    classifier: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    frame = drawn.signed("L")
    reading = Recognizer(classifier, tracker).process(frame, 0.0)
    assert reading.hand is not None
    shown = draw(frame, [reading])
    for x, y, _ in reading.hand.landmarks.round().astype(int):
        assert tuple(shown[y, x]) == SURE_BGR
    assert np.array_equal(shown[:100, :100], frame[:100, :100])


def test_a_hand_far_outside_the_frame_can_be_drawn(classifier: LetterClassifier) -> None:
    far = Hand(np.full((21, 3), 1e9, np.float32), "right", 0.9)
    reading = replace(Recognizer(classifier).process(drawn.signed("L"), 0.0), hand=far)
    assert draw(drawn.signed("L"), [reading]).shape == (480, 640, 3)


def test_several_hands_have_boxes_with_numbers_and_a_single_one_has_none(
    classifier: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    chart = drawn.chart("LYWWYL", 3)
    readings = Recognizer(classifier, tracker).read_hands(chart)
    assert len(readings) == 6
    shown = draw(chart, readings)
    for reading in readings:
        assert reading.box_xyxy is not None
        x0, _, x1, y1 = reading.box_xyxy
        assert tuple(shown[y1, (x0 + x1) // 2]) == SURE_BGR  # the lower edge
    x0, _, x1, y1 = readings[0].box_xyxy or (0, 0, 0, 0)
    alone = draw(chart, readings[:1])
    assert tuple(alone[y1, (x0 + x1) // 2]) == tuple(chart[y1, (x0 + x1) // 2])
    swapped = draw(chart, [readings[1], readings[0], *readings[2:]])
    assert not np.array_equal(swapped, shown)  # the numbers differ
