"""Reads one still picture, from a file or from memory, into BGR pixels."""

import io
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from live.errors import PictureError
from live.hand import is_crop
from live.sources.frames import exceeded_limit

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "HEIF")  # Pillow's names
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".heic", ".heif")
# A picture of this many pixels is read in less than 2 s with less than 500 MB. Phones' pictures need less memory per
# pixel, so they may be larger: up to 8192 x 6144.
MAX_PIXELS = 25_000_000
MAX_PHONE_PIXELS = 51_000_000
PHONE_FORMATS, PHONE_MODES = ("JPEG", "MPO", "HEIF"), ("RGB", "L")  # MPO: a JPEG with further pictures
MIN_SIDE = 8  # pixels; a smaller picture shows no hand
STRIP = 256  # rows converted to colour at once, so that there is no second copy of the whole picture
DITHERED_MODES = ("P", "1")  # Pillow's names for pictures with a palette, and in black and white
DITHER_SIGMA_PX = 1.0  # chosen on words of data/bursts, at 160 to 640 pixels
WARNINGS = threading.RLock()  # held while warnings are hidden
ORIENTATION = 0x0112  # EXIF tag
TURNS: dict[int, Callable[[MatLike], MatLike]] = {
    2: lambda picture: cv2.flip(picture, 1),
    3: lambda picture: cv2.rotate(picture, cv2.ROTATE_180),
    4: lambda picture: cv2.flip(picture, 0),
    5: cv2.transpose,
    6: lambda picture: cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE),
    7: lambda picture: cv2.flip(cv2.transpose(picture), -1),
    8: lambda picture: cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE),
}


def read_picture(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """The pixels of a picture file: (height, width, 3) uint8 BGR, turned upright as its EXIF data says.

    Reads the first frame of an animation and the upper 8 bits of 16-bit pixels; transparency becomes white. Raises
    PictureError, which names the file.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise PictureError(f"{path}: is a folder; name a picture in it")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise PictureError(f"{path}: there is no such file; check the name") from error
    except OSError as error:
        raise PictureError(f"{path}: cannot be read ({error.strerror or error})") from error
    return decode_picture(content, str(path))


def is_picture(path: Path) -> bool:
    """Whether a file is a picture, judged by its name. Not macOS's hidden companion files (._name.jpg)."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def decode_picture(content: bytes, name: str) -> NDArray[np.uint8]:
    """Read a picture as read_picture does, from the bytes of its file. name: what errors call the picture."""
    if not content:
        raise PictureError(f"{name}: the file is empty; save or send the picture again")
    _heif()  # outside the try: a missing library must not be reported as a damaged picture
    try:
        with quiet_pillow():
            picture, orientation = _decode(content, name)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError(f"{name}: is too large; shrink it") from error
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{name}: is not a picture that can be read; use JPEG, PNG, WebP, BMP, GIF or HEIC"
        ) from error
    except Exception as error:  # on damaged files decoders raise anything: OSError, SyntaxError, struct.error, …
        reason = " ".join(str(error).split())  # libheif's messages have several lines
        raise PictureError(f"{name}: is damaged or cut short ({reason}); save or send it again") from error
    return np.ascontiguousarray(TURNS[orientation](picture), dtype=np.uint8) if orientation in TURNS else picture


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Hide Pillow's warnings about large and odd files. Both are checked here.

    Python's warnings are hidden in all threads, so one thread does so at a time: otherwise they could stay hidden.
    """
    with WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cache
def _heif() -> Any:
    """Make Pillow read HEIC. Imported here, because a machine that only trains does not have the library."""
    import pi_heif

    pi_heif.register_heif_opener()
    return pi_heif


def _decode(content: bytes, name: str) -> tuple[NDArray[np.uint8], int | None]:
    """The picture as it is stored, and its EXIF orientation."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        limit = MAX_PHONE_PIXELS if _needs_little_memory(image) else MAX_PIXELS
        if exceeded := exceeded_limit(width, height, limit):
            raise PictureError(f"{name}: {width}x{height} is too large ({exceeded}); shrink it")
        if min(width, height) < MIN_SIDE:
            raise PictureError(f"{name}: {width}x{height} is too small to show a hand; use a larger picture")
        if image.format == "HEIF" and image.mode == "RGB":  # decoded directly, which saves Pillow's copies
            decoded = _heif().open_heif(content, bgr_mode=True)  # already turned upright
            return np.array(decoded), None  # a copy, because the decoder's buffer is freed with it
        image.load()
        picture = to_bgr(image)
        undither(picture, image.mode)
        return picture, image.getexif().get(ORIENTATION)


def _needs_little_memory(image: Image.Image) -> bool:
    """Whether decoding needs little memory. Progressive JPEG, more than 8 bits or a fourth channel need more."""
    usual = "progressive" not in image.info and image.info.get("bit_depth", 8) == 8
    return usual and image.format in PHONE_FORMATS and image.mode in PHONE_MODES


def to_bgr(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of a loaded picture, (height, width, 3) uint8 BGR. Transparency becomes white."""
    picture = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP):
        strip = _to_rgb(image.crop((0, top, image.width, min(top + STRIP, image.height))))
        bgr = np.frombuffer(strip.tobytes("raw", "BGR"), np.uint8)
        picture[top : top + STRIP] = bgr.reshape(-1, image.width, 3)
    return picture


def undither(picture_bgr: NDArray[np.uint8], mode: str) -> None:
    """Smooth away, in place, the pattern of pixels that stands for colours which a palette lacks.

    mode: Pillow's name of how the file stores the picture; without a palette, nothing changes. A crop stays as the CNN
    learned it, too.

    It hides hands from the networks: of 176 hands at 400 pixels in the web's palette, 58 are read rightly with it, 154
    without it, and 156 in the pictures before their colours were reduced.
    """
    if mode in DITHERED_MODES and not is_crop(picture_bgr):
        cv2.GaussianBlur(picture_bgr, (0, 0), DITHER_SIGMA_PX, dst=picture_bgr)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":  # 16-bit gray, which convert("RGB") would clip at 255
        values = np.asarray(image, dtype=np.float64)
        return Image.fromarray(np.clip(values / 256, 0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")  # convert() would copy an RGB image
