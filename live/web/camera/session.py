"""The live session of one page: its recogniser, its text and its settings. No Streamlit in here.

The page makes it and gives its token to the browser; the socket finds it by that token and reads frames with it.
"""

import secrets
import threading
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from live.hand import THREADS, LiteRTHandTracker
from live.recognizer import Reading, Recognizer
from live.text import Committed
from live.web.camera.protocol import VERSION, describe_reading, describe_seen
from live.web.camera.self_check import SelfCheck

MAX_TEXT = 2000  # letters; beyond them the oldest go
Suggest = Callable[[tuple[Committed, ...]], str | None]


class Observer(Protocol):
    """Part of a page that gets every reading: a recording, an exercise."""

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> dict[str, Any] | None:
        """Takes a frame and its reading. Returns what the page shows beside the picture; None leaves it as it is."""
        ...


class LiveSession:
    """Reads the frames of one page. Safe to use from the page's thread and the socket's at the same time."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.token = secrets.token_urlsafe(32)
        self.observer: Observer | None = None  # changed by observe()
        self.suggest: Suggest | None = None  # the word helper, while it is asked for
        self.heard = 0  # the number of the last change that a person made
        self._recognizer = recognizer
        self._check = SelfCheck()
        self._greeted = False  # a browser has connected, and has given its text back
        self._last_s = 0.0
        self._lock = threading.Lock()

    def read(
        self, frame_bgr: NDArray[np.uint8], time_s: float, look: bool = False, alone: bool = True
    ) -> dict[str, Any]:
        """Read one frame: the answer to the browser, less its times.

        frame_bgr: (height, width, 3) uint8, not mirrored. time_s: on the server's clock (time.monotonic). look: with
        what the model sees. alone: no other camera is read, so the networks may take more than one thread.
        """
        with self._lock:
            time_s = self._last_s = max(time_s, self._last_s)
            recognizer = self._recognizer
            if isinstance(recognizer.tracker, LiteRTHandTracker):
                recognizer.tracker.compute_on(THREADS if alone else 1)
            reading = recognizer.process(frame_bgr, time_s)
            recognizer.speller.forget(MAX_TEXT)
            observer = self.observer
            aside = observer.update(frame_bgr, reading, time_s) if observer else None
            advice = self._check.update(frame_bgr, reading, time_s)
            speller = recognizer.speller
            hold, counted, text, heard = speller.hold, speller.counted, self._text(), self.heard
        height, width = frame_bgr.shape[:2]
        progress = hold.progress(time_s) if hold else 0.0
        held = hold and {
            "letter": hold.letter,
            "since_s": round(hold.since_s, 3),
            "progress": round(progress, 3),
            "left_s": round((1 - progress) * hold.wait_s, 3),
        }
        return {
            "version": VERSION,
            "kind": "reading",
            **describe_reading(reading, width, height, counted),
            "hold": held,
            "counted": counted,
            **text,
            "heard": heard,
            "advice": advice and {"what": advice.what, "text": advice.text},
            "aside": aside,
            "seen": describe_seen(reading, recognizer.classifier) if look else None,
        }

    def text_message(self) -> dict[str, Any]:
        """The answer where only the text has changed."""
        with self._lock:
            return {"version": VERSION, "kind": "text", **self._text(), "heard": self.heard}

    def _text(self) -> dict[str, Any]:
        speller = self._recognizer.speller
        suggestion = self.suggest(speller.committed) if self.suggest else None
        return {"text": speller.text, "signed": speller.signed, "suggestion": suggestion}

    def greet(self, text: str, number: int = 0) -> None:
        """Take the text that a connecting browser has kept. Only a new, empty session uses it.

        number: of the last change that the text has in it, 0 for none.
        """
        with self._lock:
            speller = self._recognizer.speller
            if not self._greeted and text and not speller.text:
                speller.begin_with(text[-MAX_TEXT:])
                self.heard = max(self.heard, number)
            self._greeted = True

    def change(self, command: dict[str, Any]) -> None:
        """What a person does with the text. A change that is sent again, after a lost connection, is made once.

        command: "do" is "space", "delete", "undo", "clear" or "edit", the last with the texts "before" and "after"; "n"
        is its number, higher than any before. Anything else does nothing.
        """
        how, number = command.get("do"), command.get("n")
        if not isinstance(number, int):
            return
        with self._lock:
            if number <= self.heard:
                return
            self.heard = number
            speller = self._recognizer.speller
            if how == "edit":
                speller.edit(str(command.get("before", "")), str(command.get("after", ""))[-MAX_TEXT:])
            elif how in ("space", "delete", "undo", "clear"):
                getattr(speller, how)()
            speller.forget(MAX_TEXT)

    def observe(self, observer: Observer | None) -> None:
        """Have it watch the readings from the next one on, in the place of any other."""
        with self._lock:
            self.observer = observer

    def take_text(self) -> str:
        """The text, which is then cleared: for pages that keep none."""
        with self._lock:
            text = self._recognizer.speller.text
            if text:
                self._recognizer.speller.clear()
            return text

    def use(self, recognizer: Recognizer) -> None:
        """Read with another model from now on; the text stays."""
        with self._lock:
            if recognizer is not self._recognizer:
                recognizer.speller = self._recognizer.speller
                self._recognizer = recognizer

    def set_hold(self, hold_s: float) -> None:
        """Seconds for which a letter of usual sureness is held."""
        with self._lock:
            self._recognizer.speller.hold_s = hold_s

    def set_square(self, share: float) -> None:
        """Read a square of this share of the frame's shorter side, where no hand is looked for."""
        with self._lock:
            self._recognizer.square_share = share


# A session lives as long as the page's own session of Streamlit holds it, or a socket that is open.
_sessions: "WeakValueDictionary[str, LiveSession]" = WeakValueDictionary()


def register(session: LiveSession) -> LiveSession:
    """Let a socket find it by its token."""
    _sessions[session.token] = session
    return session


def find(token: str) -> LiveSession | None:
    """The session with this token, while it lives."""
    return _sessions.get(token)
