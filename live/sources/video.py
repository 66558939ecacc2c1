"""Frames from a camera, a film or a network stream, read with OpenCV, and from a folder of pictures."""

import os
import re
import shutil
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import CameraError, PictureError
from live.files import is_unicode
from live.sources.animation import Animation, is_animation
from live.sources.frames import MAX_FRAME_PIXELS, Frame, FrameSource, exceeded_limit
from live.sources.openable import STANDARD_INPUT, keep_standard_input, openable
from live.sources.pictures import SUFFIXES, is_picture, read_picture

FOLDER_FPS = 15.0  # the pictures of a folder count as frames a fifteenth of a second apart
FALLBACK_FPS = 30.0  # for films without a frame rate
STREAM_TIMEOUT_MS = 10_000
# Signatures of playlists, which FFmpeg would follow. It would reopen a playlist that names itself until no more files
# can be opened.
PLAYLISTS = (b"ffconcat", b"#EXTM3U")
# Beginnings of containers that store their size: AVI's first four bytes, and the name of the first box of MP4 and MOV,
# after its size.
AVI, FIRST_BOXES = b"RIFF", (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
WHOLE_FILM_SHARE = 0.9  # a film that was cut short is reported if it ends before this share of its frames


class StillPictureError(CameraError):
    """A single picture was named as a source of frames."""


def open_source(source: str | int | os.PathLike[str]) -> FrameSource:
    """Open a source: "0" or 0 is a camera, "rtsp://…" a stream, "-" a film from standard input.

    Anything else is a film, an animated picture or a folder of pictures.

    Raises CameraError if it cannot be opened, and its subclass StillPictureError if it is a single picture.
    """
    if not isinstance(source, os.PathLike) and re.fullmatch(r"[0-9]{1,4}", str(source)):
        return _open_camera(str(source))
    source = os.fspath(source) if isinstance(source, os.PathLike) else str(source)
    if source.lower().startswith("file://"):
        source = url2pathname(urlsplit(source).path)
    elif re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", source):
        return _open_stream(source)
    try:
        if source == "-":
            return _open_standard_input()
        path = Path(source)
        return PictureFolder(path) if source and path.is_dir() else _open_file(path, source)
    except OSError as error:  # the file system refuses the name
        raise CameraError(f"{source[:80]}: cannot be opened ({error.strerror or error})") from error


def _open_camera(index: str) -> "Camera":
    try:
        return Camera(int(index))
    except CameraError as error:
        if Path(index).exists():
            raise CameraError(f"{error}. For the file or folder named {index}, give ./{index}") from error
        raise


def _open_stream(address: str) -> "Stream | RemoteFilm":
    stream = Stream(address)
    return stream if stream.is_live else RemoteFilm(stream)


def _open_file(path: Path, name: str) -> "Film | Animation":
    if not path.is_file():
        raise CameraError(
            f"{name}: there is no such film or folder; a source is a camera's index (0), a video file, a stream's "
            "address, a folder of pictures or - for standard input"
        )
    with path.open("rb") as file:
        animated = is_animation(file)
    if animated:
        return Animation(path, name)
    if path.suffix.lower() in SUFFIXES:
        raise StillPictureError(f"{name}: is a picture, not a film")
    return Film(path, name)


def _open_standard_input() -> "Film | Animation":
    path = keep_standard_input()
    try:
        source = _open_file(path, STANDARD_INPUT)
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    remove = weakref.finalize(source, shutil.rmtree, path.parent, ignore_errors=True)
    if os.name != "nt":  # elsewhere a file that is open may lose its name, so that nothing stays behind in any case
        remove()
    return source


class _Capture:
    """What cameras, streams and films share: a cv2.VideoCapture."""

    frame_s = 1 / FALLBACK_FPS
    n_frames = n_read = 0

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
        if not ok or image is None or not image.size:
            return None
        self.n_read += 1
        return image.astype(np.uint8, copy=False)


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
        if not is_unicode(address):
            raise CameraError(f"stream {without_password(address)}: the address is not valid Unicode; check it")
        timeouts = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, cv2.CAP_PROP_READ_TIMEOUT_MSEC)
        capture = _open(address, [value for timeout in timeouts for value in (timeout, STREAM_TIMEOUT_MS)])
        name = f"stream {without_password(address)}"
        if not capture.isOpened():
            raise CameraError(f"{name} cannot be opened: check the address, and that its camera is on")
        super().__init__(capture, name, "check the network and the camera", clock)

    @property
    def is_live(self) -> bool:
        """Whether it has no end. A film on a server has a number of frames."""
        return self._capture.get(cv2.CAP_PROP_FRAME_COUNT) <= 0


class _FilmCapture(_Capture):
    """What films share: frames carry the film's own time."""

    def __iter__(self) -> Iterator[Frame]:
        time_s = 0.0
        while (image := self._read()) is not None:
            stamp_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            # the film's own time stamps, since frame rates vary; one frame later if they do not advance
            time_s = 0.0 if self.n_read == 1 else stamp_s if stamp_s > time_s else time_s + self.frame_s
            yield Frame(image, time_s)


class RemoteFilm(_FilmCapture):
    """A film on a server, opened as a stream."""

    def __init__(self, stream: Stream) -> None:
        super().__init__(stream._capture)
        self.n_frames = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))


class Film(_FilmCapture):
    """A video file."""

    def __init__(self, path: Path, name: str) -> None:
        """name: what errors call the film. Raises CameraError if it cannot be opened."""
        with path.open("rb") as file:
            start = file.read(8)
            self._is_cut = _ends_early(file, start)
        if start.startswith(PLAYLISTS):
            raise CameraError(f"{name}: is a playlist, not a film; read the films that it names")
        with openable(path) as opened:
            super().__init__(_open(opened))
        self._name = name
        if not self._capture.isOpened():
            raise CameraError(f"{name}: is not a film that can be read (empty, cut short, or not a video)")
        width, height = (int(self._capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        if exceeded := exceeded_limit(width, height, MAX_FRAME_PIXELS):
            self._capture.release()
            raise CameraError(f"{name}: frames of {width}x{height} are too large ({exceeded}); make them smaller")
        self.n_frames = max(0, int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT)))

    def __iter__(self) -> Iterator[Frame]:
        yield from super().__iter__()
        if self.n_read == 0:
            raise CameraError(f"{self._name}: the film has no frame that can be read")
        # The number of frames alone proves nothing: that of a trimmed film includes frames that are not shown.
        if self._is_cut and self.n_read < WHOLE_FILM_SHARE * self.n_frames:
            raise CameraError(
                f"{self._name}: breaks off after {self.n_read} of {self.n_frames} frames; the file is damaged or cut "
                "short"
            )


def _ends_early(file: BinaryIO, start: bytes) -> bool:
    """Whether a file ends before its container does: the last box of an MP4, or the RIFF chunks of an AVI.

    start: the file's first eight bytes. False for other containers, which do not say where they end.
    """
    size = file.seek(0, os.SEEK_END)
    is_riff = start.startswith(AVI)
    if not is_riff and start[4:] not in FIRST_BOXES:
        return False
    at = 0
    while at + 8 <= size:
        file.seek(at)
        header = file.read(16)
        if is_riff:
            length = 8 + int.from_bytes(header[4:8], "little")
            length += length % 2
        else:
            length = int.from_bytes(header[:4])
            if length == 1:  # the size follows the name
                length = int.from_bytes(header[8:])
            elif length == 0:  # up to the file's end
                return False
        if length < 8 or (is_riff and header[:4] != AVI):
            return False  # what follows is no box or chunk
        at += length
    return at > size


class PictureFolder:
    """A folder's pictures. files: their paths, sorted by name with 2 before 10."""

    frame_s = 1 / FOLDER_FPS
    n_read = 0

    def __init__(self, path: Path) -> None:
        try:
            files = [file for file in path.iterdir() if is_picture(file)]
        except OSError as error:
            raise CameraError(f"{path}: cannot be listed ({error.strerror or error})") from error
        if not files:
            raise CameraError(f"{path}: has no pictures ({', '.join(SUFFIXES)})")
        self.files = sorted(files, key=_natural_order)
        self.n_frames = len(files)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Does nothing: no file is held open."""

    def __iter__(self) -> Iterator[Frame]:
        for n, file in enumerate(self.files):
            try:
                picture = read_picture(file)
            except PictureError as error:
                raise CameraError(str(error)) from error
            self.n_read += 1
            yield Frame(picture, n * self.frame_s)


def _open(source: int | str, parameters: list[int] | None = None) -> cv2.VideoCapture:
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # a CameraError reports faults in one line
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # the same for FFmpeg
    if parameters:
        return cv2.VideoCapture(source, cv2.CAP_FFMPEG, parameters)
    return cv2.VideoCapture(source)


def _natural_order(file: Path) -> list[tuple[int, int | str]]:
    parts = re.split(r"([0-9]+)", file.name.lower())
    return [(0, int(part)) if re.fullmatch(r"[0-9]+", part) else (1, part) for part in parts]


def without_password(address: str) -> str:
    """A source's name that others may see: an address loses its password and its query."""
    return re.sub(r"(://[^?]*)\?.*", r"\1?…", re.sub(r"//.*@", "//…@", address))
