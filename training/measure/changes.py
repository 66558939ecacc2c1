"""Changes that `evaluate` can make to pictures before they are read, such as less light, a turn, or no hand."""

from collections.abc import Callable
from typing import get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from live.hand import MIDDLE_MCP, WHITE, WRIST, Hand
from training.data import CutSide, cut

Picture = NDArray[np.uint8]


def _gain(contrast: float, brightness: float) -> Callable[[Picture], Picture]:
    """Multiply the distance from mid-gray by contrast, then everything by brightness."""
    shift = 127.5 * (1 - contrast) * brightness
    return lambda picture: cv2.convertScaleAbs(picture, alpha=contrast * brightness, beta=shift).astype(np.uint8)


def _jpeg(picture: NDArray[np.integer | np.floating], quality: int) -> Picture:
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _half(picture: Picture) -> Picture:
    return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)


# The longer side in pixels and the JPEG quality of the pictures that the page sends, from fast to slow links, as in
# live/web/stage/modules/pace.js.
SENT = ((640, 70), (640, 50), (640, 35), (480, 40), (400, 40), (320, 40), (320, 25))


def _sent(side: int, quality: int) -> Callable[[Picture], Picture]:
    """Shrink and compress a picture as the browser does before it sends it to the app."""

    def change(picture: Picture) -> Picture:
        scale = min(1.0, side / max(picture.shape[:2]))
        return _jpeg(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), quality)

    return change


def paint_over_hand(picture: Picture, hand: Hand) -> Picture:
    """Paint over the hand and its forearm with what is around them."""
    points = hand.landmarks[:, :2]
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(points.round().astype(np.int32)), WHITE)
    wrist, forward = points[WRIST], points[MIDDLE_MCP] - points[WRIST]
    elbow = (wrist - 3 * forward).round().astype(int).tolist()
    cv2.line(mask, wrist.round().astype(int).tolist(), elbow, WHITE, max(1, int(np.linalg.norm(forward) * 1.2)))
    grown = 2 * int(np.ptp(points, axis=0).max() * 0.12) + 1
    hidden = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grown, grown)))
    scale = min(1.0, 256 / max(picture.shape[:2]))  # inpainting at full size takes seconds
    small, hole = (
        cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for image in (picture, hidden)
    )
    filled = cv2.inpaint(small, (hole > 0).astype(np.uint8), 5, cv2.INPAINT_TELEA)
    filled = cv2.resize(filled, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(hidden[:, :, None] > 0, filled, picture).astype(np.uint8)


def _gray(picture: Picture) -> Picture:
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)


def _turn(picture: Picture, how: int) -> Picture:
    return cv2.rotate(picture, how).astype(np.uint8, copy=False)


def _wall(picture: Picture) -> tuple[float, ...]:
    """The mean colour of a picture's edge: a plain wall around it is painted with this."""
    edge = np.concatenate((picture[0], picture[-1], picture[:, 0], picture[:, -1]))
    return tuple(edge.mean(axis=0).tolist())


def _farther(scale: float) -> Callable[[Picture], Picture]:
    """Shrink a picture to this share of its size (at most 1), in the middle of a wall of its former size."""

    def change(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
        walled = np.full_like(picture, _wall(picture))
        walled[top : top + small.shape[0], left : left + small.shape[1]] = small
        return walled

    return change


def _nearer(scale: float) -> Callable[[Picture, Hand | None], Picture]:
    """Enlarge a picture (by 1 or more) around the hand, or around its middle, but never so far that a hand is cut."""

    def change(picture: Picture, hand: Hand | None) -> Picture:
        height, width = picture.shape[:2]
        x0, y0, x1, y1 = hand.box_xyxy if hand else (width // 2, height // 2, width // 2, height // 2)
        share = min(1.0, max(1 / scale, (x1 - x0) / width, (y1 - y0) / height))
        cut_width, cut_height = round(share * width), round(share * height)
        left = int(np.clip((x0 + x1 - cut_width) // 2, 0, width - cut_width))
        top = int(np.clip((y0 + y1 - cut_height) // 2, 0, height - cut_height))
        kept = picture[top : top + cut_height, left : left + cut_width]
        return cv2.resize(kept, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)

    return change


def _tilted(degrees: float) -> Callable[[Picture], Picture]:
    """Turn a picture clockwise before a wall that is large enough for the whole of it."""

    def change(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        affine = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
        new_width, new_height = np.ceil(np.abs(affine[:, :2]) @ (width, height)).astype(int).tolist()
        affine[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
        turned = cv2.warpAffine(picture, affine, (new_width, new_height), borderValue=_wall(picture))
        return turned.astype(np.uint8, copy=False)

    return change


def _lit(blue: float, green: float, red: float) -> Callable[[Picture], Picture]:
    """Multiply the channels, as coloured light does."""
    return lambda picture: np.clip(picture * np.array((blue, green, red)), 0, 255).astype(np.uint8)


def _cut(side: CutSide) -> Callable[[Picture, Hand], Picture]:
    return lambda picture, hand: cut(picture, hand, side, CUT_SHARE)[2]


CUT_SHARE = 0.45  # of the hand's width or height
TILTS = {"minus-20": -20, "minus-10": -10, "10": 10, "20": 20}  # degrees, clockwise
SCALES = (0.6, 0.7, 0.8, 0.9, 1.2, 1.4, 1.6, 1.8)  # of the whole picture: a hand that is farther away, or nearer

# What a camera or a room does to a picture.
CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "none": lambda picture: picture,
    "flipped": lambda picture: cv2.flip(picture, 1).astype(np.uint8),
    "darker": _gain(1.0, 0.5),
    "brighter": _gain(1.0, 1.6),
    "flatter": _gain(0.6, 1.0),
    "jpeg": lambda picture: _jpeg(picture, 30),
    "half": _half,
    "gray": _gray,
    "tinted-warm": _lit(0.6, 0.9, 1.1),
    "tinted-cold": _lit(1.1, 0.95, 0.7),
    "turned-90": lambda picture: _turn(picture, cv2.ROTATE_90_CLOCKWISE),
    "turned-180": lambda picture: _turn(picture, cv2.ROTATE_180),
    "turned-270": lambda picture: _turn(picture, cv2.ROTATE_90_COUNTERCLOCKWISE),
}
CHANGES |= {f"sent-{side}-{quality}": _sent(side, quality) for side, quality in SENT}
CHANGES |= {f"tilted-{name}": _tilted(degrees) for name, degrees in TILTS.items()}
CHANGES |= {f"scaled-{scale}": _farther(scale) for scale in SCALES if scale < 1}

# Changes that are made around the hand, if there is one.
NEARER: dict[str, Callable[[Picture, Hand | None], Picture]] = {
    f"scaled-{scale}": _nearer(scale) for scale in SCALES if scale > 1
}

# Changes that need a hand.
HAND_CHANGES: dict[str, Callable[[Picture, Hand], Picture]] = {"painted": paint_over_hand} | {
    f"cut-{side}": _cut(side) for side in get_args(CutSide)
}
