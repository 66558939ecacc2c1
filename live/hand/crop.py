"""The one crop: what the CNN sees, in training and live alike."""

import cv2
import numpy as np
from numpy.typing import NDArray

from live.hand.landmarks import BONES, MIDDLE_MCP, WRIST, Hand, palm_length

CROP_SIZE = 28  # pixels a side, Sign-MNIST's

# Side of a hand's square, in lengths of the longer side of the box around its landmarks. In Sign-MNIST it is 1.33 at
# the median, half of the pictures between 1.24 and 1.49 (landmarks found on 384 of 400 enlarged pictures).
HAND_MARGIN = 1.33

# The least side of a hand's square: so it holds a pixel of the frame wherever one of the landmarks lies in it.
MIN_SIDE_PX = 8

# Standard deviation of gray levels below which a crop shows nothing, least of all a hand. The flattest picture of
# Sign-MNIST's training file has 18.6; a third of that leaves room for dim light.
MIN_CONTRAST = 6.0

# The hand as drawn over its landmarks: palm and fingers, and the way to the wrist beyond it. Widths in palm lengths.
PALM = [0, 1, 2, 5, 9, 13, 17]
FINGER_WIDTH = 0.30
FOREARM_WIDTH = 0.75
WHITE = 255
MASK_SIZE = 4 * CROP_SIZE  # drawn larger, then shrunk, so that its edge is soft

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


def hand_square(hand: Hand) -> Box:
    """The square around a hand: x0, y0, x1, y1 in pixels; it may reach past the frame's edges."""
    points = hand.landmarks[:, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    side = max(MIN_SIDE_PX, round(float((high - low).max()) * HAND_MARGIN))
    x0, y0 = (round(float(middle) - side / 2) for middle in (low + high) / 2)
    return x0, y0, x0 + side, y0 + side


def crop(frame_bgr: NDArray[np.uint8], box_xyxy: Box, mirror: bool = False) -> NDArray[np.uint8]:
    """Cut a box out of a frame and make it (28, 28) uint8 gray, 0 = black.

    frame_bgr: (height, width, 3) uint8. What lies past the frame's edge repeats the edge's pixels. Shrinking averages
    over areas, as it must to match Sign-MNIST's small pictures. mirror: left to right, for a left hand or a mirrored
    camera's right one, so that the CNN sees right hands alone.
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
    if mirror:
        gray = cv2.flip(gray, 1)
    shrinking = gray.shape[0] >= CROP_SIZE and gray.shape[1] >= CROP_SIZE
    size = (CROP_SIZE, CROP_SIZE)
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR).astype(
        np.uint8, copy=False
    )


def crop_hand(frame_bgr: NDArray[np.uint8], hand: Hand) -> NDArray[np.uint8]:
    """What the CNN sees of a hand: (28, 28) uint8 gray, a right hand, everything behind it white.

    A room behind the hand is what a CNN that learned on plain walls stumbles over most, and the landmarks tell where
    the hand ends.
    """
    return paint_over(*cut_out(frame_bgr, hand))


def cut_out(frame_bgr: NDArray[np.uint8], hand: Hand) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A hand's crop with what is behind it, and where in it the hand is: (28, 28) uint8 each, of a right hand."""
    box, mirror = hand_square(hand), hand.side == "left"
    return crop(frame_bgr, box, mirror), hand_mask(hand, box, mirror)


def paint_over(seen: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A crop with what is not hand made white, as Sign-MNIST's walls nearly are. Both (..., 28, 28) uint8; mask: 255 is
    hand.
    """
    hand = mask.astype(np.uint16)
    return ((seen * hand + WHITE * (WHITE - hand)) // WHITE).astype(np.uint8)


def hand_mask(hand: Hand, box_xyxy: Box, mirror: bool = False) -> NDArray[np.uint8]:
    """(28, 28) uint8: where in a crop of this box the hand is, 255 = hand, drawn from its landmarks."""
    x0, y0, x1, _ = box_xyxy
    points = (hand.landmarks[:, :2] - (x0, y0)) * (MASK_SIZE / (x1 - x0))
    palm = float(palm_length(points))
    at = np.round(points).astype(np.int32)
    mask = np.zeros((MASK_SIZE, MASK_SIZE), np.uint8)
    cv2.fillPoly(mask, [at[PALM]], 255)
    # a line wider than this fills the crop, and OpenCV draws none wider than 32,767
    finger, forearm = (min(max(3, int(palm * width)), MASK_SIZE) for width in (FINGER_WIDTH, FOREARM_WIDTH))
    for start, end in BONES:
        cv2.line(mask, at[start].tolist(), at[end].tolist(), 255, finger)
    elbow = np.round(points[WRIST] + 2 * (points[WRIST] - points[MIDDLE_MCP])).astype(np.int32)
    cv2.line(mask, at[WRIST].tolist(), elbow.tolist(), 255, forearm)
    if mirror:
        mask = cv2.flip(mask, 1).astype(np.uint8, copy=False)
    soft = cv2.GaussianBlur(mask, (7, 7), 0)
    return cv2.resize(soft, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def is_blank(seen: NDArray[np.uint8]) -> bool:
    """Whether a crop, (28, 28) uint8, is a bare wall or a covered lens. A CNN would name a letter all the same."""
    return float(seen.std()) < MIN_CONTRAST
