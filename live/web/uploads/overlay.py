"""Draws the readings of a picture on it, so that people see what was read."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from live.hand import BONES, Box, Hand
from live.recognizer import Reading

SURE_BGR = (120, 200, 60)
UNSURE_BGR = (255, 255, 255)
EDGE_BGR = (40, 40, 40)  # around lines and joints, so that they show on any background
OUTSIDE_BRIGHTNESS = 0.45  # factor for the picture outside a fixed square
NUMBER_DIVISOR = 1600  # a picture of this size has numbers of OpenCV's size 1, which are 22 pixels high
FONT = cv2.FONT_HERSHEY_SIMPLEX
MAX_PIXEL = 30_000  # OpenCV cannot draw at larger coordinates


def draw(frame_bgr: NDArray[np.uint8], readings: Sequence[Reading]) -> NDArray[np.uint8]:
    """A copy of the frame with each hand's skeleton, or with the fixed square framed and its surroundings dimmed.

    If there are several hands, each has a box, and its number from 1 on.
    """
    shown = frame_bgr.copy()
    thickness = max(2, min(shown.shape[:2]) // 160)
    for number, reading in enumerate(readings, start=1):
        colour = SURE_BGR if reading.letter else UNSURE_BGR
        if reading.hand is not None and len(readings) > 1:
            fine = max(1, min(thickness, reading.side_px // 80))
            _skeleton(shown, reading.hand, colour, fine)
            _numbered_box(shown, reading, number, colour, fine)
        elif reading.hand is not None:
            _skeleton(shown, reading.hand, colour, thickness)
        elif reading.box_xyxy is not None:
            return _square(shown, reading.box_xyxy, colour, thickness)
    return shown


def _numbered_box(
    shown: NDArray[np.uint8], reading: Reading, number: int, colour: tuple[int, int, int], thickness: int
) -> None:
    """Draw the box that was read, and above its upper left corner the number on a plate."""
    assert reading.box_xyxy is not None
    height, width = shown.shape[:2]
    limits = (width - 1, height - 1) * 2
    x0, y0, x1, y1 = (int(np.clip(edge, 0, limit)) for edge, limit in zip(reading.box_xyxy, limits, strict=True))
    cv2.rectangle(shown, (x0, y0), (x1, y1), EDGE_BGR, thickness + 2)
    cv2.rectangle(shown, (x0, y0), (x1, y1), colour, thickness)
    scale = max(0.4, max(height, width) / NUMBER_DIVISOR)
    strokes = max(1, round(1.5 * scale))
    (text_width, text_height), _ = cv2.getTextSize(str(number), FONT, scale, strokes)
    gap = text_height // 2
    x0, y0 = min(x0, width - text_width - 2 * gap), max(0, y0 - text_height - 2 * gap)
    cv2.rectangle(shown, (x0, y0), (x0 + text_width + 2 * gap, y0 + text_height + 2 * gap), colour, -1)
    cv2.putText(shown, str(number), (x0 + gap, y0 + text_height + gap), FONT, scale, EDGE_BGR, strokes, cv2.LINE_AA)


def _square(frame: NDArray[np.uint8], box_xyxy: Box, colour: tuple[int, int, int], thickness: int) -> NDArray[np.uint8]:
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = (int(np.clip(edge, 0, limit)) for edge, limit in zip(box_xyxy, (width, height) * 2, strict=True))
    shown = _as_bytes(cv2.convertScaleAbs(frame, alpha=OUTSIDE_BRIGHTNESS))
    shown[y0:y1, x0:x1] = frame[y0:y1, x0:x1]
    corner = thickness // 2
    cv2.rectangle(shown, (x0 + corner, y0 + corner), (x1 - 1 - corner, y1 - 1 - corner), colour, thickness)
    return shown


def _skeleton(shown: NDArray[np.uint8], hand: Hand, colour: tuple[int, int, int], thickness: int) -> None:
    joints = np.clip(np.round(hand.landmarks[:, :2]), -MAX_PIXEL, MAX_PIXEL).astype(int).tolist()
    for line_colour, extra in ((EDGE_BGR, 2), (colour, 0)):
        for start, end in BONES:
            cv2.line(shown, joints[start], joints[end], line_colour, thickness + extra, cv2.LINE_AA)
    for joint in joints:
        cv2.circle(shown, joint, thickness + 2, EDGE_BGR, -1, cv2.LINE_AA)
        cv2.circle(shown, joint, thickness + 1, colour, -1, cv2.LINE_AA)


def _as_bytes(image: NDArray[Any]) -> NDArray[np.uint8]:
    """OpenCV returns the dtype it was given, but its type hints do not say so."""
    return image.astype(np.uint8, copy=False)
