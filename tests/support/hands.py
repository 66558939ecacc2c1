"""Landmarks to train on, without data of real people."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from live.lessons import typical_hand
from live.letters import HELD_LETTERS


def write_typical_hands(path: Path, sources: Sequence[str], spread: float = 3.0) -> None:
    """Write the typical hand of each held letter, varied, once for each of these sources; one may be there twice.

    spread: standard deviation of the joints; the palm has a length of 10,000. Below 300, sources may count as the
    same recordings.
    """
    rng = np.random.default_rng(0)
    hands = np.stack([typical_hand(letter) for letter in HELD_LETTERS] * len(sources)) * 100
    np.savez(
        path,
        landmarks=(hands + rng.normal(0, spread, hands.shape)).astype(np.float32),
        letter=np.array([*HELD_LETTERS] * len(sources)),
        source=np.repeat(sources, len(HELD_LETTERS)),
        handedness=np.array(["Right"] * len(hands)),
    )
