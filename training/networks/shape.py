"""The shape network: features of landmarks in, letters out. It averages several small networks, trained together.

Some of them see the features as they are. The others see the same landmarks as directions of bones, angles and
distances, and so make other errors.
"""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from live.hand import BONE_STARTS, BONE_STOPS, FINGERTIPS, KNUCKLES, N_LANDMARKS
from live.readers import N_FEATURES, features
from training.data import Hands, viewpoints
from training.engine import RandomBatches, Training, one_hot, train

SHAPE = "shape"

TINY = 1e-12  # keeps lengths above zero


@dataclass(frozen=True)
class ShapeRecipe:
    """How to train it. Variations are standard deviations, for hands of size 1 (root mean square).

    members: the networks that see the features as they are. relative_members: those that see bones and distances.
    """

    members: int = 4
    relative_members: int = 4
    units: tuple[int, ...] = (256, 128)
    dropout: float = 0.3
    epochs: int = 24
    batch_size: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    label_smoothing: float = 0.1
    turn_deg: float = 10.0  # about the line of sight
    tilt_deg: float = 15.0  # about the other two axes
    stretch: float = 0.1
    shear: float = 0.1
    noise: float = 0.03
    between_share: float = 0.15  # hands between two letters, per hand; their target is no letter

    @property
    def n_members(self) -> int:
        """All members."""
        return self.members + self.relative_members


def build_towers(recipe: ShapeRecipe, n_letters: int) -> tuple[keras.Model, keras.Model]:
    """Build (the model to train, the model to use).

    The first gives the probabilities of each of the m members (n, m, letters), the second their mean (n, letters).
    """
    inputs = keras.Input((N_FEATURES,))
    seen = [inputs] * recipe.members
    if recipe.relative_members:
        relative = bones_and_distances(ops.reshape(inputs[:, : 3 * N_LANDMARKS], (-1, N_LANDMARKS, 3)))
        seen += [relative] * recipe.relative_members
    answers = []
    for x in seen:
        x = layers.BatchNormalization()(x)
        for units in recipe.units:
            x = layers.Dense(units, use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
            x = layers.Dropout(recipe.dropout)(x)
        answers.append(layers.Dense(n_letters, activation="softmax")(x))
    members = keras.ops.stack(answers, axis=1)
    return keras.Model(inputs, members), keras.Model(inputs, layers.Average()(answers), name=SHAPE)


def bones_and_distances(points: keras.KerasTensor) -> keras.KerasTensor:
    """(n, 288) of (n, 21, 3) landmarks: each bone's direction; cosines of the angles at the joints, and between
    neighbouring fingers; distances of all pairs of landmarks in the picture, for a root mean square of 1.
    """
    bones = _unit(ops.take(points, BONE_STOPS.ravel(), axis=1) - ops.take(points, BONE_STARTS.ravel(), axis=1))
    of_finger = np.arange(BONE_STOPS.size).reshape(BONE_STOPS.shape)
    bends = _cosines(bones, of_finger[:, :-1].ravel(), of_finger[:, 1:].ravel())
    fingers = _unit(ops.take(points, np.array(FINGERTIPS[1:]), axis=1) - ops.take(points, np.array(KNUCKLES), axis=1))
    spreads = _cosines(fingers, np.arange(3), np.arange(1, 4))
    first, second = np.triu_indices(N_LANDMARKS, 1)
    apart = ops.take(points[:, :, :2], first, axis=1) - ops.take(points[:, :, :2], second, axis=1)
    distances = ops.sqrt(ops.sum(ops.square(apart), axis=2) + TINY)
    distances /= ops.sqrt(ops.mean(ops.square(distances), axis=1, keepdims=True) + TINY)
    return ops.concatenate((ops.reshape(bones, (-1, 3 * BONE_STOPS.size)), bends, spreads, distances), axis=1)


def _unit(vectors: keras.KerasTensor) -> keras.KerasTensor:
    return vectors / ops.sqrt(ops.sum(ops.square(vectors), axis=2, keepdims=True) + TINY)


def _cosines(directions: keras.KerasTensor, one: NDArray[np.int64], other: NDArray[np.int64]) -> keras.KerasTensor:
    return ops.sum(ops.take(directions, one, axis=1) * ops.take(directions, other, axis=1), axis=2)


def vary(landmarks: NDArray[np.float32], recipe: ShapeRecipe, rng: np.random.Generator) -> NDArray[np.float64]:
    """(n, 21, 3) hands as from another viewpoint, camera and tracker; centred, of size 1."""
    n = len(landmarks)
    points = unit_size(landmarks)
    for turns in viewpoints(n, recipe.tilt_deg, recipe.turn_deg, rng):
        points = points @ turns.transpose(0, 2, 1)
    points[:, :, 0] *= 1 + rng.normal(0, recipe.stretch, (n, 1))
    points[:, :, 0] += rng.normal(0, recipe.shear, (n, 1)) * points[:, :, 1]
    return points + rng.normal(0, recipe.noise, points.shape)


def unit_size(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 21, 3), each hand centred on its mean, with a root mean square distance from it of 1 in x and y."""
    points = landmarks - landmarks.mean(axis=1, keepdims=True, dtype=np.float64)
    size = np.sqrt((points[:, :, :2] ** 2).sum(axis=2).mean(axis=1))
    unit: NDArray[np.float64] = points / np.maximum(size, 1e-6)[:, None, None]
    return unit


def between(
    points: NDArray[np.float64], labels: NDArray[np.int64], share: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(m, 21, 3) hands between two letters, in the middle third of the change from one to the other."""
    n = round(share * len(points))
    first, second = rng.integers(0, len(points), (2, n))
    different = labels[first] != labels[second]
    share_of_first = rng.uniform(1 / 3, 2 / 3, (n, 1, 1))
    mixed: NDArray[np.float64] = (points[first] * share_of_first + points[second] * (1 - share_of_first))[different]
    return mixed


def balance(sources: NDArray[np.str_], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n,) weights of mean 1. A source's hands of a letter together weigh as the square root of their number."""
    _, index, count = np.unique(
        np.char.add(np.char.add(sources, "/"), labels.astype(str)), return_inverse=True, return_counts=True
    )
    weights = 1 / np.sqrt(count[index])
    balanced: NDArray[np.float32] = (weights / weights.mean()).astype(np.float32)
    return balanced


class _Batches(RandomBatches):
    """Features of varied hands, with targets and weights for every member."""

    def __init__(self, hands: Hands, recipe: ShapeRecipe, seed: int) -> None:
        super().__init__(seed)
        self._hands, self._recipe = hands, recipe
        self._weights = balance(hands.sources, hands.labels)
        self.on_epoch_end()

    def __len__(self) -> int:
        return max(1, len(self._hands) // self._recipe.batch_size)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], ...]:
        recipe, n_letters = self._recipe, len(self._hands.letters)
        rows = self._order[index * recipe.batch_size : (index + 1) * recipe.batch_size]
        labels = self._hands.labels[rows]
        points = vary(self._hands.landmarks[rows], recipe, self.rng)
        no_letter = between(points, labels, recipe.between_share, self.rng)
        even = np.full((len(no_letter), n_letters), 1 / n_letters, np.float32)
        targets = np.concatenate((one_hot(labels, n_letters), even))
        weights = np.concatenate((self._weights[rows], np.ones(len(no_letter), np.float32)))
        inputs = features(np.concatenate((points, no_letter)))
        return inputs, *(np.repeat(array[:, None], recipe.n_members, axis=1) for array in (targets, weights))

    def draw(self) -> None:
        self._order = self.rng.permutation(len(self._hands))


def train_shape(hands: Hands, recipe: ShapeRecipe, epochs: int, training: Training, label: str = SHAPE) -> keras.Model:
    """Train on hands and return the network to use: (n, N_FEATURES) in, (n, letters) probabilities out."""
    keras.utils.set_random_seed(training.seed)
    members, mean = build_towers(recipe, len(hands.letters))
    batches = _Batches(hands, recipe, training.seed)
    schedule = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, len(batches) * epochs)
    members.compile(
        keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay),
        keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
        jit_compile=False,  # XLA on a CPU was many times slower
    )
    members.optimizer.build(members.trainable_variables)
    train(members, batches, epochs, training.checkpoint(label, batches), training.callbacks(label))
    return mean
