"""TODO."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from live.errors import FingerspellError

SETTINGS_FILE = "settings.json"  # what a run was begun with
HISTORY_FILE = "history.csv"  # the figures of each epoch
CHECKPOINTS = "checkpoints"  # of a run that is not over
LOGS = "logs"


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


def read_history(run: Path) -> pd.DataFrame | None:
    """The figures of each epoch, counted from 1; None where a run has no such curve. Raises FingerspellError."""
    path = run / HISTORY_FILE
    if not path.exists():
        return None
    try:
        return pd.read_csv(path, index_col="epoch")
    except (ValueError, KeyError, pd.errors.ParserError) as error:
        raise FingerspellError(f"{path} is no curve ({error}); train that run anew") from error
