"""Remembers the hands that a person has corrected, so that hands like them are read right from then on.

Each remembered hand is a prototype: it raises the log-probability of its letter for new hands, the more the nearer they
are. A hand is near if its landmarks and the readers' answers are both alike, since a person's M that is read as S is
read so for the same reason each time. Nothing is trained, and nothing is stored but numbers in memory.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.readers.classifier import MIN_PROBABILITY, Prediction, Probabilities
from live.readers.features import N_FEATURES

Floats = NDArray[np.float64]

# The widths of a Gaussian kernel, as root mean squares of the differences between two hands, and the margin. They were
# chosen on people that the networks had not learned from (models/README.md).
LANDMARK_WIDTH = 0.1  # palm lengths; one person's hands of one letter differ by 0.09
ANSWER_WIDTH = 0.8  # nats, of the readers' fused log-probabilities
MARGIN = 4.0  # nats by which a remembered hand's letter leads when that same hand is read again
MIN_LOG_PROBABILITY = -8.0  # below this, it does not matter how unlikely a letter is
MIN_NEARNESS = 1e-3  # a hand that is farther away is read as if nothing was remembered
MAX_HANDS = 50  # the oldest are forgotten


@dataclass(frozen=True)
class Lift:
    """What a correction does to a hand near the corrected one: it adds so many nats to a letter's log-probability.

    letter: its index.
    """

    letter: int
    nats: float

    def raised(self, probabilities: Probabilities) -> Probabilities:
        """(letters,) these probabilities, of sum 1 again, after the change."""
        logs = _logs(probabilities)
        logs[self.letter] += self.nats
        likelihood = np.exp(logs - logs.max())
        raised: Probabilities = (likelihood / likelihood.sum()).astype(np.float32)
        return raised


@dataclass(frozen=True)
class _Remembered:
    """n hands. points: (n, N_FEATURES + letters), see _point. letters: (n,) indices. lifts: (n,) nats, for nearness 1.

    It is never changed, only replaced, so other threads may read with it meanwhile.
    """

    points: Floats
    letters: NDArray[np.int64]
    lifts: Floats

    @classmethod
    def nothing(cls, n_letters: int) -> "_Remembered":
        return cls(np.empty((0, N_FEATURES + n_letters)), np.empty(0, np.int64), np.empty(0))

    def select(self, mask: NDArray[np.bool_]) -> "_Remembered":
        return _Remembered(self.points[mask], self.letters[mask], self.lifts[mask])

    def with_hand(self, point: Floats, letter: int, lift: float) -> "_Remembered":
        return _Remembered(
            np.vstack((self.points, point))[-MAX_HANDS:],
            np.append(self.letters, letter)[-MAX_HANDS:],
            np.append(self.lifts, lift)[-MAX_HANDS:],
        )


class Corrections:
    """The corrected hands of one person and one model. One thread at a time may change it, while others read."""

    def __init__(self, n_letters: int) -> None:
        """n_letters: of the model."""
        self._remembered = _Remembered.nothing(n_letters)

    def __len__(self) -> int:
        """How many hands are remembered, at most MAX_HANDS."""
        return len(self._remembered.lifts)

    @property
    def letters(self) -> tuple[int, ...]:
        """The letter (an index) of each remembered hand, oldest hand first."""
        return tuple(self._remembered.letters.tolist())

    def remember(self, prediction: Prediction, letter: int) -> None:
        """Read the hand of this prediction, and hands near to it, as this letter (an index).

        prediction: the readers' own, as LetterClassifier.predict gives it. An earlier correction of the same hand is
        replaced, or dropped if the hand is read as this letter without it.
        """
        point, logs = _point(prediction), _logs(prediction.probabilities)
        self._remembered = self._remembered.select((self._remembered.points != point).any(axis=1))
        lift = self.lift(prediction)
        if (lift.raised(prediction.probabilities) if lift else prediction.probabilities).argmax() != letter:
            self._remembered = self._remembered.with_hand(point, letter, float(logs.max() - logs[letter]) + MARGIN)

    def forget(self) -> None:
        """Forget all hands."""
        self._remembered = self._remembered.select(np.zeros(len(self), np.bool_))

    def lift(self, prediction: Prediction) -> Lift | None:
        """How the nearest remembered hand changes the readers' own prediction; None if none is near.

        The others do not count, so a remembered hand that is seen again always gets its own letter.
        """
        remembered = self._remembered
        if not len(remembered.lifts):
            return None
        differences = remembered.points - _point(prediction)
        distances = np.einsum("ij,ij->i", differences, differences)
        nearest = int(distances.argmin())
        nearness = math.exp(-distances[nearest] / 2)
        if nearness < MIN_NEARNESS:
            return None
        return Lift(int(remembered.letters[nearest]), nearness * float(remembered.lifts[nearest]))


def _point(prediction: Prediction) -> Floats:
    """Where a hand lies: (N_FEATURES + letters,) in kernel widths, so that nearness is exp(-distance^2 / 2).

    Without landmarks, the features are zeros, which are far from those of any hand.
    """
    of_landmarks = np.zeros(N_FEATURES) if prediction.features is None else prediction.features
    of_answer = np.maximum(_logs(prediction.probabilities), MIN_LOG_PROBABILITY)
    widths = LANDMARK_WIDTH * math.sqrt(len(of_landmarks)), ANSWER_WIDTH * math.sqrt(len(of_answer))
    return np.concatenate((of_landmarks / widths[0], of_answer / widths[1]), dtype=np.float64)


def _logs(probabilities: Probabilities) -> Floats:
    logs: Floats = np.log(np.maximum(probabilities, MIN_PROBABILITY).astype(np.float64))
    return logs
