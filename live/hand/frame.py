"""The one definition of a frame, and of a picture so small that it already is the crop of a hand."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.errors import FrameError
from live.hand.crop import Box

MAX_CROP_SIDE_PX = 64  # a picture up to this size is a crop: no hand can be looked for in so few pixels
MAX_FRAME_SIDE_PX = 32_766  # OpenCV cannot warp larger pictures


def as_frame(image: Any, rgb: bool = False) -> NDArray[np.uint8]:
    """Check a frame, and return it as (height, width, 3) uint8 BGR in one piece of memory; copied only if needed.

    rgb: the frame is RGB. Raises FrameError, which names what was given and the line that converts it.
    """
    if not isinstance(image, np.ndarray):
        raise FrameError(f"a frame is a NumPy array (height, width, 3) of uint8; {_how_to_make(image)}")
    if fault := _shape_fault(image.shape) or _dtype_fault(image.dtype):
        raise FrameError(f"a frame is (height, width, 3) uint8, not {image.shape} {image.dtype}; {fault}")
    if max(image.shape) > MAX_FRAME_SIDE_PX:
        raise FrameError(
            f"a frame of {image.shape[1]}x{image.shape[0]} pixels is too large (limit {MAX_FRAME_SIDE_PX} a side); "
            "make it smaller with cv2.resize"
        )
    return np.ascontiguousarray(image[..., ::-1] if rgb else image)


def is_crop(frame_bgr: NDArray[np.uint8]) -> bool:
    """Whether a picture, (height, width, 3), is so small that it already is the crop of a hand."""
    return max(map(int, frame_bgr.shape[:2])) <= MAX_CROP_SIDE_PX


def whole_square(width: int, height: int) -> Box:
    """The square that holds a whole picture: x0, y0, x1, y1 in pixels. It may reach past the picture's edges."""
    side = max(width, height)
    x0, y0 = (width - side) // 2, (height - side) // 2
    return x0, y0, x0 + side, y0 + side


def _how_to_make(image: object) -> str:
    if image is None:
        return "this is None, which OpenCV returns when it cannot read: check the file's name or the camera"
    if hasattr(image, "convert"):  # Pillow
        return "for this picture use np.asarray(image.convert('RGB')) with rgb=True"
    return f"for this {type(image).__name__} use np.asarray(frame, np.uint8)"


def _shape_fault(shape: tuple[int, ...]) -> str:
    """What to do about an array's shape; empty if it is right."""
    if 0 in shape:
        return "it is empty: check that the camera or the file gave a picture"
    if len(shape) == 2 or (len(shape) == 3 and shape[2] == 1):
        return "if it is gray, use cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)"
    if len(shape) != 3:
        return "if it holds several frames, give them one by one"
    if shape[2] == 4:
        return "if its fourth channel is transparency, use frame[..., :3]"
    if shape[2] != 3:
        return "if its channels come first, use frame.transpose(1, 2, 0)"
    return ""


def _dtype_fault(dtype: np.dtype[Any]) -> str:
    """What to do about an array's dtype; empty if it is right."""
    if dtype == np.uint8:
        return ""
    if dtype.kind == "f":
        return "if its values are 0..1, use (frame * 255).round().astype(np.uint8)"
    if dtype == np.uint16:
        return "if it has 16 bits, use (frame // 256).astype(np.uint8)"
    return "if its values are 0..255, use frame.astype(np.uint8)"
