"""Arguments that several commands share, their types, and the objects that commands build from them."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from live.errors import BundleError, CameraError, ModelError
from live.files import default_model

if TYPE_CHECKING:
    from live.hand import HandNetworks
    from live.recognizer import Recognizer
    from live.sources import FrameSource
    from live.text import Speller


def add_model_arguments(parser: argparse.ArgumentParser, *, defaults: bool = False) -> None:
    """Add --model and --square. They may stand before a command or after it, so only the outer parser has defaults."""
    parser.add_argument(
        "--model", type=Path, default=default_model() if defaults else argparse.SUPPRESS,
        help="model folder (default: the one that ships)",
    )  # fmt: skip
    parser.add_argument(
        "--square", action="store_true", default=False if defaults else argparse.SUPPRESS,
        help="do not look for a hand; read the square in the middle of the picture",
    )  # fmt: skip


def port(text: str) -> int:
    """The argument type of a port."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65535)")
    return int(text)


def n_people(text: str) -> int:
    """The argument type of a number of people."""
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of people (1 to 1000)")
    return int(text)


def seconds(text: str) -> float:
    """The argument type of a duration in seconds."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 60:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds (0 to 60)")
    return value


def print_warning(line: str) -> None:
    """Print a line about something that does not stop the command."""
    print(f"fingerspell: {line}", file=sys.stderr, flush=True)


def fetch_hand_networks(
    args: argparse.Namespace, warn: Callable[[str], object] = print_warning
) -> "HandNetworks | None":
    """The hand networks. None with --square, or if they cannot be fetched; `warn` then gets a line that says why."""
    if args.square:
        return None
    from live.hand import fetch_networks

    try:
        return fetch_networks()
    except BundleError as error:
        warn(f"{error}. Until then the square in the middle of the picture is read")
        return None


def load_recognizer(
    args: argparse.Namespace, speller: "Speller | None" = None, warn: Callable[[str], object] = print_warning
) -> "Recognizer":
    """The recogniser that --model and --square ask for. warn: gets a line if the hand networks cannot be fetched."""
    from live.readers import LetterClassifier
    from live.recognizer import Recognizer

    classifier, networks = LetterClassifier.load(args.model), fetch_hand_networks(args, warn)
    try:
        return Recognizer.from_networks(classifier, networks, speller)
    except ModelError as error:
        if networks is None:
            advice = "leave --square out" if args.square else "run `fingerspell fetch` with an internet connection"
            raise ModelError(f"{error}; {advice}") from error
        raise


def open_named_source(source: str) -> "FrameSource":
    """Open SOURCE. Raises CameraError, which names the command that helps."""
    from live.sources import StillPictureError, open_source

    try:
        return open_source(source)
    except StillPictureError as error:
        raise CameraError(f"{error}; read it with `fingerspell photo`") from error
    except CameraError as error:
        if source.isdecimal():
            raise CameraError(f"{error} (`fingerspell doctor` lists the cameras that work)") from error
        raise
