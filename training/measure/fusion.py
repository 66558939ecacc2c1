"""Makes one calibrated confidence of the readers' answers, and chooses from which one a letter is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from live.readers import Fusion, Probabilities, fuse

RIGHT_WHEN_ANSWERED = 0.97  # what the threshold is chosen for, on sources that the networks were not trained on
CURVE_STEPS = 100
BINS = 15


@dataclass(frozen=True)
class HeldBack:
    """Answers on sources that took no part in training: opinions by reader, (n, letters) each; labels, sources (n,)."""

    opinions: Mapping[str, Probabilities]
    labels: NDArray[np.int64]
    sources: NDArray[np.str_]

    def take(self, mask: NDArray[np.bool_]) -> "HeldBack":
        """The hands where mask (n,) is true."""
        opinions = {name: said[mask] for name, said in self.opinions.items()}
        return HeldBack(opinions, self.labels[mask], self.sources[mask])

    def weights(self) -> NDArray[np.float64]:
        """(n,) of sum 1: each source counts once."""
        _, index, count = np.unique(self.sources, return_inverse=True, return_counts=True)
        each: NDArray[np.float64] = 1 / (count[index] * len(count))
        return each


def calibrate(held: HeldBack, many: HeldBack | None = None) -> Fusion:
    """The weights of least mean negative log-likelihood, and the least threshold that keeps RIGHT_WHEN_ANSWERED.

    many: to choose the threshold on, where held has few sources.
    """
    names = list(held.opinions)
    rows, weights = np.arange(len(held.labels)), held.weights()

    def loss(log_weights: NDArray[np.float64]) -> float:
        fused = fuse(held.opinions, Fusion(dict(zip(names, np.exp(log_weights), strict=True)), 0.0))
        return float(-(weights * np.log(np.maximum(fused[rows, held.labels], 1e-9))).sum())

    best = minimize(loss, np.log(np.full(len(names), 1 / len(names))), method="Nelder-Mead")
    fusion = Fusion(dict(zip(names, np.exp(best.x).round(4).tolist(), strict=True)), 0.0)
    return Fusion(fusion.weights, choose_threshold(curve(many or held, fusion)))


def curve(held: HeldBack, fusion: Fusion) -> list[dict[str, float]]:
    """At each threshold: what share is answered, and what share of that is right."""
    fused, weights = fuse(held.opinions, fusion), held.weights()
    confidence, right = fused.max(axis=1), fused.argmax(axis=1) == held.labels
    points = []
    for threshold in np.arange(CURVE_STEPS) / CURVE_STEPS:
        answered = weights * (confidence >= threshold)
        share = answered.sum()
        points.append(
            {
                "threshold": round(float(threshold), 2),
                "answered": round(float(share), 4),
                "right_when_answered": round(float((answered * right).sum() / share), 4) if share > 0 else 1.0,
            }
        )
    return points


def choose_threshold(points: list[dict[str, float]]) -> float:
    """The least threshold from which on enough answers are right."""
    for point in points:
        if point["right_when_answered"] >= RIGHT_WHEN_ANSWERED:
            return point["threshold"]
    return points[-1]["threshold"]


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> float:
    """Expected calibration error: over BINS bins of equal width, the mean gap between confidence and share right.

    confidence, right: (n,). Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    if not len(confidence):
        return 0.0  # nothing was said, and nothing of it was wrong
    gaps = [abs(confidence[bins == each].sum() - right[bins == each].sum()) for each in range(BINS)]
    return float(sum(gaps) / len(confidence))


def pair_up(cnn: HeldBack, shape: HeldBack, seed: int) -> HeldBack:
    """Both readers' answers on sources of which there are landmarks alone.

    Each hand gets the CNN's answer on some held-back photograph of the same letter, drawn by chance, as if the readers
    erred independently. They do not quite: weights learned so trust the CNN two and a half times too much on the
    photographs that both have seen. So weights come from real pairs, and these serve to choose the threshold, for which
    the few people on photographs, nearly all of them read right, are too few.
    """
    rng = np.random.default_rng(seed)
    rows = np.empty(len(shape.labels), np.int64)
    for label in np.unique(shape.labels):
        own = np.flatnonzero(cnn.labels == label)
        if not len(own):
            own = np.arange(len(cnn.labels))
        wanted = shape.labels == label
        rows[wanted] = rng.choice(own, np.count_nonzero(wanted), p=cnn.weights()[own] / cnn.weights()[own].sum())
    opinions = {"cnn": cnn.opinions["cnn"][rows], "shape": shape.opinions["shape"]}
    return HeldBack(opinions, shape.labels, shape.sources)
