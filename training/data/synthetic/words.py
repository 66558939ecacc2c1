"""Synthesises hands that spell words without stopping, and hands that move but spell nothing.

The hands of one person go from letter to letter. Every finger turns its bones at its own time (live.hand.motion). A
letter is a hold, which may be short, then a movement to the next one. How long each takes depends on the tempo and on
the signer's style. At speed a pose is not quite reached, and comes near its neighbours. J and Z are drawn.
"""

import numpy as np

from live.hand import N_FINGERS, between_poses, minimum_jerk
from live.letters import HELD_LETTERS, MOVING_LETTERS
from training.data.synthetic.motion import BEGIN_WITH, RATE, ByLetter, Floats, HandMotion, MotionMaker, SpelledLetter

TEMPO, USUAL_TEMPO = (0.7, 8.0), (2.0, 7.0)  # letters a second
USUAL_SHARE = 0.6  # of films with a usual tempo
# What share of a letter's time goes into the movement to the next one: from careful, slow signers to fast ones.
SLOW_SHARE, FAST_SHARE = (0.25, 0.6), (0.55, 0.9)
SLOW, FAST = 1.5, 6.0  # letters a second
MAX_MOVE_S = 0.5
# How far fingers stay from their poses: the standard deviation, as a share of the way, for each letter a second.
UNDERSHOOT = 0.03
MAX_UNDERSHOOT = 0.35
CUT_SHARE = 0.2  # of films that jump from pose to pose and from place to place, as spliced films do
CONFUSED_SHARE = 0.6  # of jumps between two poses in which the tracker first sees something between both
HELD_SHARE, HELD_TEMPO = 0.15, (0.6, 1.6)  # of films in which letters are held, and the hand goes away in between
GAP_S = (0.2, 0.7)  # how long it goes away
PACED_SHARE = 0.7  # of strokes that are as fast as the other letters; others are drawn slowly
SWAY = 0.8  # palm lengths a second; filmed hands that hold a letter move as fast
# Spliced films often show a recording faster than it was, and so all unsteadiness: palm lengths a second, on each axis,
# and for how many seconds it keeps a direction.
UNSTEADY, UNSTEADY_S = (0.1, 1.3), (0.05, 0.3)
NEARER = (0.3, 1.5)  # how much of such movement is towards the camera, beside that on an axis
SIZE_NOISE = (0.002, 0.012)  # standard deviation of the hand's size as a tracker sees it, from pose to pose
GRIPPING = "CEFMNOST"  # fingers and thumb meet, so that a double is mostly opened and closed again (Stokoe)
NOTHING_KINDS = {"talk": 0.2, "gesture": 0.65, "moves": 0.15}


class WordMaker(MotionMaker):
    """Makes films of words from one person's hands. Every choice is drawn from rng."""

    trembling = (0.001, 0.003, 0.006, 0.012)

    def __init__(
        self,
        hands: ByLetter,
        rng: np.random.Generator,
        others: ByLetter | None = None,
        coarticulation: bool = True,
    ) -> None:
        """others: hands for the letters of which this person has none.

        coarticulation: whether fingers move at their own times, and miss their poses at speed.
        """
        super().__init__(hands, rng)
        self._others, self._coarticulation = others or hands, coarticulation
        self._lost_s: list[tuple[float, float]] = []  # intervals in which no hand is seen
        self._spliced = False

    def spell(self, word: str, letters_per_s: float | None = None, plain: bool = False) -> HandMotion:
        """A film of one word of A to Z.

        letters_per_s: from the first letter's pose to the end of the last one; by default drawn from TEMPO. plain: the
        hand neither comes nor goes, and there are no cuts, as measured films are.
        """
        rng = self.rng
        kind = 1.0 if plain else rng.random()
        cut, held = kind < CUT_SHARE, CUT_SHARE <= kind < CUT_SHARE + HELD_SHARE
        self._spliced = cut or held
        tempo = letters_per_s or (self._uniform(*HELD_TEMPO) if held else self._tempo())
        style = _Style(rng, tempo, self._spliced)
        self._come(self._pose(word[0]), plain)
        spelled: list[SpelledLetter] = []
        for number, letter in enumerate(word):
            before, after = word[number - 1] if number else "", word[number + 1] if number + 1 < len(word) else ""
            moved_s, hold_s = style.times(first=not number, last=not after, stroke=letter in MOVING_LETTERS)
            if number:
                if held:
                    self._vanish(*GAP_S)
                if letter == before and letter not in MOVING_LETTERS and not self._spliced:
                    self._double(letter, moved_s, style)
                else:
                    self._change(self._reached(letter, before, after, style), moved_s, style)
            begin_s = self.trajectory.seconds
            if letter in MOVING_LETTERS:
                if not number:
                    self._hold(self._uniform(0.02, 0.3))
                self._draw(letter, hold_s)
                spelled.append(SpelledLetter(letter, self.trajectory.seconds, self.trajectory.seconds))
                self._hold(self._uniform(0, 0.3) if not after else 0.02)
            else:
                self._hold(hold_s)
                spelled.append(SpelledLetter(letter, begin_s, self.trajectory.seconds))
        if not plain:
            self._end()
        return HandMotion(self._posed(), None, 0.0, 0.0, tuple(spelled), tuple(self._lost_s))

    def _tempo(self) -> float:
        return self._spread(*(USUAL_TEMPO if self.rng.random() < USUAL_SHARE else TEMPO))

    def nothing(self) -> HandMotion:
        """A film of a hand that spells nothing."""
        kind = self.rng.choice(list(NOTHING_KINDS), p=list(NOTHING_KINDS.values()))
        if kind == "talk":
            self._talk()
        elif kind == "gesture":
            self._gesture()
        else:
            self._begin(self._pose(self._any_letter()))
            for _ in range(self.rng.integers(2, 6)):
                self._move()
                self._leave() if self.rng.random() < 0.3 else self._hold(self._uniform(0, 0.15))
        return HandMotion(self._posed(), None, 0.0, 0.0)

    def _any_letter(self) -> str:
        return str(self.rng.choice([letter for letter in HELD_LETTERS if len(self._others[letter])]))

    def _pose(self, letter: str) -> Floats:
        """A pose of a letter, like one of this person's hands or between two; of J and Z, how the stroke begins."""
        names = BEGIN_WITH.get(letter, letter)
        hands = self.hands if any(len(self.hands[name]) for name in names) else self._others
        name = str(self.rng.choice([name for name in names if len(hands[name])]))
        first, second = hands[name][self.rng.integers(len(hands[name]), size=2)]
        if self.rng.random() < 0.5:
            return np.asarray(first, np.float64)
        pose: Floats = between_poses(first, second, np.full((1, N_FINGERS), self.rng.uniform(0, 0.5)))[0]
        return pose

    def _reached(self, letter: str, before: str, after: str, style: "_Style") -> Floats:
        """The pose of a letter as it is reached at this tempo: fingers stay nearer to the letter before or after."""
        pose = self._pose(letter)
        if letter in MOVING_LETTERS or style.spliced or not self._coarticulation:
            return pose
        short = np.clip(np.abs(self.rng.normal(0, UNDERSHOOT * style.tempo, N_FINGERS)), 0, MAX_UNDERSHOOT)
        other = self.trajectory.last[0] if self.rng.random() < 0.5 or not after else self._pose(after)
        reached: Floats = between_poses(pose, other, short[None])[0]
        return reached

    def _come(self, pose: Floats, plain: bool) -> None:
        """The hand comes: it is there, or it is raised, already in shape or not yet."""
        how = 0.0 if plain else self.rng.random()
        if how < 0.4:
            self._begin(pose)
            return
        low = np.array((self.rng.normal(0, 1.0), self._uniform(1, 4)))
        seconds = self._uniform(0.15, 0.6)
        shape = pose if how < 0.6 else self._relaxed()
        self._begin(shape, low[None])
        self._travel(pose, -low, seconds, spread=0.3)

    def _vanish(self, least_s: float, most_s: float) -> None:
        """The hand is not seen for a while."""
        start_s = self.trajectory.seconds
        self._hold(self._uniform(least_s, most_s))
        self._lost_s.append((start_s, self.trajectory.seconds))

    def _end(self) -> None:
        """The hand goes: it is lowered, it vanishes, it rests in its last pose, or it relaxes."""
        how = self.rng.random()
        if how < 0.4:
            down = np.array((self.rng.normal(0, 1.0), self._uniform(1, 4)))
            self._travel(self._relaxed() if self.rng.random() < 0.7 else self.trajectory.last[0], down,
                         self._uniform(0.2, 0.7), spread=0.3)  # fmt: skip
        if how < 0.8:
            self._vanish(0.3, 1.0)
        elif how < 0.9:
            self._hold(self._uniform(0.3, 2.0))
        else:
            self._travel(self._relaxed(), self.rng.normal(0, 0.3, 2), self._uniform(0.2, 0.6), spread=0.3)
            self._hold(self._uniform(0, 0.2))

    def _relaxed(self) -> Floats:
        """A hand that is no letter: half-way between two."""
        first, second = (self._pose(self._any_letter()) for _ in range(2))
        share = np.clip(self.rng.normal(0.5, 0.12, N_FINGERS), 0.25, 0.75)
        relaxed: Floats = between_poses(first, second, share[None])[0]
        return relaxed

    def _change(self, pose: Floats, seconds: float, style: "_Style") -> None:
        """Go to the next pose; the hand drifts a little on the way."""
        if style.spliced:
            place = self.rng.normal(0, self._uniform(0, 1.5), 2)
            turn = self.rng.normal(0, 6, 3)
            pose = pose * np.exp(self.rng.normal(0, 0.1))
            if self.rng.random() < CONFUSED_SHARE:
                self._confuse(pose, place)
            self.trajectory.add(pose, turn, place[None])
            if self.rng.random() < 0.5:  # the tracker has to find the hand again
                self._vanish(0.02, 0.15)
            return
        shift = style.drift / style.tempo + self.rng.normal(0, style.wander, 2)
        self._travel(pose, shift - self.trajectory.last[2] * 0.15, seconds, style.spread)

    def _confuse(self, pose: Floats, place: Floats) -> None:
        """A tracker's mistake on the way to a pose and a place."""
        shape, turn, before = self.trajectory.last
        wrong = self._mistaken(shape, pose)
        self.trajectory.add(wrong, turn, before + (place - before) * self.rng.uniform(0, 1, (len(wrong), 1)))

    def _mistaken(self, shape: Floats, pose: Floats) -> Floats:
        """(1 to 3, 21, 3) what a tracker takes for a hand that jumps from a shape to a pose."""
        share, size = self.rng.uniform(0, 1), self.rng.uniform(0.7, 1.2)
        wrong = (shape + (pose - shape) * share + self.rng.normal(0, 0.25, shape.shape)) * size
        return np.repeat(wrong[None], self.rng.integers(1, 4), axis=0)

    def _travel(self, pose: Floats, shift: Floats, seconds: float, spread: float) -> None:
        """Move to a pose and by a shift.

        spread: the share of the time by which fingers start and arrive apart.
        """
        spread = spread if self._coarticulation else 0.0
        shape, turn, place = self.trajectory.last
        time = np.linspace(0, 1, max(2, round(seconds * RATE)) + 1)[1:, None]
        starts = self.rng.uniform(0, spread, N_FINGERS)
        stops = 1 - self.rng.uniform(0, spread, N_FINGERS) * 0.5
        fingers = minimum_jerk((time - starts) / (stops - starts))
        done = minimum_jerk(time)
        bend = np.sin(np.pi * time) * self.rng.normal(0, 0.08, 2)
        turned = turn * (1 - done) + self.rng.normal(0, 4, 3) * done
        spin = self.trajectory.last_spin * (1 - done)
        self.trajectory.add(between_poses(shape, pose, fingers), turned, place + shift * done + bend, spin)

    def _double(self, letter: str, seconds: float, style: "_Style") -> None:
        """Say that the letter counts twice: slide to the side, bounce, open and close, or just hold on."""
        shape, turn, place = self.trajectory.last
        seconds = max(seconds, 0.1)
        how = self.rng.choice(4, p=(0.2, 0.25, 0.45, 0.1) if letter in GRIPPING else (0.45, 0.3, 0.15, 0.1))
        n = max(3, round(seconds * RATE))
        time = np.linspace(0, 1, n + 1)[1:, None]
        if how == 0:
            aside = np.array((-self._uniform(0.25, 1.0), self.rng.normal(0, 0.08)))
            self.trajectory.add(shape, turn, place + aside * minimum_jerk(time))
        elif how == 1:
            back = np.array((self.rng.normal(0, 0.1), self._uniform(-0.3, 0.3)))
            nearer = 1 + self._uniform(0.05, 0.25) * np.sin(np.pi * time)[:, :, None]
            self.trajectory.add(shape * nearer, turn + np.sin(np.pi * time) * self.rng.normal(0, 8, 3),
                                place + back * np.sin(np.pi * time))  # fmt: skip
        elif how == 2:
            opened = np.sin(np.pi * time) * self._uniform(0.2, 0.5) * np.ones(N_FINGERS)
            self.trajectory.add(between_poses(shape, self._relaxed(), opened), turn, np.repeat(place[None], n, axis=0))
        else:
            self._hold(seconds + 0.8 / style.tempo)

    def _draw(self, letter: str, seconds: float) -> None:
        """Draw a J or Z in about this time."""
        first = len(self.trajectory.places)
        (self._draw_j if letter == "J" else self._draw_z)()
        if self.rng.random() < PACED_SHARE:
            self.trajectory.pace(first, seconds)

    def _gesture(self) -> None:
        """A hand that wanders all the time and takes one letter's shape after another, fast or at once."""
        seconds = self._uniform(2, 6)
        n = int(seconds * RATE)
        stops = int(seconds / self._uniform(0.5, 1.2)) + 2
        places = np.cumsum(self.rng.normal(0, self._spread(0.8, 3.0), (stops, 2)), axis=0) * 0.7
        at = np.linspace(0, stops - 1, n)
        path = np.column_stack([np.interp(at, np.arange(stops), column) for column in places.T])
        path -= path[0]
        shapes: list[Floats] = []
        shape = self._pose(self._any_letter())
        jumps = self.rng.random() < 0.6
        apart = self._uniform(0, 1.0) if jumps else 0.0  # how far the hand jumps as well
        while sum(map(len, shapes)) < n:
            kept = max(1, int(self._uniform(0.1, 0.4) * RATE))
            other = self._pose(self._any_letter())
            if not jumps:
                moving = np.linspace(0, 1, max(2, int(self._uniform(0.08, 0.3) * RATE)))[:, None]
                shapes.append(between_poses(shape, other, minimum_jerk(moving) * np.ones(N_FINGERS)))
            elif self.rng.random() < CONFUSED_SHARE:
                shapes.append(self._mistaken(shape, other))
            path[sum(map(len, shapes)) :] += self.rng.normal(0, apart, 2)
            shapes.append(np.repeat(other[None], kept, axis=0))
            shape = other
        self.trajectory.add(np.concatenate(shapes)[:n], np.zeros(3), path)

    def _posed(self) -> Floats:
        """All poses, from this film's viewpoint, of this film's proportions."""
        poses = self.trajectory.poses(self.rng.normal(0, (10, 12, 8)), self._uniform(-0.5, 1))
        sway = self._sway(len(poses))
        sizes = np.exp(sway[:, 2] + self.rng.normal(0, self._uniform(*SIZE_NOISE), len(poses)))
        wrists = poses[:, :1].copy()
        poses = wrists + (poses - wrists) * sizes[:, None, None]
        poses[:, :, :2] += sway[:, None, :2]
        poses[:, :, 0] *= 1 + self.rng.normal(0, 0.08)
        poses[:, :, 0] += self.rng.normal(0, 0.06) * poses[:, :, 1]
        return poses

    def _sway(self, n: int) -> Floats:
        """(n, 3) how an arm sways in n poses, steadily, or as in spliced films: x, y, and the logarithm of its size."""
        time_s = np.arange(n) / RATE
        if self._spliced:
            keeps_s = self._uniform(*UNSTEADY_S)
            at_s = np.arange(0, n / RATE + 2 * keeps_s, keeps_s)
            velocities = self.rng.normal(0, self._spread(*UNSTEADY), (3, len(at_s)))
            path = np.column_stack([np.interp(time_s, at_s, axis) for axis in velocities]).cumsum(axis=0) / RATE
        else:
            hertz = self.rng.uniform(0.3, 2.0, 3)
            amplitude = self.rng.uniform(0, SWAY, 3) / (2 * np.pi * hertz)
            path = amplitude * np.sin(2 * np.pi * (hertz * time_s[:, None] + self.rng.uniform(0, 1, 3)))
        return np.asarray(path * (1, 1, self._uniform(*NEARER)))


class _Style:
    """How one signer spells one word: tempo and what follows from it."""

    def __init__(self, rng: np.random.Generator, letters_per_s: float, spliced: bool) -> None:
        self.rng, self.tempo, self.spliced = rng, letters_per_s, spliced
        between = np.clip((letters_per_s - SLOW) / (FAST - SLOW), 0, 1)
        low, high = (slow + (fast - slow) * between for slow, fast in zip(SLOW_SHARE, FAST_SHARE, strict=True))
        self.move_share = float(rng.uniform(low, high))
        self.spread = float(rng.uniform(0, 0.45))
        self.drift = np.array((-rng.uniform(0, 0.3) if rng.random() < 0.4 else 0.0, 0.0))  # palm lengths a second
        self.wander = float(rng.uniform(0.02, 0.2))
        self.unsteady = float(rng.uniform(0.0 if spliced else 0.1, 0.35))

    def times(self, first: bool, last: bool, stroke: bool) -> tuple[float, float]:
        """Seconds for the movement to a letter, and for its hold."""
        cycle = 1 / self.tempo
        move = 0.0 if self.spliced else min(cycle * self.move_share, MAX_MOVE_S) * np.exp(self.rng.normal(0, 0.2))
        hold = max(0.02, (cycle - move)) * np.exp(self.rng.normal(0, self.unsteady))
        if last:
            hold *= self.rng.uniform(1, 2)
        elif first:
            hold *= self.rng.uniform(1, 1.4)
        if stroke:
            hold = max(0.22, min(hold + 0.6 * cycle, 1.6) * self.rng.uniform(0.8, 1.3))
        return float(move), float(hold)
