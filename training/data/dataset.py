"""TODO."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from live.errors import DataError
from live.hand import LiteRTHandTracker, fetch_networks
from live.letters import HELD_LETTERS
from training.data.hands import labelled_pictures, read_npz, read_pictures
from training.data.sign_mnist import find_csv, has_csv, read_split
from training.data.types import TrainingData


def read_training_data(
    folders: Sequence[Path],
    numbering: str,
    seed: int,
    leave_out: Sequence[str] = (),
    letters: Sequence[str] | None = None,
    known: tuple[str, ...] = HELD_LETTERS,
) -> TrainingData:
    """Read every folder as what it is: Sign-MNIST's training file, landmarks, or pictures (by the hand networks).

    seed: of the views that are made of each picture. leave_out: sources of hands that are passed over. letters: these
    alone, in this order; else known, and after them the new signs that were recorded. Raises DataError; the quick ones
    first.
    """
    tables = [folder for folder in folders if has_csv(folder, "train")]
    archives = {folder: _landmark_files(folder) for folder in folders}
    pictures = {folder: labelled_pictures(folder) for folder in folders if folder not in tables}
    if len(tables) > 1:
        raise DataError(f"--data {tables[0]} and {tables[1]} both hold a training CSV; give one of them")
    for folder in folders:
        if folder not in tables and not archives[folder] and not pictures[folder]:
            find_csv(folder, "train")  # says what is missing
    crops = read_split(tables[0], "train", numbering) if tables else None
    hands = [read_npz(path) for paths in archives.values() for path in paths]
    if any(pictures.values()):
        tracker = LiteRTHandTracker(fetch_networks())
        hands += [read_pictures(folder, found, tracker, seed) for folder, found in pictures.items() if found]
    unknown = set(leave_out) - {str(name) for each in hands for name in each.sources}
    if unknown:
        raise DataError(f"--leave-out {min(unknown)}: no hand in --data is of that source")
    if leave_out:
        hands = [kept for each in hands if len(kept := each.without(leave_out))]
    parts = ([crops] if crops else []) + hands
    have = {each.letters[n] for each in parts for n in np.unique(each.labels)}
    classes = tuple(letters) if letters else (*known, *sorted(have - {*known, *HELD_LETTERS}))
    if missing := [letter for letter in letters or () if letter not in have]:
        raise DataError(f"--letters: --data has no picture of {', '.join(missing)}")
    crops = crops.of(classes) if crops else None
    hands = [kept for each in hands if len(kept := each.of(classes))]
    parts = ([crops] if crops else []) + hands
    digests = [part.sha256 for part in parts]
    digest = digests[0] if len(parts) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return TrainingData(crops, tuple(hands), tuple(part.about for part in parts), digest, classes)


def _landmark_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.npz")) if folder.is_dir() else []
