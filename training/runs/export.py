"""Keras model in, model folder out: weights for Keras, weights for LiteRT, and the model.json that vouches for both."""

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

import keras

from live.errors import FingerspellError
from live.files import write_file
from live.quiet import quiet_stderr
from live.readers import CONTRACT_FILE, INPUT_SHAPE, READERS, Contract, Fusion, Reader
from training.layout import LOGS, SETTINGS_FILE


def to_litert(model: keras.Model) -> bytes:
    """The float32 LiteRT file of a Keras model."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        with contextlib.redirect_stdout(io.StringIO()), quiet_stderr():  # it prints every tensor
            model.export(path, format="litert", verbose=False)
        return path.read_bytes()


def to_keras(model: keras.Model) -> bytes:
    """The .keras file of a model, without the optimizer's state (twice the size of the weights)."""
    bare = type(model).from_config(model.get_config())  # clone_model would copy the compilation, and save it
    bare.set_weights(model.get_weights())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        bare.save(path)
        return path.read_bytes()


def check_folder(out: Path) -> None:
    """Whether a model may be written there, before data is read and trained on. Raises FingerspellError."""
    try:
        if out.exists() and any(path.name != LOGS for path in out.iterdir()) and not (out / CONTRACT_FILE).exists():
            if (out / SETTINGS_FILE).exists():
                raise FingerspellError(
                    f"--out {out}: holds a run that was broken off; add --resume, or name a new folder"
                )
            raise FingerspellError(f"--out {out}: holds other files and no model; name a new folder")
        there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
        if not (there.is_dir() and os.access(there, os.W_OK)):
            raise FingerspellError(f"--out {out}: cannot be written ({there} is no folder that one may write to)")
    except OSError as error:
        raise FingerspellError(f"--out {out}: cannot be written ({error.strerror or error})") from error


def save_model(
    networks: Mapping[str, keras.Model],
    folder: Path,
    *,
    letters: tuple[str, ...],
    fusion: dict[str, Fusion],
    training: dict[str, Any],
) -> Contract:
    """Write a model folder so that at every moment it holds a whole model, the old one or the new.

    networks: by reader's name. Weights carry a piece of their sha256 in their names, so new ones never overwrite old
    ones; replacing model.json switches over; only then do the old weights go.
    """
    readers = {}
    for name, model in networks.items():
        files, sha256 = {}, {}
        for kind, suffix, content in (("keras", "keras", to_keras(model)), ("litert", "tflite", to_litert(model))):
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
    kept = {file for reader in readers.values() for file in reader.files.values()}
    for old in (path for name in READERS for kind in ("keras", "tflite") for path in folder.glob(f"{name}-*.{kind}")):
        if old.name not in kept:
            old.unlink()
    return contract


def versions() -> dict[str, str]:
    """What a model is made with."""
    told = {"python": python_version(), "keras": keras.__version__}
    backend = keras.backend.backend()
    for name in ("fingerspell", "tensorflow", "tensorflow-cpu", *({backend} - {"tensorflow"})):
        with contextlib.suppress(PackageNotFoundError):  # a checkout need not be installed where one only trains
            told[name.removesuffix("-cpu")] = version(name)
    return told
