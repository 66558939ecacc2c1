"""Trains a CNN on crops: of Sign-MNIST as they are, of photographed hands with ever other things behind them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from live.classifier import resized
from live.contract import CROP_SIZE
from live.crop import WHITE
from training.architectures import architecture, build
from training.augment import Augmentation, augment
from training.checkpoints import Checkpoint, Drawn, fit_on
from training.data import Crops
from training.landmarks import VIEWS, Hands
from training.progress import bar_interval_s


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

    def __init__(self, crops: Crops | None, hands: Hands | None, recipe: Recipe, seed: int, side: int) -> None:
        super().__init__(seed)
        self._crops, self._hands, self._recipe, self._side = crops, hands, recipe, side
        self.n_letters = len((crops or hands).letters)  # type: ignore[union-attr]  # one of them there is
        self.on_epoch_end()

    def __len__(self) -> int:
        full, rest = divmod(len(self._labels), self._recipe.batch_size)
        return max(1, full if self._recipe.drop_last_batch else full + (rest > 0))

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        size = self._recipe.batch_size
        rows = self._order[index * size : (index + 1) * size]
        images = self._images[rows]
        how = self._recipe.augmentation
        pixels = augment(images, how, self.rng) if how else np.divide(images, 255, dtype=np.float32)
        return resized(pixels, self._side), one_hot(self._labels[rows], self.n_letters)

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


class Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """One bar for the whole run: steps done, time left, and the figures so far."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        total = self.params["epochs"] * self.params["steps"]
        self._bar = tqdm(total=total, desc=self._label, unit="step", dynamic_ncols=True, mininterval=bar_interval_s())

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self._bar.n = epoch * self.params["steps"]  # of a training that goes on

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        figures = {"epoch": f"{epoch + 1}/{self.params['epochs']}"}
        figures |= {name: f"{value:.4f}" for name, value in (logs or {}).items() if name.endswith("accuracy")}
        self._bar.set_postfix(figures)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self._bar.close()


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
    on_gpu: bool = False
    folder: Path | None = None
    patience: int | None = None
    precision: Literal["float32", "mixed"] = "float32"

    def checkpoint(self, name: str, batches: Drawn, patience: int | None = None) -> Checkpoint:
        """Of one network."""
        return Checkpoint(self.folder / f"{name}.npz" if self.folder else None, batches, patience)

    def callbacks(self, name: str) -> list[keras.callbacks.Callback]:
        """A progress bar, and TensorBoard's log."""
        log = (
            [keras.callbacks.TensorBoard(self.folder.parent / "logs" / name, write_graph=False)] if self.folder else []
        )
        return [Progress(name), *log]


def train_cnn(
    name: str,
    crops: Crops | None,
    hands: Hands | None,
    recipe: Recipe,
    epochs: int,
    how: Training,
    validation: Crops | None = None,
    label: str = "",
) -> tuple[keras.Model, pd.DataFrame]:
    """Train a named architecture. Returns it with its accuracies by epoch, counted from 1."""
    keras.utils.set_random_seed(how.seed)
    side = architecture(name).side
    batches = Batches(crops, hands, recipe, how.seed, side)
    with precision(how.precision):
        model = build(name, batches.n_letters)
    model.compile(
        recipe.optimizer(len(batches) * epochs),
        keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
        jit_compile=how.on_gpu,  # XLA on a CPU was many times slower
    )
    known = None
    if validation is not None:
        known = (scaled(validation.images, side), one_hot(validation.labels, batches.n_letters))
    checkpoint = how.checkpoint(label or name, batches, how.patience if known else None)
    fit_on(
        model, batches, epochs, checkpoint, how.callbacks(label or name), validation_data=known,
        validation_batch_size=512,
    )  # fmt: skip
    if how.precision == "mixed":  # what is kept computes in float32
        model, trained = build(name, batches.n_letters), model
        model.set_weights(trained.get_weights())
    return model, checkpoint.curves


@contextmanager
def precision(name: str) -> Iterator[None]:
    """Networks built inside compute in half precision where name is "mixed"; their weights stay float32."""
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_float16" if name == "mixed" else "float32")
    try:
        yield
    finally:
        keras.mixed_precision.set_dtype_policy(before)
