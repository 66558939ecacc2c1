"""Reads the CSVs that list phrases: the file of each, the number of its sequence, who spells it, and its text."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from live.errors import DataError
from training.data.tables.table import file_bytes, shown
from training.data.tables.text import SEPARATORS

TELLING = ("sequence_id", "phrase")  # columns that no other layout has together
COLUMNS = ("path", "sequence_id", "participant_id", "phrase")
# A byte order mark tells the encoding; without one it is UTF-8. Excel saves "Unicode text" as UTF-16.
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
HEADER_BYTES = 4096  # more than the first line of such a CSV
WHOLE_NUMBER = re.compile(r"(-?[0-9]{1,18})(\.0*)?")  # pandas writes 1.0 if a cell of the column was empty once


@dataclass(frozen=True, slots=True)
class ListedPhrase:
    """A row of the CSV. path: of the Parquet file. source: the participant. letters: those of the phrase, or None."""

    path: Path
    sequence_id: int
    source: str
    phrase: str
    letters: str | None


def find_listings(path: Path) -> list[Path]:
    """The CSVs of this layout in a folder, or the file itself if it is one, told by their headers."""
    files = [path] if path.is_file() else sorted(path.glob("*.csv")) if path.is_dir() else []
    return [file for file in files if file.suffix.lower() == ".csv" and set(TELLING) <= set(_header(file)[0])]


def letters_of(phrase: str) -> str | None:
    """The letters of a phrase as "A" to "Z", without its spaces; None if it holds anything else.

    A digit or sign has no place in the network's alphabet. Left out of the target alone, its frames would count as
    rest between letters. But 2 has the hand of V, 6 that of W, 9 that of F and 0 that of O, and signs are drawn with
    the hand of D or G: the network would learn to read nothing in hands that are letters. So the whole phrase goes.
    """
    letters = phrase.replace(" ", "").upper()
    return letters if phrase.isascii() and (letters.isalpha() or not letters) else None


def read_listing(path: Path) -> Iterator[ListedPhrase]:
    """Read a CSV row by row. Raises DataError, with the row (the header is 1) and column where there are any."""
    names, separator = _header(path)
    if missing := [name for name in COLUMNS if name not in names]:
        raise DataError(f"{path}: row 1: column {missing[0]} is missing; it needs {', '.join(COLUMNS)}")
    positions = [names.index(name) for name in COLUMNS]
    # The csv module, since pandas takes the phrases "null" and "nan" for empty cells.
    rows = csv.reader(io.StringIO(_text(path), newline=""), delimiter=separator)
    try:
        next(rows)
        for cells in rows:
            if any(cells):
                yield _listed(path, rows.line_num, cells, names, positions)
    except csv.Error as error:
        raise DataError(f"{path}: row {rows.line_num}: cannot be read ({error}); get the file again") from error


def _header(path: Path) -> tuple[list[str], str]:
    """The names in the first line, and what separates them."""
    try:
        with path.open("rb") as file:
            start = file.read(HEADER_BYTES)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error
    lines = start.decode(_encoding(start), "replace").splitlines() or [""]
    separator = max(SEPARATORS, key=lines[0].count)
    return [name.strip().strip('"').strip() for name in lines[0].split(separator)], separator


def _encoding(content: bytes) -> str:
    return next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8")


def _text(path: Path) -> str:
    content = file_bytes(path)
    try:
        return content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise DataError(f"{path}: row {row}: is not {error.encoding}; save the file as UTF-8") from error


def _listed(path: Path, row: int, cells: Sequence[str], names: Sequence[str], positions: Sequence[int]) -> ListedPhrase:
    if len(cells) != len(names):
        raise DataError(f"{path}: row {row}: has {len(cells)} cells, and the header {len(names)}; get the file again")
    file, number, source, phrase = (cells[position].strip() for position in positions)
    for name, cell in (("path", file), ("participant_id", source)):
        if not cell:
            raise DataError(f"{path}: row {row}, column {name}: the cell is empty")
    inside = PurePosixPath(file.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or "\0" in file:
        raise DataError(f"{path}: row {row}, column path: {shown(file)} leads out of the folder of the CSV")
    whole = WHOLE_NUMBER.fullmatch(number)
    if not whole:
        raise DataError(f"{path}: row {row}, column sequence_id: {shown(number)} is not a whole number")
    return ListedPhrase(path.parent / inside, int(whole[1]), source, phrase, letters_of(phrase))
