"""What the `fingerspell` command told the app. The options reach it as the script's own arguments."""

import argparse
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from live.files import default_model
from live.web import PEOPLE


@dataclass(frozen=True)
class Options:
    """model: a model folder. square: read a fixed square. signs: where recordings are kept, None to keep none.

    people: how many cameras are read at once. camera: the source of the app's own camera; None where everybody uses
    the camera of their browser.
    """

    model: Path
    square: bool
    signs: Path | None
    people: int
    camera: str | None


@cache
def options() -> Options:
    """The options of this process. Without any, as by `streamlit run live/web/app.py`, the defaults."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--square", action="store_true")
    parser.add_argument("--signs", type=Path)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--camera")
    return Options(**vars(parser.parse_known_args(sys.argv[1:])[0]))
