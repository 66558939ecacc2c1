"""What a personal model gains: `python -m training.studies.personal.gain FOLDER`, with pictures as signer/LETTER/*.jpg.

The model learns from the first half of a letter's frames and is measured on the last half. Neighbouring frames of a
recording are much alike, so this is an upper bound.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from live.files import default_model
from live.hand import LiteRTHandTracker, fetch_networks
from training.data import NOTHING, Hands, LabelledPicture, labelled_pictures, read_photographs
from training.runs.personal import Base, PersonalRecipe, answers_of
from training.studies.personal.signers import signers_in
from training.studies.script import run


@dataclass(frozen=True)
class SignerGain:
    """Shares (0..1) of a signer's last half read right.

    before: by the model that ships; after: by the one taught by the signer's first half; by_others: by those that the
    other signers taught, None if there is no other signer.
    """

    before: float
    after: float
    by_others: float | None

    def to_json(self) -> dict[str, float]:
        """One entry of the JSON object that the study prints."""
        values = {"before": self.before, "after": self.after}
        return values if self.by_others is None else values | {"by others' models": self.by_others}


@dataclass(frozen=True)
class Gain:
    """The gain of each signer."""

    signers: dict[str, SignerGain]

    def to_json(self) -> dict[str, object]:
        """The object that the study prints: the means over the signers, and the signers."""
        signers = {name: signer.to_json() for name, signer in self.signers.items()}
        keys = next(iter(signers.values()))
        mean = {key: float(np.mean([signer[key] for signer in signers.values()])) for key in keys}
        return {"mean": mean, "signers": signers}


def halves(pictures: list[LabelledPicture]) -> tuple[list[LabelledPicture], list[LabelledPicture]]:
    """The first half of each letter's pictures, by name, and the last half."""
    letters: dict[str, list[LabelledPicture]] = defaultdict(list)
    for picture in sorted(pictures, key=lambda picture: picture.path):
        if picture.letter != NOTHING:
            letters[picture.letter].append(picture)
    first = [picture for group in letters.values() for picture in group[: len(group) // 2]]
    last = [picture for group in letters.values() for picture in group[len(group) // 2 :]]
    return first, last


@dataclass(frozen=True)
class _Test:
    """One signer's last half. pictures: how many there are; in some of them no hand was found."""

    hands: Hands
    pictures: int

    def share_right(self, networks: Mapping[str, keras.Model], base: Base) -> float:
        """The share read right by these networks; pictures without a hand count as wrong."""
        answers = answers_of(networks, base.contract.fusion, self.hands)
        return sum(answer.right for answer in answers) / self.pictures


def gain(folder: Path, model: Path, seed: int) -> Gain:
    """Teach the model by each signer's first half, and measure all models on all last halves. Raises DataError."""
    base, tracker = Base.load(model), LiteRTHandTracker(fetch_networks())
    lessons: dict[str, Hands] = {}
    tests: dict[str, _Test] = {}
    for path in signers_in(folder):
        first, last = halves(labelled_pictures(path))
        lessons[path.name] = read_photographs(path, first, tracker, seed)
        tests[path.name] = _Test(read_photographs(path, last, tracker, seed), len(last))
    before: dict[str, float] = {}
    after: dict[str, dict[str, float]] = defaultdict(dict)  # by the signer measured, then by the signer who taught
    for teacher, hands in lessons.items():
        before[teacher] = tests[teacher].share_right(base.networks, base)
        taught = base.adapted(hands, PersonalRecipe(), seed)
        for signer, test in tests.items():
            after[signer][teacher] = test.share_right(taught, base)
    return Gain({signer: _signer_gain(signer, before[signer], after[signer]) for signer in tests})


def _signer_gain(signer: str, before: float, after: dict[str, float]) -> SignerGain:
    others = [share for teacher, share in after.items() if teacher != signer]
    return SignerGain(before, after[signer], float(np.mean(others)) if others else None)


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    print(json.dumps(gain(args.folder, args.model, args.seed).to_json(), indent=2))


if __name__ == "__main__":
    run(main)
