"""Small model folders for tests, made with the real Keras and the real LiteRT."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import keras

from live.letters import HELD_LETTERS
from live.readers.contract import Contract, Fusion, read_contract
from live.readers.features import N_FEATURES
from training.runs.export import save_model


def tiny(n_letters: int = 24, side: int = 28) -> keras.Model:
    """The smallest network that takes a crop and gives letters."""
    return keras.Sequential(
        [keras.Input((side, side, 1)), keras.layers.Flatten(), keras.layers.Dense(n_letters, activation="softmax")],
        name="tiny",
    )


def tiny_shape(n_letters: int = 24) -> keras.Model:
    """The smallest network that takes a hand's features and gives letters."""
    return keras.Sequential(
        [keras.Input((N_FEATURES,)), keras.layers.Dense(n_letters, activation="softmax")], name="tiny_shape"
    )


def write(
    folder: Path, *, cnn: bool = True, shape: bool = False, letters: tuple[str, ...] = HELD_LETTERS, side: int = 28
) -> Contract:
    """Write a model folder with untrained networks."""
    networks = {"cnn": tiny(len(letters), side)} if cnn else {}
    networks |= {"shape": tiny_shape(len(letters))} if shape else {}
    training = {"data": "nothing", "recipe": "none", "epochs": 0, "seed": 0, "device": "CPU"}
    names = [*networks, *(["+".join(networks)] if len(networks) > 1 else [])]
    fusion = {name: Fusion(dict.fromkeys(name.split("+"), 1.0), 0.5) for name in names}
    return save_model(networks, folder, letters=letters, fusion=fusion, training=training)


def copy(folder: Path, *, cnn: bool = True, shape: bool = False) -> Contract:
    """Copy a model folder that is written once in a process. Converting networks to LiteRT takes a second."""
    shutil.copytree(_written(cnn, shape), folder, dirs_exist_ok=True)
    return read_contract(folder)


@cache
def _written(cnn: bool, shape: bool) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fingerspell-model-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write(folder, cnn=cnn, shape=shape)
    return folder
