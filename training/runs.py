"""The folders that `fit` writes: what a run was begun with, and several runs side by side. Needs no TensorFlow."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from live.contract import CONTRACT_FILE, read_contract
from live.errors import FingerspellError

SETTINGS_FILE = "settings.json"  # what a run was begun with
HISTORY_FILE = "history.csv"  # the figures of each epoch
CHECKPOINTS = "checkpoints"  # of a run that is not over
LOGS = "logs"
MEASURED = "read right: "  # before the title of what was measured


def read_settings(out: Path) -> dict[str, Any]:
    """What a run was begun with. Raises FingerspellError where there is none."""
    try:
        told = json.loads((out / SETTINGS_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or error
        raise FingerspellError(
            f"{out} holds no run that was begun ({SETTINGS_FILE}: {reason}); leave --resume out"
        ) from error
    except ValueError as error:
        raise FingerspellError(f"{out / SETTINGS_FILE} is damaged ({error}); begin a new run") from error
    if not isinstance(told, dict):
        raise FingerspellError(f"{out / SETTINGS_FILE} does not hold a run's settings; begin a new run")
    return told


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


def read_history(run: Path) -> pd.DataFrame | None:
    """The figures of each epoch, counted from 1; None where a run has no such curve. Raises FingerspellError."""
    path = run / HISTORY_FILE
    if not path.exists():
        return None
    try:
        return pd.read_csv(path, index_col="epoch")
    except (ValueError, KeyError, pd.errors.ParserError) as error:
        raise FingerspellError(f"{path} is no curve ({error}); train that run anew") from error


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
