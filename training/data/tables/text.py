"""Reads tables that are text (CSV), also packed, or says which row and column cannot be read."""

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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from training.data.tables.labels import NAMES
from training.data.tables.names import Split, names_split, preference
from training.data.tables.table import COLUMNS, N_PIXELS, Columns, Table, shown, to_images

SEPARATORS = (",", ";", "\t")
NUMBER = re.compile(r'[ \t]*("?)[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\1[ \t]*')


def read_text(path: Path, split: Split) -> Table:
    """Read a CSV. split: which one to read from a .zip. Raises DataError with the row (the header is 1) and column."""
    content = _content(path, split)
    if not content.strip():
        raise DataError(f"{path}: row 1, column label: the file is empty; get it again (`fingerspell-train download`)")
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")  # line ends of old Macs, which Excel still offers
    header, separator = _header(content)
    columns = Columns.find(f"{path}: row 1", header)

    def place(row: int, pixel: int | None) -> str:
        column = columns.label if pixel is None else columns.pixels[pixel]
        return f"row {_row(content, row)}, column {columns.names[column]}"

    cells = _parse(content, columns, separator)
    if cells is None:
        raise _first_fault(path, content, columns, separator)
    labels, pixels = cells
    images, scaled = to_images(path, pixels, place)
    return Table(path, images, labels, place, hashlib.sha256(content).hexdigest(), scaled)


def csvs_in_zip(path: Path) -> tuple[str, ...]:
    """The CSVs in a .zip, those nearest to its top first; none if it cannot be read. Kaggle's has each CSV twice."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith((".csv", ".tsv"))]
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return ()
    shown_files = [name for name in names if not Path(name).name.startswith(".")]
    first = {Path(name).name: name for name in sorted(shown_files, key=len, reverse=True)}
    return tuple(sorted(first.values(), key=len))


def _member(path: Path, split: Split) -> str:
    """The CSV in a .zip that its name says is the split; if there is only one, that one."""
    members = csvs_in_zip(path)
    named = [name for name in members if names_split(Path(name).name, split)]
    if not named and len(members) != 1:
        raise DataError(f"{path}: no CSV named {split} inside; get it again (`fingerspell-train download`)")
    return min(named or members, key=lambda name: preference(Path(name).name, split))


def _content(path: Path, split: Split) -> bytes:
    name = path.name.lower()
    try:
        if name.endswith(".gz"):
            with gzip.open(path) as file:
                return file.read()
        if name.endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                return archive.read(_member(path, split))
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
    names, separator = _header(text) if text else (list(COLUMNS), ",")
    lines = text.split(b"\n")
    return len(lines), names[min(lines[-1].count(separator.encode()), len(names) - 1)]


def _header(content: bytes) -> tuple[list[str], str]:
    """The names in the first line, and what separates them."""
    line = content.split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    separator = max(SEPARATORS, key=line.count)
    return [name.strip().strip('"').strip() for name in line.split(separator)], separator


def _parse(content: bytes, columns: Columns, separator: str) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """(n,) labels and (n, 784) pixels, all numbers; None if a cell is empty or no number, or there are no rows."""
    import pandas as pd

    try:
        table = pd.read_csv(io.BytesIO(content), sep=separator, encoding="utf-8-sig", low_memory=False)
        # if rows are one cell too long, pandas makes the first column an index
        if table.empty or not isinstance(table.index, pd.RangeIndex) or len(table.columns) != len(columns.names):
            return None
        labels = table.iloc[:, columns.label]
        pixels = table.iloc[:, list(columns.pixels)].to_numpy()
    except (pd.errors.ParserError, UnicodeDecodeError, ValueError, OverflowError):
        return None
    if pixels.dtype.kind not in "iuf" or labels.isna().any() or (pixels.dtype.kind == "f" and np.isnan(pixels).any()):
        return None
    return labels.to_numpy(), pixels


def _first_fault(path: Path, content: bytes, columns: Columns, separator: str) -> DataError:
    """The first bad cell, found cell by cell. Slow, so it is only called when something is wrong."""
    rows = 0
    others = len(columns.names) - N_PIXELS
    for row, line in enumerate(content.decode("utf-8-sig", "replace").split("\n")[1:], start=2):
        if not line.strip():
            continue
        rows += 1
        cells = line.rstrip("\r").split(separator)
        if len(cells) != len(columns.names):
            column = columns.names[min(len(cells), len(columns.names) - 1)]
            return DataError(
                f"{path}: row {row}, column {column}: {len(cells) - others} pixels where 28x28 = {N_PIXELS} are needed"
            )
        for position in sorted((columns.label, *columns.pixels)):
            fault = _cell_fault(cells[position], position == columns.label)
            if fault:
                return DataError(f"{path}: row {row}, column {columns.names[position]}: {fault}")
    if rows:
        return DataError(f"{path}: row 2, column label: its cells cannot be read as whole numbers; get the file again")
    return DataError(f"{path}: row 2, column label: there are no rows under the header")


def _cell_fault(cell: str, is_label: bool) -> str | None:
    """What keeps a cell from being a number, or, in the label's column, a letter. The values are checked later."""
    if not cell.strip():
        return "an empty cell is not a whole number"
    if NUMBER.fullmatch(cell) or (is_label and cell.strip(' \t"').lower() in map(str.lower, NAMES)):
        return None
    return f"{shown(cell)} is not a whole number"


def _row(content: bytes, index: int) -> int:
    """The row in the file (the header is row 1) of the index-th data row. pandas skips blank lines."""
    filled = (row for row, line in enumerate(content.split(b"\n")[1:], start=2) if line.strip())
    return next(itertools.islice(filled, index, None))
