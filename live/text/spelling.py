"""Readings and a clock in, text out.

A letter commits when it has been read steadily for a while, sooner the surer the reader is. It must be let go, or held
longer still, before it commits again. A stroke (J, Z) commits when it is complete, and takes the place of the letter
that its own first pose may have committed.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

HOLD_S = 0.6  # seconds for which a letter of usual sureness must be held
# How sure the reader is of a held letter (the mean of its confidence, 0..1), and how many times HOLD_S it takes then. A
# letter that is not likelier than all others together never commits.
SURENESS, WAIT = (0.5, 0.8, 0.98), (1.5, 1.0, 0.75)
LEAST_SHARE = 0.8  # of the frames of a hold must say its letter: a flicker is no hold
STRAY_S = 0.2  # a hold may be broken for so long, or for one frame, at a time
LET_GO_S = 0.25  # seconds without a hand after which the same letter may commit again
SLIDE_S = 0.4  # a hand that moves on twice within so many seconds is not trembling: it lets go, as for the LL of HELLO
REPEAT_S = 2.0  # seconds after which a letter that is still held commits once more
SPACE_S = 2.0  # seconds without a hand that make a space
MAX_GAP_S = 2.0  # seconds without a frame after which nobody knows what was held
MEMORY_S = 3.0  # frames older than that are forgotten; more than any hold takes
SPACE = " "
MAX_UNDO = 100

Top = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Committed:
    """One letter, or a space, of the text.

    time_s: when it was committed. since_s: from when on it was held. alternatives: what else was read in its hold, with
    mean probabilities, likeliest first.
    """

    letter: str
    time_s: float
    since_s: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Hold:
    """A letter that is being held: since when, how sure the reader is of it (0..1), how long it takes to commit."""

    letter: str
    since_s: float
    sureness: float
    wait_s: float
    alternatives: tuple[tuple[str, float], ...]

    def progress(self, time_s: float) -> float:
        """Share of the wait that is over at time_s, 0..1."""
        return min(1.0, max(0.0, (time_s - self.since_s) / self.wait_s)) if self.wait_s > 0 else 1.0


class Speller:
    """Builds text from the readings of frames. The clock is the frames' own; where it runs backward it stands still."""

    def __init__(self, hold_s: float = HOLD_S, space_s: float | None = SPACE_S) -> None:
        """hold_s: seconds for which a letter of usual sureness is held. space_s: None makes no spaces."""
        self.hold_s = hold_s
        self.space_s = space_s
        self._committed: tuple[Committed, ...] = ()
        self._past: deque[tuple[Committed, ...]] = deque(maxlen=MAX_UNDO)
        self._frames: deque[tuple[float, Top]] = deque()  # since the hand was last let go
        self._now_s = 0.0
        self._hand_s: float | None = None  # when a hand was last seen
        self._moved_s: float | None = None  # when it last moved on
        self._away_s: deque[float] = deque(maxlen=MAX_UNDO)  # when there was none for LET_GO_S
        self.signed = 0  # letters, so far
        self._done: str | None = None  # the letter that is still held after it has committed
        self._done_s = 0.0

    @property
    def committed(self) -> tuple[Committed, ...]:
        """Letters and spaces, in order."""
        return self._committed

    @property
    def text(self) -> str:
        """All that is committed."""
        return "".join(each.letter for each in self._committed)

    @property
    def hold(self) -> Hold | None:
        """The letter that is being held and not yet committed."""
        held = self._held()
        return held if held and not self._is_done(held) else None

    @property
    def counted(self) -> str | None:
        """The letter that has committed and is still held."""
        held = self._held()
        return held.letter if held and self._is_done(held) else None

    def update(self, top: Top | None, time_s: float, moved: bool = False) -> None:
        """Take the reading of the frame at time_s.

        top: the likeliest letters with their probabilities, likeliest first; empty where a hand shows none; None where
        there is no hand. moved: the hand has left the place where it was, so nothing is held until now.
        """
        before_s, now_s = self._now_s, self._tick(time_s)
        if now_s - before_s > MAX_GAP_S:
            self._let_go()
        if top is None:
            if self._hand_s is None or now_s - self._hand_s >= LET_GO_S:
                self._let_go()
                if not self._away_s or (self._hand_s is not None and self._away_s[-1] < self._hand_s):
                    self._away_s.append(now_s)
            if self._committed and self._hand_s is not None and self.space_s and now_s - self._hand_s >= self.space_s:
                self._hand_s = None  # one space each time
                if self._committed[-1].letter != SPACE:
                    self._change((*self._committed, Committed(SPACE, now_s, now_s)))
            return
        self._hand_s = now_s
        if moved:
            self._frames.clear()
            if self._moved_s is not None and now_s - self._moved_s <= SLIDE_S:
                self._let_go()
            self._moved_s = now_s
        self._frames.append((now_s, top))
        while now_s - self._frames[0][0] > MEMORY_S + self.hold_s * WAIT[0]:
            self._frames.popleft()
        self._commit_held()

    def stroke(self, letter: str, since_s: float, time_s: float) -> None:
        """A letter was drawn in the air, complete at time_s; since_s: when the pose was taken that it set out from.

        What has committed since then was that pose, or the way itself. But where the hand was away between two letters,
        somebody spells, and has drawn nothing.
        """
        now_s = self._tick(time_s)
        kept = [each for each in self._committed if each.time_s < since_s]
        instead_s = [each.time_s for each in self._committed[len(kept) :]]
        if instead_s and any(instead_s[0] < away_s < instead_s[-1] for away_s in self._away_s):
            return
        self._change((*kept, Committed(letter, now_s, since_s)))
        self.signed += 1
        self._let_go()

    def finish(self, time_s: float) -> None:
        """The film ends at time_s: what was held until then counts, and a space before nothing does not."""
        self._tick(time_s)
        if self._hand_s is not None and self._now_s - self._hand_s <= MAX_GAP_S:
            self._commit_held()
        if self._committed and self._committed[-1].letter == SPACE:
            self._change(self._committed[:-1])

    def space(self) -> None:
        """Add a space."""
        self._change((*self._committed, Committed(SPACE, self._now_s, self._now_s)))

    def begin_with(self, text: str) -> None:
        """Begin with this text, which undo does not take away."""
        self._committed = tuple(Committed(each, self._now_s, self._now_s) for each in text)

    def edit(self, before: str, after: str) -> None:
        """Somebody has made of the text `before` the text `after`. What was signed meanwhile still follows."""
        new = self.text[len(before) :] if self.text.startswith(before) else ""
        after += new
        same = next((n for n, pair in enumerate(zip(self.text, after, strict=False)) if pair[0] != pair[1]), None)
        same = min(len(self.text), len(after)) if same is None else same
        if after != self.text:
            typed = (Committed(each, self._now_s, self._now_s) for each in after[same:])
            self._change((*self._committed[:same], *typed))

    def delete(self) -> None:
        """Take the last letter or space away."""
        if self._committed:
            self._change(self._committed[:-1])

    def clear(self) -> None:
        """Take the whole text away."""
        if self._committed:
            self._change(())

    def undo(self) -> None:
        """Take the last change back, whatever it was."""
        if self._past:
            self._committed = self._past.pop()

    def forget(self, kept: int) -> None:
        """Forget the oldest letters, for good, where there are more than `kept`."""
        self._committed = self._committed[-kept:]

    def _tick(self, time_s: float) -> float:
        if math.isfinite(time_s):
            self._now_s = max(self._now_s, time_s)
        return self._now_s

    def _change(self, committed: tuple[Committed, ...]) -> None:
        self._past.append(self._committed)
        self._committed = committed

    def _let_go(self) -> None:
        self._frames.clear()
        self._done = self._moved_s = None

    def _is_done(self, held: Hold) -> bool:
        return held.letter == self._done and self._now_s - self._done_s < REPEAT_S

    def _commit_held(self) -> None:
        held = self._held()
        # frame times are sums of fractions: 0.6 must not miss 0.6 by a rounding error
        if held is None or self._is_done(held) or self._now_s - held.since_s < held.wait_s - 1e-6:
            return
        self._change((*self._committed, *self._spelled(held)))
        self._done, self._done_s = held.letter, self._now_s
        self.signed += 1

    def _spelled(self, held: Hold) -> tuple[Committed, ...]:
        """A letter as it is; a sign with a longer name as a word, between spaces."""
        if len(held.letter) == 1:
            return (Committed(held.letter, self._now_s, held.since_s, held.alternatives),)
        before = SPACE if self._committed and self._committed[-1].letter != SPACE else ""
        return tuple(Committed(each, self._now_s, held.since_s) for each in f"{before}{held.letter}{SPACE}")

    def _held(self) -> Hold | None:
        """The newest frame's letter, as far back as nearly every frame says it."""
        if not self._frames or not self._frames[-1][1]:
            return None
        letter = self._frames[-1][1][0][0]
        since_s = seen_s = self._frames[-1][0]
        frames = own = strays = counted = 0
        for time_s, top in reversed(self._frames):
            frames += 1
            if not top or top[0][0] != letter:
                strays += 1
                continue
            if strays > 1 and seen_s - time_s > STRAY_S:
                break
            own, strays, seen_s = own + 1, 0, time_s
            if own >= LEAST_SHARE * frames:
                since_s, counted = time_s, frames
        if counted < 2:
            return None
        sums: dict[str, float] = {}
        for _, top in list(self._frames)[-counted:]:
            for name, probability in top:
                sums[name] = sums.get(name, 0.0) + probability
        sureness = sums[letter] / counted
        if sureness < SURENESS[0]:
            return None
        alternatives = sorted(((name, total / counted) for name, total in sums.items()), key=lambda each: -each[1])
        return Hold(
            letter, since_s, sureness, self.hold_s * float(np.interp(sureness, SURENESS, WAIT)), tuple(alternatives)
        )
