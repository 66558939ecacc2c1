"""The app's own camera: one source of frames, read by one thread while somebody watches."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import CameraError
from live.sources import Animation, Film, FrameSource, PictureFolder, RemoteFilm, open_source

SHOWN_PX = 640  # the longer side of the picture that goes to the page
JPEG_QUALITY = 70
RETRY_S = 2.0  # seconds until a failed camera is opened again

RECORDED = Film | RemoteFilm | Animation | PictureFolder  # live sources set the speed themselves

Listener = Callable[[], None]


@dataclass(frozen=True)
class CameraFrame:
    """One picture of the camera.

    number: 0, 1, 2 … in order. image_bgr: (height, width, 3) uint8. jpeg: a smaller copy. time_s: when it was read
    (time.monotonic).
    """

    number: int
    image_bgr: NDArray[np.uint8]
    jpeg: bytes
    time_s: float


class AppCamera:
    """Opens its source when the first listener joins and closes it when the last one leaves.

    A film or a folder of pictures plays at its own speed, in a loop. A source that fails is opened again.
    """

    def __init__(self, source: str) -> None:
        """source: a camera's index, a film, a stream's address or a folder of pictures."""
        self.source = source
        self.newest: CameraFrame | None = None
        self.fault: str | None = None  # why there is no picture
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def join(self, listener: Listener) -> None:
        """From now on, call this listener in the camera's thread for each new frame and each fault."""
        with self._lock:
            self._listeners.append(listener)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="app camera", daemon=True)
                self._thread.start()

    def leave(self, listener: Listener) -> None:
        """Stop calling this listener."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def _run(self) -> None:
        while self._is_watched():
            try:
                with open_source(self.source) as frames:
                    self._play(frames)
            except Exception as error:  # a source may raise anything, and this thread must go on
                self.fault = str(error) if isinstance(error, CameraError) else f"it cannot be read ({error})"
                self._notify()
                until_s = time.monotonic() + RETRY_S
                while time.monotonic() < until_s and self._listeners:
                    time.sleep(0.1)

    def _is_watched(self) -> bool:
        """Whether anybody still listens. If not, clear the state; the thread must then end.

        Called only while the source is closed, so that two threads never have it open at once.
        """
        with self._lock:
            if not self._listeners:
                self._thread = self.newest = self.fault = None
                return False
            return True

    def _play(self, frames: FrameSource) -> None:
        recorded = isinstance(frames, RECORDED)
        start_s = time.monotonic()
        for frame in frames:
            if recorded:
                time.sleep(max(0.0, start_s + frame.time_s - time.monotonic()))
            if not self._listeners:
                return
            self.newest = self._camera_frame(frame.image_bgr)
            self.fault = None
            self._notify()
        if recorded:
            time.sleep(frames.frame_s)

    def _camera_frame(self, image_bgr: NDArray[np.uint8]) -> CameraFrame:
        height, width = image_bgr.shape[:2]
        scale = min(1.0, SHOWN_PX / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        shown = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
        jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
        number = self.newest.number + 1 if self.newest else 0
        return CameraFrame(number, image_bgr, jpeg, time.monotonic())

    def _notify(self) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()
