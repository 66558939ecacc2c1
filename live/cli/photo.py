"""`fingerspell photo`: reads pictures, one by one."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from live.cli.arguments import add_model_arguments, load_recognizer
from live.errors import PictureError

if TYPE_CHECKING:
    from live.recognizer import Recognizer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_model_arguments(parser)
    parser.add_argument("files", nargs="+", metavar="FILE", help="picture: JPEG, PNG, WebP, BMP, GIF or HEIC")
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each file")


def run(args: argparse.Namespace) -> int:
    """Print one line for each file. Returns 1 if a file cannot be read."""
    recognizer = load_recognizer(args)
    failed = False
    for name in args.files:
        row = _read(name, recognizer)
        failed |= row["error"] is not None
        if args.json:
            print(json.dumps(row), flush=True)
        elif row["error"]:
            print(f"fingerspell: {row['error']}", file=sys.stderr, flush=True)
        else:
            print(f"{name}: {_format_row(row)}", flush=True)
    return 1 if failed else 0


def _read(name: str, recognizer: "Recognizer") -> dict[str, Any]:
    """The row of one file, as --json prints it."""
    from live.sources import read_picture

    mode = "hand" if recognizer.tracker else "square"
    row: dict[str, Any] = {
        "file": name, "letter": None, "confidence": 0.0, "top": [], "hand": None, "mode": mode, "error": None,
    }  # fmt: skip
    try:
        reading = recognizer.read_picture(read_picture(Path(name)))
    except PictureError as error:
        return row | {"error": str(error)}
    hand = reading.hand
    return row | {
        "letter": reading.letter,
        "confidence": round(reading.confidence, 4),
        "top": [[letter, round(probability, 4)] for letter, probability in reading.top],
        "hand": {"box": list(hand.box_xyxy), "side": hand.side} if hand else None,
        "mode": reading.mode,
    }


def _format_row(row: dict[str, Any]) -> str:
    top = ", ".join(f"{letter} {probability:.0%}" for letter, probability in row["top"])
    if row["letter"]:
        return f"{row['letter']}  ({top})"
    if top:
        return f"no letter: not certain enough  ({top})"
    return "no letter: no hand found" if row["mode"] == "hand" else "no letter: nothing to read"
