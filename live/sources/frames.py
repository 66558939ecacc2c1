"""What every source of frames offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from live.hand import MAX_FRAME_SIDE_PX

MAX_FRAME_PIXELS = 10_000_000  # a film's frames may be 4K; for 8K, decoders hold more than 500 MB


def exceeded_limit(width: int, height: int, max_pixels: int) -> str | None:
    """The limit that a picture of this size exceeds, in words; None if it is small enough."""
    if width * height > max_pixels:
        return f"limit {max_pixels // 10**6} million pixels"
    return f"limit {MAX_FRAME_SIDE_PX} pixels a side" if max(width, height) > MAX_FRAME_SIDE_PX else None


@dataclass(frozen=True)
class Frame:
    """One picture of a source. image_bgr: (height, width, 3) uint8. time_s: seconds since the source's first frame."""

    image_bgr: NDArray[np.uint8]
    time_s: float


class Frames(Protocol):
    """Frames in order, which can be iterated once. Iterating raises CameraError if a read fails."""

    frame_s: float  # duration in seconds of the frame that was given last, or of every frame

    def __iter__(self) -> Iterator[Frame]: ...


class FrameSource(Frames, Protocol):
    """An open source, which gives its frames in order. Use it in a `with` statement, which closes it.

    n_frames: how many pictures the source says it has, 0 if it does not say. Some films count wrongly. n_read: how many
    of them have been read.
    """

    n_frames: int
    n_read: int

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
