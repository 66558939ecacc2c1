"""The live session of one page: its recogniser, its text and its settings.

The page creates it and gives its token to the browser. The camera's socket finds it by that token and reads frames with
it.
"""

import math
import secrets
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from live.hand import THREADS, LiteRTHandTracker
from live.recognizer import Recognizer
from live.text import Committed
from live.text.flow import FlowingWord
from live.web.camera.protocol import VERSION, describe_crop, describe_hold, describe_reading
from live.web.camera.self_check import SelfCheck
from live.web.camera.signed_hands import SignedHands, choices
from live.web.observers import Observer

MAX_TEXT = 2000  # letters; the oldest are dropped beyond that
WORD_ENDED_S = 0.4  # seconds without a hand after which a word that was spelled in flow has ended
CHANGES = ("space", "delete", "undo", "clear", "edit", "forget")  # what a person can do to the text
Suggest = Callable[[tuple[Committed, ...], FlowingWord | None], str | None]


class LiveSession:
    """Reads the frames of one page. Safe to use from the page's thread and the socket's at the same time."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.token = secrets.token_urlsafe(32)
        self.observer: Observer | None = None  # set by observe()
        self.suggest: Suggest | None = None  # the word helper; None while the page does not want it
        self.last_change = 0  # number of the last change that a person made; `heard` in messages
        self._recognizer = recognizer
        self._self_check = SelfCheck()
        self._signed_hands = SignedHands()
        self._greeted = False  # a browser has connected and handed over the text it had kept
        self._last_s = 0.0
        self._hand_s = -math.inf  # when a hand was last seen
        # the text when the last word in flow ended, and what was suggested for it
        self._suggested: tuple[tuple[Committed, ...], str | None] | None = None
        self._lock = threading.Lock()

    def read(
        self, frame_bgr: NDArray[np.uint8], time_s: float, look: bool = False, alone: bool = True
    ) -> dict[str, Any]:
        """Read one frame. Returns the answer to the browser, without its times.

        frame_bgr: (height, width, 3) uint8, not mirrored. time_s: on the server's clock (time.monotonic). look: whether
        to add what the model sees. alone: whether no other camera is read, so that the networks may use more threads.
        """
        height, width = frame_bgr.shape[:2]
        with self._lock:
            time_s = self._last_s = max(time_s, self._last_s)
            recognizer = self._recognizer
            if isinstance(recognizer.tracker, LiteRTHandTracker):
                recognizer.tracker.set_threads(THREADS if alone else 1)
            reading = recognizer.process(frame_bgr, time_s)
            if reading.hand is not None:
                self._hand_s = time_s
            speller = recognizer.speller
            speller.forget(MAX_TEXT)
            self._signed_hands.update(reading, speller.committed)
            aside = self.observer.update(frame_bgr, reading, time_s) if self.observer else None
            advice = self._self_check.update(frame_bgr, reading, time_s)
            hold, counted = speller.hold, speller.counted
            return {
                "version": VERSION,
                "kind": "reading",
                **describe_reading(reading, width, height, counted),
                "hold": describe_hold(hold, time_s) if hold else None,
                "counted": counted,
                **self._text(),
                "pending": reading.pending,
                "heard": self.last_change,
                "advice": {"what": advice.what, "text": advice.text} if advice else None,
                "aside": aside.describe() if aside else None,
                "seen": describe_crop(reading, recognizer.classifier) if look else None,
            }

    def text_message(self) -> dict[str, Any]:
        """The answer to a change of the text."""
        with self._lock:
            return {"version": VERSION, "kind": "text", **self._text(), "heard": self.last_change}

    def _text(self) -> dict[str, Any]:
        speller = self._recognizer.speller
        letters = self._recognizer.classifier.contract.letters
        corrected = dict.fromkeys(letters[index] for index in self._recognizer.corrections.letters)
        return {
            "text": speller.text,
            "signed": speller.signed,
            "suggestion": self._suggestion(speller.committed),
            "choices": self._choices(speller.committed),
            "corrected": list(corrected),
        }

    def _choices(self, committed: tuple[Committed, ...]) -> dict[str, Any] | None:
        """What else the last letter may be."""
        last = self._signed_hands.last(committed)
        if last is None:
            return None
        at, reading = last
        letter = committed[at].letter
        others = choices(reading, letter, self._recognizer.classifier.contract.letters)
        return {"at": at, "letter": letter, "others": others}

    def _suggestion(self, committed: tuple[Committed, ...]) -> str | None:
        """What the word helper suggests. In flow, it does so when the hand is lowered, until more is spelled."""
        if self.suggest is None:
            self._suggested = None
            return None
        if not self._recognizer.flows:
            return self.suggest(committed, None)
        if self._last_s - self._hand_s >= WORD_ENDED_S and (self._suggested is None or self._suggested[0] != committed):
            self._suggested = committed, self.suggest(committed, self._recognizer.flowing_word)
        return self._suggested[1] if self._suggested and self._suggested[0] == committed else None

    def greet(self, text: str, number: int = 0) -> None:
        """Accept the text that a connecting browser has kept. Only a new, empty session uses it.

        number: the number of the last change that the text already contains, 0 for none.
        """
        with self._lock:
            speller = self._recognizer.speller
            if not self._greeted and text and not speller.text:
                speller.begin_with(text[-MAX_TEXT:])
                self.last_change = max(self.last_change, number)
            self._greeted = True

    def change(self, command: dict[str, Any]) -> None:
        """Apply a person's change to the text. A change that is sent again, after a lost connection, is applied once.

        command: "do" is "space", "delete", "undo", "clear" or "edit"; "edit" has the texts "before" and "after". "n" is
        the change's number, higher than that of any earlier change. Any other command does nothing. If letters are
        typed over, their hands are remembered as corrected, until "do" is "forget".
        """
        name, number = command.get("do"), command.get("n")
        if name not in CHANGES or not isinstance(number, int):
            return
        with self._lock:
            if number <= self.last_change:
                return
            self.last_change = number
            speller, before = self._recognizer.speller, self._recognizer.speller.committed
            if name == "edit":
                speller.edit(str(command.get("before", "")), str(command.get("after", ""))[-MAX_TEXT:])
            elif name == "forget":
                self._recognizer.corrections.forget()
            else:
                getattr(speller, name)()
            letters = self._recognizer.classifier.contract.letters
            for reading, letter in self._signed_hands.changed(before, speller.committed, letters):
                self._recognizer.correct(reading, letter)
            speller.forget(MAX_TEXT)

    def observe(self, observer: Observer | None) -> None:
        """Let this observer watch the readings from the next frame on, instead of any other. None: no observer."""
        with self._lock:
            self.observer = observer

    def take_letters(self) -> tuple[Committed, ...]:
        """Clear the text and return its letters and spaces, for pages that do not show it.

        A letter that flows and is not settled yet is dropped.
        """
        with self._lock:
            committed = self._recognizer.speller.committed
            self._recognizer.speller.clear()
            self._recognizer.forget_pending()
            return committed

    def end_repeats(self) -> None:
        """Do not count a letter again that is still held, before the hand has let it go.

        Without a tracker, nothing says that a hand lets go, so a letter counts again after a while.
        """
        with self._lock:
            if self._recognizer.tracker is not None:
                self._recognizer.speller.end_repeats()

    def counted(self) -> str | None:
        """The letter that has counted and is still held. Always None without a tracker. Observers may call this."""
        return self._recognizer.speller.counted if self._recognizer.tracker is not None else None

    def take_text(self) -> str:
        """Clear the text and return it."""
        return "".join(item.letter for item in self.take_letters())

    def use(self, recognizer: Recognizer) -> None:
        """Read with this recogniser from now on. The text stays, and so does how letters are spelled.

        Corrections do not stay: other networks err on other hands.
        """
        with self._lock:
            if recognizer is not self._recognizer:
                self._signed_hands = SignedHands()
                recognizer.speller, recognizer.flow = self._recognizer.speller, self._recognizer.flow
                self._recognizer = recognizer

    def set_hold(self, hold_s: float) -> None:
        """Set how many seconds a letter of usual confidence must be held."""
        with self._lock:
            self._recognizer.speller.hold_s = hold_s

    def set_flow(self, flow: bool) -> None:
        """Set whether words are spelled without stopping (flow), or each letter is held."""
        with self._lock:
            if flow != self._recognizer.flow:
                self._recognizer.forget_pending()
            self._recognizer.flow = flow

    def set_square(self, share: float) -> None:
        """Set the side of the fixed square, as a share of the frame's shorter side."""
        with self._lock:
            self._recognizer.square_share = share


# A session lives as long as Streamlit's session or an open socket refers to it.
_sessions: "WeakValueDictionary[str, LiveSession]" = WeakValueDictionary()


def register(session: LiveSession) -> LiveSession:
    """Let sockets find the session by its token."""
    _sessions[session.token] = session
    return session


def find(token: str) -> LiveSession | None:
    """The session with this token, None if there is none or it has ended."""
    return _sessions.get(token)
