"""How much faster many pictures are read in one call: `python -m tests.measurements.pictures`.

Reads the same drawn hands one by one and with read_pictures, in turns, so that other work on the machine slows both
alike. "control" is work that shares nothing, in one thread and then in one for each processor: the most that threads
gain on this machine at this time.
"""

import argparse
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from live.files import default_model
from live.hand import LiteRTHandTracker, load_networks
from live.readers import LetterClassifier
from live.recognizer import PROCESSORS, Recognizer
from live.sources import read_picture
from tests.support import drawn

N_PICTURES = 12
FILE_SIZE = (1920, 1440)  # of the files, in pixels
CONTROL = bytes(16_000_000)  # its hash takes about as long as reading a picture


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


def control(threads: int) -> None:
    """Work that shares nothing."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: hashlib.sha256(CONTROL).digest(), range(N_PICTURES)))


def in_turns(slow: Callable[[], None], fast: Callable[[], None], rounds: int) -> dict[str, float]:
    """Milliseconds for each picture, and how many times faster `fast` is: the median of the rounds' ratios."""
    seconds = [(_seconds(slow), _seconds(fast)) for _ in range(rounds + 1)]
    times = np.array(seconds[1:])  # the first round warms up
    slow_ms, fast_ms = (np.median(times, axis=0) * 1000 / N_PICTURES).tolist()
    ratio = float(np.median(times[:, 0] / times[:, 1]))
    return {"one_by_one_ms": round(slow_ms, 1), "in_one_call_ms": round(fast_ms, 1), "ratio": round(ratio, 2)}


def _seconds(work: Callable[[], None]) -> float:
    start_s = time.perf_counter()
    work()
    return time.perf_counter() - start_s


def cases(folder: Path) -> Iterator[tuple[dict[str, object], Recognizer, Pictures]]:
    """Arrays in memory, and files that are decoded when their turn comes; networks with one thread and with two."""
    files = [folder / f"{n}.jpg" for n in range(N_PICTURES)]
    for file, picture in zip(files, PICTURES, strict=True):
        cv2.imwrite(str(file), cv2.resize(picture, FILE_SIZE))
    classifier, networks = LetterClassifier.load(default_model()), load_networks()
    for threads in (1, 2):
        tracker = LiteRTHandTracker(networks)
        tracker.set_threads(threads)
        recognizer = Recognizer(classifier, tracker)
        yield {"pictures": "arrays", "threads_one_by_one": threads}, recognizer, lambda: PICTURES
        yield {"pictures": "files", "threads_one_by_one": threads}, recognizer, lambda: map(read_picture, files)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and print a JSON line for each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="how often each is measured (default: 15)")
    rounds = parser.parse_args(argv).rounds
    with tempfile.TemporaryDirectory() as folder:
        for case, recognizer, pictures in cases(Path(folder)):
            figures = in_turns(
                partial(one_by_one, recognizer, pictures), partial(in_one_call, recognizer, pictures), rounds
            )
            print(json.dumps(case | figures), flush=True)
    figures = in_turns(partial(control, 1), partial(control, PROCESSORS), rounds)
    print(json.dumps({"control": figures, "processors": PROCESSORS, "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
