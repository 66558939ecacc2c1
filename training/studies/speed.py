"""How fast our network and the course's reach an accuracy: `python -m training.studies.speed SIGN_MNIST_FOLDER`.

Both train on the whole training file in one process, an epoch each in turn. The weights are kept after each epoch, and
read the test file only at the end: it decides nothing.
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.compute import choose_device
from training.data import Crops, read_split
from training.engine import RECIPES, Batches, MemoryDataset, Progress, Training, scaled
from training.networks import begin_cnn
from training.studies.script import run

TARGETS = (0.9501, 0.999)  # the course's own accuracy after its 10 epochs, and one near the end
COURSE_EPOCHS = 10
CONTESTANTS = {  # architecture, recipe, epochs
    "course": ("nvidia", "course", COURSE_EPOCHS),
    "ours": ("compact", "augmented", RECIPES["augmented"].epochs),
}


@dataclass(frozen=True)
class SpeedFigures:
    """One network. right: shares (0..1) of the test file read right after each epoch. cpu_s: CPU seconds until then.

    training_rate, input_rate: pictures a second of the training, and of preparing its batches alone.
    """

    architecture: str
    right: list[float]
    cpu_s: list[float]
    training_rate: float
    input_rate: float

    def to_json(self) -> dict[str, object]:
        """One entry of the JSON object that the study prints."""
        return {
            "architecture": self.architecture,
            "epochs": len(self.right),
            "right after each epoch": [round(share, 4) for share in self.right],
            "CPU seconds after each epoch": np.round(self.cpu_s, 1).tolist(),
            "CPU seconds to": {str(target): self._cpu_s_to(target) for target in TARGETS},
            "pictures a second, training": round(self.training_rate),
            "pictures a second, input alone": round(self.input_rate),
        }

    def _cpu_s_to(self, target: float) -> float | None:
        reached = (cpu_s for share, cpu_s in zip(self.right, self.cpu_s, strict=True) if share >= target)
        return next((round(cpu_s, 1) for cpu_s in reached), None)


class _Contestant:
    def __init__(self, architecture: str, recipe: str, epochs: int, crops: Crops, training: Training) -> None:
        self.epochs = epochs
        self._model, self._batches = begin_cnn(architecture, MemoryDataset(crops), RECIPES[recipe], epochs, training)
        self._cpu_s: list[float] = []  # of each epoch, as is the next
        self._wall_s: list[float] = []
        self._weights: list[list[NDArray[np.float32]]] = []

    def train(self, epoch: int, progress: Progress) -> None:
        wall_s, cpu_s = time.monotonic(), time.process_time()
        self._model.fit(self._batches, epochs=epoch + 1, initial_epoch=epoch, verbose=0, callbacks=[progress])
        self._wall_s.append(time.monotonic() - wall_s)
        self._cpu_s.append(time.process_time() - cpu_s)
        self._weights.append(self._model.get_weights())

    def measure(self, test: Crops) -> SpeedFigures:
        pixels, right = scaled(test.images), []
        for weights in self._weights:
            self._model.set_weights(weights)
            labels = self._model.predict(pixels, batch_size=512, verbose=0).argmax(axis=1)
            right.append(float((labels == test.labels).mean()))
        training_rate = self._batches.n * self.epochs / sum(self._wall_s)
        cpu_s = np.cumsum(self._cpu_s).tolist()
        return SpeedFigures(self._model.name, right, cpu_s, training_rate, _input_rate(self._batches))


def _input_rate(batches: Batches) -> float:
    started_s = time.monotonic()
    for index in range(len(batches)):
        batches[index]
    return batches.n / (time.monotonic() - started_s)


def speed(data: Path, seed: int) -> dict[str, SpeedFigures]:
    """The figures of each of CONTESTANTS. data: a folder with Sign-MNIST's files. Raises FingerspellError."""
    train, test = read_split(data, "train"), read_split(data, "test")
    training = Training(seed, choose_device("cpu"))
    contestants = {name: _Contestant(*settings, train, training) for name, settings in CONTESTANTS.items()}
    for epoch in range(max(contestant.epochs for contestant in contestants.values())):
        for name, contestant in contestants.items():
            if epoch < contestant.epochs:
                contestant.train(epoch, Progress(name))
    return {name: contestant.measure(test) for name, contestant in contestants.items()}


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    figures = speed(args.data, args.seed)
    print(json.dumps({name: contestant.to_json() for name, contestant in figures.items()}, indent=2))


if __name__ == "__main__":
    run(main)
