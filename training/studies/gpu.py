"""What training takes on a GPU: `python -m training.studies.gpu SIGN_MNIST --out gpu.json`, under five minutes.

Seconds an epoch of the course's network and of ours, in batches of 32 and 1024, in float32 and mixed precision. Then
what each reads right of the test file, by its own recipe to the end, for some seeds: the file decides nothing. Needs
neither TensorFlow nor LiteRT nor a network; README.md says what it does need. `--device cpu` is to compare with.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from live.errors import FingerspellError
from live.files import write_file
from training.compute import BACKENDS, Device, DeviceName, choose_device, environment
from training.data import Crops, read_split

NETWORKS = {"course": ("nvidia", "course", 10), "ours": ("compact", "augmented", 12)}  # architecture, recipe, epochs
BATCHES = (32, 1024)
PRECISIONS: tuple[Literal["float32", "mixed"], ...] = ("float32", "mixed")
SEEDS = (0, 1, 2)
TIMED_EPOCHS = 3  # after one that compiles
MINUTES = 4.5  # after which nothing more is begun


@dataclass(frozen=True)
class Plan:
    """What is measured. epochs: of the trainings to the end; None for each recipe's own."""

    batches: Sequence[int] = BATCHES
    seeds: Sequence[int] = SEEDS
    epochs: int | None = None
    minutes: float = MINUTES


def measure(data: Path, wanted: DeviceName, plan: Plan) -> Iterator[dict[str, Any]]:
    """All that is known so far, again after each measurement. wanted: device, as of choose_device.

    left_out: how many measurements are still to come, and in the end, for how many there was no time.
    """
    from training.runs.export import versions

    until_s = time.monotonic() + 60 * plan.minutes
    device = choose_device(wanted)
    train, test = read_split(data, "train"), read_split(data, "test")
    told: dict[str, Any] = {
        "device": device.name, "processors": os.cpu_count(), "versions": versions(), "pictures": len(train),
        "epochs": [], "right": [],
    }  # fmt: skip
    timings: list[Callable[[], dict[str, Any]]] = [
        partial(epoch, name, batch, precision, train, device)
        for precision in PRECISIONS for batch in plan.batches for name in NETWORKS
    ]  # fmt: skip
    trainings = [partial(right, name, seed, train, test, device, plan) for seed in plan.seeds for name in NETWORKS]
    measurements = [("epochs", each) for each in timings] + [("right", each) for each in trainings]
    for done, (kind, each) in enumerate(measurements):
        if time.monotonic() > until_s:
            break
        told[kind].append(each())
        yield told | {"left_out": len(measurements) - done - 1}


def epoch(
    name: str, batch: int, precision: Literal["float32", "mixed"], train: Crops, device: Device
) -> dict[str, Any]:
    """Seconds that an epoch on the whole training file takes, its input included: median, and the first, compiled."""
    from training.engine import RECIPES, MemoryDataset, Training
    from training.networks import begin_cnn

    architecture, recipe, _ = NETWORKS[name]
    how = Training(0, device, precision=precision)
    model, batches = begin_cnn(
        architecture, MemoryDataset(train), replace(RECIPES[recipe], batch_size=batch), 1 + TIMED_EPOCHS, how
    )
    taken_s = []
    for number in range(1 + TIMED_EPOCHS):
        started_s = time.monotonic()
        model.fit(batches, epochs=number + 1, initial_epoch=number, verbose=0, shuffle=not batches.in_order)
        taken_s.append(time.monotonic() - started_s)
    first_s, *later_s = taken_s
    told = {"network": name, "batch": batch, "precision": precision}
    return told | {"epoch_s": round(statistics.median(later_s), 3), "first_epoch_s": round(first_s, 3)}


def right(name: str, seed: int, train: Crops, test: Crops, device: Device, plan: Plan) -> dict[str, Any]:
    """The share of the test file that a network reads right, trained on the whole training file."""
    from training.engine import RECIPES, MemoryDataset, Training, scaled
    from training.networks import train_cnn

    architecture, recipe, epochs = NETWORKS[name]
    epochs = plan.epochs or epochs
    started_s = time.monotonic()
    model, _ = train_cnn(architecture, MemoryDataset(train), RECIPES[recipe], epochs, Training(seed, device))
    seconds = time.monotonic() - started_s
    said = model.predict(scaled(test.images), batch_size=512, verbose=0).argmax(axis=1)
    told = {"network": name, "seed": seed, "epochs": epochs, "seconds": round(seconds, 1)}
    return told | {"right": round(float((said == test.labels).mean()), 4)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--backend", choices=BACKENDS, default="jax", help="of Keras (default %(default)s)")
    parser.add_argument("--device", choices=("auto", "gpu", "cpu"), default="auto", help="default %(default)s")
    parser.add_argument("--batches", type=int, nargs="*", default=BATCHES, help="whose epochs are timed")
    parser.add_argument("--seeds", type=int, nargs="*", default=SEEDS, help="of the trainings to the end")
    parser.add_argument("--epochs", type=int, help="of these (default: each recipe's)")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="after which nothing more is begun")
    parser.add_argument("--out", type=Path, required=True, help="JSON file, written anew after each measurement")
    args = parser.parse_args()
    os.environ.update(environment(args.backend, args.device))
    try:
        for figures in measure(args.data, args.device, Plan(args.batches, args.seeds, args.epochs, args.minutes)):
            write_file(args.out, (json.dumps(figures, indent=2) + "\n").encode())
            print(json.dumps((figures["right"] or figures["epochs"] or [{}])[-1]), flush=True)
    except FingerspellError as error:
        sys.exit(str(error))
