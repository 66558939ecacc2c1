"""How long each stage of a frame takes, in a process that reads frames as the app does."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
from numpy.typing import NDArray

from live.errors import PictureError
from live.hand import Hand, LiteRTHandTracker, Square, around_landmarks, centred_square, crop, crop_hand
from live.readers import LetterClassifier, StrokeReader, fuse, hand_size
from live.recognizer import Recognizer
from live.sources import read_picture
from live.text import Speller, Top

FRAME_SIZE = (640, 480)  # width, height in pixels, a webcam's
WARM_UP = 20
RUNS = 200


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


class _HandInNoise:
    """Does a tracker's work on a frame without a hand: every step of it, whatever the networks find."""

    def __init__(self, tracker: LiteRTHandTracker) -> None:
        self._tracker = tracker
        width, height = FRAME_SIZE
        self._square = Square(width / 2, height / 2, height / 2, 0.0)

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Hand:
        self._tracker.palms(frame_bgr)
        self.find(frame_bgr)
        return self.find(frame_bgr)

    def find(self, frame_bgr: NDArray[np.uint8]) -> Hand:
        hand = self._tracker.look(frame_bgr, self._square, min_score=0.0)
        assert hand is not None
        around_landmarks(hand.landmarks)
        return hand


def bench(
    classifier: LetterClassifier, tracker: LiteRTHandTracker | None = None, picture: Path | None = None
) -> dict[str, Any]:
    """Stages that exist, frames a second and this process's resident memory.

    picture: with a hand in it, made 640x480; without it the networks run on a frame of noise. Raises PictureError where
    no hand is found in it.
    """
    width, height = FRAME_SIZE
    frame: NDArray[np.uint8] = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    stages: dict[str, dict[str, float]] = {}
    if tracker is None:
        box = centred_square(width, height)
        seen, hand = crop(frame, box), None
        recognizer = Recognizer(classifier)
        stages["crop"] = stage_ms(lambda: crop(frame, box))
        source = f"a fixed frame of noise, {width}x{height}, read as a fixed square: the hand networks are not here"
    else:
        finder: LiteRTHandTracker | _HandInNoise = _HandInNoise(tracker)
        source = (
            f"a fixed frame of noise, {width}x{height}: the networks run as on a hand (--picture FILE times a real one)"
        )
        if picture is not None:
            frame, finder = framed(read_picture(picture)), tracker
            source = f"{picture}, made {width}x{height}"
        hand = finder.detect(frame)
        if hand is None:
            raise PictureError(f"{picture}: no hand is found in it; take another picture")
        seen = crop_hand(frame, hand)
        recognizer = Recognizer(classifier, finder, strokes=StrokeReader.load())
        stages["find"] = stage_ms(lambda: finder.detect(frame))
        stages["track"] = stage_ms(lambda: finder.find(frame))
        stages["crop"] = stage_ms(lambda: crop_hand(frame, hand))
    landmarks = hand.right_landmarks if hand else None
    if "cnn" in classifier.contract.readers:
        stages["cnn"] = stage_ms(lambda: classifier.opinions(seen))
    if "shape" in classifier.contract.readers and landmarks is not None:
        stages["shape"] = stage_ms(lambda: classifier.opinions(None, landmarks))
    said = classifier.opinions(seen, landmarks)
    stages["fuse"] = stage_ms(lambda: fuse(said, classifier.contract.fusion["+".join(said)]))
    if hand:
        stages["strokes"] = stage_ms(_on_the_move(hand))
    stages["spelling"] = stage_ms(_being_held(recognizer.classifier.predict(seen, landmarks).top()))
    stages["frame"] = stage_ms(lambda: recognizer.process(frame, time.monotonic()))
    return {
        "stages": stages,
        "frames_per_s": round(1000 / stages["frame"]["p50_ms"], 1),
        "rss_mb": round(psutil.Process().memory_info().rss / 1e6, 1),
        "input": source,
    }


def _on_the_move(hand: Hand) -> Callable[[], object]:
    """The stroke reader's most: a hand that goes on and on at 30 frames a second, in circles."""
    reader, frames = StrokeReader.load(), itertools.count()

    def one_frame() -> None:
        n = next(frames)
        place = hand_size(hand) * np.array((np.cos(n / 5), np.sin(n / 5), 0), np.float32)
        reader.update(replace(hand, landmarks=hand.landmarks + place), n / 30)

    return one_frame


def _being_held(top: Top) -> Callable[[], object]:
    """The speller's: a letter that is held on and on at 30 frames a second."""
    speller, frames = Speller(), itertools.count()
    return lambda: speller.update(top, next(frames) / 30)


def framed(picture_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture made a frame of FRAME_SIZE, gray bars filling what it leaves."""
    width, height = FRAME_SIZE
    scale = min(width / picture_bgr.shape[1], height / picture_bgr.shape[0])
    shown = cv2.resize(picture_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:height, :width]
    frame = np.full((height, width, 3), 128, np.uint8)
    frame[: shown.shape[0], : shown.shape[1]] = shown
    return frame
