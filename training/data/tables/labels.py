"""Turns the labels of a table into letters, whether they are numbers, in one of two numberings, or letters."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.letters import ALPHABET, HELD_LETTERS, MOVING_LETTERS
from training.data.tables.numbering import DESCRIPTIONS, NUMBERINGS, tell_numbering
from training.data.tables.table import Table, shown
from training.data.types import NOTHING, Crops

MAX_LABEL = 10**6  # far above every numbering, far below an overflow

# The further classes of the ASL alphabet photographs. None of their pictures shows a letter.
NO_LETTERS = (NOTHING, "del", "space")
NAMES = (*ALPHABET, *NO_LETTERS)


def to_crops(table: Table, numbering: str = "auto", still_j_z: bool = False) -> Crops:
    """The table's crops with their letters. Says on stderr what is left out, and that pixels were 0 to 1.

    numbering: "kaggle", "course" or "auto". still_j_z: keep pictures of J and Z, as letters. Raises DataError, and
    SettingError if labels could be of either numbering.
    """
    named, which = _letters(table, numbering)
    if table.scaled:
        print(f"{table.path.name}: all pixels are from 0 to 1, and are read as 0 to 255", file=sys.stderr)
    letters = ALPHABET if still_j_z else HELD_LETTERS
    position = np.array([letters.index(name) if name in letters else -1 for name in NAMES], np.int64)
    labels = position[named]
    kept = labels >= 0
    _say_left_out(table.path, named[~kept])
    if not kept.any():
        raise DataError(f"{table.path}: no row shows a letter that is held still; name a file with such letters")
    images = table.images if kept.all() else table.images[kept]
    described = "letters as labels" if which == "letters" else f"{which} label numbers"
    scale = ", pixels 0 to 1" if table.scaled else ""
    about = f"the {len(images):,} pictures of {table.path.name} ({described}{scale})"
    return Crops(images, labels[kept], about, table.sha256, which, table.path, letters)


def _say_left_out(path: Path, named: NDArray[np.int64]) -> None:
    counts = {NAMES[number]: np.count_nonzero(named == number) for number in np.unique(named).tolist()}
    if counts:
        said = ", ".join(f"{count:,} of {name}" for name, count in counts.items())
        kept = " (still_j_z keeps J and Z)" if set(counts) & set(MOVING_LETTERS) else ""
        print(f"{path.name}: left out, since they show no letter that is held still: {said}{kept}", file=sys.stderr)


def _letters(table: Table, numbering: str) -> tuple[NDArray[np.int64], str]:
    """(n,) positions in NAMES, and the labels' numbering, or "letters"."""
    labels = _numbers_or_text(table)
    if labels.dtype.kind == "U":
        return _named(table, labels), "letters"
    which = numbering
    if numbering == "auto":
        which = tell_numbering(labels.tolist(), lambda label: _place(table, int(np.argmax(labels == label))))
    letters = NUMBERINGS[which]
    position = np.array([NAMES.index(letters[n]) if n in letters else -1 for n in range(len(ALPHABET))], np.int64)
    within = (labels >= 0) & (labels < len(ALPHABET))
    named = np.where(within, position[np.where(within, labels, 0)], -1)
    if (named < 0).any():
        index = int(np.argmax(named < 0))
        raise _fault(
            table, index, f"{labels[index]} is no letter in the {which} numbering "
            f"({DESCRIPTIONS[which]}); correct the row or remove it",
        )  # fmt: skip
    return named, which


def _numbers_or_text(table: Table) -> NDArray[Any]:
    """(n,) int64 if the labels are numbers, however they are written, else text."""
    labels = table.labels
    if labels.dtype.kind in "OUS":
        text = np.array([cell.decode("ascii", "replace") if isinstance(cell, bytes) else str(cell) for cell in labels])
        numbers = np.array([_number(cell) for cell in text.tolist()])
        if np.isnan(numbers).all():
            return np.char.strip(text)
        if np.isnan(numbers).any():
            index = int(np.argmax(np.isnan(numbers)))
            raise _fault(table, index, f"{shown(text[index])} is not a whole number")
        labels = numbers
    if labels.dtype.kind not in "iuf":
        raise DataError(f"{table.path}: labels must be whole numbers or letters, not {labels.dtype}")
    whole = labels == np.rint(labels)  # false for NaN
    if not whole.all():
        raise _fault(table, int(np.argmin(whole)), f"'{labels[np.argmin(whole)]:g}' is not a whole number")
    small = (labels >= -MAX_LABEL) & (labels <= MAX_LABEL)
    if not small.all():
        raise _fault(table, int(np.argmin(small)), f"'{labels[np.argmin(small)]}' is no letter in either numbering")
    return labels.astype(np.int64)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan


def _named(table: Table, labels: NDArray[np.str_]) -> NDArray[np.int64]:
    known = {name.lower(): number for number, name in enumerate(NAMES)}
    named = np.array([known.get(label.lower(), -1) for label in labels.tolist()], np.int64)
    if (named < 0).any():
        index = int(np.argmax(named < 0))
        raise _fault(table, index, f"{shown(labels[index])} is no letter from A to Z; correct the row or remove it")
    return named


def _fault(table: Table, index: int, reason: str) -> DataError:
    return DataError(f"{_place(table, index)}: {reason}")


def _place(table: Table, index: int) -> str:
    return f"{table.path}: {table.place(index, None)}"
