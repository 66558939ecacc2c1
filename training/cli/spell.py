"""`spell` and `idle`: measure what is spelled in films of words, and where nobody spells."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from training.cli.arguments import add_data, add_json, add_model, add_seed, positive, several

if TYPE_CHECKING:
    from live.readers import FluentReader
    from live.recognizer import Recognizer


def add_spell_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `spell`."""
    parser.add_argument("films", type=Path, metavar="FOLDER", help="folder of films named SIGNER_WORD.mp4")
    parser.add_argument("--drop", type=several, default=0, metavar="N", help="leave out every N-th frame; 2 or more")
    add_model(parser)
    add_json(parser)


def run_spell(args: argparse.Namespace) -> int:
    """Print the letter error rates of films of words."""
    from training.studies.words.spelling import spell_films

    figures = spell_films(args.films, recognizers(args.model), args.drop)
    if args.json:
        print(json.dumps(figures.to_json()))
        return 0
    for name, text in figures.films.items():
        print(f"{name:<24} {text}")
    for signer, rate in figures.signers.items():
        print(f"{signer}: letter error rate {rate:.3f}")
    print(f"mean {figures.mean:.3f}")
    if delay := figures.commit_s:
        print(f"from the first steady frame to the commit: p50 {delay.p50:.2f} s, p95 {delay.p95:.2f} s")
    return 0


def add_idle_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `idle`."""
    add_data(
        parser,
        "folder of pictures: without a hand, or of signers as signer/LETTER/*.jpg, whose hands then gesture as in "
        "talking",
    )
    parser.add_argument(
        "--minutes",
        type=positive,
        default=15,
        metavar="N",
        help="minutes of film to make from each folder (default %(default)s)",
    )
    add_seed(parser)
    add_model(parser)
    add_json(parser)


def run_idle(args: argparse.Namespace) -> int:
    """Print how many letters are spelled where nobody spells."""
    from training.studies.words.spelling import idle

    figures = idle(recognizers(args.model), args.data, args.minutes, args.seed)
    if args.json:
        print(json.dumps({name: folder.to_json() for name, folder in figures.items()}))
        return 0
    for name, folder in figures.items():
        print(
            f"{name} ({folder.kind}): {folder.per_5_min:.2f} letters in five minutes, in {folder.minutes} minutes "
            f"{folder.letters or 'none'}; a hand in {folder.hand:.0%} of the frames"
        )
    return 0


def recognizers(model: Path | None, fluent: "FluentReader | None" = None) -> "Callable[[], Recognizer]":
    """What makes a new recogniser for each film or folder, all with the same networks.

    fluent: reads words that flow; None reads letters that are held.
    """
    from live.files import default_model
    from live.hand import fetch_networks
    from live.readers import LetterClassifier
    from live.recognizer import Recognizer

    classifier, networks = LetterClassifier.load(model or default_model()), fetch_networks()

    def make() -> "Recognizer":
        recognizer = Recognizer.from_networks(classifier, networks, fluent=fluent and fluent.for_new_hand())
        recognizer.flow = fluent is not None
        return recognizer

    return make
