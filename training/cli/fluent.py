"""`fluent` and `measure-fluent`: train the network of words that flow, and measure it."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from live.errors import FingerspellError
from training.cli.arguments import HANDS_HELP, add_data, add_json, add_model, add_out, add_seed, positive
from training.compute import DEVICES, import_keras


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `fluent`."""
    add_data(parser, f"{HANDS_HELP}; or films of spelled phrases, in the layout of Google's competition")
    parser.add_argument("--leave-out", action="append", default=[], metavar="SOURCE", help="as for fit")
    parser.add_argument(
        "--films", type=positive, metavar="N", help="number of synthetic films to train on (default: the recipe's)"
    )
    parser.add_argument("--epochs", type=positive, metavar="N", help="passes over the films (default: the recipe's)")
    parser.add_argument("--device", choices=DEVICES, default="auto", help="as for fit (default %(default)s)")
    parser.add_argument(
        "--resume", action="store_true", help="continue an interrupted run; give the same options as when it began"
    )
    add_seed(parser)
    add_out(parser, Path("runs/fluent"))


def run(args: argparse.Namespace) -> int:
    """Train, measure on sources left out, and print the figures."""
    import_keras()
    from training.networks import FluentRecipe
    from training.runs.motion.fluent import fit_fluent

    options = {"films": args.films, "timed_epochs": args.epochs, "epochs": args.epochs}
    recipe = FluentRecipe(**{name: value for name, value in options.items() if value})
    figures = fit_fluent(args.data, args.out, args.leave_out, args.seed, recipe, args.device, args.resume)
    if "synthetic" in figures:
        _print_left_out(figures["synthetic"])
    for rate in figures.get("phrases", ()):
        print(f"filmed phrases of participants left out: letter error rate {rate:.3f}")
    print(f"saved: {args.out}")
    return 0


def add_measure_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `measure-fluent`."""
    add_data(parser, "folder that the model was trained on: reads synthetic films of sources it left out", False)
    parser.add_argument(
        "--strangers", type=Path, metavar="FOLDER", help="pictures as signer/LETTER/*.jpg, made to flow into words"
    )
    parser.add_argument(
        "--spelled", type=Path, action="append", default=[], metavar="FOLDER", help="films named SIGNER_WORD.mp4"
    )
    parser.add_argument(
        "--nothing", type=Path, action="append", default=[], metavar="FOLDER", help="pictures, as for idle"
    )
    parser.add_argument("--minutes", type=positive, default=10, metavar="N", help="as for idle (default %(default)s)")
    parser.add_argument(
        "--fluent", type=Path, metavar="DIR", help="model folder of words that flow (default: the one that ships)"
    )
    add_model(parser)
    add_seed(parser)
    add_json(parser)


def run_measure(args: argparse.Namespace) -> int:
    """Measure a network of words that flow, and print the figures."""
    folders = [*([args.strangers] if args.strangers else []), *args.spelled, *args.nothing]
    if not (args.data or folders):
        raise FingerspellError("measure-fluent needs something to read: --data, --strangers, --spelled or --nothing")
    if missing := [folder for folder in folders if not folder.is_dir()]:
        raise FingerspellError(f"{missing[0]}: there is no such folder")
    from live.readers import FluentReader
    from training.cli.spell import recognizers
    from training.studies.words.fluent import measure_fluent

    reader = FluentReader.load(args.fluent)
    left_out = None
    if args.data:
        import_keras()
        from training.runs.motion.fluent import sources_left_out

        left_out = sources_left_out(args.data, args.fluent)
    make = recognizers(args.model, reader)
    figures = measure_fluent(
        make, reader, left_out, args.strangers, args.spelled, args.nothing, args.minutes, args.seed
    )
    if args.json:
        print(json.dumps(asdict(figures)))
        return 0
    if figures.left_out:
        _print_left_out(figures.left_out)
    for how, rates in (figures.strangers or {}).items():
        print(f"strangers, {how}: " + ", ".join(f"{signer} {rate:.3f}" for signer, rate in rates.items()))
    for name, spelled in figures.films.items():
        signers = ", ".join(f"{signer} {rate:.3f}" for signer, rate in spelled["signers"].items())
        print(f"{name}: mean {spelled['mean']:.3f}; {signers}")
    for name, idle in figures.nothing.items():
        print(f"{name}: {idle['per_5_min'] * 0.4:.2f} letters in two minutes: {idle['letters'] or 'none'}")
    return 0


def _print_left_out(figures: dict[str, Any]) -> None:
    print("synthetic films of sources left out, letter error rate:")
    for speed, row in figures.items():
        delay = "" if row["delay_s"] is None else "; read after {:.2f} s (p50), {:.2f} s (p95)".format(*row["delay_s"])
        print(f"{speed}: mean {row['mean']:.3f}, worst {max(row['sources'].values()):.3f}{delay}")
