"""`posture`: trains the network that tells which hands can be read."""

import argparse
from pathlib import Path

from training.cli.arguments import HANDS_HELP, add_data, add_out, add_seed
from training.compute import import_keras


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `posture`."""
    add_data(parser, HANDS_HELP)
    parser.add_argument("--leave-out", action="append", default=[], metavar="SOURCE", help="as for fit")
    add_seed(parser)
    add_out(parser, Path("runs/posture"))


def run(args: argparse.Namespace) -> int:
    """Train, and print which hands of the sources that were left out are refused."""
    import_keras()
    from training.runs.posture import fit_posture

    for name, share in fit_posture(args.data, args.out, args.leave_out, args.seed).items():
        print(f"{name:<24}{share:.1%} refused")
    print(f"saved: {args.out}")
    return 0
