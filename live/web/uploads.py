"""What is read in pictures and films that people upload. No Streamlit in here."""

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
from live.sources import Film, decode_picture
from live.text import Committed
from live.web.overlay import draw

FILM_SUFFIXES = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi")
THUMBNAIL_PX, SHOWN_PX = 96, 480
COLUMNS = ("file", "letter", "confidence", "second", "second's", "third", "third's", "hand", "fault")


@dataclass(frozen=True)
class ReadPicture:
    """shown_bgr: small, with the hand's skeleton; None where there is a fault."""

    name: str
    reading: Reading | None
    shown_bgr: NDArray[np.uint8] | None
    fault: str = ""

    def row(self) -> dict[str, str | float | None]:
        """Of the table: COLUMNS."""
        reading = self.reading
        top = list(reading.top) if reading else []
        top += [("", 0.0)] * (3 - len(top))
        return {
            "file": self.name,
            "letter": (reading.letter if reading else None) or "",
            "confidence": round(reading.confidence, 4) if reading and reading.top else None,
            "second": top[1][0],
            "second's": round(top[1][1], 4) if top[1][0] else None,
            "third": top[2][0],
            "third's": round(top[2][1], 4) if top[2][0] else None,
            "hand": reading.hand.side if reading and reading.hand else "",
            "fault": self.fault,
        }

    def thumbnail(self) -> str | None:
        """As a data address."""
        if self.shown_bgr is None:
            return None
        small = _fit(self.shown_bgr, THUMBNAIL_PX)
        return "data:image/jpeg;base64," + base64.b64encode(cv2.imencode(".jpg", small)[1].tobytes()).decode()


@dataclass(frozen=True)
class ReadFilm:
    """text: what was spelled. committed: letter by letter. length_s: of what could be read."""

    name: str
    text: str = ""
    committed: tuple[Committed, ...] = field(default=())
    length_s: float = 0.0
    fault: str = ""


def is_film(name: str) -> bool:
    """By its name."""
    return Path(name).suffix.lower() in FILM_SUFFIXES


def read_upload_picture(name: str, content: bytes, recognizer: Recognizer) -> ReadPicture:
    """One picture; what is wrong with it becomes its fault."""
    try:
        picture = decode_picture(content, name)
    except PictureError as error:
        return ReadPicture(name, None, None, str(error))
    reading = recognizer.read_picture(picture)
    return ReadPicture(name, reading, _fit(draw(picture, reading), SHOWN_PX))


def read_upload_film(
    name: str, content: bytes, recognizer: Recognizer, progress: Callable[[float], object]
) -> ReadFilm:
    """One film, spelled by a recogniser that has read nothing yet; progress: called with shares of it, 0..1.

    OpenCV reads films from files alone: it is one for so long, in the system's folder for such.
    """
    fault, end_s = "", 0.0
    with tempfile.TemporaryDirectory(prefix="fingerspell-") as folder:
        path = Path(folder) / f"film{Path(name).suffix.lower()}"
        path.write_bytes(content)
        try:
            with Film(path) as film:
                for n, reading in enumerate(recognizer.read_film(film)):
                    end_s = reading.time_s + film.frame_s
                    if n % 15 == 0 and film.length_s:
                        progress(min(1.0, end_s / film.length_s))
        except CameraError as error:
            fault = str(error).replace(str(path), name)  # what was read until then still counts
    speller = recognizer.speller
    return ReadFilm(name, speller.text, speller.committed, end_s, fault)


def as_csv(pictures: list[ReadPicture]) -> str:
    """A table for spreadsheets; a file's name that one would take for a formula is told as a text."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    for each in pictures:
        row = each.row()
        name = str(row["file"])
        table.writerow(row | {"file": f"'{name}" if name[:1] in "=+-@" else name})
    return text.getvalue()


def _fit(picture: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = min(1.0, side_px / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
