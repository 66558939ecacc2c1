import numpy as np
import pytest
from numpy.typing import NDArray

from live.hand.landmarks import Hand
from live.recognizer import Reading
from live.web.camera.self_check import (
    BLACK_PICTURE,
    NO_HAND,
    OUTSIDE,
    TOO_DARK,
    TOO_FAR,
    TOO_NEAR,
    UNUSUAL,
    Advice,
    SelfCheck,
)
from tests.support import drawn

LIGHT = np.full((480, 640, 3), 150, np.uint8)


def hand_of_size(size: float) -> Hand:
    points = np.column_stack((drawn.joints("L"), np.zeros(21)))
    points -= points.min(axis=0)
    return Hand((points / points.max() * size).astype(np.float32), "right", 1.0)


def reading_of(hand: Hand | None, letter: str | None = None, outside: bool = False, unusual: bool = False) -> Reading:
    return Reading(0.0, letter, 0.0, (), hand, None, None, "hand", "", outside, unusual)


def advice_after(frame: NDArray[np.uint8], reading: Reading, seconds: float = 5.0) -> Advice | None:
    check, advice = SelfCheck(), None
    for n in range(round(seconds * 10)):
        advice = check.update(frame, reading, n / 10)
    return advice


@pytest.mark.parametrize(
    ("frame", "reading", "advice"),
    [
        (LIGHT // 100, reading_of(None), BLACK_PICTURE),
        (LIGHT // 6, reading_of(None), TOO_DARK),
        (LIGHT, reading_of(None), NO_HAND),
        (LIGHT, reading_of(hand_of_size(450)), TOO_NEAR),
        (LIGHT, reading_of(hand_of_size(50)), TOO_FAR),
        (LIGHT, reading_of(hand_of_size(200), outside=True), OUTSIDE),
        (LIGHT, reading_of(hand_of_size(200), unusual=True), UNUSUAL),
        (LIGHT, reading_of(hand_of_size(200)), None),
        (LIGHT // 6, reading_of(hand_of_size(450), "L"), None),  # while letters are read, all is well
    ],
)
def test_advice_names_why_a_hand_cannot_be_read(
    frame: NDArray[np.uint8], reading: Reading, advice: Advice | None
) -> None:
    assert advice_after(frame, reading) == advice


def test_a_problem_that_passes_quickly_gets_no_advice() -> None:
    assert advice_after(LIGHT // 6, reading_of(None), 0.5) is None


def test_advice_ends_once_all_is_well_again() -> None:
    check = SelfCheck()
    advice = [check.update(LIGHT // 6 if n < 20 else LIGHT, reading_of(hand_of_size(200)), n / 10) for n in range(40)]
    assert advice[19] == TOO_DARK
    assert advice[-1] is None


@pytest.mark.parametrize(("size", "advice"), [(390, TOO_NEAR), (200, NO_HAND), (85, TOO_FAR)])
def test_a_hand_that_was_lost_too_near_or_too_far_gets_that_advice(size: float, advice: Advice) -> None:
    check, shown = SelfCheck(), None
    for n in range(60):
        shown = check.update(LIGHT, reading_of(hand_of_size(size) if n < 10 else None), n / 10)
    assert shown == advice
