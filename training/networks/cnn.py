"""Trains a CNN on crops: of Sign-MNIST as they are, of photographed hands with ever other things behind them."""

from dataclasses import replace

import keras
import pandas as pd

from training.compute import precision
from training.data import Crops, Hands, Shards
from training.engine import Batches, HeldBatches, Recipe, StreamedBatches, Training, fit_on, one_hot, scaled
from training.networks.architectures import architecture, build


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
