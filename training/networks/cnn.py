"""Trains the CNN on hand crops. Photographed hands get other backgrounds: white ones, random ones, or their own."""

from dataclasses import replace

import keras
import pandas as pd

from training.compute import N_SEEDS, precision
from training.engine import Batches, Dataset, Recipe, Training, one_hot, scaled, train
from training.networks.architectures import architecture, build, mean_of


def begin_cnn(
    name: str, dataset: Dataset, recipe: Recipe, epochs: int, training: Training
) -> tuple[keras.Model, Batches]:
    """Build and compile a named architecture for that many epochs. Returns it with its batches."""
    keras.utils.set_random_seed(training.seed)
    batches = dataset.batches(recipe, architecture(name).side, training.seed, training.device)
    with precision(training.precision), training.device.scope():
        model = build(name, batches.n_letters)
        model.compile(
            recipe.optimizer(len(batches) * epochs),
            keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
            metrics=["accuracy"],
            jit_compile=training.device.compiles,
        )
        model.optimizer.build(model.trainable_variables)
    return model, batches


def train_cnn(
    name: str, dataset: Dataset, recipe: Recipe, epochs: int, training: Training, label: str = ""
) -> tuple[keras.Model, pd.DataFrame]:
    """Train a named architecture. Returns it with its accuracies by epoch, counted from 1.

    label: names the checkpoint and the progress bar; by default the architecture's name.
    """
    model, batches = begin_cnn(name, dataset, recipe, epochs, training)
    validation = None
    if dataset.validation is not None:
        crops = dataset.validation.select(training.device.share(len(dataset.validation)))
        validation = scaled(crops.images, architecture(name).side), one_hot(crops.labels, batches.n_letters)
    checkpoint = training.checkpoint(label or name, batches, training.patience if validation else None)
    train(
        model, batches, epochs, checkpoint, training.callbacks(label or name), validation_data=validation,
        validation_batch_size=512,
    )  # fmt: skip
    if training.precision == "mixed" or training.device.strategy:  # the result computes in float32, on one device
        model, trained = build(name, batches.n_letters), model
        model.set_weights(trained.get_weights())
    return model, checkpoint.curves


def train_mean_cnn(
    name: str, dataset: Dataset, recipe: Recipe, epochs: int, training: Training, label: str = ""
) -> tuple[keras.Model, pd.DataFrame]:
    """Train recipe.members CNNs of a named architecture, each with a seed of its own.

    Returns the network that gives the geometric mean of their probabilities (mean_of), and the mean of their accuracies
    by epoch. label: as for train_cnn.
    """
    label = label or name
    members, curves = [], []
    for number in range(recipe.members):
        how = replace(training, seed=(training.seed * recipe.members + number) % N_SEEDS)
        of_member = f"{label}, network {number + 1}" if number else label
        member, accuracies = train_cnn(name, dataset, recipe, epochs, how, of_member)
        members.append(member)
        curves.append(accuracies)
    return mean_of(members), pd.concat(curves).groupby("epoch").mean()
