"""Seconds to a figure, ours beside the course's: `python -m training.studies.speed SIGN_MNIST_FOLDER`.

Both train in turn, an epoch each, in one process, on the whole training file. Weights are kept after each epoch, and
read the test file when all is over: it decides nothing.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from live.errors import FingerspellError
from training.compute import choose_device
from training.data import Crops, read_split
from training.engine import RECIPES, Batches, MemoryDataset, Progress, Training, scaled
from training.networks import begin_cnn

FIGURES = (0.9501, 0.999)  # the course's own after its 10 epochs, and near the end
COURSE_EPOCHS = 10
CONTESTANTS = {
    "course": ("nvidia", "course", COURSE_EPOCHS),
    "ours": ("compact", "augmented", RECIPES["augmented"].epochs),
}


class _Contestant:
    def __init__(self, architecture: str, recipe: str, epochs: int, crops: Crops, how: Training) -> None:
        self.epochs = epochs
        self.model, self.batches = begin_cnn(architecture, MemoryDataset(crops), RECIPES[recipe], epochs, how)
        self.cpu_s: list[float] = []  # of each epoch
        self.wall_s: list[float] = []
        self._weights: list[list[Any]] = []

    def train(self, epoch: int, progress: Progress) -> None:
        started = time.monotonic(), time.process_time()
        self.model.fit(self.batches, epochs=epoch + 1, initial_epoch=epoch, verbose=0, callbacks=[progress])
        self.wall_s.append(time.monotonic() - started[0])
        self.cpu_s.append(time.process_time() - started[1])
        self._weights.append(self.model.get_weights())

    def told(self, test: Crops) -> dict[str, Any]:
        right = []
        pixels = scaled(test.images)
        for weights in self._weights:
            self.model.set_weights(weights)
            said = self.model.predict(pixels, batch_size=512, verbose=0).argmax(axis=1)
            right.append(float((said == test.labels).mean()))
        cpu_s = np.cumsum(self.cpu_s)
        reached = {figure: next((n for n, each in enumerate(right) if each >= figure), None) for figure in FIGURES}
        return {
            "architecture": self.model.name,
            "epochs": self.epochs,
            "right after each epoch": [round(each, 4) for each in right],
            "CPU seconds after each epoch": cpu_s.round(1).tolist(),
            "CPU seconds to": {str(figure): None if n is None else round(cpu_s[n], 1) for figure, n in reached.items()},
            "pictures a second, training": round(self.batches.n * self.epochs / sum(self.wall_s)),
            "pictures a second, input alone": round(_input_rate(self.batches)),
        }


def _input_rate(batches: Batches) -> float:
    started_s = time.monotonic()
    for index in range(len(batches)):
        batches[index]
    return batches.n / (time.monotonic() - started_s)


def speed(data: Path, seed: int) -> dict[str, Any]:
    """By contestant: its test figures and CPU seconds after each epoch, and how fast its input is."""
    train, test = read_split(data, "train"), read_split(data, "test")
    how = Training(seed, choose_device("cpu"))
    contestants = {name: _Contestant(*each, train, how) for name, each in CONTESTANTS.items()}
    for epoch in range(max(each.epochs for each in contestants.values())):
        for name, each in contestants.items():
            if epoch < each.epochs:
                each.train(epoch, Progress(name))
    return {name: each.told(test) for name, each in contestants.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    try:
        print(json.dumps(speed(args.data, args.seed), indent=2))
    except FingerspellError as error:
        sys.exit(str(error))
