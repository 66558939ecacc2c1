"""`alphabet`: computes the typical hands of the app's chart."""

import argparse
from pathlib import Path

from training.cli.arguments import HANDS_HELP, add_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `alphabet`."""
    add_data(parser, HANDS_HELP)
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: the one that the app reads)")


def run(args: argparse.Namespace) -> int:
    """Write the chart's file."""
    from live.lessons import ALPHABET_FILE
    from training.data import make_alphabet

    out = args.out or ALPHABET_FILE
    make_alphabet(args.data, out)
    print(f"saved: {out}")
    return 0
