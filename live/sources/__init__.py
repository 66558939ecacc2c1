"""TODO."""

from live.sources.pictures import SUFFIXES, decode_picture, is_picture, read_picture
from live.sources.video import Film, FrameSource, PictureFolder, open_source, without_password

__all__ = [
    "SUFFIXES",
    "Film",
    "FrameSource",
    "PictureFolder",
    "decode_picture",
    "is_picture",
    "open_source",
    "read_picture",
    "without_password",
]
