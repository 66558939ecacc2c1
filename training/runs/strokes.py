"""TODO."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from live.errors import DataError
from live.files import default_model, write_file
from live.letters import HELD_LETTERS, MOVING_LETTERS
from live.litert import Network
from live.readers import OUTPUTS, Fusion, LetterClassifier, StrokeReader
from training.compute import choose_device
from training.data import merge, read_training_data
from training.data.synthetic import KINDS, ByLetter, Maker, Seen, by_letter, film, made_film
from training.engine import Progress
from training.networks import SHAPE, STROKE_THRESHOLD, STROKES, StrokeRecipe, train_strokes
from training.runs.export import check_folder, save_model

APART_EVERY = 5  # sources


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
        return read(StrokeReader(network, STROKE_THRESHOLD), [*frames, *gone], classifier)

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
    model = train_strokes(learned, recipe, seed, Progress(STROKES))
    contract = save_model(
        {STROKES: model},
        out,
        letters=OUTPUTS,
        fusion={STROKES: Fusion({STROKES: 1.0}, STROKE_THRESHOLD)},
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
    network = Network(contract.weights(out, STROKES, "litert"))
    figures = measure(network, measured, seed, recipe.measured, letters)
    write_file(out / "made_strokes.json", (json.dumps(figures, indent=2) + "\n").encode())
    return figures
