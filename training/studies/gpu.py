"""What training takes on a GPU: `python -m training.studies.gpu SIGN_MNIST --out gpu.json`, in under five minutes.

It times epochs of the course's network and of ours, in batches of 32 and 1024, in float32 and mixed precision. Then it
trains each by its own recipe, for some seeds, and measures it on the test file; the file decides nothing. It needs no
TensorFlow, no LiteRT and no network connection; training/README.md says what it does need. `--device cpu` is to compare
with.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from live.files import write_file
from training.compute import BACKENDS, Device, DeviceName, choose_device, environment
from training.data import Crops, read_split
from training.studies.script import run

NETWORKS = {"course": ("nvidia", "course", 10), "ours": ("compact", "augmented", 12)}  # architecture, recipe, epochs
BATCHES = (32, 1024)
Precision = Literal["float32", "mixed"]
PRECISIONS: tuple[Precision, ...] = ("float32", "mixed")
SEEDS = (0, 1, 2)
TIMED_EPOCHS = 3  # after a first one, which compiles
MINUTES = 4.5  # after which no measurement begins


@dataclass(frozen=True)
class Plan:
    """What is measured. seeds, epochs: of the whole trainings; epochs: None for those of NETWORKS."""

    batches: Sequence[int] = BATCHES
    seeds: Sequence[int] = SEEDS
    epochs: int | None = None
    minutes: float = MINUTES


@dataclass(frozen=True)
class EpochTime:
    """Seconds for an epoch on the whole training file, its input included: the median, and the first one's."""

    network: str
    batch: int
    precision: Precision
    epoch_s: float
    first_epoch_s: float


@dataclass(frozen=True)
class Accuracy:
    """A whole training. seconds: how long it took. right: the share (0..1) of the test file that is read right."""

    network: str
    seed: int
    epochs: int
    seconds: float
    right: float


@dataclass(frozen=True)
class GpuFigures:
    """All measurements so far. left_out: the number of those still to come, or in the end without time."""

    device: str
    processors: int | None
    versions: Mapping[str, str]
    pictures: int
    epochs: tuple[EpochTime, ...] = ()
    right: tuple[Accuracy, ...] = ()
    left_out: int = 0

    def to_json(self) -> dict[str, object]:
        """The object that the study writes."""
        return asdict(self)


def measure(data: Path, device_name: DeviceName, plan: Plan) -> Iterator[GpuFigures]:
    """Yield the figures after each measurement. device_name: as for choose_device. Raises FingerspellError."""
    from training.runs.export import versions

    until_s = time.monotonic() + 60 * plan.minutes
    device = choose_device(device_name)
    train, test = read_split(data, "train"), read_split(data, "test")
    figures = GpuFigures(device.name, os.cpu_count(), versions(), len(train))
    timings = [
        partial(time_epochs, network, batch, precision, train, device)
        for precision in PRECISIONS for batch in plan.batches for network in NETWORKS
    ]  # fmt: skip
    trainings = [
        partial(measure_accuracy, network, seed, train, test, device, plan)
        for seed in plan.seeds for network in NETWORKS
    ]  # fmt: skip
    measurements: list[Callable[[], EpochTime | Accuracy]] = [*timings, *trainings]
    for done, measurement in enumerate(measurements):
        if time.monotonic() > until_s:
            break
        figures = _with(figures, measurement(), len(measurements) - done - 1)
        yield figures


def _with(figures: GpuFigures, measured: EpochTime | Accuracy, left_out: int) -> GpuFigures:
    if isinstance(measured, EpochTime):
        return replace(figures, epochs=(*figures.epochs, measured), left_out=left_out)
    return replace(figures, right=(*figures.right, measured), left_out=left_out)


def time_epochs(network: str, batch: int, precision: Precision, train: Crops, device: Device) -> EpochTime:
    """Time TIMED_EPOCHS epochs, after one that compiles."""
    from training.engine import RECIPES, MemoryDataset, Training
    from training.networks import begin_cnn

    architecture, recipe_name, _ = NETWORKS[network]
    recipe = replace(RECIPES[recipe_name], batch_size=batch)
    training = Training(0, device, precision=precision)
    model, batches = begin_cnn(architecture, MemoryDataset(train), recipe, 1 + TIMED_EPOCHS, training)
    times_s = []
    for epoch in range(1 + TIMED_EPOCHS):
        started_s = time.monotonic()
        model.fit(batches, epochs=epoch + 1, initial_epoch=epoch, verbose=0, shuffle=not batches.in_order)
        times_s.append(time.monotonic() - started_s)
    first_s, *later_s = times_s
    return EpochTime(network, batch, precision, round(statistics.median(later_s), 3), round(first_s, 3))


def measure_accuracy(network: str, seed: int, train: Crops, test: Crops, device: Device, plan: Plan) -> Accuracy:
    """Train on the whole training file, and read the test file."""
    from training.engine import RECIPES, MemoryDataset, Training, scaled
    from training.networks import train_cnn

    architecture, recipe, epochs = NETWORKS[network]
    epochs = plan.epochs or epochs
    started_s = time.monotonic()
    model, _ = train_cnn(architecture, MemoryDataset(train), RECIPES[recipe], epochs, Training(seed, device))
    seconds = time.monotonic() - started_s
    labels = model.predict(scaled(test.images), batch_size=512, verbose=0).argmax(axis=1)
    return Accuracy(network, seed, epochs, round(seconds, 1), round(float((labels == test.labels).mean()), 4))


def main() -> None:
    """Write one JSON object after each measurement, and print the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--backend", choices=BACKENDS, default="jax", help="of Keras (default %(default)s)")
    parser.add_argument("--device", choices=("auto", "gpu", "cpu"), default="auto", help="default %(default)s")
    parser.add_argument("--batches", type=int, nargs="*", default=BATCHES, help="batch sizes whose epochs are timed")
    parser.add_argument("--seeds", type=int, nargs="*", default=SEEDS, help="of the whole trainings")
    parser.add_argument("--epochs", type=int, help="of the whole trainings (default: each recipe's)")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="after which no measurement begins")
    parser.add_argument("--out", type=Path, required=True, help="JSON file, written again after each measurement")
    args = parser.parse_args()
    os.environ.update(environment(args.backend, args.device))
    for figures in measure(args.data, args.device, Plan(args.batches, args.seeds, args.epochs, args.minutes)):
        write_file(args.out, (json.dumps(figures.to_json(), indent=2) + "\n").encode())
        print(json.dumps(asdict((figures.right or figures.epochs)[-1])), flush=True)


if __name__ == "__main__":
    run(main)
