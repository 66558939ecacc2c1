"""What runs in the video thread, and the one value through which the page sees it. No Streamlit in here."""

import math
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from live.overlay import draw
from live.recognizer import Reading, Recognizer
from live.recordings import Recorder
from live.selfcheck import Advice, SelfCheck
from live.spelling import Committed

RATE_WINDOW_S = 2.0
CONNECT_TIMEOUT_S = 10.0
GIVE_UP_S = 4.0  # aiortc and browsers try for at least 5 s; who stops sooner changed their mind
STALL_S = 2.0
RECONNECT_S = 2.0  # after a picture that stopped, until hanging up; and from then until the next try
TRIES = 4
MAX_TEXT = 2000

ConnectionState = Literal["idle", "connecting", "connected", "stalled", "failed"]


@dataclass(frozen=True)
class Live:
    """The newest reading, and what goes with it.

    frames: read so far; frames_per_s: lately. hold: the letter that is being held, since when, which share of its wait
    is over, and how many seconds are left. counted: the letter that has, and is still held. signed: how many letters
    ever were.
    advice: what keeps the hand from being read.
    """

    reading: Reading | None
    text: str
    frames: int
    frames_per_s: float
    hold: tuple[str, float, float, float] | None = None
    counted: str | None = None
    signed: int = 0
    advice: Advice | None = None

    def without_reading(self) -> "Live":
        """The same where no picture comes any more."""
        return replace(self, reading=None, hold=None, counted=None, advice=None)


class LiveReader:
    """Reads frames in the video thread; the page asks for the latest."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self.mirror = True  # only what is shown
        self.recorder: Recorder | None = None  # takes hands, while it is there
        self._check = SelfCheck()
        self._advice: Advice | None = None
        self._lock = threading.Lock()
        self._reading: Reading | None = None
        self._frames = 0
        self._times_s: deque[float] = deque()

    def read(self, frame_bgr: NDArray[np.uint8], time_s: float) -> NDArray[np.uint8]:
        """Read one frame and return what to show: (height, width, 3) uint8 BGR, mirrored if so set."""
        with self._lock:  # also held against clear() and a changed setting
            reading = self.recognizer.process(frame_bgr, time_s)
            self._reading = reading
            if self.recorder is not None:
                self.recorder.take(frame_bgr, reading.hand, time_s)
            self._advice = self._check.update(frame_bgr, reading, time_s)
            self._frames += 1
            self._times_s.append(time_s)
            while time_s - self._times_s[0] > RATE_WINDOW_S:
                self._times_s.popleft()
        return draw(frame_bgr, reading, self.mirror)

    def latest(self, time_s: float) -> Live:
        """As of time_s, on the clock of the frames."""
        with self._lock:
            recent = [each for each in self._times_s if time_s - each <= RATE_WINDOW_S]
            span_s = recent[-1] - recent[0] if len(recent) > 1 else 0.0
            speller = self.recognizer.speller
            held = speller.hold
            hold = None
            if held and recent:
                progress = held.progress(recent[-1])
                hold = (held.letter, held.since_s, progress, (1 - progress) * held.wait_s)
            return Live(
                self._reading,
                speller.text,
                self._frames,
                (len(recent) - 1) / span_s if span_s > 0 else 0.0,
                hold,
                speller.counted,
                speller.signed,
                self._advice,
            )

    @property
    def last_frame_s(self) -> float:
        """When the last frame was read; before the first, long ago."""
        with self._lock:
            return self._times_s[-1] if self._times_s else -math.inf

    def use(self, recognizer: Recognizer) -> None:
        """Read with another model from now on; the text stays."""
        with self._lock:
            if recognizer is not self.recognizer:
                recognizer.speller = self.recognizer.speller
                self.recognizer = recognizer

    @property
    def committed(self) -> tuple[Committed, ...]:
        """The text, letter by letter."""
        with self._lock:
            return self.recognizer.speller.committed

    def take_signed(self) -> str:
        """What was signed, and forget it: for pages that keep no text."""
        with self._lock:
            text = self.recognizer.speller.text
            if text:
                self.recognizer.speller.clear()
            return text

    def change_text(self, how: str) -> None:
        """how: "space", "delete", "undo" or "clear"; nothing else does anything."""
        with self._lock:
            speller = self.recognizer.speller
            changes = {
                "space": speller.space, "delete": speller.delete, "undo": speller.undo, "clear": speller.clear
            }  # fmt: skip
            if how in changes:
                changes[how]()

    def edit_text(self, before: str, after: str) -> None:
        """Somebody has made of the text `before` the text `after`."""
        with self._lock:
            self.recognizer.speller.edit(before, after[:MAX_TEXT])

    def set_hold(self, hold_s: float) -> None:
        """Seconds for which a letter of usual sureness is held."""
        with self._lock:
            self.recognizer.speller.hold_s = hold_s

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


class Reconnect:
    """Starts a camera again whose picture has stopped. Says whether the browser's side should send, or as it likes."""

    def __init__(self) -> None:
        self.desired: bool | None = None
        self._since_s = 0.0
        self._tries = 0

    @property
    def gave_up(self) -> bool:
        """It has been tried for long enough."""
        return self._tries >= TRIES

    def start(self, time_s: float) -> None:
        """Begin: the server was started again under a running camera, which sends to nobody."""
        self.desired, self._since_s = False, time_s

    def update(self, state: ConnectionState, time_s: float) -> bool | None:
        """state: of ConnectionWatch."""
        waited_s = time_s - self._since_s
        if state == "connected":
            self.desired, self._since_s, self._tries = None, time_s, 0
        elif self.desired is None:
            if state != "stalled":
                self._since_s = time_s
            elif waited_s >= RECONNECT_S and not self.gave_up:
                self.desired, self._since_s = False, time_s
        elif self.desired is False:
            if waited_s >= RECONNECT_S:  # streamlit-webrtc, told to start while it still stops, starts twice over
                self.desired, self._since_s = True, time_s
                self._tries += 1
        elif waited_s >= CONNECT_TIMEOUT_S:
            self.desired, self._since_s = (None if self.gave_up else False), time_s
        return self.desired
