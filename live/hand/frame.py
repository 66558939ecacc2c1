"""The one definition of a frame, and of a picture so small that it already is the crop of a hand."""

import contextlib
import math
import os
from numbers import Real
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import FrameError
from live.hand.crop import Box

MAX_CROP_SIDE_PX = 64  # a picture up to this size is a crop: no hand can be looked for in so few pixels
MAX_FRAME_SIDE_PX = 32_766  # OpenCV cannot warp larger pictures
MAX_FRAME_BYTES = 2**31 - 1  # OpenCV ends the process when it warps more


def as_frame(image: Any, rgb: bool = False) -> NDArray[np.uint8]:
    """Check a frame, and return it as (height, width, 3) uint8 BGR in one piece of memory; copied only if needed.

    rgb: the frame is RGB. Raises FrameError, which names what was given and the line that converts it.
    """
    if not isinstance(image, np.ndarray):
        raise FrameError(f"a frame is a NumPy array, (height, width, 3) uint8; {_how_to_make(image)}")
    if advice := _how_to_convert(image):
        raise FrameError(f"a frame is (height, width, 3) uint8, not {image.shape} {image.dtype}; {advice}")
    if max(image.shape) > MAX_FRAME_SIDE_PX or image.size > MAX_FRAME_BYTES:
        raise FrameError(
            f"a frame of {image.shape[1]}x{image.shape[0]} pixels is too large (limits: {MAX_FRAME_SIDE_PX} a side, "
            f"{MAX_FRAME_BYTES // 10**9} GB); make it smaller with cv2.resize"
        )
    return np.ascontiguousarray(image[..., ::-1] if rgb else image)


def as_seconds(time_s: Any) -> float:
    """Check a frame's time. Raises FrameError if it is not a finite number."""
    if not isinstance(time_s, np.timedelta64) and isinstance(time_s, Real):  # the former has a unit of its own
        with contextlib.suppress(OverflowError):  # of a huge integer
            if math.isfinite(seconds := float(time_s)):
                return seconds
    given = time_s if isinstance(time_s, float) else type(time_s).__name__
    raise FrameError(f"a frame's time is a finite number of seconds, such as time.monotonic(), not {given}")


def is_crop(frame_bgr: NDArray[np.uint8]) -> bool:
    """Whether a picture, (height, width, 3), is so small that it already is the crop of a hand."""
    return max(map(int, frame_bgr.shape[:2])) <= MAX_CROP_SIDE_PX


def whole_square(width: int, height: int) -> Box:
    """The square that holds a whole picture: x0, y0, x1, y1 in pixels. It may reach past the picture's edges."""
    side = max(width, height)
    x0, y0 = (width - side) // 2, (height - side) // 2
    return x0, y0, x0 + side, y0 + side


def _how_to_make(image: object) -> str:
    """What to do about something that is no array."""
    match image:
        case None:
            return "this is None, which OpenCV returns when it cannot read: check the file's name or the camera"
        case str() | os.PathLike():
            return "this is the name of a file: read it with live.read_picture"
        case bytes() | bytearray() | memoryview():
            return "these are bytes: if they are a picture file, use live.decode_picture"
        case (bool(), _):
            return "this is what OpenCV's read() returns: write ok, frame = camera.read(), and pass frame"
        case cv2.UMat():
            return "for this UMat use frame.get()"
    if hasattr(image, "image_bgr"):  # live.Frame
        return "this is a Frame: pass frame.image_bgr"
    if hasattr(image, "convert"):  # Pillow
        return "for this picture use np.asarray(image.convert('RGB')) with rgb=True"
    return f"for this {type(image).__name__} use np.asarray(frame)"


def _how_to_convert(image: NDArray[Any]) -> str:
    """What to do about an array's dtype and shape; empty if both are right."""
    if image.size == 0:
        return "it is empty: check that the camera or the file gave a picture"
    return "; ".join(filter(None, (_dtype_advice(image.dtype), _shape_advice(image.shape))))


def _dtype_advice(dtype: np.dtype[Any]) -> str:
    if dtype == np.uint8:
        return ""
    if dtype.kind == "f":
        return (
            "if its values are 0..1, use (frame * 255).round().astype(np.uint8); "
            "if they are 0..255, use frame.round().astype(np.uint8)"
        )
    if dtype.kind == "u" and dtype.itemsize == 2:
        return "if its values are 0..65535, use (frame // 256).astype(np.uint8)"
    if dtype.kind == "b":
        return "if True is white, use frame.astype(np.uint8) * 255"
    if dtype.kind in "iuO":
        return "if its values are 0..255, use frame.astype(np.uint8)"
    return "its elements must be numbers from 0 to 255"


def _shape_advice(shape: tuple[int, ...]) -> str:
    if shape[2:] == (3,):
        return ""
    if len(shape) == 1:
        return "if it is the content of a picture file, use cv2.imdecode(frame, cv2.IMREAD_COLOR)"
    if len(shape) == 2 or shape[2:] == (1,):
        return "if it is gray, use cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)"
    if shape[2:] == (2,):
        return "if it is gray with transparency, use cv2.cvtColor(frame[..., 0], cv2.COLOR_GRAY2BGR)"
    if shape[2:] == (4,):
        return "if its fourth channel is transparency, use frame[..., :3]"
    if len(shape) == 3 and shape[0] in (1, 3, 4):
        return "if its channels come first, use frame.transpose(1, 2, 0)"
    return "if it holds several frames, give them one by one" if len(shape) > 3 else "it must have three channels"
