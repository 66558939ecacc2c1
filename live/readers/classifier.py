"""Crop and landmarks in, letter probabilities out: a CNN and a shape network on LiteRT, fused into one answer."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import ModelError
from live.hand import CROP_SIZE
from live.litert import model_network
from live.readers.contract import PIXEL_RANGE, Contract, Fusion, read_contract
from live.readers.features import N_FEATURES, features

Probabilities = NDArray[np.float32]

MIN_PROBABILITY = 1e-7  # lower probabilities count as this one, so that no single reader can rule a letter out


@dataclass(frozen=True)
class Prediction:
    """The answer for one hand.

    probabilities: (n,) float32, one for each of letters, summing to 1. threshold: minimum confidence (0..1)
    for a letter to be shown. opinions: each reader's own probabilities, by reader name. features: (N_FEATURES,), None
    without landmarks.
    """

    letters: tuple[str, ...]
    probabilities: Probabilities
    threshold: float = 0.0
    opinions: Mapping[str, Probabilities] = field(default_factory=dict)
    features: NDArray[np.float32] | None = None

    @property
    def likeliest(self) -> str:
        """The likeliest letter, whatever its probability."""
        return self.letters[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The likeliest letter's probability, 0..1."""
        return float(self.probabilities.max())

    @property
    def letter(self) -> str | None:
        """The letter to show, None below the threshold."""
        return self.likeliest if self.confidence >= self.threshold else None

    def top(self, n: int = 3) -> tuple[tuple[str, float], ...]:
        """The n likeliest letters with their probabilities, likeliest first."""
        order = self.probabilities.argsort(kind="stable")[::-1][:n]
        return tuple((self.letters[i], float(self.probabilities[i])) for i in order)


class LetterClassifier:
    """The networks of one model folder. Safe to share between threads."""

    def __init__(self, contract: Contract, litert_models: Mapping[str, bytes]) -> None:
        """litert_models: weights by reader name. Raises ModelError if they do not fit the contract."""
        self.contract = contract
        inputs = {"cnn": contract.input_shape, "shape": (N_FEATURES,)}
        self._networks = {
            name: model_network(name, content, inputs[name], len(contract.letters))
            for name, content in litert_models.items()
        }

    @classmethod
    def load(cls, folder: str | os.PathLike[str], readers: Sequence[str] | None = None) -> "LetterClassifier":
        """Load a model folder. readers: which of its networks, by default all. Raises ModelError if it is not valid."""
        contract = read_contract(Path(folder))
        if other := contract.readers.keys() & {"strokes", "posture", "fluent"}:
            raise ModelError(f"{folder} reads {min(other)}, not letters; name the folder of a model that reads letters")
        missing = set(readers or ()) - contract.readers.keys()
        if missing:
            raise ModelError(f"{folder} has no {min(missing)} reader, only {', '.join(contract.readers)}")
        names = contract.readers if readers is None else readers
        return cls(contract, {name: contract.weights(Path(folder), name, "litert") for name in names})

    def predict(self, crop: NDArray[np.uint8] | None, landmarks: NDArray[np.float32] | None = None) -> Prediction:
        """Fuse the opinions of the readers.

        crop: (28, 28) uint8 gray. landmarks: (21, 3) float32, x, y and z in one unit. Both show a right hand. Raises
        ModelError if the model has no reader for them.
        """
        of_hand = None if landmarks is None else features(landmarks[None])[0]
        opinions = self._opinions(crop, of_hand)
        if not opinions:
            if "shape" in self._networks:
                raise ModelError("this model reads only landmarks, and there are none: it needs the hand networks")
            raise ModelError("this model reads only crops, and there is none: give it one")
        fusion = self.contract.fusion["+".join(opinions)]
        return Prediction(self.contract.letters, fuse(opinions, fusion), fusion.threshold, opinions, of_hand)

    def opinions(
        self, crop: NDArray[np.uint8] | None, landmarks: NDArray[np.float32] | None = None
    ) -> dict[str, Probabilities]:
        """Each reader's (n,) probabilities, by reader name; a reader without input is left out."""
        return self._opinions(crop, None if landmarks is None else features(landmarks[None])[0])

    def _opinions(
        self, crop: NDArray[np.uint8] | None, of_hand: NDArray[np.float32] | None
    ) -> dict[str, Probabilities]:
        opinions = {}
        if crop is not None and "cnn" in self._networks:
            opinions["cnn"] = self._networks["cnn"](cnn_input(crop, self.contract.input_shape[0]))[0]
        if of_hand is not None and "shape" in self._networks:
            opinions["shape"] = self._networks["shape"](of_hand)[0]
        return opinions


def cnn_input(crop: NDArray[np.uint8], side: int = CROP_SIZE) -> NDArray[np.float32]:
    """Convert a crop, (28, 28) uint8 gray, to a CNN's (side, side, 1) float32 input."""
    if crop.shape != (CROP_SIZE, CROP_SIZE) or crop.dtype != np.uint8:
        raise ValueError(f"a crop is {(CROP_SIZE, CROP_SIZE)} uint8, not {crop.shape} {crop.dtype}")
    black, white = PIXEL_RANGE
    scaled = crop.astype(np.float32) * ((white - black) / 255) + black
    image: NDArray[np.float32] = resize_crops(scaled[None], side)[0]
    return image


def resize_crops(crops: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Resize (n, 28, 28) crops to (n, side, side, 1), for a network whose input has another size."""
    if side != CROP_SIZE:
        crops = np.stack([cv2.resize(crop, (side, side), interpolation=cv2.INTER_LINEAR) for crop in crops])
    sized: NDArray[np.float32] = crops.reshape(-1, side, side, 1)
    return sized


def fuse(opinions: Mapping[str, Probabilities], fusion: Fusion) -> Probabilities:
    """Late fusion: softmax of the weighted sum of log-probabilities. opinions, result: (..., n)."""
    logits = sum(
        fusion.weights[name] * np.log(np.maximum(opinion, MIN_PROBABILITY)) for name, opinion in opinions.items()
    )
    likelihood = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    fused: Probabilities = (likelihood / likelihood.sum(axis=-1, keepdims=True)).astype(np.float32)
    return fused
