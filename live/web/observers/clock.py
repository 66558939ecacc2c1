"""The clock of an exercise: watches one word being spelled, and tells when it is complete."""

import numpy as np
from numpy.typing import NDArray

from live.recognizer import Reading
from live.text import SPACE
from live.web.observers.aside import Aside

INTERVAL_S = 0.1  # seconds between two asides
ROUNDING_S = 1e-6  # frame times are rounded: at ten frames a second, every frame must get an aside
DROP_S = 1.0  # seconds without a hand that end the word; a doubled letter may take the hand away for less
SQUARE_DROP_S = 3.0  # the same for seconds without a letter, if the app does not look for the hand
PAUSE_S = 2.0  # seconds without a frame: the camera was off


class Clock:
    """Watches the readings while one word is asked for. The session's text must be empty when it begins.

    done: whether the word was read as asked for, or the hand was lowered after at least one letter, or the word was
    interrupted. interrupted: the camera was off after the first letter, so the word has to be spelled anew. read: the
    letters so far; once done, all that belong to the word.
    """

    def __init__(self, word: str, anew: bool = False) -> None:
        """anew: the word was interrupted before."""
        self.word, self.anew = word, anew
        self.read = ""
        self.done = self.interrupted = False
        self._first_s = 0.0  # when the first letter was read
        self._hand_s = 0.0  # when a hand was last seen
        self._frame_s = 0.0  # when the last frame was taken
        self._last_s = -INTERVAL_S

    def introduction(self) -> Aside:
        """What the page shows until the first letter."""
        why = "The camera was off, so the word begins anew. " if self.anew else ""
        return Aside(
            f"{why}The clock starts with your first letter. **Lower your hand** when you have spelled the word."
        )

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Aside | None:
        """Follow the text, and show the time ten times a second."""
        gap_s, self._frame_s = time_s - self._frame_s, time_s
        if self.read and not self.done and gap_s >= PAUSE_S:
            self.done = self.interrupted = True
        if not self.done:
            self._follow(reading, time_s)
        if not self.done and time_s - self._last_s < INTERVAL_S - ROUNDING_S:
            return None
        self._last_s = time_s
        if not self.read:
            return self.introduction()
        return Aside(f"**{self.read}** after {time_s - self._first_s:.1f} s", done=self.done)

    def _follow(self, reading: Reading, time_s: float) -> None:
        read = reading.text.replace(SPACE, "")
        if read and not self.read:
            self._first_s = time_s
        # without a tracker, only a letter says that there is a hand
        tracked = reading.mode == "hand"
        seen = reading.hand is not None if tracked else reading.letter is not None
        if seen or read != self.read:
            self._hand_s = time_s
        self.read = read
        drop_s = DROP_S if tracked else SQUARE_DROP_S
        self.done = bool(read) and (read == self.word or time_s - self._hand_s >= drop_s)
