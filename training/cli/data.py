"""`download` and `shard`: make data ready for training."""

import argparse
from pathlib import Path

from training.cli.arguments import (
    add_allow_missing_hands,
    add_data,
    add_numbering,
    add_out,
    add_seed,
    add_still_j_z,
    check_letters,
    letters,
    positive,
)
from training.compute import import_keras


def add_download_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `download`."""
    add_out(parser, Path("data/sign_mnist"))


def run_download(args: argparse.Namespace) -> int:
    """Fetch Sign-MNIST from Kaggle."""
    from training.data.tables.download import download

    for path in download(args.out):
        print(path)
    return 0


def add_shard_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `shard`."""
    add_data(parser, "as for fit; the folders are held in memory one at a time")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="new folder; give it to fit as --data")
    parser.add_argument(
        "--size",
        type=positive,
        metavar="N",
        help="pictures per file; fit holds four files in memory (default: as many as fill 8 MB)",
    )
    parser.add_argument("--letters", type=letters, metavar="ABC", help="as for fit")
    add_numbering(parser)
    add_still_j_z(parser)
    add_allow_missing_hands(parser)
    add_seed(parser)


def run_shard(args: argparse.Namespace) -> int:
    """Write crops as many files."""
    check_letters(args.letters, args.still_j_z)
    import_keras()
    from training.runs.datasets import cut_in_shards

    shards = cut_in_shards(
        args.data,
        args.out,
        args.labels,
        args.letters,
        args.seed,
        args.size,
        args.still_j_z,
        args.allow_missing_hands,
    )
    print(shards.about)
    print(f"saved: {args.out}; train on it: fingerspell-train fit --data {args.out}")
    return 0
