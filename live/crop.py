"""The one crop: what the CNN sees, in training and live alike."""

import cv2
import numpy as np
from numpy.typing import NDArray

from live.contract import CROP_SIZE

# Standard deviation of gray levels below which a crop shows nothing, least of all a hand. The flattest picture of
# Sign-MNIST's training file has 18.6; a third of that leaves room for dim light.
MIN_CONTRAST = 6.0

Box = tuple[int, int, int, int]


def centred_square(width: int, height: int, share: float = 1.0) -> Box:
    """The square in the middle of a width x height picture: x0, y0, x1, y1 in pixels.

    share: its side as a share of the picture's shorter side, in (0, 1]. The side is at least one pixel.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be in (0, 1], not {share}")
    side = max(1, round(min(width, height) * share))
    x0, y0 = (width - side) // 2, (height - side) // 2
    return x0, y0, x0 + side, y0 + side


def crop(frame_bgr: NDArray[np.uint8], box_xyxy: Box) -> NDArray[np.uint8]:
    """Cut a box out of a frame and make it (28, 28) uint8 gray, 0 = black.

    frame_bgr: (height, width, 3) uint8. What lies past the frame's edge repeats the edge's pixels. Shrinking averages
    over areas, as it must to match Sign-MNIST's small pictures.
    """
    height, width = frame_bgr.shape[:2]
    x0, y0, x1, y1 = box_xyxy
    if x1 <= x0 or y1 <= y0:
        raise ValueError(f"box {box_xyxy} is empty")
    if x0 >= width or y0 >= height or x1 <= 0 or y1 <= 0:
        raise ValueError(f"box {box_xyxy} lies outside the {width}x{height} frame")
    inside = frame_bgr[max(y0, 0) : min(y1, height), max(x0, 0) : min(x1, width)]
    gray = cv2.cvtColor(inside, cv2.COLOR_BGR2GRAY)
    beyond = (max(-y0, 0), max(y1 - height, 0), max(-x0, 0), max(x1 - width, 0))  # top, bottom, left, right
    if any(beyond):
        gray = cv2.copyMakeBorder(gray, *beyond, cv2.BORDER_REPLICATE)
    shrinking = gray.shape[0] >= CROP_SIZE and gray.shape[1] >= CROP_SIZE
    size = (CROP_SIZE, CROP_SIZE)
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR).astype(
        np.uint8, copy=False
    )


def is_blank(seen: NDArray[np.uint8]) -> bool:
    """Whether a crop, (28, 28) uint8, is a bare wall or a covered lens. A CNN would name a letter all the same."""
    return float(seen.std()) < MIN_CONTRAST
