"""Reads data folders, each as what it holds: tables like Sign-MNIST's CSVs, landmarks, or pictures."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from live.hand import LiteRTHandTracker, fetch_networks
from live.letters import ALPHABET, HELD_LETTERS
from training.data.hands import labelled_pictures, read_npz, read_pictures
from training.data.tables import find_table, has_table, holds_pictures, read_table
from training.data.types import Crops, Hands, LabelledPicture, TrainingData
from training.errors import SettingError


@dataclass(frozen=True)
class DataFolders:
    """What the files in data folders are, by their names.

    table: a training file of crops, like Sign-MNIST's, or None; table_in: the folder that holds it, or the file itself.
    archives: files of landmarks or recorded hands. pictures: labelled pictures by folder; a folder without pictures is
    not in it.
    """

    table: Path | None
    table_in: Path | None
    archives: tuple[Path, ...]
    pictures: Mapping[Path, Sequence[LabelledPicture]]


def find_data(folders: Sequence[Path]) -> DataFolders:
    """Find out what each folder or file holds, without reading it. Raises DataError if one has nothing to train on."""
    tables = [folder for folder in folders if has_table(folder, "train")]
    if len(tables) > 1:
        raise SettingError(f"{tables[0]} and {tables[1]} both hold a training table; give one of them", "data")
    archives = {folder: _archives(folder) for folder in folders}
    pictures = {folder: labelled_pictures(folder) for folder in folders if folder not in tables}
    for folder in folders:
        if folder not in tables and not archives[folder] and not pictures[folder]:
            find_table(folder, "train")  # raises the error that says what is missing
    return DataFolders(
        find_table(tables[0], "train") if tables else None,
        tables[0] if tables else None,
        tuple(path for paths in archives.values() for path in paths),
        {folder: labelled for folder, labelled in pictures.items() if labelled},
    )


def _archives(path: Path) -> list[Path]:
    if path.is_file():
        is_table = has_table(path, "train") or holds_pictures(path)
        return [] if is_table or path.suffix.lower() != ".npz" else [path]
    return [file for file in sorted(path.rglob("*.npz")) if not holds_pictures(file)]


def read_training_data(
    found: DataFolders,
    numbering: str = "auto",
    seed: int = 0,
    leave_out: Sequence[str] = (),
    letters: Sequence[str] | None = None,
    known: tuple[str, ...] | None = None,
    still_j_z: bool = False,
) -> TrainingData:
    """Read what find_data has found. Pictures go through the hand networks.

    seed: for the views made of each picture. leave_out: sources of hands to skip. letters: read only these, in this
    order; by default `known`, then any new signs that were recorded. known: by default the held letters. still_j_z:
    keep still pictures of J and Z, which are then held letters, too. Raises DataError, and SettingError.
    """
    known = known or (ALPHABET if still_j_z else HELD_LETTERS)
    crops = read_table(found.table, "train", numbering, still_j_z) if found.table else None
    hands = _read_hands(found, seed, leave_out)
    present = {part.letters[n] for part in _parts(crops, hands) for n in np.unique(part.labels)}
    if missing := [letter for letter in letters or () if letter not in present]:
        raise SettingError(f"the data has no picture of {', '.join(missing)}", "letters")
    classes = tuple(letters) if letters else (*known, *sorted(present - {*known, *HELD_LETTERS}))
    crops = crops.select_letters(classes) if crops else None
    hands = [rest for part in hands if len(rest := part.select_letters(classes))]
    parts = _parts(crops, hands)
    digests = [part.sha256 for part in parts]
    digest = digests[0] if len(parts) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return TrainingData(crops, tuple(hands), tuple(part.about for part in parts), digest, classes)


def _read_hands(found: DataFolders, seed: int, leave_out: Sequence[str]) -> list[Hands]:
    hands = [read_npz(path) for path in found.archives]
    if found.pictures:
        tracker = LiteRTHandTracker(fetch_networks())
        hands += [read_pictures(folder, labelled, tracker, seed) for folder, labelled in found.pictures.items()]
    if not leave_out:
        return hands
    unknown = set(leave_out) - {str(name) for part in hands for name in part.sources}
    if unknown:
        raise SettingError(f"{min(unknown)} is the source of no hand in the data", "leave_out")
    return [rest for part in hands if len(rest := part.without_sources(leave_out))]


def _parts(crops: Crops | None, hands: Sequence[Hands]) -> list[Crops | Hands]:
    return [*([crops] if crops else []), *hands]
