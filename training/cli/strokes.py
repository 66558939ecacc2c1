"""`strokes`: trains the network of J and Z."""

import argparse
from pathlib import Path

from training.cli.arguments import HANDS_HELP, add_data, add_out, add_seed, positive
from training.compute import import_keras


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `strokes`."""
    add_data(parser, HANDS_HELP)
    parser.add_argument("--leave-out", action="append", default=[], metavar="SOURCE", help="as for fit")
    parser.add_argument(
        "--films", type=positive, metavar="N", help="number of synthetic films to train on (default: the recipe's)"
    )
    add_seed(parser)
    add_out(parser, Path("runs/strokes"))


def run(args: argparse.Namespace) -> int:
    """Train, measure, and print the figures."""
    import_keras()
    from training.networks import StrokeRecipe
    from training.runs.motion.strokes import fit_strokes

    recipe = StrokeRecipe(films=args.films) if args.films else StrokeRecipe()
    figures = fit_strokes(args.data, args.out, args.leave_out, args.seed, recipe)
    for name, row in figures["read"].items():
        print(f"{name:<32}" + "  ".join(f"{letter} {share:.1%}" for letter, share in row.items()))
    for name, row in figures["j_read"].items():
        print(f"{name:<32}" + "  ".join(f"J {style} {share:.1%}" for style, share in row.items()))
    print(f"{figures['mean']:.1%} of synthetic strokes read once and as themselves; false strokes a minute: ")
    print(", ".join(f"{kind} {rate:.2f}" for kind, rate in figures["false_per_min"].items()))
    print(f"saved: {args.out}")
    return 0
