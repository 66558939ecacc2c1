"""Synthesises moving hands, from which the network of J and Z learns.

In go landmarks of held hands by letter and a seed; out comes a `HandMotion`, labelled with its stroke, and the
noisy frames that a hand tracker would see of it.
"""

from training.data.synthetic.motion import (
    J_STYLES,
    KINDS,
    ON_THE_SPOT,
    RATE,
    SLOW_AND_LEVEL,
    ByLetter,
    Floats,
    HandMotion,
    MotionMaker,
    by_letter,
)
from training.data.synthetic.tracking import TrackedFrame, synthetic_frames, tracked_frames

__all__ = [
    "J_STYLES",
    "KINDS",
    "ON_THE_SPOT",
    "RATE",
    "SLOW_AND_LEVEL",
    "ByLetter",
    "Floats",
    "HandMotion",
    "MotionMaker",
    "TrackedFrame",
    "by_letter",
    "synthetic_frames",
    "tracked_frames",
]
