"""Reads one still picture, from a file or from memory, into the frame that everything else works on."""

import io
import warnings
from pathlib import Path

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from live.errors import PictureError

pi_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "HEIF")  # Pillow's names
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".heic", ".heif")
MAX_PIXELS = 64_000_000  # 192 MB as RGB; above it only a phone's largest mode, or a trap
MIN_SIDE = 8  # pixels; less than that shows no hand


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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large and of odd files; both are judged below
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise PictureError(
                        f"{name}: {width}x{height} is too large (limit {MAX_PIXELS // 10**6} million pixels); shrink it"
                    )
                if min(width, height) < MIN_SIDE:
                    raise PictureError(f"{name}: {width}x{height} is too small to show a hand; use a larger picture")
                image.load()
                rgb = _to_rgb(ImageOps.exif_transpose(image))
    except PictureError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        if isinstance(error, Image.DecompressionBombError):
            raise PictureError(
                f"{name}: is too large (limit {MAX_PIXELS // 10**6} million pixels); shrink it"
            ) from error
        raise PictureError(
            f"{name}: is not a picture that can be read; use JPEG, PNG, WebP, BMP, GIF or HEIC"
        ) from error
    except Exception as error:  # decoders raise what they like on damaged files: OSError, SyntaxError, struct.error, …
        raise PictureError(f"{name}: is damaged or cut short ({error}); save or send it again") from error
    return np.ascontiguousarray(np.asarray(rgb, dtype=np.uint8)[:, :, ::-1])


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":  # 16-bit gray; convert("RGB") would cut it off at 255
        values = np.asarray(image, dtype=np.float64)
        return Image.fromarray(np.clip(values / 256, 0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")
