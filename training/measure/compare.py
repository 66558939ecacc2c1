"""The folders that `fit` writes: what a run was begun with, and several runs side by side. Needs no TensorFlow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from live.errors import FingerspellError
from live.readers import CONTRACT_FILE, read_contract
from training.layout import CHECKPOINTS, SETTINGS_FILE, read_history

MEASURED = "read right: "  # before the title of what was measured


def compare(runs: Sequence[Path]) -> list[dict[str, Any]]:
    """A row a run: what it is, how long it took, and the share read right of each thing that was measured.

    Raises FingerspellError where a folder is no run that has ended.
    """
    return [_row(run) for run in runs]


def _row(run: Path) -> dict[str, Any]:
    begun = (run / SETTINGS_FILE).exists() and not (run / CONTRACT_FILE).exists()
    if begun or (run / CHECKPOINTS).is_dir():
        raise FingerspellError(f"{run} was broken off: `fingerspell-train fit --resume --out {run}` ends it")
    contract = read_contract(run)
    training = contract.training
    row = {
        "run": str(run),
        "architecture": contract.architecture,
        "parameters": contract.parameters,
        "letters": len(contract.letters),
        "recipe": training["recipe"],
        "seed": training["seed"],
        "device": training["device"],
        "CPU seconds": training.get("seconds", {}).get("cpu"),
        **_of_history(read_history(run)),
    }
    return row | {f"{MEASURED}{each['title']}": each["mean"] for each in contract.figures.values()}


def _of_history(history: pd.DataFrame | None) -> dict[str, Any]:
    """Epochs, and the validation figures of the best and the last."""
    if history is None:
        return {}
    told: dict[str, Any] = {"epochs": len(history)}
    if "accuracy" in history:
        told["training, last"] = float(history["accuracy"].iloc[-1])
    if "val_accuracy" in history:
        best = history["val_accuracy"]
        told |= {
            "best validation": float(best.max()),
            "in epoch": int(best.to_numpy().argmax()) + 1,
            "validation, last": float(best.iloc[-1]),
        }
    return told


def in_words(rows: list[dict[str, Any]]) -> str:
    """A column a run, a line a figure; what a run does not have is a dash."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[name, *(_cell(row.get(name)) for row in rows)] for name in names]
    widths = [max(len(line[n]) for line in cells) for n in range(len(rows) + 1)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in cells
    )


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4f}" if value <= 1 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
