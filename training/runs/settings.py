"""The settings of a run: the one definition that the command's options and a run's settings.json follow.

Importing this module loads neither Keras nor NumPy.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from live.errors import FingerspellError
from training.compute import Backend, DeviceName, Precision
from training.layout import SETTINGS_FILE, read_settings

# What does not decide a run's result, so it is not stored: where it is written, and which device trains it.
NOT_STORED = ("out", "device")


@dataclass(frozen=True)
class Settings:
    """One run of `fingerspell-train fit`.

    data: folders or files to train on. out: the run's folder. architecture, recipe, epochs, letters: None for what
    suits the data. labels: the numbering of the letters. final: train on everything, then read Sign-MNIST's test file
    once. leave_out: sources that take no part at all, to report on later. still_j_z: keep still pictures of J and Z as
    letters. patience: stop after that many epochs without a better validation accuracy, and keep the best; None trains
    to the end. base: a model folder to adapt, instead of training from scratch. backend: what Keras trains with.
    allow_missing_hands: train although no hand is found on most photographs of a folder. stretched: sources whose
    pictures are too wide, each with how many times; this is undone.
    """

    data: tuple[Path, ...]
    out: Path
    architecture: str | None = None
    recipe: str | None = None
    epochs: int | None = None
    seed: int = 0
    device: DeviceName = "auto"
    labels: str = "auto"
    final: bool = False
    leave_out: tuple[str, ...] = ()
    letters: tuple[str, ...] | None = None
    still_j_z: bool = False
    patience: int | None = None
    precision: Precision = "float32"
    base: Path | None = None
    backend: Backend = "tensorflow"
    allow_missing_hands: bool = False
    stretched: tuple[tuple[str, float], ...] = ()

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of all settings."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    def read(cls, out: Path) -> "Settings":
        """The settings that the run in this folder was started with. Raises FingerspellError if there is none."""
        stored = read_settings(out)
        try:
            values = {name: stored[name] for name in cls.names() if name not in NOT_STORED}
            values["data"] = [Path(folder) for folder in values["data"]]
            values["base"] = Path(values["base"]) if values["base"] else None
            values["stretched"] = [tuple(pair) for pair in values["stretched"]]
        except (KeyError, TypeError) as error:
            raise FingerspellError(f"{out / SETTINGS_FILE} lacks {error}; start a new run") from error
        tuples = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(out=out, **values | tuples)

    def to_json(self) -> dict[str, Any]:
        """The settings that decide the run's result, as stored in SETTINGS_FILE."""
        values = asdict(self) | {"data": [str(folder.absolute()) for folder in self.data]}
        values["base"] = str(self.base.absolute()) if self.base else None
        for name in NOT_STORED:
            del values[name]
        return json.loads(json.dumps(values))  # type: ignore[no-any-return]  # tuples become lists, as when read back
