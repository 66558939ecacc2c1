"""What corrections gain: `python -m training.studies.personal.corrections FOLDER`, with SIGNER/LETTER/*.jpg.

Of each letter that is misread in some frame of a signer, the first such frame is corrected, as a person would on the
Live page. Then the signer's other frames are read again.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.files import default_model
from live.hand import fetch_networks
from live.readers import LetterClassifier
from live.recognizer import Reading, Recognizer
from live.sources import read_picture
from training.data import NOTHING, LabelledPicture, labelled_pictures
from training.studies.personal.signers import signers_in
from training.studies.script import run


@dataclass(frozen=True)
class Share:
    """A share (0..1) of frames, without corrections and with them."""

    before: float
    after: float


@dataclass(frozen=True)
class SignerCorrections:
    """One signer's frames, without those that were corrected.

    errors: those whose likeliest letter is wrong; a frame without a hand counts as one. others: those read right, of
    the letters of which no frame was corrected. corrected: how many frames were corrected.
    """

    errors: Share
    others: Share
    corrected: int


@dataclass(frozen=True)
class CorrectionsGain:
    """The figures of each signer."""

    signers: dict[str, SignerCorrections]

    def to_json(self) -> dict[str, object]:
        """The object that the study prints: the means over the signers, and the signers."""
        mean = {
            name: {
                when: float(np.mean([getattr(getattr(signer, name), when) for signer in self.signers.values()]))
                for when in ("before", "after")
            }
            for name in ("errors", "others")
        }
        return {"mean": mean, "signers": {name: asdict(signer) for name, signer in self.signers.items()}}


def first_misread(letters: Sequence[str], readings: Sequence[Reading]) -> dict[str, int]:
    """By letter, the position of its first frame in which a hand is read as another letter. letters: what is right."""
    first: dict[str, int] = {}
    for position, (letter, reading) in enumerate(zip(letters, readings, strict=True)):
        if reading.top and reading.top[0][0] != letter:
            first.setdefault(letter, position)
    return first


def correct_signer(recognizer: Recognizer, pictures: Sequence[LabelledPicture]) -> SignerCorrections:
    """Read one signer's pictures, correct the first misread one of each letter, and read them again."""
    pictures = sorted(pictures, key=lambda picture: picture.path)
    letters = [picture.letter for picture in pictures]
    readings = _read(recognizer, pictures)
    first = first_misread(letters, readings)
    for letter, position in first.items():
        recognizer.correct(readings[position], letter)
    before, after = _right(letters, readings), _right(letters, _read(recognizer, pictures))
    recognizer.corrections.forget()
    rest = np.array([position not in first.values() for position in range(len(letters))])
    others = rest & np.array([letter not in first for letter in letters])
    errors = Share(float(1 - before[rest].mean()), float(1 - after[rest].mean()))
    return SignerCorrections(errors, Share(float(before[others].mean()), float(after[others].mean())), len(first))


def _read(recognizer: Recognizer, pictures: Sequence[LabelledPicture]) -> list[Reading]:
    return list(recognizer.read_pictures(read_picture(picture.path) for picture in pictures))


def _right(letters: Sequence[str], readings: Sequence[Reading]) -> NDArray[np.bool_]:
    """(n,) whether the likeliest letter is right."""
    pairs = zip(letters, readings, strict=True)
    return np.array([bool(reading.top) and reading.top[0][0] == letter for letter, reading in pairs])


def corrections_gain(folder: Path, model: Path) -> CorrectionsGain:
    """Measure each signer of a folder. Raises DataError if there are none."""
    classifier = LetterClassifier.load(model)
    recognizer = Recognizer.from_networks(classifier, fetch_networks())
    signers = {}
    for path in signers_in(folder):
        known = [picture for picture in labelled_pictures(path) if picture.letter in classifier.contract.letters]
        signers[path.name] = correct_signer(recognizer, [picture for picture in known if picture.letter != NOTHING])
    return CorrectionsGain(signers)


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, default=default_model())
    args = parser.parse_args()
    print(json.dumps(corrections_gain(args.folder, args.model).to_json(), indent=2))


if __name__ == "__main__":
    run(main)
