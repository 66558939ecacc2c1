"""Hands drawn by the project, for tests that need a picture or a film and may not have a person's."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SKIN, SHADE, WALL = 170, 127, 215  # gray levels; Sign-MNIST's hands are darker than its walls
SIZE = (640, 480)  # width, height of a frame

# Finger tips by letter as shares of the picture's side, y down, for a right hand as a camera sees it (the thumb at the
# right once mirrored, see below); None is a folded finger. Order: thumb, index, middle, ring, little finger.
Tip = tuple[float, float] | None
KNUCKLES = ((0.30, 0.62), (0.36, 0.48), (0.47, 0.45), (0.57, 0.46), (0.66, 0.50))
TIPS: dict[str, tuple[Tip, Tip, Tip, Tip, Tip]] = {
    "B": (None, (0.113, -0.244), (0.396, -0.036), (0.422, 0.076), (0.546, 0.104)),
    "L": ((-0.166, 0.363), (0.133, -0.586), None, None, None),
    "Y": ((-0.062, 0.254), None, None, None, (1.104, 0.079)),
}
# How large and where in the picture. Tips and places were searched for so that several trained models agree on the
# letter: these pictures test the way of a frame, not how well it reads.
PLACES = {"B": (1.053, -0.149, 0.102), "L": (0.834, 0.039, 0.244), "Y": (0.973, -0.075, 0.089)}  # scale, right, down


def hand(letter: str, side: int = 480) -> NDArray[np.uint8]:
    """(side, side, 3) uint8 BGR: a hand that fills the picture."""
    picture = np.empty((side, side), np.uint8)
    picture[:] = np.linspace(WALL + 10, WALL - 20, side).astype(np.uint8)[:, None]

    scale, right, down = PLACES[letter]

    def at(x: float, y: float) -> tuple[int, int]:
        return round(((x - 0.5) * scale + 0.5 + right) * side), round(((y - 0.5) * scale + 0.5 + down) * side)

    thick = round(0.11 * scale * side)
    cv2.rectangle(picture, at(0.38, 0.80), at(0.62, 2), SKIN, -1)  # wrist
    palm = np.array([at(0.30, 0.48), at(0.70, 0.48), at(0.70, 0.75), at(0.62, 0.88), at(0.38, 0.88), at(0.28, 0.68)])
    cv2.fillPoly(picture, [palm], SKIN)
    for tip, knuckle in zip(TIPS[letter], KNUCKLES, strict=True):
        if tip is None:
            cv2.ellipse(picture, at(*knuckle), (thick // 2, thick), 0, 0, 360, SKIN, -1)
            cv2.ellipse(
                picture, at(knuckle[0], knuckle[1] + 0.10), (thick // 2, thick // 3), 0, 0, 180, SHADE, side // 160
            )
        else:
            cv2.line(picture, at(*knuckle), at(*tip), SHADE, thick + side // 50)
            cv2.line(picture, at(*knuckle), at(*tip), SKIN, thick)
    soft = cv2.GaussianBlur(cv2.flip(picture, 1), (0, 0), side / 160)
    return cv2.cvtColor(soft, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)


WORD = "BY"


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
