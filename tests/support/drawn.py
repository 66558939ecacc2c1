"""Drawn hands, for tests that need a picture or a film: the repository holds no picture of a person.

There are two kinds: flat hands for the fixed square (hand, frame), and hands with joints that the hand tracker finds
(signed).
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SKIN, SHADE, WALL = 170, 127, 215  # gray levels; Sign-MNIST's hands are darker than its walls
SIZE = (640, 480)  # width, height of a frame

# Finger tips by letter, as shares of the picture's side, y down; None is a folded finger. Order: thumb, index, middle,
# ring, little finger. hand() mirrors them, which gives a right hand as a camera sees it.
Tip = tuple[float, float] | None
KNUCKLES = ((0.30, 0.62), (0.36, 0.48), (0.47, 0.45), (0.57, 0.46), (0.66, 0.50))
TIPS: dict[str, tuple[Tip, Tip, Tip, Tip, Tip]] = {
    "B": (None, (0.113, -0.244), (0.396, -0.036), (0.422, 0.076), (0.546, 0.104)),
    "L": ((-0.166, 0.363), (0.133, -0.586), None, None, None),
    "Y": ((-0.062, 0.254), None, None, None, (1.104, 0.079)),
}
# Scale, shift to the right and shift down. Tips and places were searched for so that several trained models agree on
# the letter: these pictures test the stages that a frame passes, not how well letters are read.
PLACES = {"B": (1.053, -0.149, 0.102), "L": (0.834, 0.039, 0.244), "Y": (0.973, -0.075, 0.089)}


def hand(letter: str, side: int = 480) -> NDArray[np.uint8]:
    """A hand that fills the picture, (side, side, 3) uint8 BGR."""
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
    """A hand in the middle, as high as the picture, (480, 640, 3) uint8 BGR; without a letter, a bare wall."""
    width, height = SIZE
    picture = np.full((height, width, 3), WALL, np.uint8)
    if letter is not None:
        left = (width - height) // 2
        picture[:, left : left + height] = hand(letter, height)
    return picture


def frames(word: str, fps: float, hold_s: float) -> list[NDArray[np.uint8]]:
    """The frames of a film that holds one letter after the other."""
    return [picture for letter in word for picture in [frame(letter)] * round(fps * hold_s)]


def write_film(path: Path, pictures: list[NDArray[np.uint8]], fps: float = 15) -> Path:
    """Write an .mp4, a .webm, which browsers play, or a row of JPEGs (.mjpeg), which Chromium plays as a camera."""
    if path.suffix == ".mjpeg":
        path.write_bytes(b"".join(cv2.imencode(".jpg", picture)[1].tobytes() for picture in pictures))
        return path
    height, width = pictures[0].shape[:2]
    codec = "VP80" if path.suffix == ".webm" else "mp4v"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, (width, height))
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return path


# Joints of a right hand as the camera sees it, by letter, in pixels of a 640x480 frame: the thumb from its root to its
# tip, then the tips of the fingers from index to little, None where folded. Wrist and knuckles are the same for all
# letters. With these colours of skin and wall and this thickness, the tracker is sure of the hand.
Points = tuple[tuple[float, float], ...]
WRIST = (320.0, 400.0)
ROOTS = ((345.0, 270.0), (315.0, 262.0), (285.0, 268.0), (258.0, 285.0))
FOLDED_THUMB = ((352, 372), (360, 345), (325, 322), (285, 318))
SIGNED: dict[str, tuple[Points, tuple[tuple[float, float] | None, ...], tuple[int, int, int], int, int]] = {
    "L": (((365, 370), (410, 345), (455, 330), (500, 322)), ((352, 110), None, None, None), (180, 200, 235), 38, 26),
    "Y": (((365, 370), (410, 335), (445, 300), (475, 265)), (None, None, None, (200, 170)), (80, 110, 170), 30, 28),
    "W": (
        FOLDED_THUMB, ((380, 120), (318, 100), (258, 120), None),
        (80, 110, 170), 160, 26,
    ),
}  # fmt: skip
# D and I have joints, but are not drawn.
POSES: dict[str, tuple[Points, tuple[tuple[float, float] | None, ...]]] = {
    **{letter: signed[:2] for letter, signed in SIGNED.items()},
    "D": (FOLDED_THUMB, ((352, 110), None, None, None)),
    "I": (FOLDED_THUMB, (None, None, None, (235, 165))),
}


def joints(letter: str) -> NDArray[np.float64]:
    """The joints of a pose, (21, 2) in pixels, in MediaPipe's order."""
    thumb, tips = POSES[letter]
    points: list[tuple[float, float]] = [WRIST, *thumb]
    for (x, y), tip in zip(ROOTS, tips, strict=True):
        if tip is None:
            points += [(x, y), (x + 2, y - 8), (x + 3, y + 35), (x + 1, y + 55)]
        else:
            points += [(x, y), *((x + (tip[0] - x) * share, y + (tip[1] - y) * share) for share in (0.45, 0.75, 1.0))]
    return np.array(points)


def signed(letter: str | None, scale: float = 1.0, shift: tuple[float, float] = (0, 0)) -> NDArray[np.uint8]:
    """A hand with joints in front of a plain wall, (480, 640, 3) uint8 BGR; without a letter, the wall alone.

    scale: of the hand, about the middle of the frame. shift: of the hand, (right, down) in pixels.
    """
    width, height = SIZE
    if letter is None:
        return np.full((height, width, 3), 38, np.uint8)
    middle = np.array((width / 2, height / 2))
    skin, wall, thickness = SIGNED[letter][2:]
    return with_joints((joints(letter) - middle) * scale + middle + shift, skin, wall, round(thickness * scale))


def with_joints(
    points: NDArray[np.float64], skin: tuple[int, int, int] = (180, 200, 235), wall: int = 38, thick: int = 24
) -> NDArray[np.uint8]:
    """A hand with these joints, (21, 2) pixels, in front of a plain wall, (480, 640, 3) uint8 BGR."""
    picture = np.full((SIZE[1], SIZE[0], 3), wall, np.uint8)
    at = points.astype(int).tolist()
    shade, light = (tuple(min(255, int(tone * share)) for tone in skin) for share in (0.72, 1.08))
    elbow = (np.array(at[0]) * 3 - np.array(at[9]) * 2).tolist()
    cv2.line(picture, at[0], elbow, skin, round(thick * 2.4))
    cv2.fillPoly(picture, [np.array([at[i] for i in (0, 1, 2, 5, 9, 13, 17)])], skin)
    for start, end in ((0, 1), (0, 5), (5, 9), (9, 13), (13, 17), (0, 17)):
        cv2.line(picture, at[start], at[end], skin, round(thick * 1.2))
    for first in (1, 17, 13, 9, 5):
        bones = [(at[joint], at[joint + 1]) for joint in range(first, first + 3)]
        for colour, wide, left in ((shade, thick + 5, 0), (skin, thick, 0), (light, thick // 3, 4)):
            for (x0, y0), (x1, y1) in bones:
                cv2.line(picture, (x0 - left, y0), (x1 - left, y1), colour, max(1, wide))
        for x, y in (at[first + 1], at[first + 2]):
            cv2.ellipse(picture, (x, y), (thick // 3, 3), 0, 0, 360, shade, 2)
    return cv2.GaussianBlur(picture, (0, 0), 2).astype(np.uint8, copy=False)


def chart(letters: str, columns: int, tile_px: int = 240) -> NDArray[np.uint8]:
    """Signed hands in rows, each in a tile of 4:3 that is tile_px wide, (height, width, 3) uint8 BGR."""
    tiles = [
        cv2.resize(signed(letter, 0.8), (tile_px, tile_px * 3 // 4), interpolation=cv2.INTER_AREA) for letter in letters
    ]
    rows = [np.hstack(tiles[start : start + columns]) for start in range(0, len(tiles), columns)]
    return np.vstack(rows).astype(np.uint8, copy=False)
