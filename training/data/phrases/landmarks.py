"""Reads the hands in one Parquet file of landmarks: a row for each frame, a column for each coordinate."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.hand import N_LANDMARKS, palm_length

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

HANDS = ("right", "left")  # a sequence in which both are found equally often counts as spelled with the right one
AXES = "xyz"
SEQUENCE, FRAME = "sequence_id", "frame"
# pandas stores an index that has no name under this one. In the competition's files the index is called sequence_id.
UNNAMED_INDEX = "__index_level_0__"
FARTHEST = 10.0  # pictures' widths or heights; a landmark farther away is a damaged number


@dataclass(frozen=True)
class SequenceRows:
    """What a file holds of one sequence, in the order of its frames.

    frames: (n,) float64, the numbers of the frames; NaN where there is none. hands: (n, 2, 21, 3) float32, right and
    left, as the file has them: x, y are shares of the picture's width and height, z has the unit of x. found: (n, 2)
    whether each hand was found; where not, its landmarks are NaN.
    """

    frames: NDArray[np.float64]
    hands: NDArray[np.float32]
    found: NDArray[np.bool_]


@dataclass(frozen=True)
class LandmarkFile:
    """The sequences of one file that were asked for. rows: those of each sequence, in the order of its frames."""

    rows: Mapping[int, NDArray[np.int64]]
    frames: NDArray[np.float64]
    hands: NDArray[np.float32]

    def sequence(self, number: int) -> SequenceRows | None:
        """One sequence; None if it is not in the file."""
        if number not in self.rows:
            return None
        rows = self.rows[number]
        hands = self.hands[rows]
        with np.errstate(invalid="ignore", over="ignore"):
            near = np.abs(hands).max(axis=(2, 3)) <= FARTHEST  # false for NaN, too
            found = near & (palm_length(hands) > 0)  # some copies of the data have 0 where no hand was found
        return SequenceRows(self.frames[rows], np.where(found[..., None, None], hands, np.float32(np.nan)), found)


def check_landmarks(path: Path) -> None:
    """Check a file's end, where Parquet names its columns: whether it is whole and has what is needed.

    Raises DataError.
    """
    import pyarrow as pa

    with _opened(path) as file:
        schema = file.schema_arrow
        sequence = _sequence_column(path, schema)
        for name in (sequence, FRAME, *(name for hand in HANDS for axis in AXES for name in _names(axis, hand))):
            if schema.get_field_index(name) < 0:
                several = schema.names.count(name) > 1
                raise DataError(f"{path}: {'several columns are called' if several else 'has no column'} {name}")
            kind = schema.field(name).type
            number = pa.types.is_integer(kind) or (name != sequence and pa.types.is_floating(kind))
            if not (number or (name not in (sequence, FRAME) and pa.types.is_null(kind))):  # null: an empty column
                raise DataError(f"{path}: column {name} holds {kind}, not numbers")


def read_landmarks(path: Path, wanted: Collection[int]) -> LandmarkFile:
    """Read the hands of the sequences with these numbers, as far as the file has them. Raises DataError."""
    import pyarrow as pa

    check_landmarks(path)
    with _opened(path) as file:
        sequence = _sequence_column(path, file.schema_arrow)
        index = file.read(columns=[sequence, FRAME])
        if index.column(sequence).null_count:
            raise DataError(f"{path}: a row has no {SEQUENCE}")
        ids = index.column(sequence).cast(pa.int64()).to_numpy()
        rows = np.flatnonzero(np.isin(ids, list(wanted)))
        ids, frames = ids[rows], _numbers(index.column(FRAME), np.float64)[rows]
        hands = np.empty((len(rows), len(HANDS), N_LANDMARKS, len(AXES)), np.float32)
        for side, hand in enumerate(HANDS):
            for axis, letter in enumerate(AXES):  # 21 columns at a time, so that the file is not held twice
                names = _names(letter, hand)
                table = file.read(columns=names)
                for joint, name in enumerate(names):
                    hands[:, side, joint, axis] = _numbers(table.column(name), np.float32)[rows]
    order = np.lexsort((frames, ids))
    numbers, firsts = np.unique(ids[order], return_index=True)
    parts = dict(zip(numbers.tolist(), np.split(order, firsts[1:]), strict=False))  # split: one part even of nothing
    return LandmarkFile(parts, frames, hands)


def _names(axis: str, hand: str) -> list[str]:
    return [f"{axis}_{hand}_hand_{joint}" for joint in range(N_LANDMARKS)]


def _sequence_column(path: Path, schema: "pa.Schema") -> str:
    """The column of the sequences' numbers: pandas writes its index as a column, too."""
    name = next((name for name in (SEQUENCE, UNNAMED_INDEX) if name in schema.names), None)
    if name is None:
        raise DataError(f"{path}: has no column or index {SEQUENCE}")
    return name


def _numbers(column: "pa.ChunkedArray", dtype: type[Any]) -> NDArray[Any]:
    """(n,) the cells; NaN where one is empty."""
    import pyarrow as pa

    if pa.types.is_null(column.type):
        return np.full(len(column), np.nan, dtype)
    with np.errstate(over="ignore"):  # a number too large for float32 becomes infinite, which is no hand
        array: NDArray[Any] = column.to_numpy().astype(dtype)
    return array


@contextmanager
def _opened(path: Path) -> "Iterator[ParquetFile]":
    """The file, open. What is raised while it is read becomes a DataError."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            yield file
    # OSError: missing, no permission, or damaged pages; the others: a damaged schema
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0].removesuffix(".")
        reason = "".join(character for character in first if character.isprintable())  # it may quote damaged bytes
        raise DataError(f"{path}: cannot be read as Parquet ({reason}); get the file again") from error
