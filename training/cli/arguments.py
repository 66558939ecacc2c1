"""Argument types and options that several commands share."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from live.letters import ALPHABET, HELD_LETTERS, MOVING_LETTERS
from training.compute import N_SEEDS
from training.errors import SettingError

CSV_HELP = (
    "a table of 28x28 crops (.csv, .csv.gz, .zip, .parquet, .npz or .npy); or a folder: with such tables, like "
    "Sign-MNIST's"
)
MIN_STRETCH = 0.25  # pictures that are narrower or wider by more show no hand that could be read
HANDS_HELP = "folder of landmarks or pictures, as for fit"


def positive(text: str) -> int:
    """A whole number of at least 1."""
    return _at_least(1, text)


def several(text: str) -> int:
    """A whole number of at least 2."""
    return _at_least(2, text)


def _at_least(least: int, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
    return int(text)


def seed(text: str) -> int:
    """A seed of NumPy's and Keras's random numbers."""
    if not text.isdecimal() or int(text) >= N_SEEDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a seed (0 to {N_SEEDS - 1})")
    return int(text)


def png(text: str) -> Path:
    """The path of a PNG file."""
    if not text.lower().endswith(".png"):
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .png")
    return Path(text)


def letters(text: str) -> tuple[str, ...]:
    """Two or more letters, like ABC or a,b,c. check_letters has the last word on J and Z."""
    named = tuple(text.upper().replace(",", ""))
    if set(named) - set(ALPHABET) or len(set(named)) < len(named) or len(named) < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not two or more of {''.join(HELD_LETTERS)}, each once")
    return named


def stretch(text: str) -> tuple[str, float]:
    """A source and how many times too wide its pictures are, like SOURCE=1.33."""
    source, _, number = text.rpartition("=")
    try:
        factor = float(number)
    except ValueError:
        factor = 0.0
    if not source or not MIN_STRETCH <= factor <= 1 / MIN_STRETCH:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a source and a factor of {MIN_STRETCH:g} to {1 / MIN_STRETCH:g}, like SOURCE=1.33"
        )
    return source, factor


def data_path(text: str) -> Path:
    """A folder or file whose name is known, as the name of a letter or source: "." becomes its whole path."""
    path = Path(text)
    return path if path.name else path.absolute()


def check_letters(chosen: Sequence[str] | None, still_j_z: bool) -> None:
    """Check that J and Z are chosen only where still pictures of them are kept. Raises SettingError."""
    moving = sorted(set(chosen or ()) & set(MOVING_LETTERS))
    if moving and not still_j_z:
        raise SettingError(
            f"{' and '.join(moving)}: a movement, which a picture does not show; leave it out, or keep still pictures "
            "as letters",
            "letters",
            "still_j_z",
        )


def add_data(parser: argparse.ArgumentParser, text: str, required: bool = True) -> None:
    """--data, which may be given several times."""
    parser.add_argument("--data", type=data_path, action="append", required=required, metavar="PATH", help=text)


def add_seed(parser: argparse.ArgumentParser, default: int | None = 0) -> None:
    """--seed; None as its default if another value may then apply."""
    parser.add_argument(
        "--seed", type=seed, default=default, metavar="N", help="seed of the random numbers (default 0)"
    )


def add_numbering(parser: argparse.ArgumentParser, default: str | None = "auto") -> None:
    """--labels: the numbering of the letters; None as its default if another value may then apply."""
    parser.add_argument(
        "--labels",
        choices=("auto", "kaggle", "course"),
        default=default,
        help="how CSVs, or the names of folders, number the letters, if they do not show it themselves (default auto)",
    )


def add_allow_missing_hands(parser: argparse.ArgumentParser, default: bool | None = False) -> None:
    """--allow-missing-hands; None as its default if another value may then apply."""
    parser.add_argument(
        "--allow-missing-hands",
        action="store_true",
        default=default,
        help="train on the rest, if no hand is found on most of a folder's photographs",
    )


def add_still_j_z(parser: argparse.ArgumentParser, default: bool | None = False) -> None:
    """--still-j-z; None as its default if another value may then apply."""
    parser.add_argument(
        "--still-j-z",
        action="store_true",
        default=default,
        help="keep still pictures of J and Z as letters (default: leave them out, since both are drawn in the air)",
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """--model: a model folder."""
    parser.add_argument("--model", type=Path, metavar="DIR", help="model folder (default: the one that ships)")


def add_json(parser: argparse.ArgumentParser, text: str = "print a JSON object") -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help=text)


def add_out(parser: argparse.ArgumentParser, default: Path) -> None:
    """--out, with a default folder."""
    parser.add_argument(
        "--out", type=Path, default=default, metavar="DIR", help="folder to write (default %(default)s)"
    )
