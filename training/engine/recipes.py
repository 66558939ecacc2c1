"""The recipes by name: optimizer, batch size, epochs, augmentation, and how validation pictures are chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import keras

from training.data import Augmentation

Validation = Literal["groups", "chance", "test file", "sources"]


@dataclass(frozen=True)
class Recipe:
    """How to train.

    optimizer: made from the number of steps of the whole training. validation: "groups" holds back whole groups of
    near-duplicates in the training file. "chance" holds back single pictures, whose near-duplicates are trained on, to
    show what that does. "test file" validates on the test file after every epoch, as the course does. "sources" leaves
    out whole sources of hands in turn.
    """

    optimizer: Callable[[int], keras.optimizers.Optimizer]
    batch_size: int
    epochs: int
    augmentation: Augmentation | None
    label_smoothing: float
    validation: Validation
    drop_last_batch: bool  # if it is not full: a step on a few pictures is noisy
    crops_share: float = 1.0  # of Sign-MNIST's crops, used in each epoch beside photographed hands
    views: int = 0  # of each photographed hand in each epoch
    fold_epochs: int = 0  # for the networks that only judge the sources left out
    members: int = 1  # CNNs, trained with different seeds and combined by mean_of; for "sources" only


def _rmsprop(steps: int) -> keras.optimizers.Optimizer:
    return keras.optimizers.RMSprop()


def _adam(steps: int) -> keras.optimizers.Optimizer:
    return keras.optimizers.Adam()


def _adamw(steps: int) -> keras.optimizers.Optimizer:
    """Warm up over a tenth of the steps, then decay to 0 along a cosine."""
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
        members=2,
    ),
}
