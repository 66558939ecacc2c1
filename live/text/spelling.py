"""Turns the readings of frames into text.

A letter commits once it has been read steadily for a while. A confident reading commits sooner. The same letter commits
again only after the hand lets it go, or holds it much longer. A stroke (J or Z) commits when it is complete, and
replaces the letter that its first pose may have committed.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

HOLD_S = 0.6  # seconds that a letter read with usual confidence must be held
# The mean confidence (0..1) during the hold, and the wait for a letter of that confidence, as a multiple of HOLD_S.
# Below the first entry a letter never commits, because all others together are likelier.
CONFIDENCES, WAITS = (0.5, 0.8, 0.98), (1.5, 1.0, 0.75)
MIN_SHARE = 0.8  # share of a hold's frames that must show its letter, so that a flicker does not count as a hold
STRAY_S = 0.2  # a hold survives an interruption of one frame, or of this many seconds
LET_GO_S = 0.25  # seconds without a hand after which the same letter may commit again
SLIDE_S = 0.4  # a hand that moves twice within this many seconds lets go of its letter, as in the LL of HELLO
REPEAT_S = 2.0  # seconds after which a letter that is still held commits once more
SPACE_S = 2.0  # seconds without a hand that make a space
FLOW_SPACE_S = 0.5  # the least for words that flow: their last letter settles up to so long after the hand is gone
MAX_GAP_S = 2.0  # after this many seconds without a frame, the hold is forgotten
MEMORY_S = 3.0  # frames are kept for the longest wait and this many seconds more
ROUNDING_S = 1e-6  # frame times are sums of fractions: 0.6 must not miss 0.6 by a rounding error
SPACE = " "
MAX_UNDO = 100

Top = Sequence[tuple[str, float]]  # letters with their probabilities, likeliest first


@dataclass(frozen=True)
class Committed:
    """A letter or a space in the text.

    time_s: when it was committed. since_s: when its hold began. alternatives: the letters read during the hold with
    their mean probabilities, likeliest first. sign: the whole name, if it is a character of a sign's longer name.
    typed: whether a person has typed it, so that nothing that is signed replaces it.
    """

    letter: str
    time_s: float
    since_s: float
    alternatives: tuple[tuple[str, float], ...] = ()
    sign: str = ""
    typed: bool = False


def signs(committed: Iterable[Committed]) -> list[Committed]:
    """What was signed, without spaces. A sign with a longer name is one item, and its `letter` is the whole name."""
    signed: list[Committed] = []
    for (sign, _), characters in groupby(committed, key=lambda item: (item.sign, item.since_s)):
        if sign:
            signed.append(replace(next(characters), letter=sign))
        else:
            signed += [item for item in characters if item.letter != SPACE]
    return signed


@dataclass(frozen=True)
class Hold:
    """A letter that is being held.

    since_s: when the hold began. confidence: the mean during the hold, 0..1. wait_s: seconds after which it commits.
    alternatives: as in Committed.
    """

    letter: str
    since_s: float
    confidence: float
    wait_s: float
    alternatives: tuple[tuple[str, float], ...]

    def progress(self, time_s: float) -> float:
        """Share of the wait that is over at time_s, 0..1."""
        return min(1.0, max(0.0, (time_s - self.since_s) / self.wait_s)) if self.wait_s > 0 else 1.0


class Speller:
    """Builds text from the readings of frames: it commits (adds) each letter that was held long enough.

    Its clock is the frames' time, and never runs backward.
    """

    def __init__(self, hold_s: float = HOLD_S, space_s: float | None = SPACE_S) -> None:
        """hold_s, space_s: replace HOLD_S and SPACE_S. With space_s None or 0, a missing hand makes no space."""
        self.hold_s = hold_s
        self.space_s = space_s
        self.signed = 0  # letters committed so far
        self._committed: tuple[Committed, ...] = ()
        self._undo: deque[tuple[Committed, ...]] = deque(maxlen=MAX_UNDO)
        self._frames: deque[tuple[float, Top]] = deque()  # since the hand was last let go
        self._now_s = 0.0
        self._has_begun = False  # whether there has been a frame
        self._hand_s: float | None = None  # when a hand was last seen
        self._moved_s: float | None = None  # when the hand last left its place
        self._absent_s: deque[float] = deque(maxlen=MAX_UNDO)  # times at which the hand had been gone for LET_GO_S
        self._counted: frozenset[str] = frozenset()  # the letter that has committed, until it is let go
        self._counted_s = 0.0  # when it committed

    @property
    def committed(self) -> tuple[Committed, ...]:
        """Letters and spaces, in order."""
        return self._committed

    @property
    def text(self) -> str:
        """The committed text."""
        return "".join(item.letter for item in self._committed)

    @property
    def hold(self) -> Hold | None:
        """The letter that is being held and is not committed yet."""
        hold = self._current_hold()
        return hold if hold and not self._has_counted(hold) else None

    @property
    def counted(self) -> str | None:
        """The letter that is committed and still being held."""
        hold = self._current_hold()
        return hold.letter if hold and self._has_counted(hold) else None

    def update(self, top: Top | None, time_s: float, moved: bool = False) -> None:
        """Accept the reading of the frame at time_s.

        top: the likeliest letters with their probabilities, likeliest first; empty if the hand shows no letter; None if
        there is no hand. moved: the hand has left its place, so the hold is over.
        """
        before_s, now_s = self._now_s, self._tick(time_s)
        if now_s - before_s > MAX_GAP_S:
            self._let_go()
        if top is None:
            self._without_hand(now_s)
        else:
            self._with_hand(top, now_s, moved)

    def _without_hand(self, now_s: float) -> None:
        if self._hand_s is None or now_s - self._hand_s >= LET_GO_S:
            self._let_go()
            if not self._absent_s or (self._hand_s is not None and self._absent_s[-1] < self._hand_s):
                self._absent_s.append(now_s)
        if self._committed and self._hand_s is not None and self.space_s and now_s - self._hand_s >= self.space_s:
            self._hand_s = None  # one space for each absence
            if self._committed[-1].letter != SPACE:
                self._change((*self._committed, Committed(SPACE, now_s, now_s)))

    def _with_hand(self, top: Top, now_s: float, moved: bool) -> None:
        self._hand_s = now_s
        if moved:
            self._frames.clear()
            if self._moved_s is not None and now_s - self._moved_s <= SLIDE_S:
                self._let_go()
            self._moved_s = now_s
        self._frames.append((now_s, top))
        while now_s - self._frames[0][0] > MEMORY_S + self.hold_s * WAITS[0]:
            self._frames.popleft()
        self._commit_hold()

    def stroke(self, letter: str, since_s: float, time_s: float, replaced_from_s: float | None = None) -> None:
        """Commit a letter that was drawn in the air.

        since_s: when the hand took the pose that the stroke began with. time_s: when the stroke was complete. Letters
        committed in between (or since replaced_from_s) were read from that pose or from the movement, so the stroke
        replaces them. But if the hand was gone between two of them, they were meant as letters, and the stroke is
        ignored.
        """
        now_s = self._tick(time_s)
        from_s = since_s if replaced_from_s is None else replaced_from_s
        n_typed = max((n for n, item in enumerate(self._committed, 1) if item.typed), default=0)
        n_before = sum(item.time_s < from_s for item in self._committed)
        before = list(self._committed[: max(n_before, n_typed)])  # what a person typed stays
        replaced_s = [item.time_s for item in self._committed[len(before) :]]
        if replaced_s and any(replaced_s[0] < absent_s < replaced_s[-1] for absent_s in self._absent_s):
            return
        self._change((*before, Committed(letter, now_s, since_s)))
        self.signed += 1
        self._let_go()

    def add(self, letter: Committed) -> None:
        """Add a letter that was read in another way than by its hold."""
        self._tick(letter.time_s)
        self._change((*self._committed, letter))
        self.signed += 1

    def finish(self, time_s: float) -> None:
        """End the film at time_s. A letter held long enough by then is committed; a space at the end is removed."""
        self._tick(time_s)
        if len(self._frames) > 1 and self._now_s - self._frames[-1][0] <= MAX_GAP_S:
            (before_s, _), (last_s, _) = self._frames[-2], self._frames[-1]
            shown_s = last_s - before_s  # the last frame is as long as the one before
            self._commit_hold(min(self._now_s, last_s + shown_s))
        if self._committed and self._committed[-1].letter == SPACE:
            self._change(self._committed[:-1])

    def space(self) -> None:
        """Add a space."""
        self._change((*self._committed, self._typed(SPACE)))

    def _typed(self, letter: str) -> Committed:
        return Committed(letter, self._now_s, self._now_s, typed=True)

    def begin_with(self, text: str) -> None:
        """Start with this text. Undo does not remove it."""
        self._committed = tuple(map(self._typed, text))

    def edit(self, before: str, after: str) -> None:
        """Apply a person's edit of the text `before` to `after`. Letters signed during the edit are kept at the end.

        If the text keeps its length, letters were typed over others, whose times they keep. So a hand that still holds
        such a letter does not add it again.
        """
        signed_meanwhile = self.text[len(before) :] if self.text.startswith(before) else ""
        after += signed_meanwhile
        if after == self.text:
            return
        if len(after) == len(self._committed):
            both = zip(self._committed, after, strict=True)
            self._change(tuple(_typed_over(item, letter) for item, letter in both))
            self._recount(self._undo[-1])
            return
        pairs = enumerate(zip(self.text, after, strict=False))
        n_same = next((n for n, (old, new) in pairs if old != new), min(len(self.text), len(after)))
        self._change((*self._committed[:n_same], *map(self._typed, after[n_same:])))

    def delete(self) -> None:
        """Delete the last letter or space."""
        if self._committed:
            self._change(self._committed[:-1])

    def clear(self) -> None:
        """Delete the whole text."""
        if self._committed:
            self._change(())

    def undo(self) -> None:
        """Undo the last change of the text."""
        if self._undo:
            before, self._committed = self._committed, self._undo.pop()
            self._recount(before)

    def forget(self, n_kept: int) -> None:
        """Keep only the n_kept newest letters. Undo does not revert this."""
        self._committed = self._committed[max(0, len(self._committed) - n_kept) :]

    def _tick(self, time_s: float) -> float:
        if math.isfinite(time_s):
            self._now_s = max(self._now_s, time_s) if self._has_begun else time_s  # the first may be below 0
            self._has_begun = True
        return self._now_s

    def _change(self, committed: tuple[Committed, ...]) -> None:
        self._undo.append(self._committed)
        self._committed = committed

    def _recount(self, before: tuple[Committed, ...]) -> None:
        """Let a letter that is still held also count as the one that now stands in its place.

        The hand may be read as either of them from now on. before: the text until now.
        """
        for old, new in zip(before, self._committed, strict=False):
            if old.letter in self._counted and old.time_s == new.time_s == self._counted_s:
                self._counted |= {new.letter}
                return

    def _let_go(self) -> None:
        self._frames.clear()
        self._counted, self._moved_s = frozenset(), None

    def end_repeats(self) -> None:
        """Do not add the letter that is held and has counted again, before the hand has let it go."""
        self._counted_s = math.inf

    def _has_counted(self, hold: Hold) -> bool:
        return hold.letter in self._counted and self._now_s - self._counted_s < REPEAT_S

    def _commit_hold(self, until_s: float | None = None) -> None:
        """Commit the letter that has been held long enough by until_s, by default now."""
        hold, until_s = self._current_hold(), self._now_s if until_s is None else until_s
        if hold is None or self._has_counted(hold) or until_s - hold.since_s < hold.wait_s - ROUNDING_S:
            return
        self._change((*self._committed, *self._to_committed(hold)))
        self._counted, self._counted_s = frozenset((hold.letter,)), self._now_s
        self.signed += 1

    def _to_committed(self, hold: Hold) -> tuple[Committed, ...]:
        """What a hold adds to the text: a letter, or the longer name of a sign as a word between spaces."""
        if len(hold.letter) == 1:
            return (Committed(hold.letter, self._now_s, hold.since_s, hold.alternatives),)
        before = SPACE if self._committed and self._committed[-1].letter != SPACE else ""
        name = f"{before}{hold.letter}{SPACE}"
        return tuple(Committed(letter, self._now_s, hold.since_s, sign=hold.letter) for letter in name)

    def _current_hold(self) -> Hold | None:
        """The hold of the newest frame's letter, None if it is a single frame or its confidence is too low."""
        if not self._frames or not self._frames[-1][1]:
            return None
        letter = self._frames[-1][1][0][0]
        since_s, n_frames = _hold_start(self._frames, letter)
        if n_frames < 2:
            return None
        sums: dict[str, float] = {}
        for _, top in list(self._frames)[-n_frames:]:
            for name, probability in top:
                sums[name] = sums.get(name, 0.0) + probability
        means = sorted(((name, total / n_frames) for name, total in sums.items()), key=lambda pair: -pair[1])
        confidence = sums[letter] / n_frames
        if confidence < CONFIDENCES[0]:
            return None
        return Hold(letter, since_s, confidence, self.hold_s * _wait(confidence), tuple(means))


def _typed_over(item: Committed, letter: str) -> Committed:
    """A typed letter in the place of this one. It is certain, so it has no alternatives."""
    return item if letter == item.letter else replace(item, letter=letter, alternatives=())


def _hold_start(frames: deque[tuple[float, Top]], letter: str) -> tuple[float, int]:
    """When the hold of the newest frame's letter began, and how many frames it has.

    The search goes back in time, and stops at an interruption that is too long. The hold begins at the earliest frame
    since which the letter's share of the frames is at least MIN_SHARE.
    """
    since_s = shown_s = frames[-1][0]
    passed = shown = strays = n_frames = 0
    for time_s, top in reversed(frames):
        passed += 1
        if not top or top[0][0] != letter:
            strays += 1
            continue
        if strays > 1 and shown_s - time_s > STRAY_S:
            break
        shown, strays, shown_s = shown + 1, 0, time_s
        if shown >= MIN_SHARE * passed:
            since_s, n_frames = time_s, passed
    return since_s, n_frames


def _wait(confidence: float) -> float:
    """The wait for a confidence, as a multiple of HOLD_S, interpolated between the entries of the table."""
    for (low, wait_low), (high, wait_high) in pairwise(zip(CONFIDENCES, WAITS, strict=True)):
        if confidence < high:
            return (wait_high - wait_low) / (high - low) * (confidence - low) + wait_low
    return WAITS[-1]
