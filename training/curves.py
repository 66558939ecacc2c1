"""Draws training curves as a PNG."""

from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

matplotlib.use("agg")

# The course's published final validation accuracies of its CNN, by its own recipe.
COURSE_FIGURES = {"course, 10 epochs: 0.9501": 0.9501, "course, 20 epochs: 0.9382": 0.9382}


def plot_history(label: str, history: pd.DataFrame, path: Path, references: dict[str, float]) -> None:
    """Accuracy over epochs.

    history: the columns accuracy and, where there is one, val_accuracy, indexed by epoch from 1. references: horizontal
    lines by label.
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
