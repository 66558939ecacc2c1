"""Whether every hand is found, whatever its size, tilt and light: `python -m tests.measurements.sweep FOLDER`.

FOLDER has pictures as signer/LETTER/*.jpg. They are changed in each way of SWEEP, as `fingerspell-train evaluate
--change` does it. Prints one JSON object for each change: the shares of pictures without a hand and of letters read
right, of which each signer counts once, and the share of pictures that show a letter.
"""

import argparse
import json
from pathlib import Path

from live.files import default_model
from live.hand import LiteRTHandTracker, fetch_networks
from live.readers import Figures, LetterClassifier
from training.data import labelled_pictures
from training.measure import evaluate
from training.measure.changes import SCALES, TILTS
from training.studies.script import run

SWEEP = (
    "none",
    *(f"scaled-{scale}" for scale in SCALES),
    *(f"tilted-{name}" for name in TILTS),
    *("darker", "tinted-warm", "tinted-cold"),
)


def main() -> None:
    """Print one JSON object for each change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="read every n-th picture (default 1: all)")
    args = parser.parse_args()
    classifier, tracker = LetterClassifier.load(default_model()), LiteRTHandTracker(fetch_networks())
    pictures = labelled_pictures(args.folder)[:: args.every]
    for change in SWEEP:
        figures, _ = evaluate(classifier, pictures, tracker, change)
        assert isinstance(figures, Figures)
        shares = {"no_hand": figures.no_hand, "right": figures.mean, "answered": figures.answered}
        rounded = {name: round(share, 4) for name, share in shares.items() if share is not None}
        print(json.dumps({"change": change, "pictures": len(pictures), **rounded}), flush=True)


if __name__ == "__main__":
    run(main)
