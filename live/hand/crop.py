"""The one definition of the crop that the CNN sees. Training and live reading both use it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from live.hand.landmarks import BONES, FINGER_WIDTH, MIDDLE_MCP, PALM_AND_THUMB_OUTLINE, WRIST, Hand, palm_length

CROP_SIZE = 28  # pixels a side, as in Sign-MNIST

# Side of a hand's square, as a multiple of the longer side of the box around its landmarks. In Sign-MNIST the median is
# 1.33, and half of the pictures lie between 1.24 and 1.49 (landmarks found on 384 of 400 enlarged pictures).
HAND_MARGIN = 1.33

# The smallest side of a hand's square. A square of this size around a landmark in the frame holds a pixel of the frame.
MIN_SIDE_PX = 8

# A crop whose gray levels have a smaller standard deviation is blank. The flattest picture of Sign-MNIST's training
# file has 18.6; a third of that leaves room for dim light.
MIN_CONTRAST = 6.0

FOREARM_WIDTH = 0.75  # in palm lengths
WHITE = 255
MASK_SIZE = 4 * CROP_SIZE  # the mask is drawn at this size and then shrunk, which makes its edge soft

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
    """The square around a hand: x0, y0, x1, y1 in pixels. It may reach past the frame's edges."""
    points = hand.landmarks[:, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    side = max(MIN_SIDE_PX, round(float((high - low).max()) * HAND_MARGIN))
    x0, y0 = (round(float(middle) - side / 2) for middle in (low + high) / 2)
    return x0, y0, x0 + side, y0 + side


def crop(frame_bgr: NDArray[np.uint8], box_xyxy: Box, mirror: bool = False) -> NDArray[np.uint8]:
    """Cut a box out of a frame and scale it to (28, 28) uint8 gray, 0 = black.

    frame_bgr: (height, width, 3) uint8. Past the frame's edge its outermost pixels are repeated. Shrinking averages
    over areas, to match Sign-MNIST's small pictures. mirror: flip left and right, which makes a left hand
    look like a right one: the CNN sees right hands only. Raises ValueError if no pixel of the frame is in the box.
    """
    height, width = frame_bgr.shape[:2]
    x0, y0, x1, y1 = box_xyxy
    if x1 <= x0 or y1 <= y0:
        raise ValueError(f"box {box_xyxy} is empty")
    if x0 >= width or y0 >= height or x1 <= 0 or y1 <= 0:
        raise ValueError(f"box {box_xyxy} lies outside the {width}x{height} frame")
    inside = frame_bgr[max(y0, 0) : min(y1, height), max(x0, 0) : min(x1, width)]
    gray = cv2.cvtColor(inside, cv2.COLOR_BGR2GRAY)
    padding = (max(-y0, 0), max(y1 - height, 0), max(-x0, 0), max(x1 - width, 0))  # top, bottom, left, right
    if any(padding):
        gray = cv2.copyMakeBorder(gray, *padding, cv2.BORDER_REPLICATE)
    if mirror:
        gray = cv2.flip(gray, 1)
    shrinking = gray.shape[0] >= CROP_SIZE and gray.shape[1] >= CROP_SIZE
    interpolation = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return cv2.resize(gray, (CROP_SIZE, CROP_SIZE), interpolation=interpolation).astype(np.uint8, copy=False)


def crop_hand(frame_bgr: NDArray[np.uint8], hand: Hand) -> NDArray[np.uint8]:
    """The crop of a hand that the CNN reads: (28, 28) uint8 gray, as a right hand on white.

    The CNN learned on plain walls, and the room behind a hand misleads it most. So everything outside the
    hand's mask is painted white. The mask is drawn from the landmarks.
    """
    return paint_over(*cut_out(frame_bgr, hand))


def cut_out(frame_bgr: NDArray[np.uint8], hand: Hand) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A hand's crop with its background, and the hand's mask. Both (28, 28) uint8; a left hand is mirrored."""
    box, mirror = hand_square(hand), hand.side == "left"
    return crop(frame_bgr, box, mirror), hand_mask(hand, box, mirror)


def paint_over(crop: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A crop with its background painted white, nearly the colour of Sign-MNIST's walls.

    crop, mask: (..., 28, 28) uint8. The mask is 255 where the hand is.
    """
    hand = mask.astype(np.uint16)
    return ((crop * hand + WHITE * (WHITE - hand)) // WHITE).astype(np.uint8)


def hand_mask(hand: Hand, box_xyxy: Box, mirror: bool = False) -> NDArray[np.uint8]:
    """Draw a hand's mask in the crop of a box, from its landmarks: (28, 28) uint8, 255 = hand."""
    x0, y0, x1, _ = box_xyxy
    points = (hand.landmarks[:, :2] - (x0, y0)) * (MASK_SIZE / (x1 - x0))
    palm = float(palm_length(points))
    pixels = np.round(points).astype(np.int32)
    mask = np.zeros((MASK_SIZE, MASK_SIZE), np.uint8)
    cv2.fillPoly(mask, [pixels[PALM_AND_THUMB_OUTLINE]], 255)
    # OpenCV draws no line wider than 32,767, and one as wide as the mask fills it anyway
    finger, forearm = (min(max(3, int(palm * width)), MASK_SIZE) for width in (FINGER_WIDTH, FOREARM_WIDTH))
    for start, end in BONES:
        cv2.line(mask, pixels[start].tolist(), pixels[end].tolist(), 255, finger)
    elbow = np.round(points[WRIST] + 2 * (points[WRIST] - points[MIDDLE_MCP])).astype(np.int32)
    cv2.line(mask, pixels[WRIST].tolist(), elbow.tolist(), 255, forearm)
    if mirror:
        mask = cv2.flip(mask, 1).astype(np.uint8, copy=False)
    soft = cv2.GaussianBlur(mask, (7, 7), 0)
    return cv2.resize(soft, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def is_blank(crop: NDArray[np.uint8]) -> bool:
    """Whether a (28, 28) uint8 crop shows a bare wall or a covered lens. The CNN would name a letter even so."""
    return float(crop.std()) < MIN_CONTRAST
