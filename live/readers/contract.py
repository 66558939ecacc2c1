"""model.json, which describes a model folder. Training writes it, loading checks it, and both use this definition."""

import hashlib
import json
import math
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any

from live.errors import ModelError
from live.hand import CROP_SIZE
from live.readers.figures import Measurement

CONTRACT_VERSION = 2  # version 1, which describes a single CNN, can be read too
CONTRACT_FILE = "model.json"
INPUT_SHAPE = (CROP_SIZE, CROP_SIZE, 1)
INPUT_SIDES_PX = range(8, 513)  # the sizes that a CNN's input may have
PIXEL_RANGE = (0.0, 1.0)  # black, white
# They read crops, landmarks, trajectories, landmarks again, and landmarks over time.
READERS = ("cnn", "shape", "strokes", "posture", "fluent")
LEFT_OUT = "validation_"  # the keys of measurements on sources left out of training begin with this

# Required, because the page "How well it reads" shows them.
TRAINING_KEYS = {"data", "recipe", "epochs", "seed", "device"}
FIGURES_KEYS = {"title", "about", "mean", "top3", "answered", "right_when_answered", "signers", "letters"}

_REINSTALL = "install the model again, or train it (`fingerspell-train fit`)"


@dataclass(frozen=True)
class Reader:
    """One network. files, sha256: its weights files by kind, "keras" (for training) and "litert" (for reading live)."""

    architecture: str
    parameters: int
    files: dict[str, str]
    sha256: dict[str, str]


@dataclass(frozen=True)
class Fusion:
    """How the readers' probabilities are combined: softmax of the sum over readers of weight times log-probability.

    A single reader's weight is the inverse of a temperature. threshold: minimum confidence (0..1) to show a letter.
    """

    weights: dict[str, float]
    threshold: float

    def as_sharp_as(self, reader: str) -> "Fusion":
        """The same fusion with probabilities as sharp as this reader's own: its log-probabilities count once."""
        return Fusion({name: weight / self.weights[reader] for name, weight in self.weights.items()}, self.threshold)


@dataclass(frozen=True)
class Contract:
    """One model folder.

    letters: what the outputs mean, in order. readers: by name, as in READERS. fusion: by the names of the readers that
    have an input, joined by "+"; without landmarks that is "cnn" alone. training: data, recipe, seed and versions,
    enough to train the model again. measurements: by key, in the order in which they were recorded. input_shape: the
    CNN's input; the crop is resized to it.
    """

    letters: tuple[str, ...]
    readers: dict[str, Reader]
    fusion: dict[str, Fusion]
    training: dict[str, Any]
    measurements: dict[str, Measurement] = field(default_factory=dict)
    input_shape: tuple[int, ...] = INPUT_SHAPE

    @property
    def architecture(self) -> str:
        """The names of all networks, for people."""
        return " and ".join(reader.architecture for reader in self.readers.values())

    @property
    def parameters(self) -> int:
        """The number of parameters of all networks."""
        return sum(reader.parameters for reader in self.readers.values())

    def to_json(self) -> str:
        """The text of model.json."""
        values = {
            "letters": self.letters,
            "readers": {name: asdict(reader) for name, reader in self.readers.items()},
            "fusion": {names: asdict(fusion) for names, fusion in self.fusion.items()},
            "figures": {key: measurement.to_json() for key, measurement in self.measurements.items()},
            "training": self.training,
            "input_shape": self.input_shape,
            "pixel_range": PIXEL_RANGE,
            "contract": CONTRACT_VERSION,
        }
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"

    def weights(self, folder: Path, reader: str, kind: str) -> bytes:
        """The bytes of one weights file, checked against its sha256. Raises ModelError."""
        files, sha256 = self.readers[reader].files, self.readers[reader].sha256
        path = folder / files[kind]
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise ModelError(f"{path} is missing, though {CONTRACT_FILE} names it: {_REINSTALL}") from error
        except OSError as error:
            raise ModelError(f"{path} cannot be read ({error.strerror or error})") from error
        actual = hashlib.sha256(content).hexdigest()
        if actual != sha256[kind]:
            raise ModelError(
                f"{path}: sha256 is {actual[:12]}…, {CONTRACT_FILE} says {sha256[kind][:12]}…: "
                f"the file is not the one this model was published with; {_REINSTALL}"
            )
        return content


def read_contract(folder: Path) -> Contract:
    """Read and check folder/model.json. Raises ModelError, naming both sides of a mismatch."""
    path = folder / CONTRACT_FILE
    try:
        if not folder.is_dir():
            raise ModelError(f"{folder} is not a folder; name a model's folder, which holds a {CONTRACT_FILE}")
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{folder} has no {CONTRACT_FILE}, so it is not a model: {_REINSTALL}") from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise ModelError(f"{path} is not JSON ({error}): {_REINSTALL}") from error
    try:
        return _parse(values)
    except _MismatchError as error:
        raise ModelError(f"{path}: {error}; {_REINSTALL}") from error


class _MismatchError(Exception):
    """model.json does not hold what this program needs."""


def _require(condition: bool, mismatch: str) -> None:
    if not condition:
        raise _MismatchError(mismatch)


def _require_fields(values: Any, types: dict[str, type | UnionType], owner: str = "") -> None:
    """Check that values is an object with these fields. owner: how messages begin, for example "reader 'cnn': "."""
    _require(isinstance(values, dict), f"{owner.strip(': ')} is {values!r}, which is of the wrong kind")
    for name, kind in types.items():
        _require(name in values, f"{owner}has no {name!r}")
        _require(isinstance(values[name], kind), f"{owner}{name!r} is {values[name]!r}, which is of the wrong kind")


def _parse(values: Any) -> Contract:
    _require(isinstance(values, dict), f"holds a {type(values).__name__}, not an object that describes a model")
    version = values.get("contract")
    _require(
        version in (1, CONTRACT_VERSION),
        f"has contract version {version!r}, this program reads versions 1 and {CONTRACT_VERSION}",
    )
    if version == 1:
        values = _from_version_1(values)
    _require_fields(
        values,
        {"letters": list, "readers": dict, "fusion": dict, "figures": dict, "training": dict, "input_shape": list,
         "pixel_range": list},
    )  # fmt: skip
    letters, shape, readers, training = (values[name] for name in ("letters", "input_shape", "readers", "training"))
    _check_letters(letters)
    _check_input(shape, values["pixel_range"])
    names = _reader_names(readers, values["fusion"])
    _require(training.keys() >= TRAINING_KEYS, f"training must have {', '.join(sorted(TRAINING_KEYS))}")
    return Contract(
        letters=tuple(letters),
        readers={name: _reader(name, readers[name]) for name in names},
        fusion={names: _fusion(names, fusion) for names, fusion in values["fusion"].items()},
        training=training,
        measurements={key: _measurement(key, figures) for key, figures in values["figures"].items()},
        input_shape=tuple(shape),
    )


def _from_version_1(values: dict[str, Any]) -> dict[str, Any]:
    """Convert version 1, which described one CNN: its fields and the threshold were at the top, without a weight."""
    reader_fields = ("architecture", "parameters", "files", "sha256")
    rest = {name: value for name, value in values.items() if name not in (*reader_fields, "threshold")}
    cnn = {name: values[name] for name in reader_fields if name in values}
    fusion = {"weights": {"cnn": 1.0}} | ({"threshold": values["threshold"]} if "threshold" in values else {})
    return rest | {"readers": {"cnn": cnn}, "fusion": {"cnn": fusion}}


def _check_letters(letters: list[Any]) -> None:
    are_names = bool(letters) and all(isinstance(letter, str) and letter for letter in letters)
    _require(are_names, f"letters {letters!r} are not a list of names")
    _require(len(set(letters)) == len(letters), "names a letter twice")


def _check_input(shape: list[Any], pixel_range: list[Any]) -> None:
    square = len(shape) == 3 and shape[0] == shape[1] and shape[2] == 1
    _require(
        square and all(type(side) is int for side in shape) and shape[0] in INPUT_SIDES_PX,
        f"the model takes {shape}, this program gives one gray square, like {list(INPUT_SHAPE)}",
    )
    _require(
        tuple(pixel_range) == PIXEL_RANGE,
        f"the model takes pixels in {pixel_range}, this program gives {list(PIXEL_RANGE)}",
    )


def _reader_names(readers: dict[str, Any], fusion: dict[str, Any]) -> list[str]:
    """The readers' names in the order of READERS."""
    names = [name for name in READERS if name in readers]
    _require(0 < len(names) == len(readers), f"readers {sorted(readers)} must be some of {list(READERS)}")
    needed = {*names, "+".join(names)}
    _require(fusion.keys() == needed, f"fusion is given for {sorted(fusion)}, the readers need it for {sorted(needed)}")
    return names


def _reader(name: str, values: Any) -> Reader:
    owner = f"reader {name!r}: "
    _require_fields(values, {"architecture": str, "parameters": int, "files": dict, "sha256": dict}, owner)
    files, sha256 = values["files"], values["sha256"]
    for paths in (files, sha256):
        _require(isinstance(paths.get("litert"), str), f"{owner}names no litert file with its sha256")
    _require(files.keys() == sha256.keys(), f"{owner}has files for {sorted(files)}, but sha256 for {sorted(sha256)}")
    for kind, file in files.items():
        plain = isinstance(file, str) and re.fullmatch(r"[A-Za-z0-9][\w.-]*", file)
        _require(bool(plain), f"{owner}{kind} file {file!r} must be the plain name of a file in the same folder")
    return Reader(values["architecture"], values["parameters"], files, sha256)


def _fusion(names: str, values: Any) -> Fusion:
    owner = f"fusion {names!r}: "
    _require_fields(values, {"weights": dict, "threshold": float | int}, owner)
    weights, threshold = values["weights"], values["threshold"]
    _require(
        weights.keys() == set(names.split("+")) and all(_is_weight(weight) for weight in weights.values()),
        f"{owner}weights {weights!r} are not one number above 0 for each of its readers",
    )
    _require(0 <= threshold <= 1, f"{owner}threshold {threshold!r} is not in 0..1")  # false for NaN, too
    return Fusion({reader: float(weight) for reader, weight in weights.items()}, float(threshold))


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value > 0


def _measurement(key: str, values: Any) -> Measurement:
    try:
        return Measurement.from_json(values)
    except (AttributeError, KeyError, TypeError) as error:
        keys = ", ".join(sorted(FIGURES_KEYS))
        raise _MismatchError(
            f"figures {key!r} must have {keys}, and for each signer accuracy, frames and top3"
        ) from error
