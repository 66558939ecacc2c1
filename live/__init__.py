"""Reads American Sign Language fingerspelling: camera frames go in, letters and text come out.

    import live

    recognizer = live.load()
    with live.open_source("0") as camera:  # or a film, a stream's address, a folder of pictures
        for frame in camera:
            reading = recognizer.process(frame.image_bgr, frame.time_s)
            print(reading.letter, reading.confidence, reading.text)

The names below are the public API. A name is imported when it is first used, so `import live` is fast. TensorFlow is
not needed.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from live.errors import BundleError, CameraError, FingerspellError, FrameError, ModelError, PictureError
    from live.hand import Hand
    from live.recognizer import Reading, Recognizer, load
    from live.sources import Frame, FrameSource, StillPictureError, decode_picture, open_source, read_picture
    from live.text import Committed, Speller

__version__ = "0.1.0"
__all__ = [
    "BundleError",
    "CameraError",
    "Committed",
    "FingerspellError",
    "Frame",
    "FrameError",
    "FrameSource",
    "Hand",
    "ModelError",
    "PictureError",
    "Reading",
    "Recognizer",
    "Speller",
    "StillPictureError",
    "decode_picture",
    "load",
    "open_source",
    "read_picture",
]

_MODULES = {
    "live.errors": ("BundleError", "CameraError", "FingerspellError", "FrameError", "ModelError", "PictureError"),
    "live.hand": ("Hand",),
    "live.recognizer": ("Reading", "Recognizer", "load"),
    "live.sources": ("Frame", "FrameSource", "StillPictureError", "decode_picture", "open_source", "read_picture"),
    "live.text": ("Committed", "Speller"),
}

if not TYPE_CHECKING:  # type checkers see the imports above, and report a name that is not among them

    def __getattr__(name: str) -> object:
        for module, names in _MODULES.items():
            if name in names:
                globals()[name] = getattr(import_module(module), name)
                return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
