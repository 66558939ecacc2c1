"""`evaluate`: measures models on a data folder."""

import argparse
import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from live.errors import FingerspellError
from training.cli.arguments import CSV_HELP, add_json, add_numbering, add_still_j_z, data_path, png

if TYPE_CHECKING:
    from live.readers import Figures, NothingFigures

# As in training.measure.changes, which would load OpenCV here; a test compares them.
CHANGES = (
    *("none", "flipped", "darker", "brighter", "flatter", "jpeg", "half", "gray"),
    *("turned-90", "turned-180", "turned-270", "painted", "cut-left", "cut-right", "cut-top", "cut-bottom"),
    *("sent-640-70", "sent-640-50", "sent-640-35", "sent-480-40", "sent-400-40", "sent-320-40", "sent-320-25"),
    *("scaled-0.6", "scaled-0.7", "scaled-0.8", "scaled-0.9", "scaled-1.2", "scaled-1.4", "scaled-1.6", "scaled-1.8"),
    *("tilted-minus-20", "tilted-minus-10", "tilted-10", "tilted-20", "tinted-warm", "tinted-cold"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `evaluate`."""
    parser.add_argument(
        "--data",
        type=data_path,
        required=True,
        metavar="PATH",
        help=f"{CSV_HELP}, or of pictures as signer/LETTER/*.jpg",
    )
    parser.add_argument(
        "--model",
        type=Path,
        action="append",
        metavar="DIR",
        help="model folder (default: the one that ships); if given several times, print the models' mean and spread",
    )
    parser.add_argument(
        "--reader", choices=("both", "cnn", "shape"), default="both", help="use a single network (default: both)"
    )
    parser.add_argument(
        "--change",
        choices=CHANGES,
        default="none",
        help="change every picture first: flip it left to right, brightness x0.5 or x1.6, contrast x0.6, JPEG quality "
        "30, half the resolution, gray, a turn by 90, 180 or 270 degrees, 45 %% of the hand cut off on one side, the "
        "hand painted over (then also give --nothing), as the page sends it (sent-SIDE-QUALITY: the longer side in "
        "pixels, and the JPEG quality), smaller before a wall or enlarged around the hand (scaled-FACTOR), tilted by "
        "10 or 20 degrees, or in warm or cold light",
    )
    parser.add_argument("--nothing", action="store_true", help="measure on pictures that show no letter")
    parser.add_argument("--square", action="store_true", help="do not look for a hand; read the square in the middle")
    parser.add_argument(
        "--confusion", type=png, metavar="PNG", help="also draw a confusion matrix: which letters were read as which"
    )
    add_numbering(parser)
    add_still_j_z(parser)
    parser.add_argument("--record", metavar="TITLE", help="store the figures in the model's model.json under TITLE")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print a model's figures, or the mean and spread of several models."""
    from live.files import default_model
    from training.measure import format_figures

    folders = list(dict.fromkeys(args.model or [default_model()]))
    if args.nothing and (args.record or args.confusion or len(folders) > 1):
        raise FingerspellError(
            "--nothing measures one model and records nothing: name one --model, and leave out --record and --confusion"
        )
    if args.confusion and len(folders) > 1:
        raise FingerspellError("--confusion draws the matrix of one model: name one --model")
    measured = _measure(args, folders)
    if isinstance(measured, dict):
        _print_spread(measured, args.json)
    else:
        print(json.dumps(measured.to_json()) if args.json else format_figures(measured))
    return 0


def _measure(args: argparse.Namespace, folders: Sequence[Path]) -> "Figures | NothingFigures | dict[str, Figures]":
    """A model's figures, or those of several by folder; recorded and drawn if that is asked for."""
    from live.hand import LiteRTHandTracker, fetch_networks
    from live.readers import LetterClassifier, NothingFigures
    from training.data import Crops
    from training.measure import evaluate, find_test_data, record

    data = find_test_data(args.data, args.labels, args.nothing, args.still_j_z)
    small = [True] if isinstance(data, Crops) else [picture.is_crop for picture in data]
    if args.reader == "shape" and any(small):
        raise FingerspellError(f"{args.data} holds crops, in which --reader shape finds no hand: leave --reader out")
    tracker = None if args.square or all(small) else LiteRTHandTracker(fetch_networks())
    readers = None if args.reader == "both" else (args.reader,)
    figures_of: dict[str, Figures] = {}
    for folder in folders:
        classifier = LetterClassifier.load(folder, readers)
        figures, answers = evaluate(classifier, data, tracker, args.change, args.still_j_z)
        if isinstance(figures, NothingFigures):
            if args.record or args.confusion or len(folders) > 1:
                raise FingerspellError(
                    f"{args.data} shows no letter: name one --model, and leave out --record and --confusion"
                )
            return figures
        figures_of[str(folder)] = figures
        if args.record:
            record(folder, args.record.lower().replace(" ", "_"), args.record, _about(figures, args.square), figures)
        if args.confusion:
            from training.measure.plots import plot_confusion

            plot_confusion(answers, classifier.contract.letters, args.confusion)
    return figures_of if len(folders) > 1 else figures


def _print_spread(figures_of: "Mapping[str, Figures]", as_json: bool) -> None:
    means = [figures.mean for figures in figures_of.values()]
    spread = {"mean": statistics.fmean(means), "min": min(means), "max": max(means), "sd": statistics.stdev(means)}
    if as_json:
        print(json.dumps({**spread, "models": {name: figures.to_json() for name, figures in figures_of.items()}}))
        return
    for name, figures in figures_of.items():
        print(f"{figures.mean:.5f}  {name}")
    print(
        f"mean of {len(means)} models {spread['mean']:.5f}, from {spread['min']:.5f} to {spread['max']:.5f}, "
        f"standard deviation {spread['sd']:.5f}"
    )


def _about(figures: "Figures", square: bool) -> str:
    """A sentence for model.json about what the figures were measured on."""
    from training.measure import SIGN_MNIST, about_test_table

    signers = figures.signers.values()
    if figures.signers.keys() == {SIGN_MNIST}:
        return about_test_table(figures.signers[SIGN_MNIST].frames)[1]
    counted = f"{sum(signer.frames for signer in signers):,} pictures of {len(signers)} people"
    if square:
        return f"{counted}. The hand was not looked for: the square in the middle of each picture was read."
    if figures.no_hand is None:
        return f"{counted}. All of them are crops of hands, in which no hand has to be found."
    return (
        f"{counted}. No hand was found on {figures.no_hand:.1%} of them. A hand in a picture is looked at three times, "
        "live once in each frame, so live figures may differ a little."
    )
