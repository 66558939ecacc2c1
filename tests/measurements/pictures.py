"""How much faster many pictures are read in one call: `python -m tests.measurements.pictures`. Needs Linux.

Reads the same drawn hands one by one and with read_pictures, in turns. Other work on the machine spoils these times, so
there are two more: how long a picture keeps its thread, without the time that the thread waited for a free
processor. They give ratio_if_idle, which leaves out the decoding of files.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from live.files import default_model
from live.hand import LiteRTHandTracker, load_networks
from live.litert import MAX_CONCURRENT
from live.readers import LetterClassifier
from live.recognizer import Reading, Recognizer
from live.sources import read_picture
from tests.support import drawn

N_PICTURES = 12
FILE_SIZE = (1920, 1440)  # of the files, in pixels


PICTURES = [drawn.signed("LYW"[n % 3], 0.8 + 0.02 * n) for n in range(N_PICTURES)]
Pictures = Callable[[], Iterable[NDArray[np.uint8]]]


def one_by_one(recognizer: Recognizer, pictures: Pictures) -> None:
    """Read each picture when the one before is done."""
    for picture in pictures():
        recognizer.read_picture(picture)


def in_one_call(recognizer: Recognizer, pictures: Pictures) -> None:
    """Read all pictures with read_pictures."""
    for _ in recognizer.read_pictures(pictures()):
        pass


class Watched(Recognizer):
    """Notes how long each picture keeps its thread, without waiting for a processor."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.kept_s: list[float] = []

    def _read(self, *given: Any) -> Reading:
        start_s = _served_s()
        reading = super()._read(*given)
        self.kept_s.append(_served_s() - start_s)
        return reading


def _served_s() -> float:
    """A clock of this thread that stands while it could run but no processor is free."""
    _, waited_ns, _ = Path("/proc/thread-self/schedstat").read_text().split()
    return time.perf_counter() - int(waited_ns) / 1e9


def kept_ms(recognizer: Watched, work: Callable[[], None]) -> float:
    """How long work keeps a thread for each picture, in milliseconds: the median."""
    recognizer.kept_s = []
    work()
    return round(float(np.median(recognizer.kept_s)) * 1000, 1)


def in_turns(recognizer: Watched, pictures: Pictures, rounds: int) -> dict[str, float]:
    """Milliseconds for each picture, and how many times faster one call is: the medians of the rounds."""
    works = [partial(work, recognizer, pictures) for work in (one_by_one, in_one_call)]
    times = []
    for _ in range(rounds + 1):
        taken_ms = [_seconds(work) * 1000 / N_PICTURES for work in works]
        kept = [kept_ms(recognizer, work) for work in works]
        times.append([*taken_ms, taken_ms[0] / taken_ms[1], *kept, kept[0] / (kept[1] / MAX_CONCURRENT)])
    medians = np.median(times[1:], axis=0).tolist()  # the first round warms up
    names = ("one_by_one_ms", "one_call_ms", "ratio", "kept_one_by_one_ms", "kept_one_call_ms", "ratio_if_idle")
    return {name: round(value, 2) for name, value in zip(names, medians, strict=True)}


def _seconds(work: Callable[[], None]) -> float:
    start_s = time.perf_counter()
    work()
    return time.perf_counter() - start_s


def cases(folder: Path) -> Iterator[tuple[dict[str, object], Watched, Pictures]]:
    """Arrays in memory, and files that are decoded when their turn comes; networks with one thread and with two."""
    files = [folder / f"{n}.jpg" for n in range(N_PICTURES)]
    for file, picture in zip(files, PICTURES, strict=True):
        cv2.imwrite(str(file), cv2.resize(picture, FILE_SIZE))
    classifier, networks = LetterClassifier.load(default_model()), load_networks()
    for threads in (1, 2):
        tracker = LiteRTHandTracker(networks)
        tracker.set_threads(threads)
        recognizer = Watched(classifier, tracker)
        yield {"pictures": "arrays", "threads_one_by_one": threads}, recognizer, lambda: PICTURES
        yield {"pictures": "files", "threads_one_by_one": threads}, recognizer, lambda: map(read_picture, files)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and print a JSON line for each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="how often each is measured (default: 15)")
    rounds = parser.parse_args(argv).rounds
    with tempfile.TemporaryDirectory() as folder:
        for case, recognizer, pictures in cases(Path(folder)):
            print(json.dumps(case | in_turns(recognizer, pictures, rounds)), flush=True)
    print(json.dumps({"processors": MAX_CONCURRENT, "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
