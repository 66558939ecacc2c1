"""Trains a CNN on crops: of Sign-MNIST as they are, of photographed hands with ever other things behind them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from live.classifier import resized
from live.contract import CROP_SIZE
from live.crop import WHITE
from live.errors import DataError
from training.architectures import architecture, build
from training.augment import Augmentation, augment
from training.callbacks import Progress, SameWeights
from training.checkpoints import Checkpoint, Drawn, fit_on
from training.data import Crops
from training.devices import CPU, Device, precision
from training.landmarks import VIEWS, Hands
from training.runs import LOGS
from training.shards import Shards, shares


@dataclass(frozen=True)
class Recipe:
    """How to train.

    optimizer: from the number of steps of the whole run. validation: "groups" holds whole groups of near-duplicates of
    the training file back; "chance" holds single pictures back, whose near-duplicates are then trained on, to show what
    that does; "test file" is what the course does, and makes its curve a look at the test file; "sources" leaves whole
    sources of photographed hands out, in turn.
    """

    optimizer: Callable[[int], keras.optimizers.Optimizer]
    batch_size: int
    epochs: int
    augmentation: Augmentation | None
    label_smoothing: float
    validation: Literal["groups", "chance", "test file", "sources"]
    drop_last_batch: bool  # where it is not full; a step on a few pictures is a noisy one
    crops_share: float = 1.0  # of Sign-MNIST's crops in each epoch, beside photographed hands
    views: int = 0  # of each photographed hand in each epoch
    fold_epochs: int = 0  # of networks that only say what they make of the sources left out


def _rmsprop(steps: int) -> keras.optimizers.Optimizer:
    return keras.optimizers.RMSprop()


def _adam(steps: int) -> keras.optimizers.Optimizer:
    return keras.optimizers.Adam()


def _adamw(steps: int) -> keras.optimizers.Optimizer:
    """Warm-up over a tenth of the steps, then a cosine down to nothing."""
    peak, warmup = 3e-3, max(1, steps // 10)
    schedule = keras.optimizers.schedules.CosineDecay(
        peak / 10, max(1, steps - warmup), warmup_target=peak, warmup_steps=warmup
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-3)


RECIPES = {
    "course": Recipe(_rmsprop, 32, 20, None, 0.0, "test file", drop_last_batch=False),
    "lesson": Recipe(_adam, 32, 10, None, 0.0, "groups", drop_last_batch=False),
    "lesson-by-chance": Recipe(_adam, 32, 10, None, 0.0, "chance", drop_last_batch=False),
    "augmented": Recipe(_adamw, 128, 12, Augmentation(), 0.05, "groups", drop_last_batch=True),
    "letters": Recipe(
        _adamw,
        128,
        14,
        Augmentation(rotation_deg=15, contrast=0.5, brightness=0.2),
        0.1,
        "sources",
        drop_last_batch=True,
        crops_share=0.4,
        views=3,
        fold_epochs=8,
    ),
}


class Batches(Drawn):
    """Shuffled batches of (n, side, side, 1) float32 in [0, 1] and one-hot letters, varied anew in every epoch."""

    def __init__(self, letters: Sequence[str], recipe: Recipe, side: int, seed: int, process: int = 0) -> None:
        super().__init__(seed, process)
        self.n_letters, self._recipe, self._side = len(letters), recipe, side

    @property
    def n(self) -> int:
        """Pictures in an epoch."""
        raise NotImplementedError

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The epoch's pictures from one position to another, and their labels."""
        raise NotImplementedError

    def __len__(self) -> int:
        full, rest = divmod(self.n, self._recipe.batch_size)
        return max(1, full if self._recipe.drop_last_batch else full + (rest > 0))

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        first = index * self._recipe.batch_size
        images, labels = self.pictures(first, min(first + self._recipe.batch_size, self.n))
        how = self._recipe.augmentation
        pixels = augment(images, how, self.rng) if how else np.divide(images, 255, dtype=np.float32)
        return resized(pixels, self._side), one_hot(labels, self.n_letters)


class HeldBatches(Batches):
    """Of what is held in memory: crops, and views of photographed hands."""

    def __init__(
        self, crops: Crops | None, hands: Hands | None, recipe: Recipe, side: int, seed: int, process: int = 0
    ) -> None:
        letters = (crops or hands).letters  # type: ignore[union-attr]  # one of them there is
        super().__init__(letters, recipe, side, seed, process)
        self._crops, self._hands = crops, hands
        self.on_epoch_end()

    @property
    def n(self) -> int:  # noqa: D102
        return len(self._labels)

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:  # noqa: D102
        rows = self._order[first:last]
        return self._images[rows], self._labels[rows]

    def draw(self) -> None:
        """Draw an epoch's crops and their order."""
        if self._hands is None:
            if self._crops is not None:
                self._images, self._labels = self._crops.images, self._crops.labels
        else:
            self._images, self._labels = self._mix(self._hands)
        self._order = self.rng.permutation(len(self._labels))

    def _mix(self, hands: Hands) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """One epoch's crops: some of Sign-MNIST, some views of every photographed hand."""
        images, labels = other_backgrounds(hands, self._recipe.views, self.rng)
        if self._crops is None:
            return images, labels
        some = self.rng.permutation(len(self._crops))[: round(len(self._crops) * self._recipe.crops_share)]
        return np.concatenate((self._crops.images[some], images)), np.concatenate((self._crops.labels[some], labels))


class StreamedBatches(Batches):
    """Out of shards. MIXED of them, drawn by chance, are read and shuffled together, and left behind for the next."""

    in_order = True
    MIXED = 4

    def __init__(self, shards: Shards, recipe: Recipe, side: int, seed: int, device: Device) -> None:
        super().__init__(shards.letters, recipe, side, seed, device.process)
        self._shards = shards
        sizes, parts = np.array(shards.sizes), shares(shards.sizes, device.processes)
        self._own = parts[device.process]
        self._n = int(min(sizes[part].sum() for part in parts))  # processes take the same number of steps
        self.on_epoch_end()

    @property
    def n(self) -> int:  # noqa: D102
        return self._n

    def draw(self) -> None:
        """Draw which shards are mixed, and in which order."""
        order = self.rng.permutation(self._own)
        self._mixed = [order[first : first + self.MIXED] for first in range(0, len(order), self.MIXED)]
        self._ends = np.cumsum([sum(self._shards.sizes[number] for number in mixed) for mixed in self._mixed])
        self._seed = int(self.rng.integers(2**63))
        self._held: dict[int, tuple[NDArray[np.uint8], NDArray[np.int64]]] = {}

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:  # noqa: D102
        parts = []
        while first < last:
            place = int(np.searchsorted(self._ends, first, "right"))
            begin, end = (int(self._ends[place - 1]) if place else 0), min(last, int(self._ends[place]))
            images, labels = self._hold(place)
            parts.append((images[first - begin : end - begin], labels[first - begin : end - begin]))
            first = end
        return np.concatenate([each for each, _ in parts]), np.concatenate([each for _, each in parts])

    def _hold(self, place: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        if place not in self._held:
            self._held.clear()
            mixed = self._mixed[place]
            ends = np.cumsum([self._shards.sizes[number] for number in mixed])
            order = np.random.default_rng((self._seed, place)).permutation(int(ends[-1]))
            images, labels = np.empty((len(order), CROP_SIZE, CROP_SIZE), np.uint8), np.empty(len(order), np.int64)
            for number, end in zip(mixed, ends, strict=True):
                rows = order[end - self._shards.sizes[number] : end]
                try:
                    images[rows], labels[rows] = self._shards.read(number)
                except DataError as error:
                    self.fault = error
                    raise
            self._held[place] = images, labels
        return self._held[place]


def other_backgrounds(
    hands: Hands, views: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(n * views, 28, 28) uint8 crops and their labels.

    Half of them as live sees them, white behind the hand. Of the others a third as photographed, a third before another
    crop, a third before a plain wall: the mask is never quite right, and without landmarks there is none.
    """
    assert hands.crops is not None
    assert hands.masks is not None
    n = len(hands)
    rows = np.repeat(np.arange(n), views)
    chosen = rng.permuted(np.tile(np.arange(VIEWS), (n, 1)), axis=1)[:, :views].ravel()
    seen = hands.crops[rows, chosen].astype(np.float32)
    hand = hands.masks[rows, chosen].astype(np.float32) / 255
    behind = np.full_like(seen, WHITE)
    kind = rng.choice(4, len(rows), p=(1 / 2, 1 / 6, 1 / 6, 1 / 6))
    behind[kind == 1] = seen[kind == 1]
    other = seen[rng.permutation(len(rows))[: np.count_nonzero(kind == 2)]]
    contrast, shade = rng.uniform(0.3, 1.2, (len(other), 1, 1)), rng.uniform(0, 255, (len(other), 1, 1))
    behind[kind == 2] = np.clip((np.rot90(other, int(rng.integers(0, 4)), (1, 2)) - 128) * contrast + shade, 0, 255)
    behind[kind == 3] = rng.uniform(0, 255, (np.count_nonzero(kind == 3), 1, 1))
    return (seen * hand + behind * (1 - hand)).astype(np.uint8), hands.labels[rows]


def one_hot(labels: NDArray[np.int64], n_letters: int) -> NDArray[np.float32]:
    """(n,) positions among the letters to (n, n_letters)."""
    return np.eye(n_letters, dtype=np.float32)[labels]


def scaled(images: NDArray[np.uint8], side: int = CROP_SIZE) -> NDArray[np.float32]:
    """(n, 28, 28) uint8 to (n, side, side, 1) float32 in [0, 1]."""
    return resized(np.divide(images, 255, dtype=np.float32), side)


@dataclass(frozen=True)
class Training:
    """How a run trains each of its networks. folder: of checkpoints and logs, None for neither. patience: in epochs,
    None to train to the end. precision: "mixed" computes in half precision where it can.
    """

    seed: int
    device: Device = CPU
    folder: Path | None = None
    patience: int | None = None
    precision: Literal["float32", "mixed"] = "float32"

    def checkpoint(self, name: str, batches: Drawn, patience: int | None = None) -> Checkpoint:
        """Of one network."""
        return Checkpoint(self.folder / f"{name}.npz" if self.folder else None, batches, patience)

    def callbacks(self, name: str) -> list[keras.callbacks.Callback]:
        """A progress bar, and TensorBoard's log where TensorFlow is there to write it."""
        told: list[keras.callbacks.Callback] = [Progress(name)]
        if self.folder and self.device.process == 0 and find_spec("tensorflow"):  # which writes the log
            told.append(keras.callbacks.TensorBoard(self.folder.parent / LOGS / name, write_graph=False))
        if self.device.processes > 1:
            told.append(SameWeights())
        return told


def begin_cnn(
    name: str, crops: Crops | Shards | None, hands: Hands | None, recipe: Recipe, epochs: int, how: Training
) -> tuple[keras.Model, Batches]:
    """A named architecture, compiled for so many epochs, and what it learns from."""
    keras.utils.set_random_seed(how.seed)
    side, device = architecture(name).side, how.device
    recipe = replace(recipe, batch_size=recipe.batch_size // device.processes)
    batches: Batches
    if isinstance(crops, Shards):
        batches = StreamedBatches(crops, recipe, side, how.seed, device)
    else:
        own = crops.take(device.share(len(crops))) if crops and device.processes > 1 else crops
        batches = HeldBatches(own, hands, recipe, side, how.seed, device.process)
    with precision(how.precision), device.scope():
        model = build(name, batches.n_letters)
        model.compile(
            recipe.optimizer(len(batches) * epochs),
            keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
            metrics=["accuracy"],
            jit_compile=device.compiles,
        )
        model.optimizer.build(model.trainable_variables)
    return model, batches


def train_cnn(
    name: str,
    crops: Crops | Shards | None,
    hands: Hands | None,
    recipe: Recipe,
    epochs: int,
    how: Training,
    validation: Crops | None = None,
    label: str = "",
) -> tuple[keras.Model, pd.DataFrame]:
    """Train a named architecture. Returns it with its accuracies by epoch, counted from 1."""
    model, batches = begin_cnn(name, crops, hands, recipe, epochs, how)
    known = None
    if validation is not None:
        own = validation.take(how.device.share(len(validation)))
        known = scaled(own.images, architecture(name).side), one_hot(own.labels, batches.n_letters)
    checkpoint = how.checkpoint(label or name, batches, how.patience if known else None)
    fit_on(
        model, batches, epochs, checkpoint, how.callbacks(label or name), validation_data=known,
        validation_batch_size=512,
    )  # fmt: skip
    if how.precision == "mixed" or how.device.strategy:  # what is kept computes in float32, on one device
        model, trained = build(name, batches.n_letters), model
        model.set_weights(trained.get_weights())
    return model, checkpoint.curves
