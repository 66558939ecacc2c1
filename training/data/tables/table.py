"""What a file of crops holds before its labels are letters, and the rules that all kinds of file share."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.hand import CROP_SIZE

N_PIXELS = CROP_SIZE * CROP_SIZE
COLUMNS = ("label", *(f"pixel{i}" for i in range(1, N_PIXELS + 1)))
NO_COLUMN = re.compile(r"(Unnamed: [\d.]+|__index_level_\d+__)?")  # what pandas calls an index when it writes one
PIXEL_NAME = re.compile(r"(?:pixel[ _]?)?(\d{1,3})")  # pandas writes an array's columns as 0 to 783

MAX_SHOWN = 20  # characters of a bad cell or name that an error quotes
NEEDED = f"the columns must be label and pixel1 to pixel{N_PIXELS}, each once, in any order"

# Where a file has the label of a row, or, with a second number, one of the row's pixels; both count from 0.
Place = Callable[[int, int | None], str]


@dataclass(frozen=True)
class Table:
    """The crops of a file.

    images: (n, 28, 28) uint8 gray. labels: (n,) numbers or text, as the file has them. place: for errors. sha256: of
    the data. scaled: whether the file has pixels from 0 to 1.
    """

    path: Path
    images: NDArray[np.uint8]
    labels: NDArray[Any]
    place: Place
    sha256: str
    scaled: bool


@dataclass(frozen=True)
class Columns:
    """Where a table has its columns. names: of all columns. label, pixels: positions; the 784 pixels run by rows."""

    names: tuple[str, ...]
    label: int
    pixels: tuple[int, ...]

    @classmethod
    def find(cls, header: str, names: Sequence[str]) -> "Columns":
        """Find the columns by name. header: how errors name the place of the names. Raises DataError."""
        numbers = [int(match[1]) if (match := PIXEL_NAME.fullmatch(name.lower())) else None for name in names]
        first = 0 if 0 in numbers and N_PIXELS not in numbers else 1
        positions: dict[str, int] = {}
        others = []
        for position, (name, number) in enumerate(zip(names, numbers, strict=True)):
            column = name.lower() if number is None else f"pixel{number + 1 - first}"
            if column in COLUMNS and column not in positions:
                positions[column] = position
            elif not NO_COLUMN.fullmatch(name):
                others.append(name)
        _check_complete(header, positions, names, first)
        if others:
            other = others[0] if others[0].isprintable() else shown(others[0])
            raise DataError(f"{header}, column {other}: not expected here; {NEEDED}")
        return cls(tuple(names), positions["label"], tuple(positions[column] for column in COLUMNS[1:]))


def _check_complete(header: str, positions: dict[str, int], names: Sequence[str], first: int) -> None:
    missing = next((number for number, column in enumerate(COLUMNS) if column not in positions), None)
    if missing is None:
        return
    n_pixels = sum(name.lower().startswith("pixel") for name in names) or len(positions) - ("label" in positions)
    if missing == 0 or n_pixels == N_PIXELS:
        column = f"pixel{missing - 1 + first}" if missing else "label"
        raise DataError(f"{header}: column {column} is missing; {NEEDED}")
    raise DataError(
        f"{header}: column pixel{missing - 1 + first} is missing: {n_pixels} pixels where 28x28 = {N_PIXELS} are needed"
    )


def file_bytes(path: Path) -> bytes:
    """All of a file. Raises DataError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error


def shown(cell: str) -> str:
    """A cell's text as an error quotes it."""
    return ascii(str(cell) if len(cell) <= MAX_SHOWN else f"{cell[:MAX_SHOWN]}...")


def to_images(path: Path, pixels: NDArray[Any], place: Place) -> tuple[NDArray[np.uint8], bool]:
    """(n, 784) numbers as (n, 28, 28) uint8, and whether they were 0 to 1. Raises DataError with the first bad pixel.

    All pixels together decide the scale, never a single picture. Numbers from 0 to 255 must be whole.
    """
    if not len(pixels):
        raise DataError(f"{path}: {place(0, None)}: there are no rows")
    fractions = pixels.dtype.kind == "f"
    scaled = fractions and np.count_nonzero((pixels > 0) & (pixels < 1)) > np.count_nonzero(pixels > 1)
    white = 1 if scaled else 255
    bad = ~((pixels >= 0) & (pixels <= white))  # true for NaN, too
    if fractions and not scaled:
        bad |= pixels != np.rint(pixels)
    if bad.any():
        row, pixel = np.unravel_index(int(bad.argmax()), bad.shape)
        value = pixels[row, pixel]
        fault = (
            f"{value:g} is outside 0-{white}" if value < 0 or value > white else f"'{value:g}' is not a whole number"
        )
        raise DataError(f"{path}: {place(int(row), int(pixel))}: {fault}")
    if not scaled and pixels.max() == 1:
        raise DataError(
            f"{path}: every pixel is 0 or 1, so that 1 could be white or almost black; write pixels as 0 to 255"
        )
    if scaled:
        pixels = np.rint(pixels * 255)
    return pixels.astype(np.uint8).reshape(-1, CROP_SIZE, CROP_SIZE), bool(scaled)
