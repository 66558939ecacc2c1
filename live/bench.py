"""How long each stage of a frame takes, in a process that reads frames as the app does."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import psutil

from live.classifier import LetterClassifier
from live.crop import centred_square, crop
from live.recognizer import Recognizer

FRAME_SIZE = (640, 480)  # width, height in pixels, a webcam's
WARM_UP = 50
RUNS = 500


def stage_ms(stage: Callable[[], object], runs: int = RUNS, warm_up: int = WARM_UP) -> dict[str, float]:
    """p50 and p95 of one stage in milliseconds, over `runs` calls after `warm_up` uncounted ones."""
    for _ in range(warm_up):
        stage()
    taken_ms = np.empty(runs)
    for i in range(runs):
        start_s = time.perf_counter()
        stage()
        taken_ms[i] = (time.perf_counter() - start_s) * 1000
    p50, p95 = np.percentile(taken_ms, (50, 95))
    return {"p50_ms": round(float(p50), 3), "p95_ms": round(float(p95), 3)}


def bench(classifier: LetterClassifier) -> dict[str, Any]:
    """Stages that exist, frames a second and this process's resident memory.

    The frame is noise: no picture of a hand is at hand, and none of these stages takes longer for one.
    """
    width, height = FRAME_SIZE
    frame = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    box = centred_square(width, height)
    seen = crop(frame, box)
    recognizer = Recognizer(classifier)
    stages = {
        "crop": stage_ms(lambda: crop(frame, box)),
        "cnn": stage_ms(lambda: classifier.predict(seen)),
        "frame": stage_ms(lambda: recognizer.process(frame, time.monotonic())),
    }
    return {
        "stages": stages,
        "frames_per_s": round(1000 / stages["frame"]["p50_ms"], 1),
        "rss_mb": round(psutil.Process().memory_info().rss / 1e6, 1),
        "input": "a fixed frame of noise, 640x480, no hand in it",
    }
