"""Reads a table of any kind as crops."""

from pathlib import Path

from training.data.tables.arrays import read_npy, read_npz
from training.data.tables.arrow import read_arrow
from training.data.tables.find import find_table
from training.data.tables.labels import to_crops
from training.data.tables.names import Split
from training.data.tables.table import Table
from training.data.tables.text import read_text
from training.data.types import Crops


def read_table(path: Path, split: Split = "train", numbering: str = "auto", still_j_z: bool = False) -> Crops:
    """Read one file of crops.

    split: which table to read from a file that holds several. numbering: "kaggle" or "course"; "auto" tells them apart
    by the labels, and refuses a file that could be either. still_j_z: keep rows of J and Z, as letters; otherwise they
    are left out.

    Raises DataError with the file, and the row (in a CSV, the header is row 1) and column.
    """
    return to_crops(_read(path, split), numbering, still_j_z)


def read_split(path: Path, split: Split, numbering: str = "auto", still_j_z: bool = False) -> Crops:
    """Read the training or test table in a folder, or a file; the rest as for read_table. Raises DataError."""
    return read_table(find_table(path, split), split, numbering, still_j_z)


def _read(path: Path, split: Split) -> Table:
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return read_npz(path, split)
    if suffix == ".npy":
        return read_npy(path)
    if suffix in (".parquet", ".arrow"):
        return read_arrow(path)
    return read_text(path, split)
