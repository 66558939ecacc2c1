"""Trains the network of J and Z on synthetic strokes, and measures it on strokes of sources that were left out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from live.files import default_model, write_file
from live.letters import MOVING_LETTERS
from live.litert import Network
from live.readers import OUTPUTS, LetterClassifier, StrokeReader
from training.compute import choose_device
from training.data.synthetic import (
    KINDS,
    ON_THE_SPOT,
    SLOW_AND_LEVEL,
    ByLetter,
    MotionMaker,
    TrackedFrame,
    by_letter,
    synthetic_frames,
    tracked_frames,
)
from training.engine import Progress
from training.networks import SHAPE, STROKE_THRESHOLD, STROKES, StrokeRecipe, train_strokes
from training.runs.export import check_folder, save_dense
from training.runs.motion.kept_apart import read_kept_apart

FRAME_RATES = (10, 15, 20, 30)  # frames a second
J_KINDS = (ON_THE_SPOT, SLOW_AND_LEVEL)  # kinds of J that are measured apart: people draw them, and readers miss them
FIGURES_FILE = "made_strokes.json"


def read(reader: StrokeReader, frames: Sequence[TrackedFrame], classifier: LetterClassifier | None = None) -> str:
    """The strokes that a reader sees in frames. classifier: reads the letters that the hand shows meanwhile."""
    strokes = ""
    for frame in frames:
        letter = classifier.predict(None, frame.hand.right_landmarks).letter if classifier and frame.hand else None
        motion = reader.update(frame.hand, frame.time_s, letter)
        strokes += motion.stroke.letter if motion.stroke else ""
    return strokes


def measure(
    network: Network, hands: ByLetter, seed: int, n: int, classifier: LetterClassifier | None = None
) -> dict[str, Any]:
    """Measure a network on n synthetic strokes per letter, frame rate and side.

    A stroke counts as right if it is read once, and as itself. classifier: see read. j_read: the same for each of
    J_KINDS. false_per_min: strokes seen per minute in n films of each kind that has none.
    """

    def strokes_in(frames: Sequence[TrackedFrame]) -> str:
        gone = [TrackedFrame(frames[-1].time_s + wait_s, None) for wait_s in (0.1, 0.2)]
        return read(StrokeReader(network, STROKE_THRESHOLD), [*frames, *gone], classifier)

    def share_read(letter: str, frames_per_s: int, mirrored: bool, style: str | None = None) -> float:
        right = 0
        for index in range(n):
            rng = np.random.default_rng((seed, MOVING_LETTERS.index(letter), index))  # the same strokes in every row
            motion = MotionMaker(hands, rng).make(letter, style)
            right += strokes_in(tracked_frames(motion, frames_per_s, rng, mirrored)) == letter
        return right / n

    shares: dict[str, dict[str, float]] = {}
    j_shares: dict[str, dict[str, float]] = {}
    for frames_per_s in FRAME_RATES:
        for mirrored in (False, True):
            row = f"{frames_per_s} frames a second{', mirrored' if mirrored else ''}"
            shares[row] = {letter: share_read(letter, frames_per_s, mirrored) for letter in MOVING_LETTERS}
            j_shares[row] = {style: share_read("J", frames_per_s, mirrored, style) for style in J_KINDS}
    false_per_min = {}
    for kind in (kind for kind in KINDS if kind not in MOVING_LETTERS):
        films = [synthetic_frames(hands, (seed, index), kind)[1] for index in range(n)]
        minutes = sum(frames[-1].time_s for frames in films) / 60
        false_per_min[kind] = sum(len(strokes_in(frames)) for frames in films) / minutes
    return {
        "read": shares,
        "mean": float(np.mean([list(row.values()) for row in shares.values()])),
        "j_read": j_shares,
        "false_per_min": false_per_min,
    }


def fit_strokes(
    data: Sequence[Path], out: Path, leave_out: Sequence[str] = (), seed: int = 0, recipe: StrokeRecipe | None = None
) -> dict[str, Any]:
    """Train, leave a model folder, and return what `measure` says of strokes made of the sources that were left out.

    Raises DataError if the data lacks hands of a letter, or has too few sources.
    """
    recipe = recipe or StrokeRecipe()
    device = choose_device("auto")
    check_folder(out, STROKES)
    hands = read_kept_apart(data, leave_out, seed)
    training_hands, test_hands = by_letter(hands.rest), by_letter(hands.test)
    model = train_strokes(training_hands, recipe, seed, Progress(STROKES))
    contract = save_dense(
        model, out, outputs=OUTPUTS, threshold=STROKE_THRESHOLD, data=hands.data, recipe=recipe, seed=seed,
        device=device.name, about={"sources_kept_apart": hands.test_sources},
    )  # fmt: skip
    letters = LetterClassifier.load(default_model(), (SHAPE,))
    network = Network(contract.weights(out, STROKES, "litert"))
    figures = measure(network, test_hands, seed, recipe.measured, letters)
    write_file(out / FIGURES_FILE, (json.dumps(figures, indent=2) + "\n").encode())
    return figures
