"""Frames from a camera, a film, a network stream or a folder of pictures, read with OpenCV."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import CameraError, PictureError
from live.sources.pictures import SUFFIXES, is_picture, read_picture

FOLDER_FPS = 15.0  # the pictures of a folder count as frames a fifteenth of a second apart
FALLBACK_FPS = 30.0  # for films without a frame rate
STREAM_TIMEOUT_MS = 10_000
MAX_FRAME_PIXELS = 10_000_000  # a film's frames may be 4K; for 8K, decoders hold more than 500 MB
# Signatures of playlists, which FFmpeg would follow. It would reopen a playlist that names itself until no more files
# can be opened.
PLAYLISTS = (b"ffconcat", b"#EXTM3U")
# Containers that store their number of frames. For others OpenCV guesses it, wrongly if the sound outlasts the picture.
COUNTING_SUFFIXES = (".avi", ".mp4", ".mov", ".m4v")
WHOLE_FILM_SHARE = 0.9  # a film that ends before this share of its frames was cut short


class StillPictureError(CameraError):
    """A single picture was named as a source of frames."""


@dataclass(frozen=True)
class Frame:
    """One picture of a source. image_bgr: (height, width, 3) uint8. time_s: seconds since the source's first frame."""

    image_bgr: NDArray[np.uint8]
    time_s: float


class Frames(Protocol):
    """Frames in order, which can be iterated once. Iterating raises CameraError if a read fails."""

    frame_s: float  # duration of one frame in seconds

    def __iter__(self) -> Iterator[Frame]: ...


class FrameSource(Frames, Protocol):
    """An open source, which gives its frames in order. Use it in a `with` statement, which closes it."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_source(source: str) -> FrameSource:
    """Open a source by its name: "0" is a camera, "rtsp://…" a stream, anything else a film or a folder of pictures.

    Raises CameraError if it cannot be opened; StillPictureError if it is a single picture.
    """
    if re.fullmatch(r"[0-9]{1,4}", source):
        return Camera(int(source))
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", source):
        return Stream(source)
    path = Path(source)
    try:
        if path.suffix.lower() in SUFFIXES and path.suffix.lower() != ".gif" and not path.is_dir():
            raise StillPictureError(f"{source}: is a picture, not a film")
        return PictureFolder(path) if source and path.is_dir() else Film(path)
    except OSError as error:  # the file system refuses the name
        raise CameraError(f"{source[:80]}: cannot be opened ({error.strerror or error})") from error


class _Capture:
    """What cameras, streams and films share: a cv2.VideoCapture."""

    frame_s = 1 / FALLBACK_FPS

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture
        fps = capture.get(cv2.CAP_PROP_FPS)
        if 1 <= fps <= 1000:  # containers without a frame rate report 0, NaN or their clock's ticks
            self.frame_s = 1 / fps

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._capture.release()

    def _read(self) -> NDArray[np.uint8] | None:
        """The next frame. None at the end or after a fault: OpenCV does not tell which."""
        try:
            ok, image = self._capture.read()
        except cv2.error:
            return None
        return image.astype(np.uint8, copy=False) if ok and image is not None and image.size else None


class _LiveCapture(_Capture):
    """A camera or stream. Frames carry their time of arrival. They never end, except with a CameraError."""

    def __init__(self, capture: cv2.VideoCapture, name: str, advice: str, clock: Callable[[], float]) -> None:
        super().__init__(capture)
        self._name, self._advice, self._clock = name, advice, clock

    def __iter__(self) -> Iterator[Frame]:
        start_s = None
        while (image := self._read()) is not None:
            now_s = self._clock()
            start_s = now_s if start_s is None else start_s
            yield Frame(image, now_s - start_s)
        when = "gives no picture" if start_s is None else f"stopped after {self._clock() - start_s:.1f} s"
        raise CameraError(f"{self._name} {when}: {self._advice}")


class Camera(_LiveCapture):
    """A camera of this machine, by OpenCV's index. capture: replaces the device in tests."""

    def __init__(
        self, index: int, capture: cv2.VideoCapture | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        device = _open(index) if capture is None else capture
        if not device.isOpened():
            raise CameraError(
                f"camera {index} cannot be opened: plug it in, close programs that use it, allow the terminal to use "
                "the camera, or try another index"
            )
        device.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest frame, not the oldest of a queue
        super().__init__(device, f"camera {index}", "check that it is plugged in and that nothing else uses it", clock)


class Stream(_LiveCapture):
    """A network stream, by its address. Errors do not repeat its password."""

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        timeouts = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, cv2.CAP_PROP_READ_TIMEOUT_MSEC)
        capture = _open(address, [value for timeout in timeouts for value in (timeout, STREAM_TIMEOUT_MS)])
        name = f"stream {without_password(address)}"
        if not capture.isOpened():
            raise CameraError(f"{name} cannot be opened: check the address, and that its camera is on")
        super().__init__(capture, name, "check the network and the camera", clock)


class Film(_Capture):
    """A video file. Frames carry the film's own time."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise CameraError(
                f"{path}: there is no such film or folder; a source is a camera's index (0), a video file, "
                "a stream's address or a folder of pictures"
            )
        with path.open("rb") as file:
            if file.read(8).startswith(PLAYLISTS):
                raise CameraError(f"{path}: is a playlist, not a film; read the films that it names")
        super().__init__(_open(str(path)))
        self._path = path
        if not self._capture.isOpened():
            raise CameraError(f"{path}: is not a film that can be read (empty, cut short, or not a video)")
        width, height = (int(self._capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > MAX_FRAME_PIXELS:
            self._capture.release()
            raise CameraError(
                f"{path}: frames of {width}x{height} are too large (limit {MAX_FRAME_PIXELS // 10**6} million pixels, "
                "4K); make them smaller"
            )

    @property
    def length_s(self) -> float:
        """The film's duration in seconds, as its container says; 0 if it does not say."""
        return max(0.0, self._capture.get(cv2.CAP_PROP_FRAME_COUNT) * self.frame_s)

    def __iter__(self) -> Iterator[Frame]:
        n, time_s = 0, 0.0
        while True:
            image = self._read()
            if image is None:
                break
            stamp_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            # the film's own time stamps, since frame rates vary; one frame later if they do not advance
            time_s = 0.0 if n == 0 else stamp_s if stamp_s > time_s else time_s + self.frame_s
            n += 1
            yield Frame(image, time_s)
        stored = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        if n == 0:
            raise CameraError(f"{self._path}: the film has no frame that can be read")
        if self._path.suffix.lower() in COUNTING_SUFFIXES and n < WHOLE_FILM_SHARE * stored:
            raise CameraError(
                f"{self._path}: breaks off after {n} of {stored:.0f} frames; the file is damaged or cut short"
            )


class PictureFolder:
    """A folder's pictures, sorted by name with 2 before 10."""

    frame_s = 1 / FOLDER_FPS

    def __init__(self, path: Path) -> None:
        try:
            files = [file for file in path.iterdir() if is_picture(file)]
        except OSError as error:
            raise CameraError(f"{path}: cannot be listed ({error.strerror or error})") from error
        if not files:
            raise CameraError(f"{path}: has no pictures ({', '.join(SUFFIXES)})")
        self._files = sorted(files, key=_natural_order)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Does nothing: no file is held open."""

    @property
    def files(self) -> list[Path]:
        """The pictures' paths, sorted."""
        return self._files

    def __iter__(self) -> Iterator[Frame]:
        for n, file in enumerate(self._files):
            try:
                yield Frame(read_picture(file), n * self.frame_s)
            except PictureError as error:
                raise CameraError(str(error)) from error


def _open(source: int | str, parameters: list[int] | None = None) -> cv2.VideoCapture:
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # a CameraError reports faults in one line
    if parameters:
        return cv2.VideoCapture(source, cv2.CAP_FFMPEG, parameters)
    return cv2.VideoCapture(source)


def _natural_order(file: Path) -> list[tuple[int, int | str]]:
    parts = re.split(r"([0-9]+)", file.name.lower())
    return [(0, int(part)) if re.fullmatch(r"[0-9]+", part) else (1, part) for part in parts]


def without_password(address: str) -> str:
    """A source's name that others may see: an address loses its password and its query."""
    return re.sub(r"(://[^?]*)\?.*", r"\1?…", re.sub(r"//.*@", "//…@", address))
