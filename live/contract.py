"""model.json: what a model folder promises. training/ writes it and loading checks it, both through this definition."""

import hashlib
import json
import math
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from live.errors import ModelError

CONTRACT_VERSION = 1
CONTRACT_FILE = "model.json"
CROP_SIZE = 28  # pixels a side, Sign-MNIST's
INPUT_SHAPE = (CROP_SIZE, CROP_SIZE, 1)
PIXEL_RANGE = (0.0, 1.0)  # black, white

# What the page "How well it reads" shows of them.
TRAINING_KEYS = {"data", "recipe", "epochs", "seed", "device"}
FIGURES_KEYS = {"title", "about", "mean", "top3", "answered", "right_when_answered", "signers", "letters"}


@dataclass(frozen=True)
class Contract:
    """One model folder.

    letters: what the outputs mean, in their order. input_shape, pixel_range: what the CNN is fed; they must be the
    one crop's. threshold: confidence (0..1) from which a letter is shown. files, sha256: the weights by kind, "keras"
    (to train on) and "litert" (what live reads with). figures: accuracies as measured. training: data, recipe, seed,
    versions, so that the model can be made again.
    """

    letters: tuple[str, ...]
    architecture: str
    parameters: int
    threshold: float
    files: dict[str, str]
    sha256: dict[str, str]
    figures: dict[str, Any]
    training: dict[str, Any]
    input_shape: tuple[int, ...] = INPUT_SHAPE
    pixel_range: tuple[float, float] = PIXEL_RANGE
    contract: int = CONTRACT_VERSION

    def to_json(self) -> str:
        """The text of model.json."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def weights(self, folder: Path, kind: str) -> bytes:
        """The bytes of one weights file, checked against its sha256."""
        path = folder / self.files[kind]
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise ModelError(f"{path} is missing, though {CONTRACT_FILE} names it: {_AGAIN}") from error
        except OSError as error:
            raise ModelError(f"{path} cannot be read ({error.strerror or error})") from error
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256[kind]:
            raise ModelError(
                f"{path}: sha256 is {found[:12]}…, {CONTRACT_FILE} says {self.sha256[kind][:12]}…: "
                f"the file is not the one this model was published with; {_AGAIN}"
            )
        return content


_AGAIN = "install the model anew, or train it (`fingerspell-train fit`)"


def read_contract(folder: Path) -> Contract:
    """Read and check folder/model.json. Raises ModelError, naming both sides of a mismatch."""
    path = folder / CONTRACT_FILE
    try:
        if not folder.is_dir():
            raise ModelError(f"{folder} is not a folder: --model takes a folder with a {CONTRACT_FILE} in it")
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
    if version != CONTRACT_VERSION:
        raise wrong(f"is of contract version {version!r}, this program reads version {CONTRACT_VERSION}")
    fields: dict[str, type | tuple[type, ...]] = {
        "letters": list, "architecture": str, "parameters": int, "threshold": (int, float), "files": dict,
        "sha256": dict, "figures": dict, "training": dict, "input_shape": list, "pixel_range": list,
    }  # fmt: skip
    for field, kind in fields.items():
        if field not in told:
            raise wrong(f"has no {field!r}")
        if not isinstance(told[field], kind):
            raise wrong(f"{field!r} is {told[field]!r}, which is of the wrong kind")
    letters = told["letters"]
    if not letters or not all(isinstance(letter, str) and letter for letter in letters):
        raise wrong(f"letters {letters!r} are not a list of names")
    if len(set(letters)) != len(letters):
        raise wrong("names a letter twice")
    if tuple(told["input_shape"]) != INPUT_SHAPE:
        raise wrong(f"the model takes {told['input_shape']}, this program's crops are {list(INPUT_SHAPE)}")
    if tuple(told["pixel_range"]) != PIXEL_RANGE:
        raise wrong(f"the model takes pixels in {told['pixel_range']}, this program gives {list(PIXEL_RANGE)}")
    if not (math.isfinite(told["threshold"]) and 0 <= told["threshold"] <= 1):
        raise wrong(f"threshold {told['threshold']!r} is not in 0..1")
    for files in (told["files"], told["sha256"]):
        if not isinstance(files.get("litert"), str):
            raise wrong("names no litert file with its sha256")
    if told["files"].keys() != told["sha256"].keys():
        raise wrong(f"files are of {sorted(told['files'])}, but sha256 of {sorted(told['sha256'])}")
    for use, name in told["files"].items():
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][\w.-]*", name):
            raise wrong(f"{use} file {name!r} must be the plain name of a file beside it")
    for what, part, keys in [
        ("training", told["training"], TRAINING_KEYS),
        *((f"figures {key!r}", each, FIGURES_KEYS) for key, each in told["figures"].items()),
    ]:
        if not isinstance(part, dict) or not keys <= part.keys():
            raise wrong(f"{what} must have {', '.join(sorted(keys))}")
    return Contract(
        **{field: told[field] for field in fields if field not in ("letters", "input_shape", "pixel_range")},
        letters=tuple(letters),
    )


def shipped_models() -> Path:
    """The folder of the models that ship: beside the packages in a checkout, inside live/ in an installed wheel."""
    package = Path(__file__).resolve().parent
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


def default_model() -> Path:
    """What live reads with unless --model says otherwise."""
    return shipped_models() / "sign_mnist"


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a crash leaves the one that was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
