"""Calibrates the fusion of the readers, and chooses the threshold from which a letter is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from live.readers import Fusion, Probabilities, fuse

RIGHT_WHEN_ANSWERED = 0.98  # the threshold keeps this on sources that the networks were not trained on
MIN_WEIGHT = 1e-4  # the contract has only weights above 0, and a useless reader's would be rounded to 0
CURVE_STEPS = 100
BINS = 15


@dataclass(frozen=True)
class HeldBack:
    """Opinions on sources left out of training: (n, letters) by reader's name. labels, sources: (n,)."""

    opinions: Mapping[str, Probabilities]
    labels: NDArray[np.int64]
    sources: NDArray[np.str_]

    def select(self, mask: NDArray[np.bool_]) -> "HeldBack":
        """The hands where mask (n,) is true."""
        opinions = {name: opinion[mask] for name, opinion in self.opinions.items()}
        return HeldBack(opinions, self.labels[mask], self.sources[mask])

    def weights(self) -> NDArray[np.float64]:
        """(n,) of sum 1: each source counts once, however many hands it has."""
        _, index, count = np.unique(self.sources, return_inverse=True, return_counts=True)
        weights: NDArray[np.float64] = 1 / (count[index] * len(count))
        return weights


@dataclass(frozen=True)
class ThresholdPoint:
    """Shares (0..1) at one threshold. answered: of the hands; right_when_answered: of those answered."""

    threshold: float
    answered: float
    right_when_answered: float


def calibrate(held: HeldBack, many: HeldBack | None = None) -> Fusion:
    """The weights with the least mean negative log-likelihood, and the least threshold that keeps RIGHT_WHEN_ANSWERED.

    many: hands to choose the threshold on, if held has few sources.
    """
    names = list(held.opinions)
    rows, weights = np.arange(len(held.labels)), held.weights()

    def loss(log_weights: NDArray[np.float64]) -> float:
        fused = fuse(held.opinions, Fusion(dict(zip(names, np.exp(log_weights), strict=True)), 0.0))
        return float(-(weights * np.log(np.maximum(fused[rows, held.labels], 1e-9))).sum())

    best = minimize(loss, np.log(np.full(len(names), 1 / len(names))), method="Nelder-Mead")
    weights_found = np.maximum(np.exp(best.x).round(4), MIN_WEIGHT)
    fusion = Fusion(dict(zip(names, weights_found.tolist(), strict=True)), 0.0)
    return Fusion(fusion.weights, choose_threshold(curve(many or held, fusion)))


def curve(held: HeldBack, fusion: Fusion) -> list[ThresholdPoint]:
    """The shares at each of CURVE_STEPS thresholds, lowest first."""
    fused, weights = fuse(held.opinions, fusion), held.weights()
    confidence, right = fused.max(axis=1), fused.argmax(axis=1) == held.labels
    points = []
    for threshold in np.arange(CURVE_STEPS) / CURVE_STEPS:
        answered = weights * (confidence >= threshold)
        share = answered.sum()
        points.append(
            ThresholdPoint(
                threshold=round(float(threshold), 2),
                answered=round(float(share), 4),
                right_when_answered=round(float((answered * right).sum() / share), 4) if share > 0 else 1.0,
            )
        )
    return points


def choose_threshold(points: Sequence[ThresholdPoint]) -> float:
    """The least threshold that keeps RIGHT_WHEN_ANSWERED, or the highest if none does. points: lowest first."""
    kept = (point.threshold for point in points if point.right_when_answered >= RIGHT_WHEN_ANSWERED)
    return next(kept, points[-1].threshold)


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> float:
    """Expected calibration error: over BINS bins of equal width, the mean gap between confidence and share right.

    confidence, right: (n,). Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    if not len(confidence):
        return 0.0  # no answers, so no error
    gaps = [abs(confidence[bins == number].sum() - right[bins == number].sum()) for number in range(BINS)]
    return float(sum(gaps) / len(confidence))


def pair_up(cnn: HeldBack, shape: HeldBack, seed: int) -> HeldBack:
    """Both readers' opinions on sources that have only landmarks.

    Each hand gets the CNN's opinion of a random held-back photograph of the same letter, as if the readers erred
    independently. They do not quite: weights calibrated on such pairs trust the CNN two and a half times too much on
    photographs that both have read. So the weights come from real pairs. These pairs serve to choose the threshold:
    the photographs show too few people for that, and nearly all of them are read right.
    """
    rng = np.random.default_rng(seed)
    rows = np.empty(len(shape.labels), np.int64)
    for label in np.unique(shape.labels):
        photographs = np.flatnonzero(cnn.labels == label)
        if not len(photographs):
            photographs = np.arange(len(cnn.labels))
        hands = shape.labels == label
        chances = cnn.weights()[photographs]
        rows[hands] = rng.choice(photographs, np.count_nonzero(hands), p=chances / chances.sum())
    opinions = {"cnn": cnn.opinions["cnn"][rows], "shape": shape.opinions["shape"]}
    return HeldBack(opinions, shape.labels, shape.sources)
