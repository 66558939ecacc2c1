"""`fingerspell photo`: reads pictures, one by one."""

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from live.cli.arguments import add_model_arguments, load_recognizer, print_warning
from live.errors import CameraError, PictureError

if TYPE_CHECKING:
    from live.recognizer import Reading, Recognizer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_model_arguments(parser)
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="picture: JPEG, PNG, WebP, BMP, GIF or HEIC; or a folder of pictures"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each picture")


def run(args: argparse.Namespace) -> int:
    """Print a line for each picture, or for each hand if there are several. Returns 1 if a file cannot be read."""
    warnings: list[str] = []

    def warn(line: str) -> None:
        print_warning(line)
        warnings.append(line)

    recognizer = load_recognizer(args, warn=warn)
    failed = crops_taken = False
    for name in args.files:
        for row in _rows(name, recognizer):
            failed |= row["error"] is not None
            if row["mode"] == "crop" and not crops_taken:
                _say_crops_are_taken(row["file"])
            crops_taken |= row["mode"] == "crop"
            _print_row(row | {"warning": warnings[0] if warnings else None}, args.json)
    return 1 if failed else 0


def _say_crops_are_taken(name: str) -> None:
    from live.hand import MAX_CROP_SIDE_PX

    print_warning(
        f"{name}: pictures of at most {MAX_CROP_SIDE_PX} pixels a side are taken as crops of a hand, so no hand is "
        "looked for in them"
    )


def _rows(name: str, recognizer: "Recognizer") -> Iterator[dict[str, Any]]:
    """The rows of a file, or of the pictures in a folder, as --json prints them."""
    from live.sources import PictureFolder

    if not os.path.isdir(name):  # noqa: PTH112  Path.is_dir refuses very long names
        yield _read(name, recognizer)
        return
    try:
        pictures = PictureFolder(Path(name)).files
    except CameraError as error:
        yield _row(name, recognizer) | {"error": str(error)}
        return
    for picture in pictures:
        yield _read(str(picture), recognizer)


def _row(name: str, recognizer: "Recognizer") -> dict[str, Any]:
    """The row of a file in which nothing was read."""
    mode = "hand" if recognizer.tracker else "square"
    return {
        "file": name, "letter": None, "confidence": 0.0, "top": [], "hand": None, "unusual": False,
        "hands": [], "mode": mode, "error": None,
    }  # fmt: skip


def _read(name: str, recognizer: "Recognizer") -> dict[str, Any]:
    """The row of one picture. Its letter is that of the largest hand."""
    from live.sources import read_picture

    row = _row(name, recognizer)
    try:
        picture = read_picture(Path(name))
    except PictureError as error:
        return row | {"error": str(error)}
    readings = recognizer.read_hands(picture)
    if not readings:
        return row
    largest = max(readings, key=lambda reading: reading.side_px)
    hands = [_describe(reading) for reading in readings if reading.hand]
    return row | _describe(largest) | {"hands": hands, "mode": largest.mode}


def _describe(reading: "Reading") -> dict[str, Any]:
    hand = reading.hand
    return {
        "letter": reading.letter,
        "confidence": round(reading.confidence, 4),
        "top": [[letter, round(probability, 4)] for letter, probability in reading.top],
        "hand": {"box": list(hand.box_xyxy), "side": hand.side} if hand else None,
        "unusual": reading.unusual or reading.outside,
    }


def _print_row(row: dict[str, Any], as_json: bool) -> None:
    name, hands = row["file"], row["hands"]
    if as_json:
        print(json.dumps(row), flush=True)
    elif row["error"]:
        print_warning(row["error"])
    elif len(hands) > 1:
        for n, hand in enumerate(hands, start=1):
            print(f"{name}: hand {n} of {len(hands)}: {_format(hand, row['mode'])}", flush=True)
    else:
        print(f"{name}: {_format(row, row['mode'])}", flush=True)


def _format(reading: dict[str, Any], mode: str) -> str:
    """What was read, in words. reading: of _describe."""
    top = ", ".join(f"{letter} {probability:.0%}" for letter, probability in reading["top"])
    if reading["letter"]:
        return f"{reading['letter']}  ({top})"
    if reading["unusual"]:
        return f"no letter: the hand is turned or cut off  ({top})"
    if top:
        return f"no letter: not certain enough  ({top})"
    return "no letter: no hand found" if mode == "hand" else "no letter: nothing to read"
