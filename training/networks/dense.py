"""A network of dense layers that tells classes apart, as the strokes and the posture check are."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray


@dataclass(frozen=True)
class DenseRecipe:
    """How to train it. units: of the hidden layers. dropout: after each of them."""

    units: tuple[int, ...]
    dropout: float
    epochs: int
    batch_size: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 4e-3  # Keras' default


def train_dense(
    name: str,
    inputs: NDArray[np.float32],
    labels: NDArray[np.int64],
    n_classes: int,
    recipe: DenseRecipe,
    seed: int,
    progress: keras.callbacks.Callback | None = None,
) -> keras.Model:
    """Train on (n, m) inputs and (n,) class numbers. The network: (n, m) in, (n, n_classes) probabilities out."""
    keras.utils.set_random_seed(seed)
    given = keras.Input(inputs.shape[1:])
    x = layers.BatchNormalization()(given)
    for units in recipe.units:
        x = layers.Dropout(recipe.dropout)(layers.Dense(units, activation="relu")(x))
    model = keras.Model(given, layers.Dense(n_classes, activation="softmax")(x), name=name)
    steps = max(1, len(labels) // recipe.batch_size) * recipe.epochs
    model.compile(
        keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps), weight_decay=recipe.weight_decay
        ),
        keras.losses.SparseCategoricalCrossentropy(),
        jit_compile=False,  # XLA on a CPU was many times slower
    )
    callbacks = [progress] if progress else None
    model.fit(inputs, labels, recipe.batch_size, recipe.epochs, verbose=0, callbacks=callbacks)
    return model
