"""Whether training fits into limited memory: `python -m tests.measurements.streaming SIGN_MNIST_FOLDER`.

Writes two million pictures twice: as shards of the usual size, and as shards that hold a quarter of all pictures. Then
trains one epoch on each, under the same limit of the process's memory (RLIMIT_DATA).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data import read_split
from training.data.shards import SHARD_SIZE, write_shards
from training.data.types import Crops

PICTURES = 2_000_000
MB = 2**20


def varied(crops: Crops, copies: int) -> Iterator[tuple[Crops, NDArray[np.int64]]]:
    """Copies of the crops, shifted and with other brightness. Each picture is its own group."""
    rng = np.random.default_rng(0)
    for _ in range(copies):
        images = np.roll(crops.images, rng.integers(-2, 3, 2), axis=(1, 2)) // 2 + rng.integers(0, 128, dtype=np.uint8)
        yield replace(crops, images=images), np.arange(len(crops))


def train(shards: Path, limit_mb: int, folder: Path) -> dict[str, Any]:
    """Train one epoch under a limit. Returns the exit status, the peak memory and the last line of output."""
    command = [sys.executable, "-m", "training", "fit", "--data", str(shards), "--out", str(folder / "run")]
    command += ["--architecture", "lesson-strided", "--recipe", "augmented", "--epochs", "1", "--device", "cpu"]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (limit_mb * MB, limit_mb * MB))

    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, preexec_fn=limit)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        last = output.read().splitlines()[-1:]
    return {"status": process.returncode, "most held, MB": round(used.ru_maxrss / 1024), "said": last}


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit-mb", type=int, default=1400)
    args = parser.parse_args()
    crops = read_split(args.data, "train")
    copies = round(PICTURES / len(crops))
    row: dict[str, Any] = {"pictures": copies * len(crops), "MB": round(copies * crops.images.nbytes / MB),
                            "limit, MB": args.limit_mb}  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        for name, size in (("usual shards", SHARD_SIZE), ("a quarter each", -(-row["pictures"] // 4))):
            folder = Path(temporary) / name
            write_shards(varied(crops, copies), folder / "shards", 0, 0.2, copies, size)
            row[name] = train(folder / "shards", args.limit_mb, folder)
    print(json.dumps(row, indent=2))


if __name__ == "__main__":
    main()
