"""Reads Sign-MNIST: CSV rows of 28x28 gray pictures in, arrays out, or one line saying what is wrong and where."""

import contextlib
import gzip
import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from live.crop import CROP_SIZE
from live.errors import DataError
from live.letters import ALPHABET, COURSE_LABELS, HELD_LETTERS, KAGGLE_LABELS

N_PIXELS = CROP_SIZE * CROP_SIZE
COLUMNS = ("label", *(f"pixel{i}" for i in range(1, N_PIXELS + 1)))
NUMBERINGS: dict[str, dict[int, str]] = {"kaggle": KAGGLE_LABELS, "course": COURSE_LABELS}

# Pictures of one letter belong together when their correlation (mean taken out, length 1) passes this. Sign-MNIST's
# training file is some 1,100 photographs with about 25 slight variants each; at 0.95 no variant is left outside its
# group, and a nearest neighbour in other groups names the letter of 67 % of the pictures, where a random split
# gives it 100 %.
NEAR_DUPLICATE_CORRELATION = 0.95

Split = Literal["train", "test"]
SPLIT_WORDS: dict[Split, tuple[str, ...]] = {"train": ("train",), "test": ("test", "valid")}  # the course says valid
SUFFIXES = (".csv", ".csv.gz", ".zip")


@dataclass(frozen=True)
class Crops:
    """Labelled crops of one file.

    images: (n, 28, 28) uint8 gray. labels: (n,) int64, positions in HELD_LETTERS. numbering: the file's own label
    numbers, "kaggle" or "course". sha256: of the uncompressed CSV.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    numbering: str
    path: Path
    sha256: str

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, mask: NDArray[np.bool_]) -> "Crops":
        """The crops where mask (n,) is true."""
        return Crops(self.images[mask], self.labels[mask], self.numbering, self.path, self.sha256)


def find_csv(folder: Path, split: Split) -> Path:
    """The file of a folder that holds a split: a .csv before a .csv.gz before a .zip that has such a CSV inside."""
    if not folder.is_dir():
        raise DataError(
            f"{folder} is not a folder: --data takes the folder with sign_mnist_train.csv and sign_mnist_test.csv "
            "(.csv, .csv.gz or .zip); `fingerspell-train download` fetches them"
        )
    words = SPLIT_WORDS[split]
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.lower().endswith(SUFFIXES))
    for suffix in SUFFIXES:
        for path in files:
            if not path.name.lower().endswith(suffix):
                continue
            if any(word in path.name.lower() for word in words):
                return path
            if suffix == ".zip" and _csv_in_zip(path, split) is not None:
                return path
    raise DataError(
        f"{folder} has no CSV named {' or '.join(words)} (looked for .csv, .csv.gz and .zip): "
        "`fingerspell-train download` fetches Sign-MNIST"
    )


def has_csv(folder: Path) -> bool:
    """Whether a folder holds tables rather than pictures."""
    return folder.is_dir() and any(path.name.lower().endswith(SUFFIXES) for path in folder.rglob("*"))


def read_split(folder: Path, split: Split, numbering: str = "auto") -> Crops:
    """The train or test file of a Sign-MNIST folder."""
    return read_csv(find_csv(folder, split), split, numbering)


def read_csv(path: Path, split: Split = "train", numbering: str = "auto") -> Crops:
    """Read one Sign-MNIST file.

    split: which CSV to take out of a .zip. numbering: "auto" tells Kaggle's labels from the course's and refuses a
    file that could be either; "kaggle" or "course" says it.

    Raises DataError, naming file, row (the header is row 1) and column.
    """
    content = _content(path, split)
    if not content.strip():
        raise DataError(f"{path}: row 1, column label: the file is empty; get it anew (`fingerspell-train download`)")
    _check_header(path, content)
    table = _parse(path, content)
    raw_labels = table.pop("label").to_numpy(np.int64)
    which = _tell_numbering(path, raw_labels) if numbering == "auto" else numbering
    letters = NUMBERINGS[which]
    for row, label in enumerate(raw_labels.tolist(), start=2):
        if label not in letters:
            raise DataError(
                f"{path}: row {row}, column label: {label} is no letter in the {which} numbering "
                f"({_describe(which)}); correct the row or remove it"
            )
    position = np.full(max(letters) + 1, -1, np.int64)
    for number, letter in letters.items():
        position[number] = HELD_LETTERS.index(letter)
    images = table.to_numpy(np.uint8).reshape(-1, CROP_SIZE, CROP_SIZE)
    return Crops(images, position[raw_labels], which, path, hashlib.sha256(content).hexdigest())


def near_duplicate_groups(crops: Crops, correlation: float = NEAR_DUPLICATE_CORRELATION) -> NDArray[np.int64]:
    """(n,) group numbers: crops of one letter that are joined by a chain of near-duplicates share one."""
    flat = crops.images.reshape(len(crops), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    groups = np.zeros(len(crops), np.int64)
    n_groups = 0
    for label in np.unique(crops.labels):
        rows = np.flatnonzero(crops.labels == label)
        found, group = connected_components(flat[rows] @ flat[rows].T > correlation, directed=False)
        groups[rows] = group + n_groups
        n_groups += found
    return groups


def held_back(crops: Crops, groups: NDArray[np.int64], share: float, seed: int) -> NDArray[np.bool_]:
    """(n,) mask of a validation set of whole groups: of each letter, at least `share` of the crops.

    A letter that is all one group stays in training.
    """
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(crops), np.bool_)
    for label in np.unique(crops.labels):
        rows = crops.labels == label
        own = rng.permutation(np.unique(groups[rows]))
        wanted = share * np.count_nonzero(rows)
        for group in own[:-1]:
            if np.count_nonzero(mask & rows) >= wanted:
                break
            mask |= groups == group
    return mask


def _csv_in_zip(path: Path, split: Split) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
    except zipfile.BadZipFile:
        return None
    own = [name for name in names if any(word in Path(name).name.lower() for word in SPLIT_WORDS[split])]
    return min(own, key=len, default=None)  # Kaggle's zip has each CSV twice: take the one at the top


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
                    raise DataError(f"{path}: no CSV named {split} inside; get it anew (`fingerspell-train download`)")
                return archive.read(member)
        return path.read_bytes()
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        row, column = _last_place(path) if name.endswith(".gz") else (1, "label")
        raise DataError(
            f"{path}: row {row}, column {column}: the file is damaged or cut short here ({error}); "
            "get it anew (`fingerspell-train download`)"
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error


def _last_place(path: Path) -> tuple[int, str]:
    """Row and column up to which a damaged gzip can be read."""
    unpack = zlib.decompressobj(wbits=31)
    text = b""
    with contextlib.suppress(zlib.error):
        text = unpack.decompress(path.read_bytes())
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
    """All cells as whole numbers, pixels within 0-255, or a DataError at the first cell that is not."""
    try:
        table = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
        # a row that is one cell too long makes pandas take the first column for an index
        whole = isinstance(table.index, pd.RangeIndex) and all(map(pd.api.types.is_integer_dtype, table.dtypes))
    except (pd.errors.ParserError, UnicodeDecodeError, ValueError, OverflowError):
        whole = False
    if not whole:
        raise _first_fault(path, content)
    table.columns = pd.Index(COLUMNS)
    if table.empty:
        raise DataError(f"{path}: row 2, column label: there are no rows under the header")
    pixels = table.drop(columns="label").to_numpy()
    if pixels.min() < 0 or pixels.max() > 255:
        raise _first_fault(path, content)
    return table


def _first_fault(path: Path, content: bytes) -> DataError:
    """The slow way, cell by cell, once it is known that something is wrong."""
    for row, line in enumerate(content.decode("utf-8-sig", "replace").splitlines()[1:], start=2):
        if not line.strip():
            continue
        cells = line.split(",")
        if len(cells) != len(COLUMNS):
            column = COLUMNS[min(len(cells), len(COLUMNS) - 1)]
            return DataError(
                f"{path}: row {row}, column {column}: {len(cells) - 1} pixels where 28x28 = {N_PIXELS} are needed"
            )
        for column, cell in zip(COLUMNS, cells, strict=True):
            try:
                value = int(cell.strip().strip('"'))
            except ValueError:
                shown = repr(cell) if cell.strip() else "an empty cell"
                return DataError(f"{path}: row {row}, column {column}: {shown} is not a whole number")
            if column != "label" and not 0 <= value <= 255:
                return DataError(f"{path}: row {row}, column {column}: {value} is outside 0-255")
            if column == "label" and abs(value) > 10**6:
                return DataError(f"{path}: row {row}, column label: {value} is no letter in either numbering")
    return DataError(f"{path}: row 2, column label: there are no rows under the header")


def _describe(numbering: str) -> str:
    return "0-24 without 9" if numbering == "kaggle" else "0-23"


def _tell_numbering(path: Path, labels: NDArray[np.int64]) -> str:
    present = set(np.unique(labels).tolist())
    known = KAGGLE_LABELS.keys() | COURSE_LABELS.keys()
    unknown = present - known
    if unknown:
        label = min(unknown)
        row = int(np.flatnonzero(labels == label)[0]) + 2
        raise DataError(
            f"{path}: row {row}, column label: {label} is no letter, neither in Kaggle's numbering "
            f"({_describe('kaggle')}) nor in the course's ({_describe('course')}); correct the row or remove it"
        )
    fits = [name for name, numbers in NUMBERINGS.items() if present <= numbers.keys()]
    if len(fits) == 1:
        return fits[0]
    if not fits:
        row = int(np.flatnonzero(labels == max(COURSE_LABELS) + 1)[0]) + 2
        raise DataError(
            f"{path}: row {row}, column label: 24 occurs beside 9, which no numbering allows: Kaggle's is "
            f"{_describe('kaggle')}, the course's {_describe('course')}; use one of them throughout"
        )
    if max(present) < ALPHABET.index("J"):
        return "kaggle"  # up to I both say the same
    row = int(np.flatnonzero(labels > ALPHABET.index("J"))[0]) + 2
    raise DataError(
        f"{path}: row {row}, column label: with neither 9 nor 24 in the file, {labels[row - 2]} means one letter in "
        "Kaggle's numbering and another in the course's; say which with --labels kaggle or --labels course"
    )
