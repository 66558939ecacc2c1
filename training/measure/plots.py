"""Draws training curves, confusion, mistakes and calibration as PNG files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training.data import Crops
from training.measure.figures import Answer

matplotlib.use("agg")

SHEET = (5, 8)  # rows, columns of mistakes

# The final validation accuracies that the course published for its CNN and recipe.
COURSE_FIGURES = {"course, 10 epochs: 0.9501": 0.9501, "course, 20 epochs: 0.9382": 0.9382}


def plot_calibration(curves: Mapping[str, pd.DataFrame], thresholds: Mapping[str, float], path: Path) -> None:
    """Share right of the answers, over the share answered: a curve by readers' names, a dot at the chosen threshold."""
    figure = Figure(figsize=(8, 4.5), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    for number, (name, points) in enumerate(curves.items()):
        colour, threshold = f"C{number}", thresholds[name]
        axes.plot(
            points["answered"], points["right_when_answered"], color=colour, label=f"{name}: from {threshold:.2f} on"
        )
        chosen = points[points["threshold"] == threshold]
        axes.plot(chosen["answered"], chosen["right_when_answered"], "o", color=colour)
    axes.set(xlabel="share of hands answered", ylabel="right, of those answered", xlim=(0, 1), ylim=(0.6, 1.005))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left", fontsize=8)
    figure.savefig(path)


def plot_confusion(answers: Sequence[Answer], letters: Sequence[str], path: Path) -> None:
    """What was signed (rows) against what was read (columns), as shares of a row."""
    counts = np.zeros((len(letters), len(letters)))
    for answer in answers:
        if answer.truth in letters and answer.top:
            counts[letters.index(answer.truth), letters.index(answer.top[0])] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(8, 7.5), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Greens", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(shares >= 0.005), strict=True):
        share = shares[row, column]
        axes.text(
            column, row, f"{share * 100:.0f}", ha="center", va="center", fontsize=7, color="w" if share > 0.6 else "k"
        )
    axes.set(
        xlabel="read", ylabel="signed", title="of 100 hands that signed a letter, how many were read as each letter"
    )
    axes.set_xticks(range(len(letters)), letters)
    axes.set_yticks(range(len(letters)), letters)
    figure.savefig(path)


def plot_mistakes(crops: Crops, answers: Sequence[Answer], path: Path) -> None:
    """A contact sheet of the mistakes with the highest confidence. answers: one for each crop.

    Nothing is drawn if there is no mistake.
    """
    wrong = [n for n, answer in enumerate(answers) if not answer.right]
    worst = sorted(wrong, key=lambda n: -answers[n].confidence)[: SHEET[0] * SHEET[1]]
    path.unlink(missing_ok=True)
    if not worst:
        return
    figure = Figure(figsize=(10, 8), dpi=120, layout="constrained")
    for place, axes in enumerate(figure.subplots(*SHEET).flat):
        axes.set_axis_off()
        if place < len(worst):
            answer = answers[worst[place]]
            axes.imshow(crops.images[worst[place]], cmap="gray", vmin=0, vmax=255)
            axes.set_title(f"{answer.truth} as {answer.top[0]}, {answer.confidence:.0%}", fontsize=8)
    figure.suptitle(f"{len(wrong):,} of {len(answers):,} read wrong; those with the highest confidence")
    figure.savefig(path)


def plot_runs(histories: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Accuracy over epochs of several runs by name; training dashed. histories: as for plot_history."""
    figure = Figure(figsize=(8, 4.5), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    for number, (name, history) in enumerate(histories.items()):
        colour = f"C{number}"
        axes.plot(history.index, history["accuracy"], "--", color=colour, alpha=0.6, label=f"{name}: training")
        if "val_accuracy" in history:
            last = history["val_accuracy"].iloc[-1]
            axes.plot(
                history.index, history["val_accuracy"], "o-", color=colour, label=f"{name}: validation, {last:.4f}"
            )
    axes.set(xlabel="epoch", ylabel="accuracy", ylim=(None, 1.005))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", fontsize=8)
    figure.savefig(path)


def plot_history(label: str, history: pd.DataFrame, path: Path, references: dict[str, float]) -> None:
    """Accuracy over epochs.

    history: the columns accuracy and perhaps val_accuracy, indexed by epoch from 1. references: horizontal lines by
    label.
    """
    figure = Figure(figsize=(8, 4.5), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.plot(history.index, history["accuracy"], "--", alpha=0.6, label=f"{label}: training")
    lowest = 1.0
    if "val_accuracy" in history:
        validation = history["val_accuracy"]
        lowest = float(validation.min())
        axes.plot(history.index, validation, "o-", color="C0", label=f"{label}: validation, {validation.iloc[-1]:.4f}")
    for number, (reference, value) in enumerate(references.items()):
        axes.axhline(value, color="black", linestyle=(":", "-.")[number % 2], linewidth=1, label=reference)
    axes.set(xlabel="epoch", ylabel="accuracy")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(min(0.8, lowest - 0.01), 1.005)
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", fontsize=8)
    figure.savefig(path)
