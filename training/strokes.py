"""Trains the network that knows J and Z, on strokes made of held hands: real ones are too few to learn from."""

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray
from tqdm import tqdm

from live.classifier import LetterClassifier
from live.contract import Fusion, default_model, write_file
from live.errors import DataError
from live.letters import HELD_LETTERS, MOVING_LETTERS
from live.litert import Network
from live.strokes import LOST_S, N_INPUTS, OUTPUTS, WATCHED, StrokeReader, Way
from training.callbacks import Progress
from training.data import read_training_data
from training.devices import choose_device
from training.export import check_folder, save_model
from training.landmarks import merge
from training.made_strokes import KINDS, RATE, ByLetter, Floats, Made, Maker, Seen, by_letter, film, made_film
from training.progress import bar_interval_s
from training.shape import NAME as SHAPE

NAME = "strokes"
THRESHOLD = 0.5  # likelier than anything else; where hands tremble or talk, a higher one would help little
APART_EVERY = 5  # sources

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
    steps = np.linalg.norm(np.diff(made.poses[:, WATCHED, :2], axis=0), axis=2)
    true_way = np.concatenate(([0], np.cumsum(np.median(steps, axis=1))))

    def at(time_s: float) -> float:
        return float(np.interp(time_s * RATE, np.arange(len(true_way)), true_way))

    start, stop = at(made.start_s), at(made.stop_s)
    way, times, hand_s = Way(), [(0.0, 0.0)], 0.0
    windows, labels = [], []
    for frame in frames:
        if frame.hand is None:
            continue
        if frame.time_s - hand_s > LOST_S:
            way, times = Way(), [(0.0, frame.time_s)]
        hand_s = frame.time_s
        if not way.add(frame.hand, frame.time_s):
            continue
        times.append((way.length, frame.time_s))
        if len(way) < 3:
            continue
        windows_now, begins = way.windows()
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
    model = keras.Model(inputs, layers.Dense(len(OUTPUTS), activation="softmax")(x), name=NAME)
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


def read(reader: StrokeReader, frames: Sequence[Seen], classifier: LetterClassifier | None = None) -> str:
    """The strokes that a reader sees in a film; classifier: says by landmarks which letters are shown on the way."""
    seen = ""
    for each in frames:
        letter = classifier.predict(None, each.hand.right_landmarks).letter if classifier and each.hand else None
        motion = reader.update(each.hand, each.time_s, letter)
        seen += motion.stroke.letter if motion.stroke else ""
    return seen


def measure(
    network: Network, hands: ByLetter, seed: int, n: int, classifier: LetterClassifier | None = None
) -> dict[str, Any]:
    """What it makes of n strokes a letter, frame rate and side, each read right where it is read once and as itself.

    classifier: as for read. false_per_min: strokes seen a minute in n films of each kind that has none.
    """

    def seen(frames: Sequence[Seen]) -> str:
        gone = [Seen(frames[-1].time_s + wait_s, None) for wait_s in (0.1, 0.2)]
        return read(StrokeReader(network, THRESHOLD), [*frames, *gone], classifier)

    shares: dict[str, dict[str, float]] = {}
    for frames_per_s in (10, 15, 20, 30):
        for mirrored in (False, True):
            row = shares.setdefault(f"{frames_per_s} frames a second{', mirrored' if mirrored else ''}", {})
            for number, letter in enumerate(MOVING_LETTERS):
                right = 0
                for each in range(n):
                    rng = np.random.default_rng((seed, number, each))  # the same strokes each time
                    right += seen(film(Maker(hands, rng).make(letter), frames_per_s, rng, mirrored)) == letter
                row[letter] = right / n
    false_per_min = {}
    for kind in (kind for kind in KINDS if kind not in MOVING_LETTERS):
        films = [made_film(hands, (seed, each), kind)[1] for each in range(n)]
        minutes = sum(frames[-1].time_s for frames in films) / 60
        false_per_min[kind] = sum(len(seen(frames)) for frames in films) / minutes
    return {
        "read": shares,
        "mean": float(np.mean([list(row.values()) for row in shares.values()])),
        "false_per_min": false_per_min,
    }


def fit_strokes(
    data: Sequence[Path], out: Path, leave_out: Sequence[str] = (), seed: int = 0, recipe: StrokeRecipe | None = None
) -> dict[str, Any]:
    """Train, leave a model folder, and return what `measure` says of strokes made of sources that were kept apart.

    Raises DataError where --data has no hands of some letter, or too few sources.
    """
    recipe = recipe or StrokeRecipe()
    device = choose_device("auto")
    check_folder(out)
    read_data = read_training_data(data, "auto", seed, leave_out)
    if not read_data.hands:
        raise DataError("--data has no hands; strokes are made of landmarks (*.npz) or pictures of held letters")
    hands = merge([replace(each, crops=None, masks=None) for each in read_data.hands])
    apart = np.isin(hands.sources, np.unique(hands.sources)[APART_EVERY - 1 :: APART_EVERY])
    learned, measured = by_letter(hands.take(~apart)), by_letter(hands.take(apart))
    missing = [letter for letter in HELD_LETTERS if not (len(learned[letter]) and len(measured[letter]))]
    if missing:
        raise DataError(
            f"--data has too few sources with the letter {missing[0]}: every {APART_EVERY}th source is kept apart to "
            "measure on, and both parts need it"
        )
    model = train_strokes(learned, recipe, seed, Progress(NAME))
    contract = save_model(
        {NAME: model},
        out,
        letters=OUTPUTS,
        fusion={NAME: Fusion({NAME: 1.0}, THRESHOLD)},
        training={
            "data": "; ".join(read_data.about),
            "data_sha256": read_data.sha256,
            "recipe": asdict(recipe),
            "epochs": recipe.epochs,
            "seed": seed,
            "device": device.name,
            "sources_kept_apart": np.unique(hands.sources[apart]).tolist(),
        },
    )
    letters = LetterClassifier.load(default_model(), (SHAPE,))
    network = Network(contract.weights(out, NAME, "litert"))
    figures = measure(network, measured, seed, recipe.measured, letters)
    write_file(out / "made_strokes.json", (json.dumps(figures, indent=2) + "\n").encode())
    return figures
