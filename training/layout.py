"""The files in a run's folder: their names, and how the settings and the curves are read back."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from live.errors import FingerspellError

if TYPE_CHECKING:
    import pandas as pd

SETTINGS_FILE = "settings.json"  # the settings that the run was started with
HISTORY_FILE = "history.csv"  # the metrics of each epoch
CHECKPOINTS = "checkpoints"  # a folder; removed when the run is finished
LOGS = "logs"


def read_settings(out: Path) -> dict[str, Any]:
    """The JSON object in a run's SETTINGS_FILE. Raises FingerspellError if the folder holds no run."""
    try:
        values = json.loads((out / SETTINGS_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or error
        raise FingerspellError(f"{out} holds no run to resume ({SETTINGS_FILE}: {reason}); start a new run") from error
    except ValueError as error:
        raise FingerspellError(f"{out / SETTINGS_FILE} is damaged ({error}); start a new run") from error
    if not isinstance(values, dict):
        raise FingerspellError(f"{out / SETTINGS_FILE} does not hold a run's settings; start a new run")
    return values


def read_history(run: Path) -> "pd.DataFrame | None":
    """The metrics by epoch, counted from 1, or None if the run has no curve. Raises FingerspellError."""
    import pandas as pd

    path = run / HISTORY_FILE
    if not path.exists():
        return None
    try:
        history = pd.read_csv(path, index_col="epoch")
        if "accuracy" not in history:
            raise KeyError("no column accuracy")
        return history
    except (ValueError, KeyError, pd.errors.ParserError) as error:
        raise FingerspellError(f"{path} is not a training curve ({error}); train that run again") from error
