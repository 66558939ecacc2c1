"""Trains the network of J and Z on strokes synthesised from held hands: there are too few real ones to learn from."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.readers import LOST_S, N_INPUTS, OUTPUTS, TRACKED_JOINTS, Trajectory
from training.data.synthetic import RATE, ByLetter, Floats, HandMotion, TrackedFrame, synthetic_frames
from training.networks.dense import DenseRecipe, train_dense
from training.progress import bar_interval_s

STROKES = "strokes"
STROKE_THRESHOLD = 0.5  # likelier than all else; a higher one would hardly help with hands that tremble or gesture

# When a window counts as the stroke: how far its begin and its end may be from the stroke's, as shares of the stroke's
# length. A window outside the wider limits is no stroke; one between both limits is not trained on.
BEGIN_LIMITS, END_LIMITS = (-0.35, 0.18), (-0.10, 0.25)
WIDE_BEGIN_LIMITS, WIDE_END_LIMITS = (-1.1, 0.4), (-0.28, 0.9)
MAX_WINDOWS = (30, 14)  # per film: windows without a stroke, windows with one


@dataclass(frozen=True)
class StrokeRecipe(DenseRecipe):
    """films: synthetic films to learn from. measured: films to measure with, per letter, frame rate, side and kind."""

    films: int = 24_000
    units: tuple[int, ...] = (192, 96)
    dropout: float = 0.25
    epochs: int = 20
    weight_decay: float = 2e-3
    measured: int = 100


class _Labeller:
    """Labels windows by how well they cover the stroke, measured along the hand's true trajectory."""

    def __init__(self, motion: HandMotion) -> None:
        steps = np.linalg.norm(np.diff(motion.poses[:, TRACKED_JOINTS, :2], axis=0), axis=2)
        self._lengths = np.concatenate(([0], np.cumsum(np.median(steps, axis=1))))
        self._letter = motion.letter
        self._start, self._stop = self._length(motion.start_s), self._length(motion.stop_s)

    def _length(self, time_s: float) -> float:
        return float(np.interp(time_s * RATE, np.arange(len(self._lengths)), self._lengths))

    def label(self, begin_s: float, end_s: float) -> int | None:
        """A position in OUTPUTS, or None if the window is not to be trained on."""
        if not self._letter:
            return 0
        stroke = self._stop - self._start
        begin = (self._length(begin_s) - self._start) / stroke
        end = (self._length(end_s) - self._stop) / stroke
        if _within(begin, BEGIN_LIMITS) and _within(end, END_LIMITS):
            return OUTPUTS.index(self._letter)
        return None if _within(begin, WIDE_BEGIN_LIMITS) and _within(end, WIDE_END_LIMITS) else 0


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] < value < limits[1]


def _windows(frames: Sequence[TrackedFrame]) -> Iterator[tuple[Floats, float, float]]:
    """Every window that the recogniser would read in these frames: (N_INPUTS,), its begin and its end in seconds."""
    trajectory, times, hand_s = Trajectory(), [(0.0, 0.0)], 0.0
    for frame in frames:
        if frame.hand is None:
            continue
        if frame.time_s - hand_s > LOST_S:
            trajectory, times = Trajectory(), [(0.0, frame.time_s)]
        hand_s = frame.time_s
        if not trajectory.add(frame.hand, frame.time_s):
            continue
        times.append((trajectory.distance, frame.time_s))
        if len(trajectory) < 3:
            continue
        windows, begins = trajectory.windows()
        begins_s = np.interp(begins, *np.array(times).T)
        for window, begin_s in zip(windows, begins_s.tolist(), strict=True):
            yield window, begin_s, frame.time_s


def labelled_windows(
    motion: HandMotion, frames: Sequence[TrackedFrame], rng: np.random.Generator
) -> tuple[Floats, NDArray[np.int64]]:
    """(n, N_INPUTS) windows of the frames of a motion, and (n,) positions in OUTPUTS. rng: chooses MAX_WINDOWS."""
    labeller = _Labeller(motion)
    windows, labels = [], []
    for window, begin_s, end_s in _windows(frames):
        label = labeller.label(begin_s, end_s)
        if label is not None:
            windows.append(window)
            labels.append(label)
    kept: list[int] = []
    for is_stroke, most in enumerate(MAX_WINDOWS):
        rows = np.flatnonzero((np.array(labels, np.int64) > 0) == is_stroke)
        kept += rng.permutation(rows)[:most].tolist()
    kept_windows = np.array([windows[n] for n in kept]).reshape(len(kept), N_INPUTS)
    return kept_windows, np.array([labels[n] for n in kept], np.int64)


def _film_windows(hands: ByLetter, seed: int, number: int) -> tuple[Floats, NDArray[np.int64]]:
    motion, frames = synthetic_frames(hands, (seed, number))
    return labelled_windows(motion, frames, np.random.default_rng((seed, number, 1)))


def train_strokes(
    hands: ByLetter, recipe: StrokeRecipe, seed: int, progress: keras.callbacks.Callback | None = None
) -> keras.Model:
    """Synthesise films and train on their windows. The network: (n, N_INPUTS) in, (n, OUTPUTS) probabilities out."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:  # TensorFlow does not survive a fork
        films = pool.map(partial(_film_windows, hands, seed), range(recipe.films), chunksize=50)
        bar = tqdm(films, "making strokes", recipe.films, unit="film", mininterval=bar_interval_s())
        windows, labels = (np.concatenate(arrays) for arrays in zip(*bar, strict=True))
    return train_dense(STROKES, windows.astype(np.float32), labels, len(OUTPUTS), recipe, seed, progress)
