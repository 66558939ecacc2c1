"""Readings and a clock in, text out. A letter that is held commits once; it must be let go before it commits again."""

from dataclasses import dataclass

HOLD_S = 0.6  # seconds for which a letter must be read without a break
MAX_GAP_S = 2.0  # seconds without a frame, after which nobody knows what was held


@dataclass(frozen=True)
class Committed:
    """One letter of the text and the second at which it was committed."""

    letter: str
    time_s: float


class Speller:
    """Builds text from one letter (or None) a frame. The clock is the frames' own and never runs backward."""

    def __init__(self, hold_s: float = HOLD_S) -> None:
        self.hold_s = hold_s
        self.committed: list[Committed] = []
        self._held: str | None = None
        self._since_s = 0.0
        self._last_s = 0.0
        self._done = False  # the held letter is already in the text

    @property
    def text(self) -> str:
        """All letters committed so far."""
        return "".join(each.letter for each in self.committed)

    def update(self, letter: str | None, time_s: float) -> None:
        """Take the reading of the frame at time_s."""
        gap_s, self._last_s = time_s - self._last_s, time_s
        if letter != self._held or gap_s > MAX_GAP_S:
            self._held, self._since_s, self._done = letter, time_s, False
        # frame times are sums of fractions: 0.6 must not miss 0.6 by a rounding error
        elif letter is not None and not self._done and time_s - self._since_s >= self.hold_s - 1e-6:
            self.committed.append(Committed(letter, time_s))
            self._done = True

    def finish(self, time_s: float) -> None:
        """The film ends at time_s: what was held until then counts."""
        self.update(self._held, time_s)

    def clear(self) -> None:
        """Forget the text."""
        self.committed.clear()
