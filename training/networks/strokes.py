"""Trains the network that knows J and Z, on strokes made of held hands: real ones are too few to learn from."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray
from tqdm import tqdm

from live.readers import LOST_S, N_INPUTS, OUTPUTS, TRACKED_JOINTS, Trajectory
from training.data.synthetic import RATE, ByLetter, Floats, Made, Seen, made_film
from training.progress import bar_interval_s

STROKES = "strokes"
STROKE_THRESHOLD = 0.5  # likelier than anything else; where hands tremble or talk, a higher one would help little

# Which of the windows of a stroke are taken for it, as shares of its way: how far off its begin and end they may be,
# and from where on they are no stroke at all. What lies between teaches nothing.
BEGINS, ENDS = (-0.35, 0.18), (-0.10, 0.25)
NO_BEGIN, NO_END = (-1.1, 0.4), (-0.28, 0.9)
MAX_WINDOWS = (24, 14)  # of each film: no strokes, strokes


@dataclass(frozen=True)
class StrokeRecipe:
    """films: made to learn from. measured: made to measure with, of each letter, frame rate, side and kind."""

    films: int = 20_000
    units: tuple[int, ...] = (192, 96)
    dropout: float = 0.25
    epochs: int = 20
    batch_size: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 2e-3
    measured: int = 100


def labelled_windows(made: Made, frames: Sequence[Seen], rng: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """(n, N_INPUTS) windows of a film as live sees them, (n,) positions in OUTPUTS."""
    steps = np.linalg.norm(np.diff(made.poses[:, TRACKED_JOINTS, :2], axis=0), axis=2)
    true_way = np.concatenate(([0], np.cumsum(np.median(steps, axis=1))))

    def at(time_s: float) -> float:
        return float(np.interp(time_s * RATE, np.arange(len(true_way)), true_way))

    start, stop = at(made.start_s), at(made.stop_s)
    trajectory, times, hand_s = Trajectory(), [(0.0, 0.0)], 0.0
    windows, labels = [], []
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
        windows_now, begins = trajectory.windows()
        begins_s = np.interp(begins, *np.array(times).T)
        for window, begin_s in zip(windows_now, begins_s.tolist(), strict=True):
            label = 0
            if made.letter:
                early, late = (at(begin_s) - start) / (stop - start), (at(frame.time_s) - stop) / (stop - start)
                if BEGINS[0] < early < BEGINS[1] and ENDS[0] < late < ENDS[1]:
                    label = OUTPUTS.index(made.letter)
                elif NO_BEGIN[0] < early < NO_BEGIN[1] and NO_END[0] < late < NO_END[1]:
                    continue
            windows.append(window)
            labels.append(label)
    kept: list[int] = []
    for stroke, most in enumerate(MAX_WINDOWS):
        own = np.flatnonzero((np.array(labels, np.int64) > 0) == stroke)
        kept += rng.permutation(own)[:most].tolist()
    kept_windows = np.array([windows[n] for n in kept]).reshape(len(kept), N_INPUTS)
    return kept_windows, np.array([labels[n] for n in kept], np.int64)


def _film_windows(hands: ByLetter, seed: int, number: int) -> tuple[Floats, NDArray[np.int64]]:
    made, frames = made_film(hands, (seed, number))
    return labelled_windows(made, frames, np.random.default_rng((seed, number, 1)))


def train_strokes(
    hands: ByLetter, recipe: StrokeRecipe, seed: int, progress: keras.callbacks.Callback | None = None
) -> keras.Model:
    """Make films, train on their windows, return the network: (n, N_INPUTS) in, probabilities of OUTPUTS out."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:  # TensorFlow does not survive a fork
        made = pool.map(partial(_film_windows, hands, seed), range(recipe.films), chunksize=50)
        bar = tqdm(made, "making strokes", recipe.films, unit="film", mininterval=bar_interval_s())
        windows, labels = (np.concatenate(each) for each in zip(*bar, strict=True))
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((N_INPUTS,))
    x = layers.BatchNormalization()(inputs)
    for units in recipe.units:
        x = layers.Dropout(recipe.dropout)(layers.Dense(units, activation="relu")(x))
    model = keras.Model(inputs, layers.Dense(len(OUTPUTS), activation="softmax")(x), name=STROKES)
    steps = len(labels) // recipe.batch_size * recipe.epochs
    model.compile(
        keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps), weight_decay=recipe.weight_decay
        ),
        keras.losses.SparseCategoricalCrossentropy(),
        jit_compile=False,  # XLA on a CPU was many times slower
    )
    model.fit(
        windows.astype(np.float32),
        labels,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        verbose=0,
        callbacks=[progress] if progress else None,
    )
    return model
