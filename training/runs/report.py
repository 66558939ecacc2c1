"""Measures what a run has saved, and leaves figures and pictures in its folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from live.files import write_file
from live.readers import LEFT_OUT, Figures, Fusion, LetterClassifier
from training.data import Crops
from training.layout import HISTORY_FILE
from training.measure import (
    SIGN_MNIST,
    HeldBack,
    about_test_table,
    answers_from_opinions,
    answers_on_crops,
    curve,
    record,
    summarise_letters,
)
from training.measure.plots import COURSE_FIGURES, plot_calibration, plot_confusion, plot_history, plot_mistakes
from training.runs.datasets import read_test_file
from training.runs.plan import NetworkPlan

READERS_TITLE = {"cnn": "the CNN alone", "shape": "the shape network alone", "cnn+shape": "both readers"}


def save_curves(plan: NetworkPlan, curves: pd.DataFrame) -> None:
    """Write and draw a CNN's accuracies by epoch; beside the course's own figures if it follows the course."""
    write_file(plan.out / HISTORY_FILE, curves.to_csv(float_format="%.6f").encode())
    follows_course = plan.recipe_name == "course" and plan.architecture == "nvidia"
    references = COURSE_FIGURES if follows_course else {}
    plot_history(f"{plan.architecture}, seed {plan.seed}", curves, plan.out / "curves.png", references)


def measure_crops(
    out: Path, crops: Crops, key: str, title: str, about: str, confusion: str = "confusion.png"
) -> Figures:
    """Measure the saved model on crops, record the figures under `key`, and draw the confusion and worst mistakes."""
    answers = list(answers_on_crops(LetterClassifier.load(out), crops, key))
    figures = summarise_letters(answers)
    record(out, key, title, about, figures)
    plot_confusion(answers, crops.letters, out / confusion)
    plot_mistakes(crops, answers, out / "mistakes.png")
    return figures


def measure_test_file(plan: NetworkPlan, letters: tuple[str, ...]) -> Figures:
    """Measure the saved model on the test table, like Sign-MNIST's."""
    crops = read_test_file(plan, letters)
    confusion = "confusion_test.png" if plan.cross_fits else "confusion.png"  # the latter is of the sources left out
    return measure_crops(plan.out, crops, SIGN_MNIST, *about_test_table(len(crops)), confusion)


def save_held_back(out: Path, held: Mapping[str, HeldBack], on_photos: NDArray[np.bool_]) -> None:
    """Write the answers on the sources left out, so that another fusion can be tried without training again."""
    arrays: dict[str, NDArray[Any]] = {"on_photos": on_photos}
    for name, part in held.items():
        arrays[f"{name}/labels"], arrays[f"{name}/sources"] = part.labels, part.sources
        arrays.update({f"{name}/{reader}": opinions for reader, opinions in part.opinions.items()})
    np.savez_compressed(out / "held_back.npz", allow_pickle=False, **arrays)


def save_thresholds(out: Path, held: Mapping[str, HeldBack], fusion: Mapping[str, Fusion]) -> None:
    """Write and draw, by readers, which share is answered at each threshold, and which share of that is right."""
    curves = {name: pd.DataFrame(curve(part, fusion[name])) for name, part in held.items()}
    table = pd.concat(curves, names=["readers", "row"]).reset_index("row", drop=True)
    write_file(out / "threshold.csv", table.to_csv().encode())
    thresholds = {name: weights.threshold for name, weights in fusion.items()}
    plot_calibration(curves, thresholds, out / "threshold.png")


def measure_held_back(
    out: Path,
    held: Mapping[str, HeldBack],
    fusion: Mapping[str, Fusion],
    letters: tuple[str, ...],
    on_photos: NDArray[np.bool_],
) -> Figures | None:
    """Record the figures on the sources left out, by readers. Returns those of the last readers, which are all.

    on_photos: (n,) which of the hands that have landmarks also have a picture.
    """
    figures: Figures | None = None
    for name, part in held.items():
        answers = list(answers_from_opinions(part.opinions, fusion[name], part.labels, part.sources, letters))
        figures = summarise_letters(answers)
        about = (
            f"{len(part.labels):,} hands of {len(figures.signers)} sources, read by networks that had not seen them."
        )
        if name == "cnn+shape" and not on_photos.all():
            about += f" {np.count_nonzero(~on_photos):,} of them have no picture; the CNN read one of the same letter."
        title = f"Sources left out of training, {READERS_TITLE[name]}"
        record(out, f"{LEFT_OUT}{name}", title, about, figures)
        plot_confusion(answers, letters, out / "confusion.png")
    return figures
