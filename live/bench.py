"""Times each stage of reading a frame, as the app reads it."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import psutil
from numpy.typing import NDArray

from live.errors import PictureError
from live.hand import Hand, LiteRTHandTracker, Square, around_landmarks, centred_square, crop, crop_hand
from live.letters import HELD_LETTERS
from live.readers import FluentReader, LetterClassifier, PostureCheck, StrokeReader, fuse, hand_size
from live.recognizer import Recognizer
from live.sources import read_picture
from live.text import Speller, Top

FRAME_SIZE = (640, 480)  # width, height in pixels, like a webcam's
WARM_UP = 20
RUNS = 200

Stage = Callable[[], object]
Times = dict[str, float]  # p50_ms, p95_ms


@dataclass(frozen=True)
class BenchFigures:
    """stages: by name, in the order of a frame. rss_mb: this process's resident memory. input: describes the frame."""

    stages: dict[str, Times]
    frames_per_s: float
    rss_mb: float
    input: str


@dataclass(frozen=True)
class _Subject:
    """The frame that every run reads, with the crop and the hand that the first stages give for it."""

    frame_bgr: NDArray[np.uint8]
    crop: NDArray[np.uint8]
    hand: Hand | None
    recognizer: Recognizer
    description: str
    stages: dict[str, Stage]  # from the frame to the crop


class _HandInNoise:
    """A tracker that does its full work on noise: it accepts whatever the landmark network returns as a hand."""

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
) -> BenchFigures:
    """Time each stage that the model and the tracker have, and the whole frame.

    tracker: if None, the square in the middle of the frame is read. picture: shows a hand, and is scaled to fit
    FRAME_SIZE; if None, the networks run on a frame of noise. Raises PictureError if no hand is found in the picture.
    """
    subject = _square_subject(classifier) if tracker is None else _hand_subject(classifier, tracker, picture)
    stages = subject.stages | _reader_stages(classifier, subject)
    stages["frame"] = lambda: subject.recognizer.process(subject.frame_bgr, time.monotonic())
    times = {name: stage_ms(stage) for name, stage in stages.items()}
    frames_per_s = round(1000 / times["frame"]["p50_ms"], 1)
    rss_mb = round(psutil.Process().memory_info().rss / 1e6, 1)
    return BenchFigures(times, frames_per_s, rss_mb, subject.description)


def stage_ms(stage: Stage, runs: int = RUNS, warm_up: int = WARM_UP) -> Times:
    """p50 and p95 of one stage in milliseconds, over `runs` calls after `warm_up` uncounted ones."""
    for _ in range(warm_up):
        stage()
    times_ms = np.empty(runs)
    for i in range(runs):
        start_s = time.perf_counter()
        stage()
        times_ms[i] = (time.perf_counter() - start_s) * 1000
    p50, p95 = np.percentile(times_ms, (50, 95))
    return {"p50_ms": round(float(p50), 3), "p95_ms": round(float(p95), 3)}


def _noise() -> NDArray[np.uint8]:
    width, height = FRAME_SIZE
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def _square_subject(classifier: LetterClassifier) -> _Subject:
    frame, box = _noise(), centred_square(*FRAME_SIZE)
    description = (
        f"a fixed frame of noise, {FRAME_SIZE[0]}x{FRAME_SIZE[1]}, read as a fixed square without the hand networks"
    )
    stages: dict[str, Stage] = {"crop": lambda: crop(frame, box)}
    return _Subject(frame, crop(frame, box), None, Recognizer(classifier), description, stages)


def _hand_subject(classifier: LetterClassifier, tracker: LiteRTHandTracker, picture: Path | None) -> _Subject:
    size = f"{FRAME_SIZE[0]}x{FRAME_SIZE[1]}"
    finder: LiteRTHandTracker | _HandInNoise = tracker
    if picture is None:
        frame, finder = _noise(), _HandInNoise(tracker)
        description = f"a fixed frame of noise, {size}: the networks do the same work as for a hand"
    else:
        frame, description = fit_to_frame(read_picture(picture)), f"{picture}, scaled to {size}"
    hand = finder.detect(frame)
    if hand is None:
        raise PictureError(f"{picture}: no hand found in it; use another picture")
    stages: dict[str, Stage] = {
        "find": lambda: finder.detect(frame),
        "track": lambda: finder.find(frame),
        "crop": lambda: crop_hand(frame, hand),
    }
    recognizer = Recognizer(classifier, finder, strokes=StrokeReader.load(), posture=PostureCheck.load())
    return _Subject(frame, crop_hand(frame, hand), hand, recognizer, description, stages)


def _reader_stages(classifier: LetterClassifier, subject: _Subject) -> dict[str, Stage]:
    """The stages from the crop to the text."""
    readers, landmarks = classifier.contract.readers, subject.hand.right_landmarks if subject.hand else None
    stages: dict[str, Stage] = {}
    if "cnn" in readers:
        stages["cnn"] = lambda: classifier.opinions(subject.crop)
    if "shape" in readers and landmarks is not None:
        stages["shape"] = lambda: classifier.opinions(None, landmarks)
    opinions = classifier.opinions(subject.crop, landmarks)
    stages["fuse"] = lambda: fuse(opinions, classifier.contract.fusion["+".join(opinions)])
    if subject.hand:
        stages["strokes"] = _strokes_stage(subject.hand)
        stages["flow"] = _flow_stage(subject.hand)
    stages["spelling"] = _spelling_stage(classifier.predict(subject.crop, landmarks).top())
    return stages


def _strokes_stage(hand: Hand) -> Stage:
    """The stroke reader's worst case: a hand that moves in circles, at 30 frames a second."""
    reader, frames = StrokeReader.load(), itertools.count()

    def read_frame() -> None:
        n = next(frames)
        shift = hand_size(hand) * np.array((np.cos(n / 5), np.sin(n / 5), 0), np.float32)
        reader.update(replace(hand, landmarks=hand.landmarks + shift), n / 30)

    return read_frame


def _flow_stage(hand: Hand) -> Stage:
    """The network of words that flow, at 30 frames a second; it takes 20 steps."""
    reader, frames = FluentReader.load(), itertools.count()
    even = np.full(len(HELD_LETTERS), 1 / len(HELD_LETTERS), np.float32)
    return lambda: reader.update(hand, next(frames) / 30, even)


def _spelling_stage(top: Top) -> Stage:
    """The speller's worst case: a letter that is held all the time, at 30 frames a second."""
    speller, frames = Speller(), itertools.count()
    return lambda: speller.update(top, next(frames) / 30)


def fit_to_frame(picture_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale a picture to fit into a frame of FRAME_SIZE. The rest of the frame is gray."""
    width, height = FRAME_SIZE
    scale = min(width / picture_bgr.shape[1], height / picture_bgr.shape[0])
    scaled = cv2.resize(picture_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:height, :width]
    frame = np.full((height, width, 3), 128, np.uint8)
    frame[: scaled.shape[0], : scaled.shape[1]] = scaled
    return frame
