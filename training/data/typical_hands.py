"""Computes a typical hand for each letter, for the chart and for practice: a mean over many people."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.files import write_file
from live.hand import KNUCKLES, WRIST
from live.lessons import measure_usual_hold
from live.letters import HELD_LETTERS
from training.data.folders import find_data, read_training_data
from training.data.types import Hands, merge

NEAREST = 0.1  # the share of a letter's hands that is averaged: those nearest to the median hand
LEAST = 12  # hands that are averaged at least
THUMB = [2, 3, 4]
# The thumb of S lies across the fingers. The landmark network does not see depth there and puts it behind them.
THUMB_IN_FRONT = "S"


def typical_hand(hands: Hands, letter: str) -> NDArray[np.float64]:
    """(21, 3) landmarks relative to the wrist; the unit is the distance from the wrist to the knuckles' centre.

    Raises DataError if there are too few hands.
    """
    of_letter = hands.select(hands.labels == HELD_LETTERS.index(letter))
    points = of_letter.landmarks.astype(np.float64)
    points -= points[:, [WRIST]]
    size = np.linalg.norm(points[:, KNUCKLES].mean(axis=1), axis=1)
    points, sources = points[size > 1] / size[size > 1][:, None, None], of_letter.sources[size > 1]
    if len(points) < LEAST:
        raise DataError(f"there are too few hands of the letter {letter}: {LEAST} are needed")
    # The median of the sources' medians, so that a source with many hands counts no more than another.
    median = np.median([np.median(points[sources == source], axis=0) for source in np.unique(sources)], axis=0)
    distance = np.linalg.norm(points - median, axis=2).mean(axis=1)
    hand: NDArray[np.float64] = points[distance.argsort()[: max(LEAST, round(NEAREST * len(points)))]].mean(axis=0)
    if letter in THUMB_IN_FRONT:
        hand[THUMB, 2] = hand[:, 2].min() - 0.1
    return hand


def make_alphabet(folders: Sequence[Path], out: Path) -> None:
    """Read hands and write the file that live.lessons.alphabet reads. Raises DataError if there are too few hands."""
    hands = read_training_data(find_data(folders)).hands
    if not hands:
        raise DataError("the data has no hands; the chart needs landmarks (*.npz) or pictures of held letters")
    write_alphabet(merge([part.landmarks_only() for part in hands]), out)


def write_alphabet(hands: Hands, out: Path) -> None:
    """Write, for each letter, the typical hand in hundredths of its unit, and the mean and spread of its fingers."""
    rows = []
    for number, letter in enumerate(HELD_LETTERS):
        hand = typical_hand(hands, letter)
        how = measure_usual_hold(hands.landmarks[hands.labels == number])
        row = {
            "hand": np.round(100 * hand).astype(int).tolist(),
            "mean": [None if np.isnan(value) else round(float(value), 2) for value in how.mean],
            "sd": [None if np.isnan(value) else round(float(value), 2) for value in how.sd],
        }
        rows.append(f'"{letter}": {json.dumps(row)}')
    write_file(out, ("{\n" + ",\n".join(rows) + "\n}\n").encode())
