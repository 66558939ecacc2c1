"""The shape network: landmarks' features in, letters out. Small, so several are trained side by side and averaged."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from live.readers import N_FEATURES, features
from training.data import Hands, rotations
from training.engine import Drawn, Training, fit_on, one_hot

SHAPE = "shape"


@dataclass(frozen=True)
class ShapeRecipe:
    """How to train it. The variations are standard deviations, of hands of size 1 (root mean square)."""

    members: int = 4
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
    between_share: float = 0.15  # hands half-way between two letters, for each hand; taught as no letter


def build_towers(recipe: ShapeRecipe, n_letters: int) -> tuple[keras.Model, keras.Model]:
    """(to train, to use): the members' answers (n, members, letters) one by one, and their mean (n, letters)."""
    inputs = keras.Input((N_FEATURES,))
    answers = []
    for _ in range(recipe.members):
        x = layers.BatchNormalization()(inputs)
        for units in recipe.units:
            x = layers.Dense(units, use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
            x = layers.Dropout(recipe.dropout)(x)
        answers.append(layers.Dense(n_letters, activation="softmax")(x))
    apart = keras.ops.stack(answers, axis=1)
    return keras.Model(inputs, apart), keras.Model(inputs, layers.Average()(answers), name=SHAPE)


def vary(landmarks: NDArray[np.float32], how: ShapeRecipe, rng: np.random.Generator) -> NDArray[np.float64]:
    """(n, 21, 3) hands seen from a little elsewhere, by other cameras and trackers; centred, of size 1."""
    n = len(landmarks)
    points = unit_size(landmarks)
    for axis, degrees in ((0, how.tilt_deg), (1, how.tilt_deg), (2, how.turn_deg)):
        points = points @ rotations(axis, rng.normal(0, degrees, n)).transpose(0, 2, 1)
    points[:, :, 0] *= 1 + rng.normal(0, how.stretch, (n, 1))
    points[:, :, 0] += rng.normal(0, how.shear, (n, 1)) * points[:, :, 1]
    return points + rng.normal(0, how.noise, points.shape)


def unit_size(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 21, 3), each centred on its mean and of root mean square distance 1 from it on the screen."""
    points = landmarks - landmarks.mean(axis=1, keepdims=True, dtype=np.float64)
    size = np.sqrt((points[:, :, :2] ** 2).sum(axis=2).mean(axis=1))
    unit: NDArray[np.float64] = points / np.maximum(size, 1e-6)[:, None, None]
    return unit


def between(
    points: NDArray[np.float64], labels: NDArray[np.int64], share: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(m, 21, 3) hands on their way from one letter to another: at the middle third of it."""
    n = round(share * len(points))
    first, second = rng.integers(0, len(points), (2, n))
    apart = labels[first] != labels[second]
    way = rng.uniform(1 / 3, 2 / 3, (n, 1, 1))
    mixed: NDArray[np.float64] = (points[first] * way + points[second] * (1 - way))[apart]
    return mixed


def balance(sources: NDArray[np.str_], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n,) weights of mean 1: a source's letter counts with the square root of how often it is there."""
    _, index, count = np.unique(
        np.char.add(np.char.add(sources, "/"), labels.astype(str)), return_inverse=True, return_counts=True
    )
    weights = 1 / np.sqrt(count[index])
    alike: NDArray[np.float32] = (weights / weights.mean()).astype(np.float32)
    return alike


class _Batches(Drawn):
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
        none = between(points, labels, recipe.between_share, self.rng)
        truth = np.concatenate((one_hot(labels, n_letters), np.full((len(none), n_letters), 1 / n_letters, np.float32)))
        weights = np.concatenate((self._weights[rows], np.ones(len(none), np.float32)))
        apart = np.repeat(truth[:, None], recipe.members, axis=1)
        return features(np.concatenate((points, none))), apart, np.repeat(weights[:, None], recipe.members, axis=1)

    def draw(self) -> None:
        self._order = self.rng.permutation(len(self._hands))


def train_shape(hands: Hands, recipe: ShapeRecipe, epochs: int, how: Training, label: str = SHAPE) -> keras.Model:
    """Train on hands and return the network to use: (n, N_FEATURES) in, (n, letters) probabilities out."""
    keras.utils.set_random_seed(how.seed)
    apart, mean = build_towers(recipe, len(hands.letters))
    batches = _Batches(hands, recipe, how.seed)
    schedule = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, len(batches) * epochs)
    apart.compile(
        keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay),
        keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
        jit_compile=False,  # XLA on a CPU was many times slower
    )
    apart.optimizer.build(apart.trainable_variables)
    fit_on(apart, batches, epochs, how.checkpoint(label, batches), how.callbacks(label))
    return mean
