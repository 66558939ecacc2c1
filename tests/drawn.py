"""Hands drawn by the project, for tests that need a picture or a film and may not have a person's."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SKIN, SHADE, WALL = 200, 150, 120  # gray levels
SIZE = (640, 480)  # width, height of a frame

# Finger tips by letter, in units of the crop (0..1, y down), for a right hand seen from the front, the thumb at the
# left as the camera sees it; None is a folded finger. Order: thumb, index, middle, ring, little finger.
Tip = tuple[float, float] | None
KNUCKLES = ((0.30, 0.62), (0.36, 0.48), (0.47, 0.45), (0.57, 0.46), (0.66, 0.50))
TIPS: dict[str, tuple[Tip, Tip, Tip, Tip, Tip]] = {
    "B": (None, (0.38, 0.10), (0.48, 0.06), (0.57, 0.08), (0.65, 0.16)),
    "L": ((0.06, 0.52), (0.36, 0.06), None, None, None),
    "Y": ((0.08, 0.42), None, None, None, (0.86, 0.20)),
    "W": (None, (0.28, 0.08), (0.48, 0.04), (0.68, 0.10), None),
    "V": (None, (0.30, 0.06), (0.58, 0.06), None, None),
    "D": (None, (0.40, 0.05), None, None, None),
    "I": (None, None, None, None, (0.70, 0.14)),
    "A": ((0.26, 0.40), None, None, None, None),
}


def hand(letter: str, side: int = 480) -> NDArray[np.uint8]:
    """(side, side, 3) uint8 BGR: a hand that fills the picture."""
    picture = np.full((side, side), WALL, np.uint8)
    picture[:] = np.linspace(WALL + 40, WALL + 10, side).astype(np.uint8)[:, None]

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * side), round(y * side)

    thick = round(0.11 * side)
    cv2.rectangle(picture, at(0.38, 0.80), at(0.62, 1.0), SKIN, -1)  # wrist
    palm = np.array([at(0.30, 0.48), at(0.70, 0.48), at(0.70, 0.75), at(0.62, 0.88), at(0.38, 0.88), at(0.28, 0.68)])
    cv2.fillPoly(picture, [palm], SKIN)
    for tip, knuckle in zip(TIPS[letter], KNUCKLES, strict=True):
        if tip is None:
            cv2.ellipse(picture, at(*knuckle), (thick // 2, thick), 0, 0, 360, SKIN, -1)
            cv2.ellipse(picture, at(knuckle[0], knuckle[1] + 0.10), (thick // 2, thick // 3), 0, 0, 180, SHADE, 3)
        else:
            cv2.line(picture, at(*knuckle), at(*tip), SHADE, thick + 8)
            cv2.line(picture, at(*knuckle), at(*tip), SKIN, thick)
    soft = cv2.GaussianBlur(picture, (0, 0), side / 120)
    return cv2.cvtColor(soft, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)


WORD = "WY"


def frame(letter: str | None) -> NDArray[np.uint8]:
    """(480, 640, 3) uint8 BGR: the hand in the middle, as high as the picture; without a letter the bare wall."""
    width, height = SIZE
    picture = np.full((height, width, 3), WALL, np.uint8)
    if letter is not None:
        left = (width - height) // 2
        picture[:, left : left + height] = hand(letter, height)
    return picture


def frames(word: str, fps: float, hold_s: float) -> list[NDArray[np.uint8]]:
    """A film's frames: each letter held, one after the other."""
    return [picture for letter in word for picture in [frame(letter)] * round(fps * hold_s)]


def write_film(path: Path, pictures: list[NDArray[np.uint8]], fps: float = 15) -> Path:
    """An .mp4, or a bare run of JPEGs (.mjpeg), which is what Chromium takes for a camera."""
    if path.suffix == ".mjpeg":
        path.write_bytes(b"".join(cv2.imencode(".jpg", picture)[1].tobytes() for picture in pictures))
        return path
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return path
