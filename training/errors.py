"""Errors that carry what the command needs to name the option to change. Library code names settings, never options."""

from pathlib import Path

from live.errors import FingerspellError


class SettingError(FingerspellError):
    """A setting cannot have this value, or several settings exclude each other.

    settings: their names, as in training.runs.settings.Settings or as parameters of a function. message: what is wrong
    with them. As a string, the error begins with the names; the command puts its options there instead.
    """

    def __init__(self, message: str, *settings: str) -> None:
        super().__init__(f"{', '.join(settings)}: {message}")
        self.message, self.settings = message, settings


class UnfinishedRunError(FingerspellError):
    """The folder `run` holds a run that was interrupted and can be continued."""

    def __init__(self, message: str, run: Path) -> None:
        super().__init__(message)
        self.run = run
