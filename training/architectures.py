"""The networks by name. Backend-neutral Keras: (28, 28, 1) pixels in [0, 1] in, probabilities of the letters out."""

from collections.abc import Callable

import keras
from keras import layers

from live.contract import CROP_SIZE
from live.errors import FingerspellError

INPUT_SHAPE = (CROP_SIZE, CROP_SIZE, 1)


def nvidia(n_letters: int) -> keras.Model:
    """The CNN of NVIDIA's course "Getting Started with Deep Learning", layer for layer: 264,049 parameters."""
    return keras.Sequential(
        [
            keras.Input(INPUT_SHAPE),
            layers.Conv2D(75, 3, strides=1, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2, strides=2, padding="same"),
            layers.Conv2D(50, 3, strides=1, padding="same", activation="relu"),
            layers.Dropout(0.2),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2, strides=2, padding="same"),
            layers.Conv2D(25, 3, strides=1, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2, strides=2, padding="same"),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(n_letters, activation="softmax"),
        ],
        name="nvidia",
    )


def compact(n_letters: int) -> keras.Model:
    """The CNN for Sign-MNIST alone: five convolutions, most of them where the picture is small; 197,432 parameters."""
    inputs = keras.Input(INPUT_SHAPE)
    return keras.Model(inputs, _convolutions(inputs, n_letters), name="compact")


def steady(n_letters: int) -> keras.Model:
    """The CNN for every camera: compact, but first each picture's own brightness and contrast are taken out of it."""
    inputs = keras.Input(INPUT_SHAPE)
    alike = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False, epsilon=1e-4)(inputs)
    return keras.Model(inputs, _convolutions(alike, n_letters), name="steady")


def _convolutions(x: keras.KerasTensor, n_letters: int) -> keras.KerasTensor:
    for filters, convolutions in ((32, 1), (48, 2), (96, 2)):
        for _ in range(convolutions):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
        x = layers.MaxPooling2D(2, padding="same")(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.3)(x)
    return layers.Dense(n_letters, activation="softmax")(x)


ARCHITECTURES: dict[str, Callable[[int], keras.Model]] = {"nvidia": nvidia, "compact": compact, "steady": steady}


def architecture(name: str) -> Callable[[int], keras.Model]:
    """What builds the named network for a number of letters. Raises FingerspellError for a name that is not there."""
    if name not in ARCHITECTURES:
        raise FingerspellError(f"there is no architecture {name!r}; there are {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]


def build(name: str, n_letters: int) -> keras.Model:
    """A fresh network by name. Raises FingerspellError for a name that is not there."""
    return architecture(name)(n_letters)
