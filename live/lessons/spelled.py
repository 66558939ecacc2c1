"""Spells a word with the drawn hand: the poses of a film, for exercises in reading."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from live.hand import KNUCKLES, N_FINGERS, WRIST, between_poses, minimum_jerk
from live.lessons.alphabet import STROKES, stroke_path, typical_hand

Floats = NDArray[np.float64]

POSES_PER_S = 60
# The share of a letter's time that its transition takes: half of it in careful spelling, most of it in fluent
# spelling. The table goes by letters a second.
SPEEDS, TRANSITION_SHARES = (1.5, 6.0), (0.5, 0.8)
TEMPO_SPREAD = 0.12  # of the logarithm of a letter's time
EDGE_HOLD_S = 0.12  # the first and the last letter of a word are held longer, by this many seconds
MIN_STROKE_S = 0.3  # J and Z take at least this long, however fast the word is
RISE_S, STILL_S = 0.55, 0.25  # seconds in which the hand rises or sinks, and in which it rests before and after
OWN_TIME = 0.25  # a finger starts up to this share of a transition late, and arrives up to this share early
# The place of the palm at rest, how far the hand slides for a doubled letter (outward, as a right hand does), and how
# far it bounces instead. In the unit of typical hands.
REST_PLACE, SLIDE, BOUNCE = np.array((0.0, 70.0)), np.array((-30.0, 0.0, 0.0)), np.array((0.0, 26.0))


class Spelled(NamedTuple):
    """A hand that spells a word.

    poses: (n, 21, 3) landmarks of a right hand, in the unit of typical hands, the resting palm's middle near the
    origin. times_s: (n,) from 0, POSES_PER_S a second. held_s: (letters, 2) when each letter's pose is reached and
    when the hand leaves it; a stroke lies between the two.
    """

    poses: Floats
    times_s: Floats
    held_s: Floats


def spell_word(word: str, letters_per_s: float, rng: np.random.Generator) -> Spelled:
    """Spell a word: the hand rises, signs each letter, and sinks. word: A-Z, at least one letter.

    letters_per_s: above 0; the mean without the strokes of J and Z, which take longer. rng: draws the tempo of each
    letter, when each finger moves, and whether a doubled letter slides or bounces.
    """
    tempo = np.exp(rng.normal(0, TEMPO_SPREAD, len(word)))
    letter_s = tempo / tempo.mean() / letters_per_s
    moving_s = letter_s * float(np.interp(letters_per_s, SPEEDS, TRANSITION_SHARES))
    film = _Film(_placed(_resting_hand(), REST_PLACE), rng)
    film.hold(STILL_S)
    held_s = []
    slid = np.zeros(3)
    for n, letter in enumerate(word):
        doubled = n > 0 and letter == word[n - 1]
        reach_s = moving_s[n - 1] if n else RISE_S
        if doubled and letter not in STROKES and rng.random() < 0.5:
            film.bounce(reach_s)
        else:
            slid = slid + SLIDE if doubled and letter not in STROKES else np.zeros(3)
            film.move(signing_hand(letter) + slid, reach_s)
        since_s = film.seconds
        if letter in STROKES:
            film.follow(stroke_path(letter), max(MIN_STROKE_S, letter_s[n]))
        else:
            film.hold(letter_s[n] - moving_s[n] + EDGE_HOLD_S * (n in (0, len(word) - 1)))
        held_s.append((since_s, film.seconds))
    film.move(film.start, RISE_S)
    film.hold(STILL_S)
    poses, times_s = film.poses()
    return Spelled(poses, times_s, np.array(held_s))


def signing_hand(letter: str) -> Floats:
    """(21, 3) the pose in which a letter is held; that in which J or Z begins. The palm's middle is near the origin."""
    if letter not in STROKES:
        return _placed(typical_hand(letter), np.zeros(2))
    path = stroke_path(letter)
    middle = (path.min(axis=0) + path.max(axis=0)) / 2
    return _placed(typical_hand(STROKES[letter].held), -middle)


def _resting_hand() -> Floats:
    """(21, 3) a hand that signs nothing: half open."""
    half = np.full((1, N_FINGERS), 0.5)
    resting: Floats = between_poses(typical_hand("S"), typical_hand("C"), half)[0]
    return resting


def _placed(hand: Floats, place: Floats) -> Floats:
    """The hand with the middle of its palm at a place (x, y): a hand that turns does so about its palm."""
    moved = hand.copy()
    moved[:, :2] += place - (hand[WRIST, :2] + hand[KNUCKLES, :2].mean(axis=0)) / 2
    return moved


@dataclass(frozen=True)
class _Piece:
    """A part of a film. poses: gives the (n, 21, 3) poses at (n,) shares of the part's time."""

    start_s: float
    seconds: float
    poses: Callable[[Floats], Floats]


class _Film:
    """Collects pieces of movement; each continues where the last one ended."""

    def __init__(self, start: Floats, rng: np.random.Generator) -> None:
        """start: (21, 3) the first pose."""
        self.start, self.pose, self.rng = start, start, rng
        self.seconds = 0.0
        self._pieces: list[_Piece] = []

    def hold(self, seconds: float) -> None:
        """Keep the pose."""
        pose = self.pose
        self._add(seconds, lambda shares: np.broadcast_to(pose, (len(shares), *pose.shape)))

    def move(self, to: Floats, seconds: float) -> None:
        """Change to another (21, 3) pose, each finger at its own time."""
        pose = self.pose
        late, early = self.rng.uniform(0, OWN_TIME, (2, N_FINGERS))

        def poses(shares: Floats) -> Floats:
            return between_poses(pose, to, minimum_jerk((shares[:, None] - late) / (1 - late - early)))

        self._add(seconds, poses)
        self.pose = to

    def bounce(self, seconds: float) -> None:
        """Dip and come back, in the same pose."""
        self._shift(seconds, lambda shares: np.sin(np.pi * minimum_jerk(shares))[:, None] * BOUNCE)

    def follow(self, path: Floats, seconds: float) -> None:
        """Move along a path in the same pose. path: (n, 2), evenly spaced, from 0."""
        ticks = np.linspace(0, 1, len(path))
        self._shift(
            seconds, lambda shares: np.stack([np.interp(minimum_jerk(shares), ticks, way) for way in path.T], axis=1)
        )
        self.pose = self.pose + np.append(path[-1], 0)

    def poses(self) -> tuple[Floats, Floats]:
        """(n, 21, 3) all poses, and their (n,) times in seconds."""
        times_s = np.arange(round(self.seconds * POSES_PER_S) + 1) / POSES_PER_S
        which = np.searchsorted([piece.start_s for piece in self._pieces], times_s, side="right") - 1
        poses = np.empty((len(times_s), *self.start.shape))
        for n, piece in enumerate(self._pieces):
            now_s = times_s[which == n]
            poses[which == n] = piece.poses(np.clip((now_s - piece.start_s) / piece.seconds, 0, 1))
        return poses, times_s

    def _shift(self, seconds: float, places: Callable[[Floats], Floats]) -> None:
        """Move the pose. places: gives (n, 2) shifts at (n,) shares of the time."""
        pose = self.pose

        def poses(shares: Floats) -> Floats:
            moved = np.repeat(pose[None], len(shares), axis=0)
            moved[:, :, :2] += places(shares)[:, None]
            return moved

        self._add(seconds, poses)

    def _add(self, seconds: float, poses: Callable[[Floats], Floats]) -> None:
        self._pieces.append(_Piece(self.seconds, seconds, poses))
        self.seconds += seconds
