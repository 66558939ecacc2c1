"""A typical hand for each letter, for the chart and for practice: the mean of many people's, so it is nobody's."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.files import write_file
from live.hand import KNUCKLES, WRIST
from live.lessons import usual_hold_of
from live.letters import HELD_LETTERS
from training.data.dataset import read_training_data
from training.data.types import Hands, merge

NEAREST = 0.1  # share of a letter's hands, those most like the middle one, that are averaged
LEAST = 12  # of them
THUMB = [2, 3, 4]
ACROSS = "S"  # its thumb lies across the fingers; the landmark network, which does not see depth there, puts it behind


def typical_hand(hands: Hands, letter: str) -> NDArray[np.float64]:
    """(21, 3) about the wrist, in lengths from it to the knuckles. Raises DataError where there are too few."""
    own = hands.take(hands.labels == HELD_LETTERS.index(letter))
    points = own.landmarks.astype(np.float64)
    points -= points[:, [WRIST]]
    size = np.linalg.norm(points[:, KNUCKLES].mean(axis=1), axis=1)
    points, sources = points[size > 1] / size[size > 1][:, None, None], own.sources[size > 1]
    if len(points) < LEAST:
        raise DataError(f"--data has too few hands of the letter {letter}: {LEAST} are needed")
    middle = np.median([np.median(points[sources == each], axis=0) for each in np.unique(sources)], axis=0)
    apart = np.linalg.norm(points - middle, axis=2).mean(axis=1)
    hand: NDArray[np.float64] = points[apart.argsort()[: max(LEAST, round(NEAREST * len(points)))]].mean(axis=0)
    if letter in ACROSS:
        hand[THUMB, 2] = hand[:, 2].min() - 0.1
    return hand


def make_alphabet(folders: Sequence[Path], out: Path) -> None:
    """Read hands and write what live.lessons.alphabet reads. Raises DataError where they have none, or too few."""
    read = read_training_data(folders, "auto", 0).hands
    if not read:
        raise DataError("--data has no hands; the chart is made of landmarks (*.npz) or pictures of held letters")
    write_alphabet(merge([replace(each, crops=None, masks=None) for each in read]), out)


def write_alphabet(hands: Hands, out: Path) -> None:
    """Letter by letter the hand, in hundredths of that length, and how people hold it."""
    rows = []
    for number, letter in enumerate(HELD_LETTERS):
        hand = typical_hand(hands, letter)
        how = usual_hold_of(hands.landmarks[hands.labels == number])
        row = {
            "hand": np.round(100 * hand).astype(int).tolist(),
            "mean": [None if np.isnan(each) else round(float(each), 2) for each in how.mean],
            "sd": [None if np.isnan(each) else round(float(each), 2) for each in how.sd],
        }
        rows.append(f'"{letter}": {json.dumps(row)}')
    write_file(out, ("{\n" + ",\n".join(rows) + "\n}\n").encode())
