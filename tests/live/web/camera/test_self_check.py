import numpy as np
import pytest
from numpy.typing import NDArray

from live.hand.landmarks import Hand
from live.recognizer import Reading
from live.web.camera.self_check import BLACK_PICTURE, NO_HAND, OUTSIDE, TOO_DARK, TOO_FAR, TOO_NEAR, Advice, SelfCheck
from tests.support import drawn

LIGHT = np.full((480, 640, 3), 150, np.uint8)


def a_hand(size: float) -> Hand:
    points = np.column_stack((drawn.joints("L"), np.zeros(21)))
    points -= points.min(axis=0)
    return Hand((points / points.max() * size).astype(np.float32), "right", 1.0)


def reading(hand: Hand | None, letter: str | None = None, outside: bool = False) -> Reading:
    return Reading(0.0, letter, 0.0, (), hand, None, None, "hand", "", outside)


def told(frame: NDArray[np.uint8], seen: Reading, seconds: float = 5.0) -> Advice | None:
    check, advice = SelfCheck(), None
    for n in range(round(seconds * 10)):
        advice = check.update(frame, seen, n / 10)
    return advice


@pytest.mark.parametrize(
    ("frame", "seen", "advice"),
    [
        (LIGHT // 100, reading(None), BLACK_PICTURE),
        (LIGHT // 6, reading(None), TOO_DARK),
        (LIGHT, reading(None), NO_HAND),
        (LIGHT, reading(a_hand(450)), TOO_NEAR),
        (LIGHT, reading(a_hand(50)), TOO_FAR),
        (LIGHT, reading(a_hand(200), outside=True), OUTSIDE),
        (LIGHT, reading(a_hand(200)), None),
        (LIGHT // 6, reading(a_hand(450), "L"), None),  # where a letter is read all is well
    ],
)
def test_what_keeps_a_hand_from_being_read_is_told(
    frame: NDArray[np.uint8], seen: Reading, advice: Advice | None
) -> None:
    assert told(frame, seen) == advice


def test_what_passes_at_once_is_not_told() -> None:
    assert told(LIGHT // 6, reading(None), 0.5) is None


def test_what_is_right_again_is_no_longer_told() -> None:
    check = SelfCheck()
    advice = [check.update(LIGHT // 6 if n < 20 else LIGHT, reading(a_hand(200)), n / 10) for n in range(40)]
    assert advice[19] == TOO_DARK
    assert advice[-1] is None


@pytest.mark.parametrize(("size", "advice"), [(390, TOO_NEAR), (200, NO_HAND), (85, TOO_FAR)])
def test_a_hand_that_came_too_near_or_went_too_far_to_be_found_is_told_so(size: float, advice: Advice) -> None:
    check, told = SelfCheck(), None
    for n in range(60):
        told = check.update(LIGHT, reading(a_hand(size) if n < 10 else None), n / 10)
    assert told == advice
