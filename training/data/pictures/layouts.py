"""Finds labelled pictures by the names of their folders: LETTER/*.jpg, SIGNER/LETTER/*.jpg, and what comes with them.

Only the pictures' sizes are read from the files.
"""

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from PIL import Image

from live.errors import DataError
from live.hand import MAX_CROP_SIDE_PX
from live.letters import ALPHABET, MOVING_LETTERS
from live.sources import is_picture
from training.data.tables import NUMBERINGS, TEST_WORDS, VALIDATION_WORDS, Split, tell_numbering, words
from training.data.types import NOTHING, LabelledPicture
from training.errors import SettingError

HEIC_SUFFIXES = (".heic", ".heif")  # photographs from phones; Pillow alone cannot read their size
TEST_FILE = re.compile(r"([a-z]+)_test", re.IGNORECASE)  # A_test.jpg, which needs no folder A


def labelled_pictures(
    folder: Path, split: Split | None = None, numbering: str = "auto", still_j_z: bool = False
) -> list[LabelledPicture]:
    """Pictures as LETTER/*.jpg or SIGNER/LETTER/*.jpg. Prints on stderr which pictures it skips.

    LETTER may be in lower case, or a number in the numbering "kaggle" or "course". split: only the part to train or to
    test on, if the folder has parts; None reads all. still_j_z: keep pictures of J and Z. Raises DataError, and
    SettingError if numbers could be of either numbering.
    """
    names = {path: _label(path, folder) for path in _part(folder, _pictures_in(folder), split)}
    letters = _letters(folder, set(names.values()), numbering)
    kept = {name for name, letter in letters.items() if still_j_z or letter not in MOVING_LETTERS}
    _say_left_out((name for name in names.values() if name not in kept), letters)
    crops = _are_crops([path for path, name in names.items() if name in kept])
    return [
        LabelledPicture(path, letters[names[path]], _signer(path, folder), is_crop) for path, is_crop in crops.items()
    ]


def unlabelled_pictures(folder: Path) -> list[LabelledPicture]:
    """Every picture in a folder, as one that shows no letter."""
    crops = _are_crops(_pictures_in(folder))
    return [LabelledPicture(path, NOTHING, folder.name, is_crop) for path, is_crop in crops.items()]


def _pictures_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if is_picture(path) and path.is_file()]


def _part(folder: Path, paths: Sequence[Path], split: Split | None) -> Sequence[Path]:
    """The pictures of a part; all if the folder has no parts. Says what is left out."""
    found = {path: set().union(*map(words, path.relative_to(folder).parts[:-1])) for path in paths}
    tests = [path for path in paths if not found[path].isdisjoint(TEST_WORDS)]
    validation = [path for path in paths if not found[path].isdisjoint(VALIDATION_WORDS)]
    if split is None or not (tests or validation):
        return paths
    if split == "test":
        chosen, called = (tests, "test") if tests else (validation, "valid")
        print(f"{folder}: only the {len(chosen):,} pictures in folders named {called} are read", file=sys.stderr)
        return chosen
    kept = [path for path in paths if found[path].isdisjoint((*TEST_WORDS, *VALIDATION_WORDS))]
    n = len(paths) - len(kept)
    if not kept:
        raise DataError(f"{folder}: all {n:,} pictures are in folders named test or valid, which are not trained on")
    print(f"left out: {n:,} pictures in folders named test or valid, which are not trained on", file=sys.stderr)
    return kept


def _label(path: Path, folder: Path) -> str:
    """The name that labels a picture: its folder's; in a folder of test pictures without labels, its file's."""
    name = path.parent.name
    if (test_file := TEST_FILE.fullmatch(path.stem)) and not words(name).isdisjoint(TEST_WORDS):
        return test_file[1]
    above = path.parent.parent
    if name.isdecimal() and above != folder and above.name.upper() in ALPHABET:
        return f"{above.name}/{name}"  # a number below a letter is no letter
    return name


def _signer(path: Path, folder: Path) -> str:
    signer = path.parent.parent
    return folder.name if signer == folder else signer.name


def _letters(folder: Path, names: Collection[str], numbering: str) -> Mapping[str, str]:
    """The letter, or NOTHING, that each of these names means; without the names that mean none."""
    letters = {name: name.upper() for name in names if name.upper() in ALPHABET}
    numbers = {name: int(name) for name in names if name.isascii() and name.isdecimal() and int(name) < len(ALPHABET)}
    if letters and numbers:
        raise DataError(
            f"{folder}: folders are named after letters ({min(letters)}) and by numbers ({min(numbers)}); name all "
            "after letters, and move pictures of digits away"
        )
    if numbers:
        letters = _numbered(folder, numbers, numbering)
    return letters | {name: NOTHING for name in names if name.lower() == NOTHING}


def _numbered(folder: Path, numbers: Mapping[str, int], numbering: str) -> dict[str, str]:
    names = {number: name for name, number in numbers.items()}
    if numbering == "auto":
        numbering = tell_numbering(numbers.values(), lambda number: f"{folder}: folder {names[number]}")
    known = NUMBERINGS[numbering]
    if unknown := [number for number in sorted(names) if number not in known]:
        raise SettingError(
            f"{folder}: folder {names[unknown[0]]}: no letter has this number in the {numbering} numbering", "labels"
        )
    print(f"{folder}: folders {min(names)} to {max(names)} are read as {numbering} numbers of letters", file=sys.stderr)
    return {name: known[number] for name, number in numbers.items()}


def _say_left_out(names: Iterable[str], letters: Mapping[str, str]) -> None:
    """letters: what the names mean, if anything."""
    for name, count in Counter(names).items():
        moving = "a letter that is drawn in the air"
        reason = moving if letters.get(name) in MOVING_LETTERS else "a folder not named after a letter"
        print(f"left out: {count} still pictures of {name}, {reason}", file=sys.stderr)


def _are_crops(paths: Iterable[Path]) -> dict[Path, bool]:
    """Whether each picture is a crop. A damaged one counts as a crop if all others are; reading it reports it."""
    crops = {path: _is_crop(path) for path in paths}
    damaged = False not in crops.values()
    return {path: damaged if is_crop is None else is_crop for path, is_crop in crops.items()}


def _is_crop(path: Path) -> bool | None:
    """Whether a picture is so small that it already is the crop of a hand; None if its size cannot be read."""
    if path.suffix.lower() in HEIC_SUFFIXES:
        return False
    try:
        with Image.open(path) as image:
            return max(image.size) <= MAX_CROP_SIDE_PX
    except Image.DecompressionBombError:
        return False
    except (OSError, ValueError, SyntaxError):
        return None
