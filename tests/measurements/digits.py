"""How letters are read after digits with their hand shapes: `python -m tests.measurements.digits PHOTOS MORE`.

Both folders hold pictures as LETTER/*.jpg or signer/LETTER/*.jpg. For 0, 1, 2, 4, 6 and 9, the first half of PHOTOS' O,
D, V, B, W and F (at most 50 hands) is the recording, and a personal model learns all six. With --both, the hands of the
second half are also recorded, as the letter. MORE only measures: nothing in it is trained on.
"""

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from live.files import default_model
from live.hand import LiteRTHandTracker, fetch_networks
from training.data import Hands, labelled_pictures, merge, read_photographs
from training.runs.personal import Base, PersonalRecipe, answers_of
from training.studies.script import run

LETTERS_OF = {"0": "O", "1": "D", "2": "V", "4": "B", "6": "W", "9": "F"}
MAX_HANDS = 50  # of a recording


def halves(hands: Hands, letter: str) -> tuple[Hands, Hands]:
    """The first half of a letter's hands, at most MAX_HANDS, and the rest."""
    rows = np.flatnonzero(hands.labels == hands.letters.index(letter))
    n, positions = min(MAX_HANDS, len(rows) // 2), np.arange(len(hands))
    return hands.select(np.isin(positions, rows[:n])), hands.select(np.isin(positions, rows[n:]))


def named(hands: Hands, name: str, letters: tuple[str, ...]) -> Hands:
    """The hands, as hands of the sign of this name."""
    return replace(hands, labels=np.full(len(hands), letters.index(name)), letters=letters)


def shares(networks: Mapping[str, keras.Model], base: Base, hands: Hands, letters: tuple[str, ...]) -> str:
    """What is shown for hands of one letter, with shares; – is no letter."""
    answers = list(answers_of(networks, base.contract.fusion, replace(hands, letters=letters)))
    counts = Counter(answer.letter or "–" for answer in answers)
    return ", ".join(f"{letter} {count / len(answers):.0%}" for letter, count in counts.most_common(3))


def right(networks: Mapping[str, keras.Model], base: Base, hands: Hands, letters: tuple[str, ...]) -> float:
    """The share of the hands of all letters without a digit whose likeliest letter is right."""
    rest = hands.select(~np.isin(hands.labels, [hands.letters.index(letter) for letter in LETTERS_OF.values()]))
    answers = answers_of(networks, base.contract.fusion, replace(rest, letters=letters))
    return float(np.mean([answer.right for answer in answers]))


def main() -> None:
    """Print what is read before and after, for each letter and for all others together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs=2, metavar="FOLDER")
    parser.add_argument("--both", action="store_true")
    args = parser.parse_args()
    tracker, base = LiteRTHandTracker(fetch_networks()), Base.load(default_model())
    photos, others = (read_photographs(folder, labelled_pictures(folder), tracker, 0) for folder in args.folders)
    known = base.contract.letters
    letters = (*known, *LETTERS_OF)
    recorded = []
    for digit, letter in LETTERS_OF.items():
        first, second = halves(photos, letter)
        recorded += [named(first, digit, letters), *([named(second, letter, letters)] if args.both else [])]
    mine = base.adapted(merge(recorded), PersonalRecipe(), 0)
    for letter in LETTERS_OF.values():
        shown = others.select(others.labels == others.letters.index(letter))
        print(f"{letter}: {shares(base.networks, base, shown, known)} -> {shares(mine, base, shown, letters)}")
    before, after = right(base.networks, base, others, known), right(mine, base, others, letters)
    print(f"all other letters: {before:.1%} right -> {after:.1%}")


if __name__ == "__main__":
    run(main)
