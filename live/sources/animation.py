"""Frames of an animated GIF, WebP or PNG, read with Pillow, which knows how long each picture is shown."""

import math
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from live.errors import CameraError
from live.sources.frames import MAX_FRAME_PIXELS, Frame, exceeded_limit
from live.sources.pictures import quiet_pillow, to_bgr, undither

FORMATS = ("GIF", "PNG", "WEBP")  # Pillow's names
WEBP_ANIMATION = 0x02  # flag of the extended header
MAX_PICTURES = 10_000  # a quarter of an hour at ten pictures a second
STEP_S = 0.1  # a picture that is shown longer is given again and again, so that a letter in it counts as held
MAX_SHOWN_S = 10.0  # the formats allow hours for one picture
# Browsers show a picture for 100 ms if its stored duration is at most 10 ms, as many programs write it.
TOO_SHORT_MS, USUAL_MS = 10, 100


def is_animation(file: BinaryIO) -> bool:
    """Whether a file is a GIF, WebP or PNG with more than one picture, judged by its content."""
    start = file.read(21)
    if start[8:16] == b"WEBPVP8X" and len(start) == 21:  # Pillow does not open one that is cut short
        return bool(start[20] & WEBP_ANIMATION)
    file.seek(0)
    try:
        with quiet_pillow(), Image.open(file, formats=FORMATS) as image:
            return bool(getattr(image, "is_animated", False))
    except Exception:  # on other and on damaged files Pillow raises anything
        return False


def _n_pictures(path: Path) -> int:
    """How many pictures there are, 0 if the file breaks off. A PNG's picture for viewers without animation counts."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            return int(getattr(image, "n_frames", 1))
    except Exception:
        return 0


class Animation:
    """An animated picture. Its times are the sums of the durations that the pictures have."""

    n_frames = n_read = 0
    frame_s = STEP_S

    def __init__(self, path: Path, name: str) -> None:
        """name: what errors call the file. Raises CameraError if the file cannot be opened."""
        self._name = name
        try:
            with quiet_pillow():
                self.n_frames = _n_pictures(path)
                self._image = Image.open(path, formats=FORMATS)
        except Exception as error:
            raise self._damaged(error) from error
        self._mode = self._image.mode  # as the file stores its pictures; Pillow changes it after a GIF's first one
        self._first = 1 if self._image.info.get("default_image") else 0  # a PNG's picture for viewers without animation
        self.n_frames = max(0, self.n_frames - self._first)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._image.close()

    def __iter__(self) -> Iterator[Frame]:
        start_s = 0.0
        for picture, duration_s in self._pictures():
            n_times = max(1, math.ceil(duration_s / STEP_S - 1e-6))
            self.frame_s = duration_s / n_times
            for n in range(n_times):
                yield Frame(picture, start_s + n * self.frame_s)
            start_s += duration_s

    def _pictures(self) -> Iterator[tuple[NDArray[np.uint8], float]]:
        """Each picture, and how many seconds it is shown."""
        for n in count(self._first):
            try:
                picture = self._picture(n)
            except CameraError:
                raise
            except EOFError:
                break
            except Exception as error:
                raise self._damaged(error) from error
            self.n_read += 1
            yield picture, self._duration_s()
        if self.n_read < max(1, self.n_frames):
            raise self._damaged(None)

    def _picture(self, number: int) -> NDArray[np.uint8]:
        """Decode one picture. Raises EOFError behind the last one."""
        with quiet_pillow():
            self._image.seek(number)
            if self.n_read == MAX_PICTURES:
                raise CameraError(f"{self._name}: has more than {MAX_PICTURES} pictures; the others are not read")
            width, height = self._image.size  # a GIF's picture may enlarge it
            if exceeded := exceeded_limit(width, height, MAX_FRAME_PIXELS):
                raise CameraError(
                    f"{self._name}: pictures of {width}x{height} are too large ({exceeded}); make them smaller"
                )
            self._image.load()
            picture = to_bgr(self._image)
        undither(picture, self._mode)
        return picture

    def _duration_s(self) -> float:
        duration_ms = float(self._image.info.get("duration") or 0)
        return min(MAX_SHOWN_S, (duration_ms if duration_ms > TOO_SHORT_MS else USUAL_MS) / 1000)

    def _damaged(self, error: Exception | None) -> CameraError:
        reason = f" ({' '.join(str(error).split())})" if error else ""
        of = f" of {self.n_frames}" if self.n_frames else ""
        return CameraError(
            f"{self._name}: breaks off after {self.n_read}{of} pictures; the file is damaged or cut short{reason}"
        )
