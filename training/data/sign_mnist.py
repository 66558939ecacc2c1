"""Reads Sign-MNIST: CSV rows in, arrays out, or an error that names the file, row and column."""

import contextlib
import gzip
import hashlib
import io
import itertools
import lzma
import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from live.errors import DataError
from live.hand import CROP_SIZE
from live.letters import ALPHABET, COURSE_LABELS, HELD_LETTERS, KAGGLE_LABELS
from training.data.types import Crops
from training.errors import SettingError

N_PIXELS = CROP_SIZE * CROP_SIZE
COLUMNS = ("label", *(f"pixel{i}" for i in range(1, N_PIXELS + 1)))
LETTERS_BY_LABEL: dict[str, dict[int, str]] = {"kaggle": KAGGLE_LABELS, "course": COURSE_LABELS}

Split = Literal["train", "test"]
SPLIT_WORDS: dict[Split, tuple[str, ...]] = {"train": ("train",), "test": ("test", "valid")}  # the course says valid
SUFFIXES = (".csv", ".csv.gz", ".zip")
MAX_LABEL = 10**6  # far above every numbering, far below an overflow
MAX_SHOWN = 20  # characters of a bad cell that an error quotes


def find_csv(folder: Path, split: Split) -> Path:
    """The file in a folder that holds a split: a .csv, else a .csv.gz, else a .zip with such a CSV inside.

    Raises DataError if there is none.
    """
    if not folder.is_dir():
        raise DataError(
            f"{folder} is not a folder; name one with sign_mnist_train.csv and sign_mnist_test.csv (.csv, .csv.gz or "
            ".zip; `fingerspell-train download` fetches them), with pictures as LETTER/*.jpg, or with *.npz files"
        )
    files = sorted(path for path in folder.rglob("*") if _is_table(path))
    for suffix in SUFFIXES:
        for path in files:
            if not path.name.lower().endswith(suffix):
                continue
            if _names(path.name, split) or (suffix == ".zip" and _csv_in_zip(path, split) is not None):
                return path
    raise DataError(
        f"{folder} has no CSV named {' or '.join(SPLIT_WORDS[split])} (.csv, .csv.gz or .zip), no pictures as "
        "LETTER/*.jpg and no *.npz files; `fingerspell-train download` fetches Sign-MNIST"
    )


def has_csv(folder: Path, split: Split) -> bool:
    """Whether a folder holds the split's CSV."""
    try:
        return bool(find_csv(folder, split))
    except DataError:
        return False


def read_split(folder: Path, split: Split, numbering: str = "auto") -> Crops:
    """Read the training or test file in a Sign-MNIST folder; numbering: see read_csv. Raises DataError."""
    return read_csv(find_csv(folder, split), split, numbering)


def read_csv(path: Path, split: Split = "train", numbering: str = "auto") -> Crops:
    """Read one Sign-MNIST file.

    split: which CSV to read from a .zip. numbering: "kaggle" or "course"; "auto" tells them apart by the labels, and
    refuses a file that could be either.

    Raises DataError with the file, the row (the header is row 1) and the column.
    """
    content = _content(path, split)
    if not content.strip():
        raise DataError(f"{path}: row 1, column label: the file is empty; get it again (`fingerspell-train download`)")
    _check_header(path, content)
    table = _parse(path, content)
    raw_labels = table.pop("label").to_numpy(np.int64)
    which = _detect_numbering(path, content, raw_labels) if numbering == "auto" else numbering
    letters = LETTERS_BY_LABEL[which]
    for index, label in enumerate(raw_labels.tolist()):
        if label not in letters:
            raise DataError(
                f"{path}: row {_row(content, index)}, column label: {label} is no letter in the {which} numbering "
                f"({_describe(which)}); correct the row or remove it"
            )
    position = np.full(max(letters) + 1, -1, np.int64)
    for number, letter in letters.items():
        position[number] = HELD_LETTERS.index(letter)
    images = table.to_numpy(np.uint8).reshape(-1, CROP_SIZE, CROP_SIZE)
    about = f"the {len(images):,} pictures of {path.name} ({which} label numbers)"
    return Crops(images, position[raw_labels], about, hashlib.sha256(content).hexdigest(), which, path)


def _is_table(path: Path) -> bool:
    # macOS leaves hidden companions (._name.csv) that are not CSV files
    return path.name.lower().endswith(SUFFIXES) and not path.name.startswith(".") and path.is_file()


def _names(name: str, split: Split) -> bool:
    """Whether a file's name contains a word for the split, as a whole word: latest.csv is not a test file."""
    return not set(re.split(r"[^a-z]+", name.lower())).isdisjoint(SPLIT_WORDS[split])


def _csv_in_zip(path: Path, split: Split) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
    except (zipfile.BadZipFile, OSError):
        return None
    matching = [name for name in names if _names(Path(name).name, split)]
    return min(matching, key=len, default=None)  # Kaggle's zip has each CSV twice; the shortest path is at the top


def _content(path: Path, split: Split) -> bytes:
    name = path.name.lower()
    try:
        if name.endswith(".gz"):
            with gzip.open(path) as file:
                return file.read()
        if name.endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                member = _csv_in_zip(path, split)
                if member is None:
                    raise DataError(f"{path}: no CSV named {split} inside; get it again (`fingerspell-train download`)")
                return archive.read(member)
        return path.read_bytes()
    except DataError:
        raise
    # RuntimeError: a zip with a password; NotImplementedError: a compression method that Python does not support
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError) as error:
        row, column = _last_place(path) if name.endswith(".gz") else (1, "label")
        raise DataError(
            f"{path}: row {row}, column {column}: the file is damaged or cut short here ({error}); "
            "get it again (`fingerspell-train download`)"
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error


def _last_place(path: Path) -> tuple[int, str]:
    """The last row and column that can be read from a damaged gzip file."""
    unpack = zlib.decompressobj(wbits=31)
    text = b""
    packed = path.read_bytes()
    with contextlib.suppress(zlib.error):
        for start in range(0, len(packed), 1024):
            text += unpack.decompress(packed[start : start + 1024])
    lines = text.split(b"\n")
    return len(lines), COLUMNS[min(lines[-1].count(b","), N_PIXELS)]


def _check_header(path: Path, content: bytes) -> None:
    header = [name.strip().strip('"') for name in content.split(b"\n", 1)[0].decode("utf-8-sig", "replace").split(",")]
    missing = [column for column in COLUMNS if column not in header]
    pixels = sum(name.startswith("pixel") for name in header)
    if missing and (pixels == N_PIXELS or "label" in missing):
        raise DataError(f"{path}: row 1: column {missing[0]} is missing; the header must be label,pixel1,…,pixel784")
    if missing:
        raise DataError(
            f"{path}: row 1: column {missing[0]} is missing: {pixels} pixels where 28x28 = {N_PIXELS} are needed"
        )
    for column, name in enumerate(header):
        if column >= len(COLUMNS) or name != COLUMNS[column]:
            raise DataError(
                f"{path}: row 1, column {name or column + 1}: not expected here; the header must be "
                f"label,pixel1,…,pixel{N_PIXELS}"
            )


def _parse(path: Path, content: bytes) -> pd.DataFrame:
    """All cells as whole numbers, pixels from 0 to 255. Raises DataError with the first bad cell."""
    try:
        table = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", low_memory=False)
        # if rows are one cell too long, pandas makes the first column an index
        whole = isinstance(table.index, pd.RangeIndex) and all(map(pd.api.types.is_integer_dtype, table.dtypes))
    except (pd.errors.ParserError, UnicodeDecodeError, ValueError, OverflowError):
        whole = False
    if not whole:
        raise _first_fault(path, content)
    table.columns = pd.Index(COLUMNS)
    if table.empty:
        raise DataError(f"{path}: row 2, column label: there are no rows under the header")
    pixels = table.drop(columns="label").to_numpy()
    labels = table["label"]
    if pixels.min() < 0 or pixels.max() > 255 or not labels.between(-MAX_LABEL, MAX_LABEL).all():
        raise _first_fault(path, content)
    return table


def _first_fault(path: Path, content: bytes) -> DataError:
    """The first bad cell, found cell by cell. Slow, so it is only called when something is wrong."""
    rows = 0
    for row, line in enumerate(content.decode("utf-8-sig", "replace").split("\n")[1:], start=2):
        if not line.strip():
            continue
        rows += 1
        cells = line.rstrip("\r").split(",")
        if len(cells) != len(COLUMNS):
            column = COLUMNS[min(len(cells), len(COLUMNS) - 1)]
            return DataError(
                f"{path}: row {row}, column {column}: {len(cells) - 1} pixels where 28x28 = {N_PIXELS} are needed"
            )
        for column, cell in zip(COLUMNS, cells, strict=True):
            fault = _cell_fault(column, cell)
            if fault:
                return DataError(f"{path}: row {row}, column {column}: {fault}")
    if rows:
        return DataError(f"{path}: row 2, column label: its cells cannot be read as whole numbers; get the file again")
    return DataError(f"{path}: row 2, column label: there are no rows under the header")


def _cell_fault(column: str, cell: str) -> str | None:
    shown = ascii(cell if len(cell) <= MAX_SHOWN else f"{cell[:MAX_SHOWN]}...")
    if not cell.strip():
        return "an empty cell is not a whole number"
    if not re.fullmatch(r'[ \t]*("?)[+-]?[0-9]+\1[ \t]*', cell):
        return f"{shown} is not a whole number"
    digits = cell.strip(' \t"')
    value = int(digits) if len(digits) <= MAX_SHOWN else MAX_LABEL + 1
    if column == "label":
        return None if abs(value) <= MAX_LABEL else f"{shown} is no letter in either numbering"
    return None if 0 <= value <= 255 else f"{shown.strip(chr(39))} is outside 0-255"


def _row(content: bytes, index: int) -> int:
    """The row in the file (the header is row 1) of the index-th data row. pandas skips blank lines."""
    filled = (row for row, line in enumerate(content.split(b"\n")[1:], start=2) if line.strip())
    return next(itertools.islice(filled, index, None))


def _describe(numbering: str) -> str:
    return "0-24 without 9" if numbering == "kaggle" else "0-23"


def _detect_numbering(path: Path, content: bytes, labels: NDArray[np.int64]) -> str:
    def first(wanted: NDArray[np.bool_]) -> tuple[int, int]:
        index = int(np.flatnonzero(wanted)[0])
        return _row(content, index), int(labels[index])

    present = set(np.unique(labels).tolist())
    known = KAGGLE_LABELS.keys() | COURSE_LABELS.keys()
    unknown = present - known
    if unknown:
        row, label = first(np.isin(labels, list(unknown)))
        raise DataError(
            f"{path}: row {row}, column label: {label} is no letter, neither in Kaggle's numbering "
            f"({_describe('kaggle')}) nor in the course's ({_describe('course')}); correct the row or remove it"
        )
    fits = [name for name, numbers in LETTERS_BY_LABEL.items() if present <= numbers.keys()]
    if len(fits) == 1:
        return fits[0]
    if not fits:
        row, _ = first(labels == max(COURSE_LABELS) + 1)
        raise DataError(
            f"{path}: row {row}, column label: 24 occurs beside 9, which no numbering allows: Kaggle's is "
            f"{_describe('kaggle')}, the course's {_describe('course')}; use one of them throughout"
        )
    if max(present) < ALPHABET.index("J"):
        return "kaggle"  # both numberings agree up to I
    row, label = first(labels > ALPHABET.index("J"))
    raise SettingError(
        f"{path}: row {row}, column label: without a 9 or a 24 in the file, {label} is one letter in Kaggle's "
        "numbering and another in the course's; say which it is, kaggle or course",
        "labels",
    )
