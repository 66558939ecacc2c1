"""Reads uploaded pictures and films."""

import base64
import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import CameraError, PictureError
from live.recognizer import Reading, Recognizer
from live.sources import decode_picture, is_animation, open_source
from live.text import Committed
from live.web.uploads.overlay import draw

FILM_SUFFIXES = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi")
THUMBNAIL_PX, SHOWN_PX, SHOWN_WIDE_PX = 96, 480, 1280  # the longer side of a picture; wide: of one with several hands
PROGRESS_EVERY = 15  # frames between two reports of progress
COLUMNS = ("file", "number", "letter", "confidence", "second", "second's", "third", "third's", "hand", "fault")


@dataclass(frozen=True)
class PictureResult:
    """What was read in a picture.

    readings: one for each hand, row by row; one without a hand if none is found; empty if there is a fault.
    shown_bgr: a small copy with the hands' skeletons, numbered if there are several. None if there is a fault.
    """

    name: str
    readings: tuple[Reading, ...]
    shown_bgr: NDArray[np.uint8] | None
    fault: str = ""

    @property
    def letters(self) -> str:
        """The hands' letters in order, with a dash for a hand without one if there are several."""
        missing = "–" if len(self.readings) > 1 else ""
        return " ".join(reading.letter or missing for reading in self.readings)

    def rows(self) -> list[dict[str, str | float | None]]:
        """The picture's rows of the CSV table, one for each hand, with COLUMNS as keys."""
        if not self.readings:
            return [{**dict.fromkeys(COLUMNS), "file": self.name, "fault": self.fault}]
        return [_row(self.name, reading, n) for n, reading in enumerate(self.readings, start=1)]

    def thumbnail(self) -> str | None:
        """A data URL of a small JPEG."""
        if self.shown_bgr is None:
            return None
        small = _fit(self.shown_bgr, THUMBNAIL_PX)
        return "data:image/jpeg;base64," + base64.b64encode(cv2.imencode(".jpg", small)[1].tobytes()).decode()


@dataclass(frozen=True)
class FilmResult:
    """What was read in a film. text: the spelled text. committed: its letters, with their times.

    length_s: how many seconds could be read.
    """

    name: str
    text: str = ""
    committed: tuple[Committed, ...] = field(default=())
    length_s: float = 0.0
    fault: str = ""


def is_film(name: str, content: bytes) -> bool:
    """Whether a file is a film, judged by its name, or a moving GIF, WebP or PNG, judged by its content."""
    return Path(name).suffix.lower() in FILM_SUFFIXES or is_animation(io.BytesIO(content))


def read_picture(name: str, content: bytes, recognizer: Recognizer) -> PictureResult:
    """Read one picture. If it cannot be read, the result has a fault."""
    try:
        picture = decode_picture(content, name)
    except PictureError as error:
        return PictureResult(name, (), None, str(error))
    readings = recognizer.read_hands(picture) or (Reading.without_hand(0.0),)
    shown = _fit(draw(picture, readings), SHOWN_PX if len(readings) == 1 else SHOWN_WIDE_PX)
    return PictureResult(name, readings, shown)


def read_film(name: str, content: bytes, recognizer: Recognizer, progress: Callable[[float], object]) -> FilmResult:
    """Read the text of one film.

    recognizer: a new one. progress: called with the share that has been read, 0..1; 0 if the film does not say how long
    it is. OpenCV reads films only from files, so the film is written to a temporary file.
    """
    fault, end_s = "", 0.0
    try:
        with tempfile.TemporaryDirectory(prefix="fingerspell-") as folder:
            path = Path(folder) / "film"
            path.write_bytes(content)
            try:
                with open_source(str(path)) as film:
                    for n, reading in enumerate(recognizer.read_film(film)):
                        end_s = reading.time_s + film.frame_s
                        if n % PROGRESS_EVERY == 0:
                            progress(min(1.0, film.n_read / film.n_frames) if film.n_frames else 0.0)
            except CameraError as error:
                fault = str(error).replace(str(path), name)  # the letters read before the fault still count
    except OSError as error:
        fault = f"{name} cannot be stored while it is read ({error.strerror or error}); free some space"
    speller = recognizer.speller
    return FilmResult(name, speller.text, speller.committed, end_s, fault)


def to_csv(pictures: list[PictureResult]) -> bytes:
    """Format a table for spreadsheets, as UTF-8 with a byte order mark, without which Excel garbles names.

    A file name that looks like a formula gets a leading quote, so that a spreadsheet does not run it. So does a fault,
    which begins with a file name.
    """
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    for row in (row for picture in pictures for row in picture.rows()):
        table.writerow(row | {column: _no_formula(str(row[column])) for column in ("file", "fault")})
    return text.getvalue().encode("utf-8-sig")


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _row(name: str, reading: Reading, number: int) -> dict[str, str | float | None]:
    top = [*reading.top, *[("", 0.0)] * (3 - len(reading.top))]
    return {
        "file": name,
        "number": number if reading.hand else None,
        "letter": reading.letter or "",
        "confidence": round(reading.confidence, 4) if reading.top else None,
        "second": top[1][0],
        "second's": round(top[1][1], 4) if top[1][0] else None,
        "third": top[2][0],
        "third's": round(top[2][1], 4) if top[2][0] else None,
        "hand": reading.hand.side if reading.hand else "",
        "fault": "",
    }


def _fit(picture: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = min(1.0, side_px / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
