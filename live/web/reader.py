"""What runs in the video thread, and the one value through which the page sees it. No Streamlit in here."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from live.overlay import draw
from live.recognizer import Reading, Recognizer

RATE_WINDOW_S = 2.0
CONNECT_TIMEOUT_S = 10.0
GIVE_UP_S = 4.0  # aiortc and browsers try for at least 5 s; who stops sooner changed their mind
STALL_S = 2.0

ConnectionState = Literal["idle", "connecting", "connected", "stalled", "failed"]


@dataclass(frozen=True)
class Live:
    """The newest reading, the text so far, how many frames were read so far, and how many a second lately."""

    reading: Reading | None
    text: str
    frames: int
    frames_per_s: float


class LiveReader:
    """Reads frames in the video thread; the page asks for the latest."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self._lock = threading.Lock()
        self._reading: Reading | None = None
        self._frames = 0
        self._times_s: deque[float] = deque()

    def read(self, frame_bgr: NDArray[np.uint8], time_s: float) -> NDArray[np.uint8]:
        """Read one frame and return what to show: (height, width, 3) uint8 BGR, mirrored."""
        with self._lock:  # also held against clear() and a changed setting
            reading = self.recognizer.process(frame_bgr, time_s)
            self._reading = reading
            self._frames += 1
            self._times_s.append(time_s)
            while time_s - self._times_s[0] > RATE_WINDOW_S:
                self._times_s.popleft()
        return draw(frame_bgr, reading)

    def latest(self, time_s: float) -> Live:
        """As of time_s, on the clock of the frames."""
        with self._lock:
            recent = [each for each in self._times_s if time_s - each <= RATE_WINDOW_S]
            span_s = recent[-1] - recent[0] if len(recent) > 1 else 0.0
            text = self.recognizer.speller.text
            return Live(self._reading, text, self._frames, (len(recent) - 1) / span_s if span_s > 0 else 0.0)

    def clear(self) -> None:
        """Forget the text."""
        with self._lock:
            self.recognizer.speller.clear()

    def set_square(self, share: float) -> None:
        """Read a square of this share of the frame's shorter side."""
        with self._lock:
            self.recognizer.square_share = share


class ConnectionWatch:
    """Tells from what the page can see whether the browser's video gets through."""

    def __init__(self) -> None:
        self.state: ConnectionState = "idle"
        self._attempting = False
        self._frames = 0
        self._since_s = 0.0  # the attempt's begin, then the last frame's time

    def update(self, signalling: bool, frames: int, time_s: float) -> ConnectionState:
        """signalling: the browser has sent its offer and not hung up. frames: read so far, over all attempts."""
        if not signalling:
            # ended before its first frame: given up by the browser, or, early on, by the person
            gave_up = self._attempting and self.state == "connecting" and time_s - self._since_s >= GIVE_UP_S
            if gave_up:
                self.state = "failed"
            elif self.state != "failed":
                self.state = "idle"
        elif not self._attempting:
            self.state, self._frames, self._since_s = "connecting", frames, time_s
        elif frames > self._frames:
            self.state, self._frames, self._since_s = "connected", frames, time_s
        elif self.state == "connecting" and time_s - self._since_s >= CONNECT_TIMEOUT_S:
            self.state = "failed"
        elif self.state == "connected" and time_s - self._since_s >= STALL_S:
            self.state = "stalled"
        self._attempting = signalling
        return self.state
