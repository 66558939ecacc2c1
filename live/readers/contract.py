"""model.json: what a model folder promises. training/ writes it and loading checks it, both through this definition."""

import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from live.errors import ModelError
from live.hand import CROP_SIZE

CONTRACT_VERSION = 2  # version 1, of a CNN alone, is read too
CONTRACT_FILE = "model.json"
INPUT_SHAPE = (CROP_SIZE, CROP_SIZE, 1)
SIDES = range(8, 513)  # pixels that a CNN's pictures may have
PIXEL_RANGE = (0.0, 1.0)  # black, white
READERS = ("cnn", "shape", "strokes")  # what reads crops, what landmarks, what their way through the air

# What the page "How well it reads" shows of them.
TRAINING_KEYS = {"data", "recipe", "epochs", "seed", "device"}
FIGURES_KEYS = {"title", "about", "mean", "top3", "answered", "right_when_answered", "signers", "letters"}


@dataclass(frozen=True)
class Reader:
    """One network. files, sha256: its weights by kind, "keras" (to train on) and "litert" (what live reads with)."""

    architecture: str
    parameters: int
    files: dict[str, str]
    sha256: dict[str, str]


@dataclass(frozen=True)
class Fusion:
    """How one answer comes of the readers at hand: softmax of the sum over readers of weight times log-probability.

    With one reader its weight is the inverse of a temperature. threshold: confidence (0..1) from which a letter is
    shown.
    """

    weights: dict[str, float]
    threshold: float


@dataclass(frozen=True)
class Contract:
    """One model folder.

    letters: what the outputs mean, in their order. readers: by name, some of READERS. fusion: by the readers
    that have something to read, joined by "+"; without landmarks "cnn" alone answers. input_shape, pixel_range: what
    the CNN is fed: the one crop, at its own size or another. figures: accuracies as measured. training: data, recipe,
    seed and versions, so that the model can be made again.
    """

    letters: tuple[str, ...]
    readers: dict[str, Reader]
    fusion: dict[str, Fusion]
    figures: dict[str, Any]
    training: dict[str, Any]
    input_shape: tuple[int, ...] = INPUT_SHAPE
    pixel_range: tuple[float, float] = PIXEL_RANGE
    contract: int = CONTRACT_VERSION

    @property
    def architecture(self) -> str:
        """The networks' names, in words."""
        return " and ".join(reader.architecture for reader in self.readers.values())

    @property
    def parameters(self) -> int:
        """Of all networks."""
        return sum(reader.parameters for reader in self.readers.values())

    def to_json(self) -> str:
        """The text of model.json."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def weights(self, folder: Path, reader: str, kind: str) -> bytes:
        """The bytes of one weights file, checked against its sha256."""
        files, sha256 = self.readers[reader].files, self.readers[reader].sha256
        path = folder / files[kind]
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise ModelError(f"{path} is missing, though {CONTRACT_FILE} names it: {_AGAIN}") from error
        except OSError as error:
            raise ModelError(f"{path} cannot be read ({error.strerror or error})") from error
        found = hashlib.sha256(content).hexdigest()
        if found != sha256[kind]:
            raise ModelError(
                f"{path}: sha256 is {found[:12]}…, {CONTRACT_FILE} says {sha256[kind][:12]}…: "
                f"the file is not the one this model was published with; {_AGAIN}"
            )
        return content


_AGAIN = "install the model anew, or train it (`fingerspell-train fit`)"


def read_contract(folder: Path) -> Contract:
    """Read and check folder/model.json. Raises ModelError, naming both sides of a mismatch."""
    path = folder / CONTRACT_FILE
    try:
        if not folder.is_dir():
            raise ModelError(f"{folder} is not a folder; name a model's, with a {CONTRACT_FILE} in it")
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{folder} has no {CONTRACT_FILE}, so it is no model: {_AGAIN}") from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise ModelError(f"{path} is not JSON ({error}): {_AGAIN}") from error
    return _check(path, told)


def _check(path: Path, told: Any) -> Contract:
    def wrong(what: str) -> ModelError:
        return ModelError(f"{path}: {what}; {_AGAIN}")

    if not isinstance(told, dict):
        raise wrong(f"holds a {type(told).__name__} where a model's description is needed")
    version = told.get("contract")
    if version not in (1, CONTRACT_VERSION):
        raise wrong(f"is of contract version {version!r}, this program reads versions 1 and {CONTRACT_VERSION}")
    if version == 1:
        told = _from_version_1(told)
    fields = {
        "letters": list, "readers": dict, "fusion": dict, "figures": dict, "training": dict, "input_shape": list,
        "pixel_range": list,
    }  # fmt: skip
    _check_fields(told, fields, wrong)
    letters = told["letters"]
    if not letters or not all(isinstance(letter, str) and letter for letter in letters):
        raise wrong(f"letters {letters!r} are not a list of names")
    if len(set(letters)) != len(letters):
        raise wrong("names a letter twice")
    shape = told["input_shape"]
    whole = all(type(side) is int for side in shape)
    if not (whole and len(shape) == 3 and shape[0] == shape[1] and shape[2] == 1 and shape[0] in SIDES):
        raise wrong(f"the model takes {shape}, this program gives one gray square, like {list(INPUT_SHAPE)}")
    if tuple(told["pixel_range"]) != PIXEL_RANGE:
        raise wrong(f"the model takes pixels in {told['pixel_range']}, this program gives {list(PIXEL_RANGE)}")
    names = [name for name in READERS if name in told["readers"]]
    if not names or len(names) != len(told["readers"]):
        raise wrong(f"readers {sorted(told['readers'])} must be some of {list(READERS)}")
    wanted = {*names, "+".join(names)}
    if told["fusion"].keys() != wanted:
        raise wrong(f"fusion is told for {sorted(told['fusion'])}, the readers need it for {sorted(wanted)}")
    for what, part, keys in [
        ("training", told["training"], TRAINING_KEYS),
        *((f"figures {key!r}", each, FIGURES_KEYS) for key, each in told["figures"].items()),
    ]:
        if not isinstance(part, dict) or not keys <= part.keys():
            raise wrong(f"{what} must have {', '.join(sorted(keys))}")
    return Contract(
        letters=tuple(letters),
        readers={name: _reader(name, told["readers"][name], wrong) for name in names},
        fusion={name: _fusion(name, each, wrong) for name, each in told["fusion"].items()},
        figures=told["figures"],
        training=told["training"],
        input_shape=tuple(shape),
    )


def _from_version_1(told: dict[str, Any]) -> dict[str, Any]:
    """Version 1 was one CNN: its fields stood at the top, and its probabilities were taken as they are."""
    own = ("architecture", "parameters", "files", "sha256")
    rest = {name: value for name, value in told.items() if name not in (*own, "threshold")}
    cnn = {name: told[name] for name in own if name in told}
    alone = {"weights": {"cnn": 1.0}} | ({"threshold": told["threshold"]} if "threshold" in told else {})
    return rest | {"readers": {"cnn": cnn}, "fusion": {"cnn": alone}}


def _check_fields(told: Any, fields: dict[str, Any], wrong: Callable[[str], ModelError], of: str = "") -> None:
    if not isinstance(told, dict):
        raise wrong(f"{of.strip() or 'it'} is {told!r}, which is of the wrong kind")
    for field, kind in fields.items():
        if field not in told:
            raise wrong(f"{of}has no {field!r}")
        if not isinstance(told[field], kind):
            raise wrong(f"{of}{field!r} is {told[field]!r}, which is of the wrong kind")


def _reader(name: str, told: Any, wrong: Callable[[str], ModelError]) -> Reader:
    of = f"reader {name!r}: "
    _check_fields(told, {"architecture": str, "parameters": int, "files": dict, "sha256": dict}, wrong, of)
    files, sha256 = told["files"], told["sha256"]
    if not all(isinstance(each.get("litert"), str) for each in (files, sha256)):
        raise wrong(f"{of}names no litert file with its sha256")
    if files.keys() != sha256.keys():
        raise wrong(f"{of}files are of {sorted(files)}, but sha256 of {sorted(sha256)}")
    for use, file in files.items():
        if not isinstance(file, str) or not re.fullmatch(r"[A-Za-z0-9][\w.-]*", file):
            raise wrong(f"{of}{use} file {file!r} must be the plain name of a file beside it")
    return Reader(told["architecture"], told["parameters"], files, sha256)


def _fusion(name: str, told: Any, wrong: Callable[[str], ModelError]) -> Fusion:
    of = f"fusion {name!r}: "
    _check_fields(told, {"weights": dict, "threshold": (int, float)}, wrong, of)
    weights, threshold = told["weights"], told["threshold"]
    if weights.keys() != set(name.split("+")) or not all(_is_weight(each) for each in weights.values()):
        raise wrong(f"{of}weights {weights!r} are not one number above 0 for each of its readers")
    if not (math.isfinite(threshold) and 0 <= threshold <= 1):
        raise wrong(f"{of}threshold {threshold!r} is not in 0..1")
    return Fusion({reader: float(weight) for reader, weight in weights.items()}, float(threshold))


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value > 0
