"""Reads one still picture, from a file or from memory, into the frame that everything else works on."""

import io
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from live.errors import PictureError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "HEIF")  # Pillow's names
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".heic", ".heif")
MAX_PIXELS = 25_000_000  # of which reading takes less than 2 s and 500 MB
MAX_PHONE_PIXELS = 51_000_000  # the same of what phones write, as large as 8192 x 6144
PHONE_FORMATS, PHONE_MODES = ("JPEG", "HEIF"), ("RGB", "L")
MIN_SIDE = 8  # pixels; less than that shows no hand
STRIP = 256  # rows that are turned into colour at once, so that no second copy of the whole is held
ORIENTATION = 0x0112  # of EXIF
TURNS: dict[int, Callable[[MatLike], MatLike]] = {
    2: lambda picture: cv2.flip(picture, 1),
    3: lambda picture: cv2.rotate(picture, cv2.ROTATE_180),
    4: lambda picture: cv2.flip(picture, 0),
    5: cv2.transpose,
    6: lambda picture: cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE),
    7: lambda picture: cv2.flip(cv2.transpose(picture), -1),
    8: lambda picture: cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE),
}


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture file as (height, width, 3) uint8 BGR, turned as its EXIF says. Raises PictureError, naming the file."""
    try:
        if path.is_dir():
            raise PictureError(f"{path}: is a folder; name the pictures in it, for example {path / '*.jpg'}")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise PictureError(f"{path}: there is no such file; check the name") from error
    except OSError as error:
        raise PictureError(f"{path}: cannot be read ({error.strerror or error})") from error
    return decode_picture(content, str(path))


def is_picture(path: Path) -> bool:
    """By its name; macOS leaves hidden companions (._name.jpg) that are none."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def decode_picture(content: bytes, name: str) -> NDArray[np.uint8]:
    """The same from the bytes of a picture file; name is what errors call it.

    Of an animation, the first frame. 16-bit pictures keep their upper 8 bits; what is transparent becomes white.
    """
    if not content:
        raise PictureError(f"{name}: the file is empty; save or send the picture again")
    _heif()  # outside, or its absence would pass for a damaged picture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large and of odd files; both are judged here
            picture, turn = _decoded(content, name)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError(f"{name}: is too large; shrink it") from error
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{name}: is not a picture that can be read; use JPEG, PNG, WebP, BMP, GIF or HEIC"
        ) from error
    except Exception as error:  # decoders raise what they like on damaged files: OSError, SyntaxError, struct.error, …
        reason = " ".join(str(error).split())  # libheif's are of several lines
        raise PictureError(f"{name}: is damaged or cut short ({reason}); save or send it again") from error
    return np.ascontiguousarray(TURNS[turn](picture), dtype=np.uint8) if turn in TURNS else picture


@cache
def _heif() -> Any:
    """The library that Pillow reads phones' pictures by; a machine that only trains has none."""
    import pi_heif

    pi_heif.register_heif_opener()
    return pi_heif


def _decoded(content: bytes, name: str) -> tuple[NDArray[np.uint8], int | None]:
    """The picture as it lies in the file, and how EXIF says that it is turned."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        limit = MAX_PHONE_PIXELS if _is_as_of_a_phone(image) else MAX_PIXELS
        if width * height > limit:
            raise PictureError(
                f"{name}: {width}x{height} is too large (limit {limit // 10**6} million pixels); shrink it"
            )
        if min(width, height) < MIN_SIDE:
            raise PictureError(f"{name}: {width}x{height} is too small to show a hand; use a larger picture")
        if image.format == "HEIF" and image.mode == "RGB":  # turned by its decoder; without Pillow's own copies
            decoded = _heif().open_heif(content, bgr_mode=True)
            return np.array(decoded), None  # what it decoded into goes when it goes
        image.load()
        return _to_bgr(image), image.getexif().get(ORIENTATION)


def _is_as_of_a_phone(image: Image.Image) -> bool:
    """Decoders hold more of the others: progressive JPEG, more than 8 bits, a fourth channel."""
    usual = "progressive" not in image.info and image.info.get("bit_depth", 8) == 8
    return usual and image.format in PHONE_FORMATS and image.mode in PHONE_MODES


def _to_bgr(image: Image.Image) -> NDArray[np.uint8]:
    picture = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP):
        strip = _to_rgb(image.crop((0, top, image.width, min(top + STRIP, image.height))))
        bgr = np.frombuffer(strip.tobytes("raw", "BGR"), np.uint8)
        picture[top : top + STRIP] = bgr.reshape(-1, image.width, 3)
    return picture


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":  # 16-bit gray; convert("RGB") would cut it off at 255
        values = np.asarray(image, dtype=np.float64)
        return Image.fromarray(np.clip(values / 256, 0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")  # which would copy it
