"""Reads tables in Apache Arrow's formats: Parquet, and what Hugging Face's `datasets` saves to a disk (*.arrow).

They hold the columns of the CSV, or a column of pictures, `image`, with their `label`.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import DataError, PictureError
from live.hand import CROP_SIZE
from live.sources import decode_picture
from training.data.tables.table import N_PIXELS, Columns, Place, Table, file_bytes, to_images

if TYPE_CHECKING:
    import pyarrow as pa

PART = re.compile(r"-(\d{5})-of-(\d{5})(?=\.)")  # a large data set is saved in parts: data-00000-of-00002.arrow
IMAGE = "image"


def read_arrow(path: Path) -> Table:
    """Read a .parquet or .arrow file, with the other parts of its data set. Raises DataError."""
    import pyarrow as pa

    contents = [file_bytes(part) for part in _parts(path)]
    try:
        table = pa.concat_tables([_table(path, content) for content in contents])
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path}: cannot be read as {path.suffix[1:]} ({reason}); get the file again") from error
    read = _pictures if IMAGE in table.column_names else _rows
    return read(path, table, hashlib.sha256(b"".join(contents)).hexdigest())


def _parts(path: Path) -> list[Path]:
    """All parts of the data set that a file belongs to; mostly the file alone."""
    part = PART.search(path.name)
    if not part:
        return [path]
    names = [PART.sub(f"-{number:05}-of-{part[2]}", path.name) for number in range(int(part[2]))]
    return [path.with_name(name) for name in names]


def _table(path: Path, content: bytes) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import ipc, parquet

    if path.suffix.lower() == ".parquet":
        return parquet.ParquetFile(pa.BufferReader(content)).read()
    return ipc.open_stream(content).read_all()


def _rows(path: Path, table: "pa.Table", sha256: str) -> Table:
    """The columns of the CSV, by their names."""
    import pyarrow as pa

    columns = Columns.find(str(path), table.column_names)

    def place(row: int, pixel: int | None) -> str:
        column = columns.label if pixel is None else columns.pixels[pixel]
        return f"row {row + 1}, column {columns.names[column]}"

    arrays = []
    for pixel, position in enumerate(columns.pixels):
        column = table.column(position)
        _check_filled(path, column, place, pixel)
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            raise DataError(f"{path}: column {columns.names[position]} holds {column.type}, not numbers")
        arrays.append(column.to_numpy())
    images, scaled = to_images(path, np.stack(arrays, axis=1), place)
    return Table(path, images, _labels(path, table, columns.label, place), place, sha256, scaled)


def _pictures(path: Path, table: "pa.Table", sha256: str) -> Table:
    """A column of encoded pictures, as in image data sets of Hugging Face."""

    def place(row: int, pixel: int | None) -> str:
        return f"row {row + 1}, column {'label' if pixel is None else IMAGE}"

    if "label" not in table.column_names:
        raise DataError(f"{path}: column label is missing; a table of pictures has the columns {IMAGE} and label")
    cells = table.column(IMAGE).to_pylist()
    rows = [_pixels(path, place(row, 0), cell) for row, cell in enumerate(cells)]
    images, scaled = to_images(path, np.array(rows, np.uint8).reshape(-1, N_PIXELS), place)
    labels = _labels(path, table, table.column_names.index("label"), place)
    return Table(path, images, labels, place, sha256, scaled)


def _pixels(path: Path, where: str, cell: Any) -> NDArray[np.uint8]:
    content = cell.get("bytes") if isinstance(cell, dict) else cell
    if not isinstance(content, bytes):
        raise DataError(f"{path}: {where}: holds no encoded picture; save the data set with its pictures inside")
    try:
        gray = cv2.cvtColor(decode_picture(content, f"{path}: {where}"), cv2.COLOR_BGR2GRAY)
    except PictureError as error:
        raise DataError(str(error)) from error
    if gray.shape != (CROP_SIZE, CROP_SIZE):
        raise DataError(
            f"{path}: {where}: {gray.shape[1]}x{gray.shape[0]} pixels, and a table holds crops of 28x28; save the "
            "pictures as files, LETTER/NAME.png, and name their folder"
        )
    return gray.astype(np.uint8, copy=False)


def _labels(path: Path, table: "pa.Table", position: int, place: Place) -> NDArray[Any]:
    """(n,) numbers or text: the names of the classes, if the table lists them."""
    import pyarrow as pa

    column = table.column(position)
    _check_filled(path, column, place, None)
    if pa.types.is_nested(column.type):
        raise DataError(
            f"{path}: column {table.column_names[position]} holds {column.type}; a row needs one number or letter"
        )
    names = _class_names(table)
    labels = column.to_pylist()
    if names and all(isinstance(label, int) and 0 <= label < len(names) for label in labels):
        labels = [names[label] for label in labels]
    return np.array(labels)


def _class_names(table: "pa.Table") -> list[str]:
    """What Hugging Face's `datasets` writes beside the columns: the names of the labels' numbers."""
    metadata = table.schema.metadata or {}
    try:
        label = json.loads(metadata[b"huggingface"])["info"]["features"]["label"]
        return [str(name) for name in label["names"]]
    except (KeyError, TypeError, ValueError):
        return []


def _check_filled(path: Path, column: "pa.ChunkedArray", place: Place, pixel: int | None) -> None:
    if column.null_count:
        row = column.is_null().to_pylist().index(True)
        raise DataError(f"{path}: {place(row, pixel)}: the cell is empty")
