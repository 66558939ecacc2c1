"""J and Z, which are drawn in the air: hands over time in, a letter out when its stroke is complete.

Not time but the hand's own way is the measure: of the last palm lengths of it, cut into equal steps, a small network
says whether they are a J, a Z or neither. So slow and fast strokes, pauses at corners, 10 and 30 frames a second look
alike.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.errors import ModelError
from live.files import shipped_models
from live.hand import FINGERTIPS, INDEX_MCP, KNUCKLES, LITTLE_MCP, WRIST, Hand, palm_length
from live.letters import MOVING_LETTERS
from live.litert import Network, model_network
from live.readers.contract import read_contract

Floats = NDArray[np.float64]

NO_STROKE = "none"
OUTPUTS = (NO_STROKE, *MOVING_LETTERS)

# What the network sees of a hand, and of which points it is measured how far a hand has come.
SEEN = [WRIST, INDEX_MCP, LITTLE_MCP, *FINGERTIPS[:3], FINGERTIPS[4]]
PALM = [WRIST, *KNUCKLES]
WATCHED = [*PALM, *FINGERTIPS]
STEPS = 20  # poses, evenly spread over the way
N_INPUTS = STEPS * len(SEEN) * 2 + 1
WAYS = 0.6 * 1.22 ** np.arange(15)  # palm lengths, 0.6 to 10: strokes are looked for in all of them
LEAST_STEP = 0.08  # palm lengths; less is trembling
MEMORY_S = 6.0
# A stroke is complete where the hand is gone, or takes no step for so long, or trembles in one place for so long; while
# it goes on, only where it is so likely.
PAUSE_S, TREMBLE_S, SURE = 0.1, 0.3, 0.98
# Who shows other letters than one for more than this share of the way talks, or spells, and draws nothing.
MAX_OTHERS = 0.2
RECENT_S = 1.0  # what seemed complete is so when the hand pauses no later: strokes often end in a flourish

LOST_S = 0.8  # seconds without a hand after which its way begins anew; after a rest, AWAY_S: it has gone
# From its resting place a hand has moved away when most of it is so many palm lengths off, or three fingertips are.
MOVED, RESHAPED = 0.4, 0.6
NEAR = 0.4  # share of these within which it is still there
FAST_S = 0.5  # who leaves more slowly drifts
MAX_RESTS = 50  # remembered, and as many letters shown
AWAY_S = 0.25  # seconds without a hand after which it has left the pose that ended a stroke
VOTE_HALF_LIFE_S = 3.0  # of which hand it is: seen from behind, the hand networks mistake one for the other


@dataclass(frozen=True)
class Stroke:
    """A letter that was drawn. since_s: when the hand took the pose that the stroke set out from. confidence: 0..1."""

    letter: str
    since_s: float
    confidence: float


@dataclass(frozen=True)
class Motion:
    """What a frame adds.

    moved: the hand has left the place or the shape in which it rested. stroke: a letter is complete. ended: the stroke
    that left the hand as it still is, which makes its pose no letter of its own.
    """

    moved: bool = False
    stroke: Stroke | None = None
    ended: Stroke | None = None


@dataclass(frozen=True)
class _Place:
    points: Floats  # (21, 2) pixels
    size: float
    time_s: float
    way: float  # palm lengths since the first


class Way:
    """Where a hand has been lately, in steps of at least LEAST_STEP."""

    def __init__(self) -> None:
        self._places: deque[_Place] = deque()
        self._leftness = 0.0
        self._seen_s = 0.0

    def __len__(self) -> int:
        return len(self._places)

    @property
    def length(self) -> float:
        """In palm lengths, on the way's own clock."""
        return self._places[-1].way if self._places else 0.0

    def at(self, way: float) -> _Place:
        """The place nearest to so many palm lengths."""
        return min(self._places, key=lambda place: abs(place.way - way))

    def add(self, hand: Hand, time_s: float) -> bool:
        """True where the hand has come a step further."""
        elapsed_s, self._seen_s = time_s - self._seen_s, time_s
        vote = 1.0 if hand.side == "left" else -1.0
        self._leftness = self._leftness * 0.5 ** (elapsed_s / VOTE_HALF_LIFE_S) + vote * min(elapsed_s, 0.1)
        while self._places and time_s - self._places[0].time_s > MEMORY_S and len(self._places) > 1:
            self._places.popleft()
        points, size = hand.landmarks[:, :2].astype(np.float64), hand_size(hand)
        if not self._places:
            self._places.append(_Place(points, size, time_s, 0.0))
            return True
        last = self._places[-1]
        moved = np.linalg.norm(points[WATCHED] - last.points[WATCHED], axis=1)
        step = float(np.median(moved)) / max(size, last.size)  # fingertips alone are often seen badly
        if step < LEAST_STEP:
            return False
        self._places.append(_Place(points, size, time_s, last.way + step))
        while len(self._places) > 2 and self.length - self._places[1].way >= WAYS[-1]:
            self._places.popleft()  # farther back than anything looks
        return True

    def windows(self) -> tuple[NDArray[np.float32], Floats]:
        """(n, N_INPUTS) what the network sees of each of WAYS that the hand has come; (n,) where each begins.

        Poses lie evenly on the way, as of a right hand, about the palm's mean place, in lengths of the palm.
        """
        way = np.array([place.way for place in self._places])
        came = way[-1] - way[0]
        ways = WAYS[came >= WAYS]
        if WAYS[0] <= came < WAYS[-1]:
            ways = np.append(ways, came)
        starts = way[-1] - ways
        at = starts[:, None] + ways[:, None] * np.linspace(0, 1, STEPS)
        points = np.array([place.points for place in self._places])
        flat = np.concatenate((points[:, SEEN], points[:, PALM].mean(axis=1, keepdims=True)), axis=1)
        columns = flat.reshape(len(way), -1).T
        poses = np.stack([np.interp(at, way, column) for column in columns], axis=2)
        poses = poses.reshape(len(ways), STEPS, len(SEEN) + 1, 2)
        unit = np.percentile([place.size for place in self._places], 75)
        seen = (poses[:, :, :-1] - poses[:, :, -1:].mean(axis=1, keepdims=True)) / unit
        if self._leftness > 0:
            seen[..., 0] *= -1
        return np.column_stack((seen.reshape(len(ways), N_INPUTS - 1), np.log2(ways / 4))).astype(np.float32), starts


@dataclass(frozen=True)
class _Rest:
    """Where a hand rested: points (10, 2) of WATCHED, in pixels; since when, and from where on its way."""

    points: Floats
    size: float
    since_s: float
    way: float

    def is_alike(self, points: Floats, size: float) -> bool:
        """Whether this is the shape of another hand, (10, 2), too, wherever it is."""
        own, other = (
            (each - each[: len(PALM)].mean(axis=0)) / unit for each, unit in ((self.points, self.size), (points, size))
        )
        return float(np.sort(np.linalg.norm(own - other, axis=1))[-3]) < RESHAPED


@dataclass(frozen=True)
class _Shown:
    """A letter, or none, that was read from then on."""

    letter: str | None
    since_s: float


@dataclass(frozen=True)
class _Likely:
    """What seemed a stroke at time_s. start, length: where on the way it begins, and how much of it it takes."""

    letter: str
    confidence: float
    start: float
    length: float
    time_s: float


class StrokeReader:
    """Watches one hand. The clock is the frames' own."""

    def __init__(self, network: Network, threshold: float) -> None:
        """threshold: probability (0..1) from which a stroke is taken for one."""
        self._network, self._threshold = network, threshold
        self._way = Way()
        self._hand_s = 0.0
        self._rests: list[_Rest] = []  # lately; in the newest the hand still is
        self._near_s = 0.0  # when it was last near its middle
        self._likely: _Likely | None = None
        self._stepped_s = 0.0
        self._ended: Stroke | None = None
        self._shown: deque[_Shown] = deque(maxlen=MAX_RESTS)  # letters, one after the other

    @classmethod
    def load(cls, folder: Path | None = None) -> "StrokeReader":
        """The one that ships, or another folder's. Raises ModelError where it breaks its contract."""
        folder = folder or shipped_models() / "strokes"
        contract = read_contract(folder)
        if list(contract.readers) != ["strokes"] or contract.letters != OUTPUTS:
            raise ModelError(f"{folder} reads {', '.join(contract.letters)}, not the strokes {', '.join(OUTPUTS)}")
        content = contract.weights(folder, "strokes", "litert")
        network = model_network("strokes", content, (N_INPUTS,), len(OUTPUTS))
        return cls(network, contract.fusion["strokes"].threshold)

    def for_another_hand(self) -> "StrokeReader":
        """A reader that has seen nothing yet and shares this one's network."""
        return StrokeReader(self._network, self._threshold)

    def update(self, hand: Hand | None, time_s: float, letter: str | None = None) -> Motion:
        """What the frame at time_s adds, in which the hand, as it is, shows a letter. Each stroke is told once."""
        if not self._shown or self._shown[-1].letter != letter:
            self._shown.append(_Shown(letter, time_s))
        away_s, rested_s = time_s - self._hand_s, self._hand_s - self._stepped_s
        if away_s > AWAY_S:
            self._ended = None
        if away_s > LOST_S or (away_s > AWAY_S and rested_s > AWAY_S):
            self._begin_anew()
        if hand is None:
            return Motion(stroke=self._complete(time_s))
        self._hand_s = time_s
        if self._way.add(hand, time_s):
            self._stepped_s = time_s
            self._look(time_s)
        moved = self._has_moved(hand, time_s)
        stroke = self._complete(time_s)
        return Motion(moved, stroke, self._ended)

    def _begin_anew(self) -> None:
        self._way, self._rests, self._likely = Way(), [], None

    def _look(self, time_s: float) -> None:
        """Is what the hand has drawn by now a stroke?"""
        if self._likely and time_s - self._likely.time_s > RECENT_S:
            self._likely = None
        windows, starts = self._way.windows()
        if not len(windows):
            return
        said = np.array([self._network(window)[0] for window in windows])
        best, output = np.unravel_index(int(said[:, 1:].argmax()), said[:, 1:].shape)
        confidence = float(said[best, output + 1])
        if confidence >= max(self._threshold, self._likely.confidence if self._likely else 0.0):
            start = float(starts[best])
            self._likely = _Likely(OUTPUTS[int(output) + 1], confidence, start, self._way.length - start, time_s)

    def _complete(self, time_s: float) -> Stroke | None:
        likely = self._likely
        if likely is None:
            return None
        trembles = bool(self._rests) and time_s - self._rests[-1].since_s >= TREMBLE_S
        if not (trembles or time_s - self._stepped_s >= PAUSE_S or likely.confidence >= SURE):
            return None
        self._ended = None
        if self._others_shown(self._way.at(likely.start).time_s, time_s) <= MAX_OTHERS:
            self._ended = Stroke(likely.letter, self._set_out_s(likely), likely.confidence)
        self._begin_anew()
        return self._ended

    def _others_shown(self, start_s: float, stop_s: float) -> float:
        """Share of a time in which other letters than the most frequent one were shown."""
        seconds: dict[str, float] = {}
        ends_s = [*(each.since_s for each in self._shown), stop_s][1:]
        for each, end_s in zip(self._shown, ends_s, strict=True):
            if each.letter:
                seconds[each.letter] = seconds.get(each.letter, 0.0) + max(0.0, end_s - max(each.since_s, start_s))
        return (sum(seconds.values()) - max(seconds.values(), default=0.0)) / max(stop_s - start_s, 1e-6)

    def _set_out_s(self, likely: _Likely) -> float:
        """Since when the hand was as it was when the stroke began.

        Of the rests about there, the first that it left for the stroke itself, or in which it was shaped so already.
        """
        first = self._way.at(likely.start)
        early, late = (likely.start + share * likely.length for share in (-0.35, 0.2))
        for rest, after in pairwise(self._rests):
            left_for_it = first.time_s <= after.since_s or rest.is_alike(first.points[WATCHED], first.size)
            if early - MOVED <= after.way <= late + MOVED and left_for_it:
                return rest.since_s
        return first.time_s

    def _has_moved(self, hand: Hand, time_s: float) -> bool:
        """Whether the hand has left the place and shape in which it rested."""
        points, size = hand.landmarks[WATCHED, :2].astype(np.float64), hand_size(hand)
        here = _Rest(points, size, time_s, self._way.length)
        if not self._rests:
            self._rests, self._near_s = [here], time_s
            return False
        off = np.sort(np.linalg.norm(points - self._rests[-1].points, axis=1)) / max(size, self._rests[-1].size)
        far = max(float(np.median(off)) / MOVED, float(off[-3]) / RESHAPED)
        if far <= NEAR:
            self._near_s = time_s
        if far <= 1:
            return False
        if time_s - self._near_s <= FAST_S and time_s - self._rests[-1].since_s > AWAY_S:
            self._ended = None  # it has rested, and now leaves for another letter
        self._rests, self._near_s = [*self._rests[-MAX_RESTS:], here], time_s
        return True


def hand_size(hand: Hand) -> float:
    """In pixels: the palm's length, unless the palm points at the camera; above 0."""
    points = hand.landmarks[:, :2]
    return max(float(palm_length(points)), 0.5 * float(np.ptp(points, axis=0).max()), 1e-6)
