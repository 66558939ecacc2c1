"""Which finger of a hand differs from the letter it wants to sign, and how."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.hand import INDEX_MCP, JOINTS, KNUCKLES, LITTLE_MCP, WRIST, palm_length

Floats = NDArray[np.float64]

NAMES = ("thumb", "index finger", "middle finger", "ring finger", "little finger")
STRAIGHT = 0.7  # how far two neighbours must be stretched for the angle between them to say something

# What is measured of a hand, by which finger, what to do where it should be more, and where less; the least standard
# deviation among people that is believed.
MEASURES = (
    (None, "Turn your hand towards your thumb.", "Turn your hand towards your little finger.", 12.0),  # degrees
    *((n, f"Stretch your {NAMES[n]}.", f"Bend your {NAMES[n]}.", 0.12) for n in range(1, 5)),  # 1 straight .. 0 folded
    (0, "Move your thumb out, away from the palm.", "Move your thumb in, across the palm.", 0.15),  # palm lengths
    (0, "Move your thumb up, towards the fingertips.", "Move your thumb down, towards the wrist.", 0.15),
    *(
        (n, f"Spread your {NAMES[n]} and {NAMES[n + 1]}.", f"Bring your {NAMES[n]} and {NAMES[n + 1]} together.", 6.0)
        for n in range(1, 4)
    ),  # degrees
)
TELL = 2.2  # standard deviations among people who sign that letter


@dataclass(frozen=True)
class Usual:
    """How people hold a letter: means and standard deviations of MEASURES, nan where they mean nothing."""

    mean: Floats
    sd: Floats


@dataclass(frozen=True)
class Difference:
    """finger: 0 (thumb) to 4, None for the whole hand. text: what to do."""

    finger: int | None
    text: str


def largest_difference(landmarks: NDArray[np.floating], usual: Usual) -> Difference | None:
    """What to change first. landmarks: (21, 3) as of a right hand. None where nothing is unusual for that letter."""
    off = (usual.mean - measures(landmarks)) / usual.sd
    if np.isnan(off).all():
        return None
    n = int(np.nanargmax(np.abs(off)))
    if abs(off[n]) < TELL:
        return None
    finger, more, less, _ = MEASURES[n]
    return Difference(finger, more if off[n] > 0 else less)


def usual_of_hands(hands: NDArray[np.floating]) -> Usual:
    """Of (n, 21, 3) right hands that sign one letter; robust against hands that a tracker saw badly."""
    found = np.array([measures(each) for each in hands])
    found[:, np.isnan(found).mean(axis=0) > 0.5] = 0.0  # they mean nothing for this letter, and are taken out below
    mean = np.nanmedian(found, axis=0)
    sd = 1.4826 * np.nanmedian(np.abs(found - mean), axis=0)
    nothing = (found == 0).all(axis=0)
    least = np.array([each[3] for each in MEASURES])
    return Usual(np.where(nothing, np.nan, mean), np.where(nothing, np.nan, np.maximum(sd, least)))


def measures(landmarks: NDArray[np.floating]) -> Floats:
    """(10,) one value for each of MEASURES; nan where it means nothing."""
    points = landmarks[:, :2].astype(np.float64)
    knuckles = points[KNUCKLES].mean(axis=0)
    up = (knuckles - points[WRIST]) / max(float(np.linalg.norm(knuckles - points[WRIST])), 1e-6)
    out = np.array((-up[1], up[0]))
    if (points[INDEX_MCP] - points[LITTLE_MCP]) @ out < 0:
        out = -out
    stretched, angles = [], []
    for finger in range(1, 5):
        joints = points[list(JOINTS[finger])]
        bones = float(np.linalg.norm(np.diff(joints, axis=0), axis=1).sum())
        whole = joints[-1] - joints[0]
        stretched.append(float(whole @ up) / max(bones, 1e-6))
        angles.append(float(np.degrees(np.arctan2(whole @ out, whole @ up))))
    thumb = (points[JOINTS[0][-1]] - (knuckles + points[WRIST]) / 2) / max(float(palm_length(points)), 1e-6)
    between = [
        angles[n] - angles[n + 1] if min(stretched[n], stretched[n + 1]) > STRAIGHT else np.nan for n in range(3)
    ]
    return np.array([np.degrees(np.arctan2(up[0], -up[1])), *stretched, thumb @ out, thumb @ up, *between])
