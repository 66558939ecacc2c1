"""Trains the network that tells usual postures from hands that are turned, and from hands that are cut."""

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from live.hand import palm_length
from live.readers import POSTURE_OUTPUTS, posture_features
from training.data import CutHands, Hands, rotations
from training.networks.dense import DenseRecipe, train_dense
from training.networks.shape import ShapeRecipe, vary

POSTURE = "posture"
VIEW_AXIS = 2  # a turn about the line of sight
MIN_MARGIN = 0.02  # palm lengths between a whole hand and the frame's edge


@dataclass(frozen=True)
class PostureRecipe(DenseRecipe):
    """How to train it. Each hand is varied `copies` times as it is, and as often turned by turns_deg.

    turn_deg: standard deviation of usual turns. margin: mean distance to the frame's edge in palm lengths.
    """

    copies: int = 4
    cut_copies: int = 3
    turn_deg: float = 12.0
    turns_deg: tuple[float, float] = (70.0, 290.0)
    margin: float = 0.7
    units: tuple[int, ...] = (64, 64)
    dropout: float = 0.4
    epochs: int = 12

    @property
    def variation(self) -> ShapeRecipe:
        """How hands vary that are as usual."""
        return ShapeRecipe(turn_deg=self.turn_deg, tilt_deg=0.0)


def turned(landmarks: NDArray[np.floating], degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 21, 3) hands turned about the line of sight by (n,) degrees, clockwise on the screen."""
    points: NDArray[np.float64] = landmarks @ rotations(VIEW_AXIS, degrees).transpose(0, 2, 1)
    return points


def edges_of_whole(landmarks: NDArray[np.floating], margin: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """(n, 21) distances to the edges of a frame drawn around each hand, (n, 21, 3), as edge_distances gives them."""
    scale = palm_length(landmarks)[:, None, None]
    points = landmarks[:, :, :2] / scale
    low, high = (extreme(points[:, 2:], axis=1) for extreme in (np.min, np.max))
    low -= MIN_MARGIN + rng.exponential(margin, low.shape)
    high += MIN_MARGIN + rng.exponential(margin, high.shape)
    nearest = np.minimum(points - low[:, None], high[:, None] - points).min(axis=2)
    distances: NDArray[np.float32] = np.clip(nearest, -1, 1).astype(np.float32)
    return distances


def posture_examples(
    hands: Hands, cut: CutHands, recipe: PostureRecipe, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(m, N_POSTURE_INPUTS) inputs and (m,) positions in POSTURE_OUTPUTS."""
    inputs, labels = [], []
    for n in range(2 * recipe.copies):
        is_turned = n % 2
        degrees = rng.uniform(*recipe.turns_deg, len(hands)) * is_turned
        points = turned(vary(hands.landmarks, recipe.variation, rng), degrees)
        inputs.append(posture_features(points, edges_of_whole(points, recipe.margin, rng)))
        labels.append(np.full(len(hands), 1 - is_turned))
    for _ in range(recipe.cut_copies if len(cut) else 0):
        inputs.append(posture_features(vary(cut.right_landmarks, recipe.variation, rng), cut.edges))
        labels.append(cut.whole.astype(np.int64))
    return np.concatenate(inputs), np.concatenate(labels)


def train_posture(
    hands: Hands, cut: CutHands, recipe: PostureRecipe, seed: int, progress: keras.callbacks.Callback | None = None
) -> keras.Model:
    """Train. The network: (n, N_POSTURE_INPUTS) in, (n, 2) probabilities of POSTURE_OUTPUTS out."""
    examples, labels = posture_examples(hands, cut, recipe, np.random.default_rng(seed))
    return train_dense(POSTURE, examples, labels, len(POSTURE_OUTPUTS), recipe, seed, progress)
