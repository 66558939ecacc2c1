"""The options of the app: defined once, written by the `fingerspell` command and read by the page.

Streamlit runs the page in the command's own process and passes on the arguments after `--`, so the command passes the
options as arguments. You can also give them yourself: `streamlit run live/web/app.py -- --people=4`.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from live.files import default_model

PEOPLE = 8  # two cores read eight cameras at 15 frames a second, with room to spare
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Options:
    """What the app was started with.

    model: the model folder. square: read a fixed square instead of looking for the hand. signs: the folder of
    recordings, None to record nothing. people: how many cameras the app reads at once. camera: the source of the
    app's own camera, None if visitors use their browsers' cameras.
    """

    model: Path = field(default_factory=default_model)
    square: bool = False
    signs: Path | None = None
    people: int = PEOPLE
    camera: str | None = None

    def to_argv(self) -> list[str]:
        """Format the options as arguments that `from_argv` reads back."""
        values = {option.name: getattr(self, option.name) for option in fields(self) if option.name != "square"}
        arguments = [f"--{name}={value}" for name, value in values.items() if value is not None]
        return [*arguments, "--square"] if self.square else arguments

    @classmethod
    def from_argv(cls, argv: Sequence[str]) -> "Options":
        """Read the options from arguments. Missing options keep their defaults; unknown arguments are ignored."""
        parser = argparse.ArgumentParser(argument_default=argparse.SUPPRESS, allow_abbrev=False)
        parser.add_argument("--model", type=Path)
        parser.add_argument("--square", action="store_true")
        parser.add_argument("--signs", type=Path)
        parser.add_argument("--people", type=int)
        parser.add_argument("--camera")
        return cls(**vars(parser.parse_known_args(argv)[0]))


@cache
def options() -> Options:
    """The options of this process."""
    return Options.from_argv(sys.argv[1:])
