"""Compares a hand with the letter that it should sign: which finger differs most, and how to change it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGER_JOINTS, INDEX_MCP, KNUCKLES, LITTLE_MCP, WRIST, palm_length

Floats = NDArray[np.float64]

FINGERS = ("thumb", "index finger", "middle finger", "ring finger", "little finger")
STRAIGHT = 0.7  # the angle between two neighbours is measured only if both are stretched at least this far
# A smaller difference, in standard deviations among the people who sign the letter, is not reported.
MIN_DEVIATIONS = 2.2


class Measure(NamedTuple):
    """One measure of a hand.

    finger: 0 (thumb) to 4, None for the whole hand. increase, decrease: the advice if the measure should grow,
    or shrink. least_sd: the lower bound for the standard deviation among people.
    """

    finger: int | None
    increase: str
    decrease: str
    least_sd: float


MEASURES = (
    Measure(None, "Turn your hand towards your thumb.", "Turn your hand towards your little finger.", 12.0),  # degrees
    *(
        Measure(n, f"Stretch your {FINGERS[n]}.", f"Bend your {FINGERS[n]}.", 0.12)  # 1 straight .. 0 folded
        for n in range(1, 5)
    ),
    Measure(
        0, "Move your thumb out, away from the palm.", "Move your thumb in, across the palm.", 0.15
    ),  # palm lengths
    Measure(0, "Move your thumb up, towards the fingertips.", "Move your thumb down, towards the wrist.", 0.15),
    *(
        Measure(
            n,
            f"Spread your {FINGERS[n]} and {FINGERS[n + 1]}.",
            f"Bring your {FINGERS[n]} and {FINGERS[n + 1]} together.",
            6.0,  # degrees
        )
        for n in range(1, 4)
    ),
)


class UsualHold(NamedTuple):
    """How people hold a letter: (10,) mean and standard deviation of MEASURES, nan for those that do not apply."""

    mean: Floats
    sd: Floats


class Difference(NamedTuple):
    """What to change. finger: 0 (thumb) to 4, None for the whole hand. text: the advice."""

    finger: int | None
    text: str


def largest_difference(landmarks: NDArray[np.floating], usual: UsualHold) -> Difference | None:
    """The change to make first. landmarks: (21, 3) of a right hand. None if the hand is within the usual range."""
    deviations = (usual.mean - measure(landmarks)) / usual.sd
    if np.isnan(deviations).all():
        return None
    n = int(np.nanargmax(np.abs(deviations)))
    if abs(deviations[n]) < MIN_DEVIATIONS:
        return None
    advice = MEASURES[n]
    return Difference(advice.finger, advice.increase if deviations[n] > 0 else advice.decrease)


def measure_usual_hold(hands: NDArray[np.floating]) -> UsualHold:
    """How these people hold one letter. hands: (n, 21, 3) right hands. Robust to hands with bad landmarks."""
    values = np.array([measure(hand) for hand in hands])
    values[:, np.isnan(values).mean(axis=0) > 0.5] = 0.0  # does not apply to this letter; becomes nan below
    mean = np.nanmedian(values, axis=0)
    sd = 1.4826 * np.nanmedian(np.abs(values - mean), axis=0)  # the median absolute deviation of a normal distribution
    unused = (values == 0).all(axis=0)
    least_sd = np.array([row.least_sd for row in MEASURES])
    return UsualHold(np.where(unused, np.nan, mean), np.where(unused, np.nan, np.maximum(sd, least_sd)))


def measure(landmarks: NDArray[np.floating]) -> Floats:
    """(10,) the values of MEASURES for a hand, nan for those that do not apply. landmarks: (21, 3) of a right hand."""
    points = landmarks[:, :2].astype(np.float64)
    knuckles = points[KNUCKLES].mean(axis=0)
    up = (knuckles - points[WRIST]) / max(float(np.linalg.norm(knuckles - points[WRIST])), 1e-6)
    thumbward = np.array((-up[1], up[0]))
    if (points[INDEX_MCP] - points[LITTLE_MCP]) @ thumbward < 0:
        thumbward = -thumbward
    stretched, angles = [], []
    for finger in range(1, 5):
        joints = points[list(FINGER_JOINTS[finger])]
        bones = float(np.linalg.norm(np.diff(joints, axis=0), axis=1).sum())
        reach = joints[-1] - joints[0]
        stretched.append(float(reach @ up) / max(bones, 1e-6))
        angles.append(float(np.degrees(np.arctan2(reach @ thumbward, reach @ up))))
    palm_centre = (knuckles + points[WRIST]) / 2
    thumb = (points[FINGER_JOINTS[0][-1]] - palm_centre) / max(float(palm_length(points)), 1e-6)
    spread = [angles[n] - angles[n + 1] if min(stretched[n], stretched[n + 1]) > STRAIGHT else np.nan for n in range(3)]
    return np.array([np.degrees(np.arctan2(up[0], -up[1])), *stretched, thumb @ thumbward, thumb @ up, *spread])
