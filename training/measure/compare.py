"""Compares the folders that training runs leave. Needs no TensorFlow."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from live.readers import CONTRACT_FILE, read_contract
from training.errors import UnfinishedRunError
from training.layout import CHECKPOINTS, SETTINGS_FILE, read_history

MEASURED = "read right: "  # precedes the title of a measurement

Value = str | int | float | None
Row = dict[str, Value]  # one run, by metric


def compare(runs: Sequence[Path]) -> list[Row]:
    """A row for each run: its settings, how long it took, and the share read right in each measurement.

    Raises FingerspellError if a folder is not a finished run.
    """
    return [_row(run) for run in runs]


def _row(run: Path) -> Row:
    begun = (run / SETTINGS_FILE).exists() and not (run / CONTRACT_FILE).exists()
    if begun or (run / CHECKPOINTS).is_dir():
        raise UnfinishedRunError(f"{run} was interrupted", run)
    contract = read_contract(run)
    training = contract.training
    row: Row = {
        "run": str(run),
        "architecture": contract.architecture,
        "parameters": contract.parameters,
        "letters": len(contract.letters),
        "recipe": training["recipe"],
        "seed": training["seed"],
        "device": training["device"],
        "CPU seconds": training.get("seconds", {}).get("cpu"),
        **_curve_figures(read_history(run)),
    }
    return row | {
        f"{MEASURED}{measurement.title}": measurement.figures.mean for measurement in contract.measurements.values()
    }


def _curve_figures(history: pd.DataFrame | None) -> Row:
    """The number of epochs, and the accuracies of the best and the last one."""
    if history is None:
        return {}
    row: Row = {"epochs": len(history)}
    if "accuracy" in history:
        row["training, last"] = float(history["accuracy"].iloc[-1])
    if "val_accuracy" in history:
        best = history["val_accuracy"]
        row |= {
            "best validation": float(best.max()),
            "in epoch": int(best.to_numpy().argmax()) + 1,
            "validation, last": float(best.iloc[-1]),
        }
    return row


def format_runs(rows: list[Row]) -> str:
    """A table with runs as columns and metrics as rows; a dash where a run has no such metric."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[name, *(_cell(row.get(name)) for row in rows)] for name in names]
    widths = [max(len(line[n]) for line in cells) for n in range(len(rows) + 1)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in cells
    )


def _cell(value: Value) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4f}" if value <= 1 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
