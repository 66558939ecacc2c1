"""Small model folders for tests, made by the real Keras and the real LiteRT."""

from pathlib import Path

import keras

from live.contract import Contract
from live.letters import HELD_LETTERS
from training.export import save_model


def tiny(n_letters: int = 24, side: int = 28) -> keras.Model:
    """The least network that takes a crop and gives letters."""
    return keras.Sequential(
        [keras.Input((side, side, 1)), keras.layers.Flatten(), keras.layers.Dense(n_letters, activation="softmax")],
        name="tiny",
    )


def write(folder: Path, model: keras.Model | None = None, letters: tuple[str, ...] = HELD_LETTERS) -> Contract:
    """A model folder around a network."""
    training = {"data": "nothing", "recipe": "none", "epochs": 0, "seed": 0, "device": "CPU"}
    return save_model(model or tiny(), folder, letters=letters, threshold=0.5, training=training)
