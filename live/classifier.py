"""Crop in, letter probabilities out: the CNN on LiteRT."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from live.contract import INPUT_SHAPE, PIXEL_RANGE, Contract, read_contract
from live.errors import ModelError
from live.quiet import quiet_stderr


@dataclass(frozen=True)
class Prediction:
    """probabilities: (n,) float32, one for each of letters, summing to 1."""

    letters: tuple[str, ...]
    probabilities: NDArray[np.float32]

    @property
    def letter(self) -> str:
        """The likeliest letter."""
        return self.letters[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The likeliest letter's probability, 0..1."""
        return float(self.probabilities.max())

    def top(self, n: int = 3) -> tuple[tuple[str, float], ...]:
        """The n likeliest letters with their probabilities, likeliest first."""
        order = self.probabilities.argsort(kind="stable")[::-1][:n]
        return tuple((self.letters[i], float(self.probabilities[i])) for i in order)


class LetterClassifier:
    """The networks of one model folder. Safe to share between threads, which then wait for each other."""

    def __init__(self, contract: Contract, litert_model: bytes) -> None:
        self.contract = contract
        self._lock = threading.Lock()  # LiteRT's interpreter serves one thread at a time
        try:
            with quiet_stderr():
                self._interpreter = Interpreter(model_content=litert_model, num_threads=1)
                self._interpreter.allocate_tensors()
            (inputs,), (outputs,) = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT cannot load the model's weights ({error})") from error
        self._input, self._output = inputs["index"], outputs["index"]
        takes, gives = tuple(int(n) for n in inputs["shape"]), tuple(int(n) for n in outputs["shape"])
        if takes != (1, *INPUT_SHAPE) or inputs["dtype"] is not np.float32:
            raise ModelError(
                f"the model's weights take {inputs['dtype'].__name__} {takes}, "
                f"model.json says float32 {(1, *contract.input_shape)}"
            )
        if gives != (1, len(contract.letters)):
            raise ModelError(f"the model's weights give {gives[-1]} letters, model.json names {len(contract.letters)}")

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> "LetterClassifier":
        """Load a model folder. Raises ModelError where it does not keep its contract."""
        contract = read_contract(Path(folder))
        return cls(contract, contract.weights(Path(folder), "litert"))

    def shown(self, prediction: Prediction) -> str | None:
        """The letter to show for a prediction, None where it is not sure enough: the model's threshold decides."""
        return prediction.letter if prediction.confidence >= self.contract.threshold else None

    def predict(self, crop: NDArray[np.uint8], landmarks: NDArray[np.float32] | None = None) -> Prediction:
        """crop: (28, 28) uint8 gray. landmarks: (21, 3) float32 of the hand, not yet read by any network here."""
        if crop.shape != INPUT_SHAPE[:2] or crop.dtype != np.uint8:
            raise ValueError(f"a crop is {INPUT_SHAPE[:2]} uint8, not {crop.shape} {crop.dtype}")
        black, white = PIXEL_RANGE
        pixels = crop.astype(np.float32).reshape(1, *INPUT_SHAPE) * ((white - black) / 255) + black
        with self._lock:
            self._interpreter.set_tensor(self._input, pixels.astype(np.float32, copy=False))
            self._interpreter.invoke()
            probabilities = self._interpreter.get_tensor(self._output)[0]
        return Prediction(self.contract.letters, probabilities)
