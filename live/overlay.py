"""Draws a reading on a frame for people to look at. The only place that mirrors, and only after recognition."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from live.recognizer import Reading

SURE_BGR = (120, 200, 60)
UNSURE_BGR = (255, 255, 255)
OUTSIDE_BRIGHTNESS = 0.45  # of what lies outside the crop


def draw(frame_bgr: NDArray[np.uint8], reading: Reading, mirror: bool = True) -> NDArray[np.uint8]:
    """A copy of the frame with what was cropped framed, and all outside it dimmed. Mirrored as people expect of a
    camera that shows them.
    """
    shown = frame_bgr.copy()
    if reading.box_xyxy is not None:
        height, width = shown.shape[:2]
        x0, y0, x1, y1 = (
            int(np.clip(edge, 0, limit)) for edge, limit in zip(reading.box_xyxy, (width, height) * 2, strict=True)
        )
        inside = shown[y0:y1, x0:x1].copy()
        shown = _bytes(cv2.convertScaleAbs(shown, alpha=OUTSIDE_BRIGHTNESS))
        shown[y0:y1, x0:x1] = inside
        thickness = max(2, min(width, height) // 160)
        colour = SURE_BGR if reading.letter else UNSURE_BGR
        corner = thickness // 2
        cv2.rectangle(shown, (x0 + corner, y0 + corner), (x1 - 1 - corner, y1 - 1 - corner), colour, thickness)
    return _bytes(cv2.flip(shown, 1)) if mirror else shown


def _bytes(image: NDArray[Any]) -> NDArray[np.uint8]:
    """OpenCV returns what it was given, but its types do not say so."""
    return image.astype(np.uint8, copy=False)
