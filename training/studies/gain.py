"""What a personal model gains: `python -m training.studies.gain FOLDER`, of pictures as signer/LETTER/*.jpg.

Each signer's first half of a letter's frames teaches, the last half tells. Neighbouring frames of one recording are
much alike, so this is the most to expect.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from live.errors import DataError, FingerspellError
from live.files import default_model
from live.hand import LiteRTHandTracker, fetch_networks
from training.data import NOTHING, Hands, LabelledPicture, labelled_pictures, read_pictures
from training.runs.personal import Base, PersonalRecipe, answers_of


def halves(pictures: list[LabelledPicture]) -> tuple[list[LabelledPicture], list[LabelledPicture]]:
    """The first half of each letter's, by name, and the last."""
    letters: dict[str, list[LabelledPicture]] = defaultdict(list)
    for each in sorted(pictures, key=lambda picture: picture.path):
        if each.letter != NOTHING:
            letters[each.letter].append(each)
    first = [each for own in letters.values() for each in own[: len(own) // 2]]
    last = [each for own in letters.values() for each in own[len(own) // 2 :]]
    return first, last


def right(networks: Any, base: Base, hands: Hands, pictures: int) -> float:
    """Share read right of so many pictures; those without a hand count as wrong."""
    answers = answers_of(networks, base.contract.fusion, hands)
    return sum(each.top[0] == each.truth for each in answers) / pictures


def gain(folder: Path, model: Path, seed: int) -> dict[str, Any]:
    """Read right by signer: before, after, and after by the other signers' taught models."""
    base, tracker = Base.load(model), LiteRTHandTracker(fetch_networks())
    first: dict[str, Hands] = {}
    last: dict[str, tuple[Hands, int]] = {}
    signers = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if not signers:
        raise DataError(f"{folder}: name a folder of signers, laid out as SIGNER/LETTER/*.jpg")
    for signer in signers:
        teach, tell = halves(labelled_pictures(signer))
        first[signer.name] = read_pictures(signer, teach, tracker, seed)
        last[signer.name] = read_pictures(signer, tell, tracker, seed), len(tell)
    told: dict[str, dict[str, float]] = {}
    by_others: dict[str, list[float]] = defaultdict(list)
    for name, hands in first.items():
        taught = base.adapted(hands, PersonalRecipe(), seed)
        told[name] = {"before": right(base.networks, base, *last[name]), "after": right(taught, base, *last[name])}
        for other in last:
            if other != name:
                by_others[other].append(right(taught, base, *last[other]))
    for name, shares in by_others.items():
        told[name]["by others' models"] = float(np.mean(shares))
    means = {key: float(np.mean([each[key] for each in told.values()])) for key in next(iter(told.values()))}
    return {"mean": means, "signers": told}


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    try:
        print(json.dumps(gain(args.folder, args.model, args.seed), indent=2))
    except FingerspellError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
