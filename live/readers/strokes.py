"""Reads J and Z, which are drawn in the air: tracked hands over time in, a letter out when its stroke is complete.

A small network reads the latest part of the hand's trajectory and says whether it is a J, a Z or neither.
"""

import math
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from live.hand import PALM_CENTRE_JOINTS, Hand
from live.letters import MOVING_LETTERS
from live.litert import Network
from live.readers.loading import load_network
from live.readers.trajectory import LOST_S, N_INPUTS, TRACKED_JOINTS, Floats, Trajectory, hand_size

NO_STROKE = "none"
OUTPUTS = (NO_STROKE, *MOVING_LETTERS)

# A stroke is complete when the hand is gone or has taken no step for PAUSE_S, or has trembled in one place for
# TREMBLE_S. While the hand still moves, the stroke is complete only if its confidence is at least SURE.
PAUSE_S, TREMBLE_S, SURE = 0.1, 0.3, 0.98
CANDIDATE_S = 1.0  # a likely stroke counts if the hand pauses within this time: strokes often end in a flourish
# A stroke is rejected if the hand shows letters other than its most frequent one for more than this share of the time:
# the hand is spelling or gesturing. A J that begins as I may show two letters: from the side, an I resembles a Y.
MAX_OTHER_LETTERS = 0.2

EARLY_SHARE = 0.15  # by this share of its length, a stroke has left its first letter: a J's I, a Z's D
STEADY_S = 0.2  # a letter that is shown for less is misread, or shown in passing

# A hand leaves its resting place when its TRACKED_JOINTS have moved by a median of MOVED palm lengths, or three of them
# by RESHAPED.
MOVED, RESHAPED = 0.4, 0.6
NEAR = 0.4  # a hand within this share of these distances is still at rest
LEAVING_S = 0.5  # a hand that takes longer from NEAR to MOVED is drifting
MAX_RESTS = 50  # how many rests are remembered, and how many shown letters
GONE_S = 0.25  # seconds without a hand after which it has left the pose that ended a stroke


@dataclass(frozen=True)
class Stroke:
    """A letter drawn in the air. since_s: when the hand took the pose that the stroke began in. confidence: 0..1."""

    letter: str
    since_s: float
    confidence: float


@dataclass(frozen=True)
class Motion:
    """What one frame shows of the hand's motion.

    moved: the hand has left the place or the shape in which it rested. stroke: the letter completed in this frame.
    ended: the last stroke, while the hand keeps its final pose; that pose is not a letter itself.
    """

    moved: bool = False
    stroke: Stroke | None = None
    ended: Stroke | None = None


@dataclass(frozen=True)
class _Rest:
    """A place where a hand rested. points: (10, 2) TRACKED_JOINTS in pixels. size: pixels. distance: as in Pose."""

    points: Floats
    size: float
    since_s: float
    distance: float

    def has_shape(self, points: Floats, size: float) -> bool:
        """Whether a hand with these TRACKED_JOINTS, (10, 2), has the same shape, wherever it is."""
        own, other = _centred(self.points, self.size), _centred(points, size)
        return float(np.sort(np.linalg.norm(own - other, axis=1))[-3]) < RESHAPED


def _centred(points: Floats, size: float) -> Floats:
    """TRACKED_JOINTS, (10, 2), relative to the centre of the palm, in palm lengths."""
    centred: Floats = (points - points[: len(PALM_CENTRE_JOINTS)].mean(axis=0)) / size
    return centred


@dataclass(frozen=True)
class _ShownLetter:
    """The letter read since since_s, or None."""

    letter: str | None
    since_s: float


@dataclass(frozen=True)
class _Candidate:
    """A likely stroke, found at time_s. start, length: palm lengths along the trajectory."""

    letter: str
    confidence: float
    start: float
    length: float
    time_s: float


class StrokeReader:
    """Follows one hand. Times are those of the frames."""

    def __init__(self, network: Network, threshold: float) -> None:
        """threshold: minimum probability (0..1) for a stroke to count."""
        self._network, self._threshold = network, threshold
        self._trajectory = Trajectory()
        self._hand_s = 0.0  # when there last was a hand
        self._stepped_s = 0.0  # when it last took a step
        self._rests: list[_Rest] = []  # oldest first; the last one is the hand's present rest
        self._near_s = 0.0  # when the hand was last near its present rest
        self._candidate: _Candidate | None = None
        self._ended: Stroke | None = None
        self._left_end = False  # whether the hand has moved since the last stroke ended
        self._stroke_letters: frozenset[str | None] = frozenset()  # shown in the last stroke and in its final pose
        self._shown: deque[_ShownLetter] = deque(maxlen=MAX_RESTS)  # oldest first

    @classmethod
    def load(cls, folder: Path | None = None) -> "StrokeReader":
        """Load a model folder, by default the shipped one. Raises ModelError if it breaks its contract."""
        return cls(*load_network(folder, "strokes", N_INPUTS, OUTPUTS, f"the strokes {', '.join(OUTPUTS)}"))

    def for_new_hand(self) -> "StrokeReader":
        """Create a reader that shares this one's network, but not its history."""
        return StrokeReader(self._network, self._threshold)

    def update(self, hand: Hand | None, time_s: float, letter: str | None = None) -> Motion:
        """Process the frame at time_s. letter: the letter read in this frame alone. Motion has each stroke once."""
        if not self._shown or self._shown[-1].letter != letter:
            self._shown.append(_ShownLetter(letter, time_s))
        gone_s, rested_s = time_s - self._hand_s, self._hand_s - self._stepped_s
        if gone_s > GONE_S:
            self._ended = None
        if gone_s > LOST_S or (gone_s > GONE_S and rested_s > GONE_S):
            self._restart()
        if hand is None:
            return Motion(stroke=self._complete_stroke(time_s))
        self._hand_s = time_s
        if self._trajectory.add(hand, time_s):
            self._stepped_s = time_s
            self._find_candidate(time_s)
        moved = self._has_moved(hand, time_s)
        stroke = self._complete_stroke(time_s)
        self._left_end = not stroke and (self._left_end or moved)
        self._notice_next_letter(self._shown[-1], time_s)
        return Motion(moved, stroke, self._ended)

    def _notice_next_letter(self, shown: _ShownLetter, time_s: float) -> None:
        """Let the last stroke end if the hand has left its final pose and steadily shows a letter that is new."""
        if not self._left_end:
            self._stroke_letters |= {shown.letter}
        elif shown.letter not in self._stroke_letters and time_s - shown.since_s >= STEADY_S:
            self._ended = None

    def _restart(self) -> None:
        self._trajectory, self._rests, self._candidate = Trajectory(), [], None

    def _find_candidate(self, time_s: float) -> None:
        """Keep the likeliest stroke that ends at the hand's present place, unless the candidate is likelier."""
        if self._candidate and time_s - self._candidate.time_s > CANDIDATE_S:
            self._candidate = None
        windows, starts = self._trajectory.windows()
        if not len(windows):
            return
        strokes = np.array([self._network(window)[0] for window in windows])[:, 1:]  # without NO_STROKE
        window, stroke = np.unravel_index(int(strokes.argmax()), strokes.shape)
        confidence = float(strokes[window, stroke])
        if confidence >= max(self._threshold, self._candidate.confidence if self._candidate else 0.0):
            letter, start = MOVING_LETTERS[int(stroke)], float(starts[window])
            self._candidate = _Candidate(letter, confidence, start, self._trajectory.distance - start, time_s)

    def _complete_stroke(self, time_s: float) -> Stroke | None:
        """The candidate, if it is complete and the hand showed mostly one letter."""
        candidate = self._candidate
        if candidate is None:
            return None
        trembles = bool(self._rests) and time_s - self._rests[-1].since_s >= TREMBLE_S
        if not (trembles or time_s - self._stepped_s >= PAUSE_S or candidate.confidence >= SURE):
            return None
        self._ended = None
        if self._share_of_other_letters(candidate, time_s) <= MAX_OTHER_LETTERS:
            self._ended = Stroke(candidate.letter, self._begin_s(candidate), candidate.confidence)
            begin_s = self._ended.since_s
            shown = self._shown_until(time_s)
            self._stroke_letters = frozenset(letter for letter, _, end_s in shown if end_s > begin_s) | {None}
        self._restart()
        return self._ended

    def _share_of_other_letters(self, candidate: _Candidate, stop_s: float) -> float:
        """The share (0..1) of a stroke's time in which the hand showed letters other than those that it may show."""
        start_s = self._trajectory.pose_at(candidate.start).time_s
        seconds: dict[str, float] = {}
        for letter, since_s, end_s in self._shown_until(stop_s):
            if letter:
                seconds[letter] = seconds.get(letter, 0.0) + max(0.0, end_s - max(since_s, start_s))
        n_letters = 2 if (candidate.letter, self._first_letter(candidate)[0]) == ("J", "I") else 1
        return sum(sorted(seconds.values(), reverse=True)[n_letters:]) / max(stop_s - start_s, 1e-6)

    def _shown_until(self, stop_s: float) -> list[tuple[str | None, float, float]]:
        """What was read, oldest first: a letter or None, and from when to when. stop_s: the end of the newest."""
        ends_s = [*(shown.since_s for shown in self._shown), stop_s][1:]
        return [(shown.letter, shown.since_s, end_s) for shown, end_s in zip(self._shown, ends_s, strict=True)]

    def _begin_s(self, candidate: _Candidate) -> float:
        """When the hand took the pose in which the stroke begins.

        This is when the rest of that pose began, or when the hand changed to the letter that it shows there, whichever
        is later: from an A to an I, a hand rests in one place.
        """
        return max(self._first_rest_s(candidate), self._first_letter(candidate)[1])

    def _first_rest_s(self, candidate: _Candidate) -> float:
        """When the rest began that the stroke set out from.

        This is the first suitable rest that the hand left near the stroke's start. A rest is suitable if the stroke
        started before the next rest, or if the hand already had the shape with which the stroke starts. If there is
        none, as when the hand turns in its place, it is the rest during which the stroke started.
        """
        first = self._trajectory.pose_at(candidate.start)
        early, late = (candidate.start + share * candidate.length for share in (-0.35, 0.2))
        for rest, after in pairwise(self._rests):
            suitable = first.time_s <= after.since_s or rest.has_shape(first.points[TRACKED_JOINTS], first.size)
            if early - MOVED <= after.distance <= late + MOVED and suitable:
                return rest.since_s
        return max((rest.since_s for rest in self._rests if rest.since_s <= first.time_s), default=first.time_s)

    def _first_letter(self, candidate: _Candidate) -> tuple[str | None, float]:
        """The letter that the hand showed when the stroke began, and when it changed to it from another letter.

        Letters shown for less than STEADY_S are strays. None, and 0, if there was no letter.
        """
        early_s = self._trajectory.pose_at(candidate.start + EARLY_SHARE * candidate.length).time_s
        steady = [
            (letter, end_s)
            for letter, since_s, end_s in self._shown_until(math.inf)
            if letter and since_s <= early_s and end_s - since_s >= STEADY_S
        ]
        first = steady[-1][0] if steady else None
        return first, next((end_s for letter, end_s in reversed(steady) if letter != first), 0.0)

    def _has_moved(self, hand: Hand, time_s: float) -> bool:
        """Whether the hand has left the place or the shape in which it rested; if so, the next rest begins here."""
        points, size = hand.landmarks[TRACKED_JOINTS, :2].astype(np.float64), hand_size(hand)
        here = _Rest(points, size, time_s, self._trajectory.distance)
        if not self._rests:
            self._rests, self._near_s = [here], time_s
            return False
        rest = self._rests[-1]
        moved = np.sort(np.linalg.norm(points - rest.points, axis=1)) / max(size, rest.size)
        departure = max(float(np.median(moved)) / MOVED, float(moved[-3]) / RESHAPED)
        if departure <= NEAR:
            self._near_s = time_s
        if departure <= 1:
            return False
        if time_s - self._near_s <= LEAVING_S and self._near_s - rest.since_s > GONE_S:
            self._ended = None  # the hand has rested since the stroke, and now leaves for another letter
        self._rests, self._near_s = [*self._rests[-MAX_RESTS:], here], time_s
        return True
