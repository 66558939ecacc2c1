"""Crop and landmarks in, letter probabilities out: a CNN and a shape network on LiteRT, made one answer."""

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from live.contract import INPUT_SHAPE, PIXEL_RANGE, Contract, Fusion, read_contract
from live.errors import ModelError
from live.quiet import quiet_stderr
from live.shape import N_FEATURES, features

Probabilities = NDArray[np.float32]

LEAST = 1e-7  # probabilities below it are taken for it: no single reader can rule a letter out


@dataclass(frozen=True)
class Prediction:
    """One answer.

    probabilities: (n,) float32, one for each of letters, summing to 1. threshold: confidence (0..1) from which it is
    sure enough to be shown. opinions: what each reader alone says, by its name, like probabilities.
    """

    letters: tuple[str, ...]
    probabilities: Probabilities
    threshold: float = 0.0
    opinions: Mapping[str, Probabilities] = field(default_factory=dict)

    @property
    def likeliest(self) -> str:
        """The likeliest letter, however likely."""
        return self.letters[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The likeliest letter's probability, 0..1."""
        return float(self.probabilities.max())

    @property
    def letter(self) -> str | None:
        """The letter to show, None where it is not sure enough."""
        return self.likeliest if self.confidence >= self.threshold else None

    def top(self, n: int = 3) -> tuple[tuple[str, float], ...]:
        """The n likeliest letters with their probabilities, likeliest first."""
        order = self.probabilities.argsort(kind="stable")[::-1][:n]
        return tuple((self.letters[i], float(self.probabilities[i])) for i in order)


class LetterClassifier:
    """The networks of one model folder. Safe to share between threads, which then wait for each other."""

    def __init__(self, contract: Contract, litert_models: Mapping[str, bytes]) -> None:
        """litert_models: by the contract's readers."""
        self.contract = contract
        self._lock = threading.Lock()  # LiteRT's interpreters serve one thread at a time
        inputs = {"cnn": INPUT_SHAPE, "shape": (N_FEATURES,)}
        self._networks = {
            name: _Network(name, content, inputs[name], len(contract.letters))
            for name, content in litert_models.items()
        }

    @classmethod
    def load(cls, folder: str | os.PathLike[str], readers: Sequence[str] | None = None) -> "LetterClassifier":
        """Load a model folder; readers: only these of its networks. Raises ModelError where it breaks its contract."""
        contract = read_contract(Path(folder))
        missing = set(readers or ()) - contract.readers.keys()
        if missing:
            raise ModelError(f"{folder} has no {min(missing)} reader, only {', '.join(contract.readers)}")
        names = contract.readers if readers is None else readers
        return cls(contract, {name: contract.weights(Path(folder), name, "litert") for name in names})

    def predict(self, crop: NDArray[np.uint8] | None, landmarks: NDArray[np.float32] | None = None) -> Prediction:
        """Every reader that has something to read says its opinion; fusion makes them one.

        crop: (28, 28) uint8 gray. landmarks: (21, 3) float32 in any one unit. Both as of a right hand. Raises
        ModelError where the model has no reader for what is given.
        """
        opinions = self.opinions(crop, landmarks)
        if not opinions:
            raise ModelError("this model reads landmarks alone, and there are none: it needs the hand networks")
        fusion = self.contract.fusion["+".join(opinions)]
        return Prediction(self.contract.letters, fuse(opinions, fusion), fusion.threshold, opinions)

    def opinions(
        self, crop: NDArray[np.uint8] | None, landmarks: NDArray[np.float32] | None = None
    ) -> dict[str, Probabilities]:
        """What each reader that has something to read says, (n,) probabilities by its name."""
        said = {}
        with self._lock:
            if crop is not None and "cnn" in self._networks:
                said["cnn"] = self._networks["cnn"](pixels(crop))
            if landmarks is not None and "shape" in self._networks:
                said["shape"] = self._networks["shape"](features(landmarks[None])[0])
        return said


def pixels(crop: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the CNN is fed for a crop, (28, 28) uint8 gray."""
    if crop.shape != INPUT_SHAPE[:2] or crop.dtype != np.uint8:
        raise ValueError(f"a crop is {INPUT_SHAPE[:2]} uint8, not {crop.shape} {crop.dtype}")
    black, white = PIXEL_RANGE
    return (crop.astype(np.float32) * ((white - black) / 255) + black).reshape(INPUT_SHAPE)


def fuse(opinions: Mapping[str, Probabilities], fusion: Fusion) -> Probabilities:
    """Late fusion: softmax of the weighted sum of log-probabilities. opinions: (..., n) each; (..., n) out."""
    logits = sum(fusion.weights[name] * np.log(np.maximum(each, LEAST)) for name, each in opinions.items())
    likelihood = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    fused: Probabilities = (likelihood / likelihood.sum(axis=-1, keepdims=True)).astype(np.float32)
    return fused


class _Network:
    """One LiteRT network, checked against what the contract says: one input in, probabilities of the letters out."""

    def __init__(self, name: str, content: bytes, input_shape: tuple[int, ...], n_letters: int) -> None:
        try:
            with quiet_stderr():
                self._interpreter = Interpreter(model_content=content, num_threads=1)
                self._interpreter.allocate_tensors()
            (taken,), (given,) = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT cannot load the {name}'s weights ({error})") from error
        self._input, self._output = taken["index"], given["index"]
        takes, gives = tuple(int(n) for n in taken["shape"]), tuple(int(n) for n in given["shape"])
        if takes != (1, *input_shape) or taken["dtype"] is not np.float32:
            raise ModelError(
                f"the {name}'s weights take {taken['dtype'].__name__} {takes}, this program gives float32 "
                f"{(1, *input_shape)}"
            )
        if gives != (1, n_letters):
            raise ModelError(f"the {name}'s weights give {gives[-1]} letters, model.json names {n_letters}")

    def __call__(self, value: NDArray[np.float32]) -> Probabilities:
        self._interpreter.set_tensor(self._input, value[None])
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._output)[0])
