"""Reads data folders, each as what it holds: tables like Sign-MNIST's CSVs, landmarks, or pictures."""

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from live.hand import MAX_CROP_SIDE_PX, LiteRTHandTracker, fetch_networks
from live.letters import ALPHABET, HELD_LETTERS
from training.data.hands import read_npz
from training.data.pictures import labelled_pictures, read_crops, read_photographs
from training.data.tables import find_table, has_table, holds_pictures, read_table
from training.data.types import NOTHING, Crops, Hands, LabelledPicture, TrainingData, merge, merge_crops
from training.errors import SettingError


@dataclass(frozen=True)
class DataFolders:
    """What the files in data folders are, by their names.

    table: a training file of crops, like Sign-MNIST's, or None; table_in: the folder that holds it, or the file itself.
    archives: files of landmarks or recorded hands. pictures: pictures of letters by folder; a folder without pictures
    is not in it.
    """

    table: Path | None
    table_in: Path | None
    archives: tuple[Path, ...]
    pictures: Mapping[Path, Sequence[LabelledPicture]]

    @property
    def crops(self) -> list[LabelledPicture]:
        """The pictures that are crops of hands."""
        return [picture for labelled in self.pictures.values() for picture in labelled if picture.is_crop]

    @property
    def photographs(self) -> list[LabelledPicture]:
        """The pictures in which the hand must be found."""
        return [picture for labelled in self.pictures.values() for picture in labelled if not picture.is_crop]

    def letters(self) -> set[str]:
        """The letters of all pictures."""
        return {picture.letter for picture in (*self.crops, *self.photographs)}

    def sources(self) -> set[str]:
        """The sources of all hands and pictures, but not those of a table. Raises DataError."""
        recorded = (read_npz(path).sources.tolist() for path in self.archives)
        return {picture.source for picture in (*self.crops, *self.photographs)}.union(*recorded)

    def select(self, leave_out: Sequence[str], letters: Sequence[str] | None) -> "DataFolders":
        """The same without the pictures of these sources, and with those of these letters only, if any are given."""
        pictures = {
            folder: [
                picture
                for picture in labelled
                if picture.source not in leave_out and (not letters or picture.letter in letters)
            ]
            for folder, labelled in self.pictures.items()
        }
        return replace(self, pictures={folder: labelled for folder, labelled in pictures.items() if labelled})

    def unstretched(self, stretched: Mapping[str, float]) -> "DataFolders":
        """The same, to be read without the stretch of these sources. stretched: factors of the width, by source."""
        pictures = {
            folder: [replace(picture, stretch=stretched.get(picture.source, 1.0)) for picture in labelled]
            for folder, labelled in self.pictures.items()
        }
        return replace(self, pictures=pictures)


def find_data(folders: Sequence[Path], numbering: str = "auto", still_j_z: bool = False) -> DataFolders:
    """Find out what each folder or file holds, by names and sizes. Says on stderr which pictures are left out.

    numbering: of the letters, if folders of pictures are named by numbers. still_j_z: keep pictures of J and Z. Raises
    DataError if one holds nothing to train on.
    """
    tables = [folder for folder in folders if has_table(folder, "train")]
    if len(tables) > 1:
        raise SettingError(f"{tables[0]} and {tables[1]} both hold a training table; give one of them", "data")
    archives = {folder: _archives(folder) for folder in folders}
    pictures = {folder: _letters_in(folder, numbering, still_j_z) for folder in folders if folder not in tables}
    for folder in folders:
        if folder not in tables and not archives[folder] and not pictures[folder]:
            find_table(folder, "train")  # raises the error that says what is missing
    found = DataFolders(
        find_table(tables[0], "train") if tables else None,
        tables[0] if tables else None,
        tuple(path for paths in archives.values() for path in paths),
        {folder: labelled for folder, labelled in pictures.items() if labelled},
    )
    say_crops(found.crops)
    return found


def _archives(path: Path) -> list[Path]:
    if path.is_file():
        is_table = has_table(path, "train") or holds_pictures(path)
        return [] if is_table or path.suffix.lower() != ".npz" else [path]
    files = (file for file in sorted(path.rglob("*.npz")) if not file.name.startswith("."))  # macOS adds ._NAME.npz
    return [file for file in files if not holds_pictures(file)]


def say_crops(labelled: Sequence[LabelledPicture]) -> None:
    """Say on stderr how many of these pictures are crops, if any are."""
    if n := sum(picture.is_crop for picture in labelled):
        print(
            f"{n:,} pictures of at most {MAX_CROP_SIDE_PX} pixels a side are read as crops of hands; no hand is looked "
            "for in them",
            file=sys.stderr,
        )


def _letters_in(folder: Path, numbering: str, still_j_z: bool) -> list[LabelledPicture]:
    """The pictures of letters in a folder. Says how many show none: training has no use for them."""
    labelled = labelled_pictures(folder, "train", numbering, still_j_z)
    letters = [picture for picture in labelled if picture.letter != NOTHING]
    if n := len(labelled) - len(letters):
        print(f"left out: {n:,} pictures of {NOTHING}, which only evaluate uses", file=sys.stderr)
    return letters


def read_training_data(
    found: DataFolders,
    numbering: str = "auto",
    seed: int = 0,
    leave_out: Sequence[str] = (),
    letters: Sequence[str] | None = None,
    known: tuple[str, ...] | None = None,
    still_j_z: bool = False,
    allow_missing_hands: bool = False,
    stretched: Mapping[str, float] | None = None,
) -> TrainingData:
    """Read what find_data has found. Photographs go through the hand networks, when all else is read and checked.

    seed: for the views made of each photograph. leave_out: sources to skip. letters: read only these, in this
    order; by default `known`, then any others that were recorded. known: by default the held letters. still_j_z:
    keep still pictures of J and Z, which are then held letters, too. allow_missing_hands: accept that no hand is found
    on most photographs. stretched: sources whose pictures are wider than they should be, and how many times; this is
    undone. Raises DataError, and SettingError.
    """
    usual = ALPHABET if still_j_z else HELD_LETTERS
    table = [read_table(found.table, "train", numbering, still_j_z)] if found.table else []
    recorded = [read_npz(path) for path in found.archives]
    stretched = stretched or {}
    _check_sources("leave_out", leave_out, found, recorded)
    _check_sources("stretched", stretched, found, recorded)
    found = found.select(leave_out, letters).unstretched(stretched)
    recorded = [rest.unstretched(stretched) for part in recorded if len(rest := part.without_sources(leave_out))]
    if not (table or recorded or found.pictures):
        raise SettingError("nothing is left to train on", "leave_out", "letters")
    check_present(letters, _present([*table, *recorded]) | found.letters())
    small = [read_crops(folder, labelled) for folder, labelled in found.pictures.items()]
    crops = [*table, *(part for part in small if part)]
    hands = [*recorded, *_read_photographs(found, seed, allow_missing_hands)]
    present = _present([*crops, *hands])
    check_present(letters, present)  # again: perhaps no hand was found on any photograph of one
    new = present - set(known or {*usual, *HELD_LETTERS})
    classes = tuple(letters) if letters else (*(known or usual), *sorted(new))
    crops = [part.select_letters(classes) for part in crops]
    hands = [rest for part in hands if len(rest := part.select_letters(classes))]
    parts: list[Crops | Hands] = [*crops, *hands]
    rendered = [part for part in hands if part.rendered]
    hands = [part for part in hands if not part.rendered]
    if rendered and not crops and all(part.crops is None for part in hands):
        raise SettingError("made hands are learned from beside photographs or crops; add some of these", "data")
    digests = [part.sha256 for part in parts]
    digest = digests[0] if len(parts) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    about = tuple(part.about for part in parts)
    return TrainingData(
        merge_crops(crops) if crops else None,
        tuple(hands),
        about,
        digest,
        classes,
        merge(rendered) if rendered else None,
    )


def _read_photographs(found: DataFolders, seed: int, allow_missing_hands: bool) -> list[Hands]:
    if not found.photographs:
        return []
    tracker = LiteRTHandTracker(fetch_networks())
    return [
        read_photographs(folder, labelled, tracker, seed, allow_missing_hands)
        for folder, labelled in found.pictures.items()
        if not all(picture.is_crop for picture in labelled)
    ]


def _check_sources(setting: str, names: Iterable[str], found: DataFolders, recorded: Iterable[Hands]) -> None:
    known = {picture.source for picture in (*found.crops, *found.photographs)}
    known |= {str(name) for part in recorded for name in part.sources}
    if unknown := set(names) - known:
        raise SettingError(f"{min(unknown)} is the source of no hand in the data", setting)


def check_present(letters: Sequence[str] | None, present: set[str]) -> None:
    """Check that the data have each of the chosen letters. present: those that they have. Raises SettingError."""
    if missing := [letter for letter in letters or () if letter not in present]:
        raise SettingError(f"the data has no picture of {', '.join(missing)}", "letters")


def _present(parts: Iterable[Crops | Hands]) -> set[str]:
    return {part.letters[n] for part in parts for n in np.unique(part.labels)}
