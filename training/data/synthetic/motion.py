"""Synthesises stroke and non-stroke trajectories from held hands.

Labelled landmarks of real hands are moved and turned along varied trajectories of J and Z, with varied speed, size,
slant and camera. Non-strokes are made in the same manner: sequences of letters, hands that come, go, wave, point,
circle or talk, and strokes that stop half-way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from live.hand import KNUCKLES, PALM_CENTRE_JOINTS, WRIST, minimum_jerk, palm_length, rotation
from live.letters import HELD_LETTERS
from training.data.augment import rotations
from training.data.types import Hands

Floats = NDArray[np.float64]
ByLetter = dict[str, Floats]

RATE = 60  # poses a second; a camera sees a part of them
KINDS = {"J": 0.23, "Z": 0.17, "letters": 0.13, "moves": 0.24, "talk": 0.23}
MAX_REACH = 6.0  # palm lengths from the wrist; landmarks farther away are a tracker's mistake

# The letters whose hand shapes draw a Z: D points with the index finger, which looks like the others from the side.
POINTING = "DDDDDDDDGGGXLBU"
BEGIN_WITH = {"J": "I", "Z": POINTING}  # the letters of the hand shape that a stroke begins with


Bounds = tuple[float, float]


@dataclass(frozen=True)
class JStyle:
    """How a J may be drawn. share: of all Js. bow, roll, turn: degrees about x, y and z, the last ones of the stroke.

    depth, width: of the hook that the hand moves along, in palm lengths down and to the thumb's side. rise: at the
    hook's end, as a share of its depth. in_place: the palm's centre stays where it is while the hand turns.
    """

    share: float
    roll: Bounds
    turn: Bounds
    bow: Bounds
    depth: Bounds
    width: Bounds
    rise: Bounds = (0.1, 0.7)
    seconds: Bounds = (0.5, 2.6)
    in_place: bool = False


ON_THE_SPOT, SLOW_AND_LEVEL = "on the spot", "slow and level"
J_STYLES = {
    "forearm rolls": JStyle(0.25, (70, 180), (-15, 40), (-40, 40), (0.3, 1.5), (0, 1.2)),
    "hand turns": JStyle(0.20, (0, 140), (60, 190), (-70, 70), (-0.5, 0.7), (-0.2, 1.4), rise=(0, 0.3)),
    "hand moves": JStyle(0.15, (0, 60), (-10, 40), (-40, 40), (0.8, 2.2), (0.5, 1.6)),
    "all of these": JStyle(0.14, (30, 160), (0, 110), (-70, 70), (0.3, 1.6), (0.1, 1.3)),
    # The little finger goes from up to sideways.
    ON_THE_SPOT: JStyle(0.16, (0, 180), (75, 115), (-35, 35), (-0.08, 0.12), (-0.08, 0.12), (0, 1), in_place=True),
    # The little finger ends sideways, and the hand does not rise again.
    SLOW_AND_LEVEL: JStyle(0.10, (0, 150), (70, 110), (-35, 35), (0.1, 1.4), (0, 1.2), (0, 0), (2.5, 5)),
}


@dataclass(frozen=True)
class SpelledLetter:
    """A letter of a word. Its pose is reached at reached_s and left at left_s; a stroke is complete at both."""

    letter: str
    reached_s: float
    left_s: float


@dataclass(frozen=True)
class HandMotion:
    """poses: (n, 21, 3), RATE a second, in palm lengths. letter: the stroke, drawn from start_s to stop_s, or None.

    spelled: the letters of a word that flows. lost_s: intervals (start, stop) in which no hand is seen.
    """

    poses: Floats
    letter: str | None
    start_s: float
    stop_s: float
    spelled: tuple[SpelledLetter, ...] = ()
    lost_s: tuple[tuple[float, float], ...] = ()


@dataclass
class _Trajectory:
    """Collects a hand's poses: shapes (n, 21, 3), turns, spins (n, 3; degrees about x, y, z) and places (n, 2).

    A turn is about a joint of the arm, so it also moves the hand; a spin is about the palm's own centre.
    """

    shapes: list[Floats] = field(default_factory=list)
    turns: list[Floats] = field(default_factory=list)
    spins: list[Floats] = field(default_factory=list)
    places: list[Floats] = field(default_factory=list)

    @property
    def last(self) -> tuple[Floats, Floats, Floats]:
        return self.shapes[-1][-1], self.turns[-1][-1], self.places[-1][-1]

    @property
    def seconds(self) -> float:
        return sum(map(len, self.places)) / RATE

    @property
    def last_spin(self) -> Floats:
        return self.spins[-1][-1] if self.spins else np.zeros(3)

    def add(self, shape: Floats, turn: Floats, place: Floats, spin: Floats | None = None) -> None:
        """Append n poses. place: (n, 2). shape, turn and spin: one for all poses, or n of them; spin None: the last."""
        n = len(place)
        self.spins.append(np.broadcast_to(self.last_spin if spin is None else spin, (n, 3)))
        self.shapes.append(np.broadcast_to(shape, (n, *shape.shape[-2:])))
        self.turns.append(np.broadcast_to(turn, (n, 3)))
        self.places.append(place)

    def pace(self, first: int, seconds: float) -> None:
        """Let the pieces from number `first` on take this long."""
        for pieces in (self.shapes, self.turns, self.spins, self.places):
            together = np.concatenate(pieces[first:])
            at = np.linspace(0, len(together) - 1, max(2, round(seconds * RATE))).round().astype(int)
            pieces[first:] = [together[at]]

    def poses(self, tilt: Floats, pivot: float) -> Floats:
        """All poses, (n, 21, 3). tilt: (3,) degrees, added to every turn.

        pivot: the centre of turns, in palm lengths from the wrist towards the knuckles. A negative one lies towards
        the elbow; with a lifted elbow the hand turns about its own middle.
        """
        shapes, turns, spins, places = (
            np.concatenate(parts) for parts in (self.shapes, self.turns, self.spins, self.places)
        )
        centre = shapes[0, KNUCKLES].mean(axis=0) * pivot
        palms = shapes[:, PALM_CENTRE_JOINTS].mean(axis=1, keepdims=True)
        palms_turned = _turned(palms - centre, turns + tilt) + centre
        poses: Floats = _turned(shapes - palms, turns + spins + tilt) + palms_turned
        poses[:, :, :2] += places[:, None]
        return poses


def _turned(points: Floats, angles: Floats) -> Floats:
    """(n, k, 3) points, each row turned by its angles about y, then x, then z. angles: (n, 3) degrees about x, y, z."""
    matrices = rotations(2, angles[:, 2]) @ rotations(0, angles[:, 0]) @ rotations(1, angles[:, 1])
    turned: Floats = np.einsum("nij,nkj->nki", matrices, points)
    return turned


class MotionMaker:
    """Makes hand motions from held hands. Every choice is drawn from rng."""

    # how far a held hand moves from one pose to the next, in palm lengths
    trembling: tuple[float, ...] = (0.002, 0.006, 0.012)

    def __init__(self, hands: ByLetter, rng: np.random.Generator) -> None:
        self.hands, self.rng = hands, rng
        self.trajectory = _Trajectory()

    def make(self, kind: str, style: str | None = None) -> HandMotion:
        """Make one motion. kind: one of KINDS. style: of a J, one of J_STYLES; None chooses at random."""
        if kind in "JZ":
            start_s, stop_s = self._stroke(kind, style)
            tilt = np.array(self.rng.normal(0, (12, 15, 10) if kind == "J" else (18, 20, 12)))
            if kind == "Z" and self.rng.random() < 0.4:
                tilt[2] = self._uniform(0, 75)  # the finger points sideways
            pivot = self._uniform(-0.3, 1.2) if kind == "J" else self._uniform(-1.2, 0.8)
            return HandMotion(self.trajectory.poses(tilt, pivot), kind, start_s, stop_s)
        {"letters": self._letters, "moves": self._moves, "talk": self._talk}[kind]()
        return HandMotion(self.trajectory.poses(self.rng.normal(0, 15, 3), self._uniform(-1, 1)), None, 0.0, 0.0)

    def _uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def _spread(self, low: float, high: float) -> float:
        """A number between low and high, uniform in its logarithm."""
        return float(np.exp(self.rng.uniform(np.log(low), np.log(high))))

    def _hand(self, letters: Sequence[str]) -> Floats:
        """A hand of one of these letters; a letter that is listed twice is twice as likely."""
        present = [letter for letter in letters if len(self.hands[letter])]
        of_letter = self.hands[present[self.rng.integers(len(present))]]
        hand: Floats = of_letter[self.rng.integers(len(of_letter))]
        return hand

    def _eased(self, n: int) -> Floats:
        """(n,) progress from 0 to 1, at constant speed or with a soft start and end."""
        time = np.linspace(0, 1, n)
        soft = self.rng.uniform()
        eased: Floats = (soft * minimum_jerk(time) + (1 - soft) * time) ** self._uniform(0.7, 1.4)
        return eased

    # Pieces of a trajectory. Each continues where the last one ended.

    def _begin(self, shape: Floats, place: Floats | None = None) -> None:
        self.trajectory.add(shape, np.zeros(3), np.zeros((1, 2)) if place is None else place)

    def _hold(self, seconds: float) -> None:
        shape, turn, place = self.trajectory.last
        trembling = self.rng.normal(0, self.rng.choice(self.trembling), (int(seconds * RATE), 2))
        if len(trembling):
            self.trajectory.add(shape, turn, place + np.cumsum(trembling, axis=0))

    def _become(self, other: Floats, seconds: float, shift: Floats) -> None:
        """Change to another hand shape, upright, along a bent path."""
        shape, turn, place = self.trajectory.last
        progress = self._eased(max(2, int(seconds * RATE)))
        bend = np.sin(np.pi * progress)[:, None] * self.rng.normal(0, 0.3, 2)
        self.trajectory.add(
            shape + (other - shape) * progress[:, None, None],
            turn * (1 - progress[:, None]),
            place + shift * progress[:, None] + bend,
            self.trajectory.last_spin * (1 - progress[:, None]),
        )

    def _follow(self, corners: Floats, seconds: Sequence[float], pausing: float = 0.0) -> Floats:
        """(n, 2) places along straight lines, with pauses at some corners."""
        pieces = []
        for start, stop, line_s in zip(corners[:-1], corners[1:], seconds, strict=True):
            pieces.append(start + (stop - start) * self._eased(max(2, int(line_s * RATE)))[:, None])
            if self.rng.random() < pausing:
                pieces.append(np.repeat(stop[None], int(self._uniform(0.03, 0.25) * RATE), axis=0))
        return np.concatenate(pieces)

    def _go(self, *steps: Floats, seconds: tuple[float, float]) -> None:
        """Move straight to one place after another; steps are relative to the start."""
        shape, turn, place = self.trajectory.last
        corners = np.array([place, *(place + step for step in steps)])
        self.trajectory.add(shape, turn, self._follow(corners, [self._uniform(*seconds) for _ in steps]))

    def _leave(self) -> None:
        self._go(self.rng.normal((0, 3), 1.5), seconds=(0.2, 0.6))

    def _draw_j(self, shares: tuple[float, float] = (0, 1), style: str | None = None) -> None:
        """Draw a J, down and round to the thumb's side. style: one of J_STYLES; None chooses at random."""
        how = J_STYLES[style or str(self.rng.choice(list(J_STYLES), p=[each.share for each in J_STYLES.values()]))]
        roll, turn, bow, depth, width, rise = (
            self._uniform(*bounds) for bounds in (how.roll, how.turn, how.bow, how.depth, how.width, how.rise)
        )
        n = int(self._spread(*how.seconds) * RATE)
        hook = np.array(
            [
                (0, 0),
                (self._uniform(-0.25, 0.1), depth * 0.55),
                (width * 0.1, depth * 0.95),
                (width * 0.55, depth * 1.05),
                (width, depth * (1 - rise)),
            ]
        )
        progress = self._eased(n)
        along = np.concatenate(([0], np.cumsum(np.linalg.norm(np.diff(hook, axis=0), axis=1) + 1e-6)))
        place = np.column_stack([np.interp(progress, along / along[-1], hook[:, axis]) for axis in (0, 1)])
        rolled = np.clip((progress - self._uniform(0, 0.5)) / self._uniform(0.45, 0.6), 0, 1)
        turned = np.clip((progress - self._uniform(0, 0.35)) / self._uniform(0.6, 0.75), 0, 1)
        roll *= self.rng.choice((-1, 1))  # from the front, both directions look alike
        turns = np.column_stack((bow * progress, roll * rolled, turn * turned))
        self._add_part(turns, _smooth(place, max(3, n // 5)), shares, how.in_place)

    def _draw_z(self, shares: tuple[float, float] = (0, 1)) -> None:
        """Draw a Z: to the signer's right, back and down, and to the right again; the wrist may turn along."""
        width = self._spread(0.8, 3.2)
        height = width * self._spread(0.35, 1.9)
        right = width * self._uniform(-0.3, 0.3)
        corners = np.array(
            [
                (0, 0),
                (-width, width * self._uniform(-0.25, 0.25)),
                (right, height),
                (right - width * self._uniform(0.6, 1.35), height + width * self._uniform(-0.25, 0.25)),
            ]
        )
        slant = rotation(np.deg2rad(self._uniform(-15, 15)))
        parts = np.linalg.norm(np.diff(corners, axis=0), axis=1) ** self._uniform(0.4, 1)
        parts *= np.exp(self.rng.normal(0, 0.2, 3))
        seconds = self._spread(0.7, 3.8) * parts / parts.sum()
        place = self._follow(corners @ slant.T, seconds.tolist(), pausing=self._uniform(0, 0.5))
        place = _smooth(place, int(self._uniform(1, 12)))
        right, down = place.T
        pitch = down * self._uniform(-20, 20) + self._uniform(-20, 20) * np.linspace(0, 1, len(place))
        yaw = np.clip(right * self._uniform(-25, 25), -70, 70)
        turn = np.clip(right * self._uniform(-5, 25) + down * self._uniform(-10, 10), -60, 60)
        self._add_part(np.column_stack((pitch, yaw, turn)), place * self._uniform(0.6, 1), shares)

    def _add_part(self, turns: Floats, places: Floats, shares: tuple[float, float], in_place: bool = False) -> None:
        """Append a stroke from one share of its length to another. in_place: the turns are spins."""
        first = int(shares[0] * len(places))
        part = slice(first, max(first + 3, int(shares[1] * len(places))))
        shape, turn, place = self.trajectory.last
        turned, place = turns[part] - turns[first], place + places[part] - places[first]
        if in_place:
            self.trajectory.add(shape, turn, place, self.trajectory.last_spin + turned)
        else:
            self.trajectory.add(shape, turn + turned, place)

    # Whole trajectories.

    def _stroke(self, letter: str, style: str | None = None) -> tuple[float, float]:
        """A stroke with what may come before and after it. Returns when the stroke starts and stops, in seconds."""
        shape = self._hand(BEGIN_WITH[letter])
        before = self.rng.random()
        if before < 0.3:
            self._begin(self._hand(HELD_LETTERS))
            self._hold(self._uniform(0.1, 0.8))
            self._become(shape, self._uniform(0.15, 0.5), self.rng.normal(0, 0.5, 2))
            self._hold(self._uniform(0, 0.5))
        elif before < 0.5:
            far = self.rng.normal((0, 2), 3)
            self._begin(shape, self._follow(np.array([far, (0, 0)]), [self._uniform(0.2, 0.7)]))
            self._hold(self._uniform(0.02, 0.5))
        else:
            self._begin(shape)
            self._hold(self._uniform(0.05, 1.0))
        start_s = self.trajectory.seconds
        if letter == "J":
            self._draw_j(style=style)
        else:
            self._draw_z()
        stop_s = self.trajectory.seconds
        after = self.rng.random()
        if after < 0.35:
            self._hold(self._uniform(0.05, 1.2))
        elif after < 0.6:
            self._hold(self._uniform(0, 0.3))
            self._become(self._hand(HELD_LETTERS), self._uniform(0.15, 0.5), self.rng.normal(0, 0.6, 2))
            self._hold(self._uniform(0.1, 0.8))
        elif after < 0.8:
            self._leave()
        return start_s, stop_s

    def _letters(self) -> None:
        """Some letters in a row."""
        self._begin(self._hand(HELD_LETTERS))
        self._hold(self._uniform(0.2, 1))
        for _ in range(self.rng.integers(1, 5)):
            shift = self.rng.normal(0, self.rng.choice((0.2, 0.6, 1.2)), 2)
            self._become(self._hand((*HELD_LETTERS, *"IIDD")), self._uniform(0.12, 0.5), shift)
            self._hold(self._uniform(0.1, 0.8))

    def _moves(self) -> None:
        """A hand that moves without changing its shape: lines, circles, waves, parts of strokes."""
        if self.rng.random() < 0.15:
            self._turn_on_the_spot()
            return
        self._begin(self._hand((*HELD_LETTERS, *"IIIDDDG")))
        self._hold(self._uniform(0.05, 0.8))
        for _ in range(self.rng.integers(1, 3)):
            self._move()
            self._hold(self._uniform(0, 0.6))
        if self.rng.random() < 0.4:
            self._leave()

    def _turn_on_the_spot(self) -> None:
        """A hand that turns in its place and is no J: an I that tilts a little, or another letter that turns as a J."""
        if self.rng.random() < 0.6:
            self._begin(self._hand("I"))
            self._hold(self._uniform(0.1, 2.0))
            for _ in range(self.rng.integers(1, 4)):
                shape, turn, place = self.trajectory.last
                tilt = self._uniform(-25, 25) - self.trajectory.last_spin[2]
                spins = np.outer(self._eased(int(self._uniform(0.2, 2.0) * RATE)), (*self.rng.normal(0, 8, 2), tilt))
                drift = self.rng.normal(0, 0.1, 2) * np.linspace(0, 1, len(spins))[:, None]
                self.trajectory.add(shape, turn, place + drift, self.trajectory.last_spin + spins)
                self._hold(self._uniform(0, 1.2))
        else:
            self._begin(self._hand([letter for letter in (*HELD_LETTERS, *"YYYYAABBB") if letter != "I"]))
            self._hold(self._uniform(0.05, 1.0))
            self._draw_j(style=str(self.rng.choice((ON_THE_SPOT, SLOW_AND_LEVEL), p=(0.75, 0.25))))
            self._hold(self._uniform(0, 1.0))
        if self.rng.random() < 0.4:
            self._leave()

    def _move(self) -> None:
        shape, turn, place = self.trajectory.last
        which = self.rng.choice(("line", "back", "circle", "wave", "turn", "part of J", "part of Z"))
        step = self.rng.normal(0, 1.4, 2)
        if which == "line":
            self._go(step, seconds=(0.15, 1.0))
        elif which == "back":
            self._go(step, step * self._uniform(-0.3, 0.3), seconds=(0.15, 0.7))
        elif which == "circle":
            angle = np.linspace(0, self._uniform(2, 9), int(self._uniform(0.4, 1.6) * RATE)) * self.rng.choice((-1, 1))
            circle = np.column_stack((np.cos(angle) - 1, np.sin(angle))) * self._uniform(0.3, 1.5)
            self.trajectory.add(shape, turn, place + circle)
        elif which == "wave":
            angle = np.linspace(0, self._uniform(3, 12), int(self._uniform(0.5, 1.8) * RATE))
            wave = np.column_stack((np.sin(angle) * self._uniform(0.3, 1.6), angle * self._uniform(-0.1, 0.1)))
            self.trajectory.add(shape, turn, place + (wave if self.rng.random() < 0.6 else wave[:, ::-1]))
        elif which == "turn":
            progress = self._eased(int(self._uniform(0.3, 1) * RATE))[:, None]
            turned = self.rng.normal(0, 40, 3)
            turned[2] = np.clip(turned[2], -45, 45)  # an I that turns farther is a J on the spot
            turns = turn + progress * turned
            self.trajectory.add(shape, turns, place + progress * self.rng.normal(0, 0.5, 2))
        elif which == "part of J":
            first = self.rng.random() < 0.7
            self._draw_j((0, self._uniform(0.2, 0.55)) if first else (self._uniform(0.5, 0.8), 1))
        else:
            first = self.rng.random() < 0.5
            self._draw_z((0, self._uniform(0.2, 0.55)) if first else (self._uniform(0.4, 0.7), 1))

    def _talk(self) -> None:
        """A hand that wanders, turns and changes its shape, like those of people who gesture while they talk."""
        self._begin(self._hand(HELD_LETTERS))
        self._hold(0.1)
        restless = self.rng.random() < 0.5
        for _ in range(self.rng.integers(2, 6)):
            self._wander(self._uniform(0.4, 2.0), float(self.rng.choice((0.5, 1.2, 2.5))), restless)
            if self.rng.random() < 0.6:
                self._become(self._hand(HELD_LETTERS), self._uniform(0.1, 0.4), self.rng.normal(0, 1, 2))

    def _wander(self, seconds: float, reach: float, restless: bool) -> None:
        """Move about at random. restless: the shape also changes, several times a second."""
        shape, turn, place = self.trajectory.last
        n = max(8, int(seconds * RATE))
        stops = max(3, int(seconds * self._uniform(0.8, 3)))
        at, softness = np.linspace(0, stops - 1, n), int(n / stops * self._uniform(0.3, 1.5))

        def between(values: Floats) -> Floats:
            values[0] = 0
            straight = np.column_stack([np.interp(at, np.arange(stops), column) for column in values.T])
            return _smooth(straight, softness)

        tilts = self.rng.normal(0, self.rng.choice((5, 25, 50)), (stops, 3))
        shapes = self._changing(shape, n) if restless else shape
        self.trajectory.add(shapes, turn + between(tilts), place + between(self.rng.normal(0, reach, (stops, 2))))

    def _changing(self, shape: Floats, n: int) -> Floats:
        """(n, 21, 3) shapes that change from this one to others, abruptly or continuously."""
        changes = max(1, round(n / RATE / self._uniform(0.1, 0.6)))
        shapes = np.array([shape, *(self._hand(HELD_LETTERS) for _ in range(changes))])
        at = np.linspace(0, changes, n)
        before = np.minimum(at.astype(int), changes - 1)
        progress = np.clip(1 - (before + 1 - at) / self._uniform(0.1, 1), 0, 1)[:, None, None]
        changing: Floats = shapes[before] * (1 - progress) + shapes[before + 1] * progress
        return changing


def _smooth(values: Floats, width: int) -> Floats:
    """(n, k) values, smoothed over a window of `width` rows."""
    width = min(width, len(values) // 2) | 1
    if width < 3:
        return values
    kernel = np.hanning(width + 2)[1:-1]
    padded = np.pad(values, ((width // 2, width // 2), (0, 0)), "edge")
    return np.column_stack([np.convolve(column, kernel / kernel.sum(), "valid") for column in padded.T])


def by_letter(hands: Hands) -> ByLetter:
    """(n, 21, 3) hands by letter: the wrist at 0, in palm lengths."""
    points = hands.landmarks.astype(np.float64)
    points = points - points[:, [WRIST]]
    points = points / np.maximum(palm_length(points[:, :, :2]), 1e-3)[:, None, None]
    sane = np.abs(points).max(axis=(1, 2)) < MAX_REACH
    return {letter: points[sane & (hands.labels == n)] for n, letter in enumerate(HELD_LETTERS)}
