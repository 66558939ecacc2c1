"""Saves Keras models as a model folder: weights for Keras and for LiteRT, and a model.json with their checksums."""

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

import keras

from live.files import write_file
from live.quiet import quiet_stderr
from live.readers import CONTRACT_FILE, INPUT_SHAPE, READERS, Contract, Fusion, Reader, read_contract
from training.data import TrainingData
from training.errors import SettingError, UnfinishedRunError
from training.layout import LOGS, SETTINGS_FILE
from training.networks import DenseRecipe


def to_litert(model: keras.Model) -> bytes:
    """Convert a Keras model to a float32 LiteRT file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        with contextlib.redirect_stdout(io.StringIO()), quiet_stderr():  # it prints every tensor
            model.export(path, format="litert", verbose=False)
        return path.read_bytes()


def to_keras(model: keras.Model) -> bytes:
    """The .keras file of a model, without the optimizer's state, which is twice as large as the weights."""
    bare = type(model).from_config(model.get_config())  # clone_model would copy the compilation, and save it
    bare.set_weights(model.get_weights())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        bare.save(path)
        return path.read_bytes()


def check_folder(out: Path, reader: str | None = None) -> None:
    """Check that a model can be written there, before time is spent on training. Raises FingerspellError.

    reader: the only one of the new model; a model that reads something else would be lost.
    """
    if reader and (out / CONTRACT_FILE).exists() and set(read_contract(out).readers) != {reader}:
        raise SettingError(f"{out} holds another kind of model; name another folder", "out")
    try:
        if out.exists() and any(path.name != LOGS for path in out.iterdir()) and not (out / CONTRACT_FILE).exists():
            if (out / SETTINGS_FILE).exists():
                raise UnfinishedRunError(f"{out} holds an interrupted run; name a new folder, or resume that run", out)
            raise SettingError(f"{out} holds other files and no model; name a new folder", "out")
        existing = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
        if not (existing.is_dir() and os.access(existing, os.W_OK)):
            raise SettingError(f"{out} cannot be written ({existing} is not a writable folder)", "out")
    except OSError as error:
        raise SettingError(f"{out} cannot be written ({error.strerror or error})", "out") from error


def save_model(
    networks: Mapping[str, keras.Model],
    folder: Path,
    *,
    letters: tuple[str, ...],
    fusion: dict[str, Fusion],
    training: dict[str, Any],
    live_networks: Mapping[str, keras.Model] | None = None,
) -> Contract:
    """Write a model folder that holds a complete model at every moment, the old one or the new one.

    networks: by reader's name. live_networks: those that are used live, if they are not the same.

    Names of weight files contain a part of their sha256, so new files never overwrite old ones. Replacing model.json
    switches to the new files; only then are the old ones deleted.
    """
    readers = {}
    for name, model in networks.items():
        files, sha256 = {}, {}
        live_model = (live_networks or {}).get(name, model)
        for kind, suffix, content in (("keras", "keras", to_keras(model)), ("litert", "tflite", to_litert(live_model))):
            sha256[kind] = hashlib.sha256(content).hexdigest()
            files[kind] = f"{name}-{sha256[kind][:8]}.{suffix}"
            write_file(folder / files[kind], content)
        readers[name] = Reader(model.name, model.count_params(), files, sha256)
    contract = Contract(
        letters=letters,
        readers=readers,
        fusion=fusion,
        training=training | {"versions": versions()},
        input_shape=networks["cnn"].input_shape[1:] if "cnn" in networks else INPUT_SHAPE,
    )
    write_file(folder / CONTRACT_FILE, contract.to_json().encode())
    current = {file for reader in readers.values() for file in reader.files.values()}
    for path in (path for name in READERS for kind in ("keras", "tflite") for path in folder.glob(f"{name}-*.{kind}")):
        if path.name not in current:
            path.unlink()
    return contract


def save_dense(
    model: keras.Model,
    folder: Path,
    *,
    outputs: tuple[str, ...],
    threshold: float,
    data: TrainingData,
    recipe: DenseRecipe,
    seed: int,
    device: str,
    about: dict[str, Any],
) -> Contract:
    """Write the folder of a model that is one dense network. about: what else model.json says of the training."""
    training = {
        "data": "; ".join(data.about),
        "data_sha256": data.sha256,
        "recipe": asdict(recipe),
        "epochs": recipe.epochs,
        "seed": seed,
        "device": device,
    }
    fusion = {model.name: Fusion({model.name: 1.0}, threshold)}
    return save_model({model.name: model}, folder, letters=outputs, fusion=fusion, training=training | about)


def versions() -> dict[str, str]:
    """The versions of Python and of the libraries that a model is made with."""
    installed = {"python": python_version(), "keras": keras.__version__}
    backend = keras.backend.backend()
    for name in ("fingerspell", "tensorflow", "tensorflow-cpu", *({backend} - {"tensorflow"})):
        with contextlib.suppress(PackageNotFoundError):  # a checkout that only trains need not be installed
            installed[name.removesuffix("-cpu")] = version(name)
    return installed
