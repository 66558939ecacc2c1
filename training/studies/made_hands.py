"""Pictures of made hands, for training and for measuring. They need VTK (`pip install vtk`).

`python -m training.studies.made_hands tones LANDMARKS` measures how the shipped models read the same hands in ten skin
tones. `... make LANDMARKS OUT` writes hands that `fingerspell-train fit --data` reads. LANDMARKS: a file laid out like
landmarks/train.npz.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from live.hand import LiteRTHandTracker, cut_out, fetch_networks
from live.recognizer import load
from training.data import Hands, read_npz
from training.data.synthetic.rendered import MONK_TONES, in_tone, made_hands
from training.data.synthetic.rendered.render import HandRenderer
from training.progress import bar_interval_s
from training.studies.script import run

# A hand is kept for training if the tracker finds it this near to what was asked for, in palm lengths.
MAX_MISS = 0.15


@dataclass(frozen=True)
class ToneFigures:
    """Shares (0..1) of one tone's pictures: with a hand found, with the right letter likeliest, and shown."""

    found: float
    right: float
    shown: float


def measure_tones(hands: Hands, n: int, seed: int) -> dict[int, ToneFigures]:
    """Read the same n hands in each tone of the Monk scale, 1 to 10, with the models that ship."""
    recognizer, renderer = load(), HandRenderer()
    tones = range(1, len(MONK_TONES) + 1)
    found, right, shown = (Counter[int]() for _ in range(3))
    made = islice(made_hands(hands, np.random.default_rng(seed)), n)
    for hand in tqdm(made, desc="reading hands", total=n, mininterval=bar_interval_s()):
        for tone in tones:
            reading = recognizer.read_picture(renderer.draw(hand.pose, in_tone(hand.look, tone)))
            found[tone] += reading.hand is not None
            right[tone] += bool(reading.top) and reading.top[0][0] == hand.letter
            shown[tone] += reading.letter == hand.letter
    return {tone: ToneFigures(found[tone] / n, right[tone] / n, shown[tone] / n) for tone in tones}


def write_hands(hands: Hands, n: int, seed: int, out: Path) -> None:
    """Render n hands, and write those that the tracker finds where they were asked for."""
    tracker, renderer = LiteRTHandTracker(fetch_networks()), HandRenderer()
    kept, asked, hidden = [], Counter[str](), Counter[str]()
    made = islice(made_hands(hands, np.random.default_rng(seed)), n)
    for hand in tqdm(made, desc="rendering hands", total=n, mininterval=bar_interval_s()):
        picture_bgr = renderer.draw(hand.pose, hand.look)
        found = tracker.detect(picture_bgr)
        asked[hand.letter] += 1
        if found is None or found.side != "right" or hand.missed_by(found) > MAX_MISS:
            hidden[hand.letter] += 1
            continue
        kept.append((found.landmarks, hand.letter, hand.source, *cut_out(picture_bgr, found)))
    landmarks, letters, sources, crops, masks = (np.array(part) for part in zip(*kept, strict=True))
    sides = np.full(len(kept), "Right")
    np.savez_compressed(
        out, landmarks=landmarks, letter=letters, source=sources, handedness=sides, crops=crops, masks=masks
    )
    shares = ", ".join(f"{letter} {1 - hidden[letter] / asked[letter]:.2f}" for letter in sorted(asked))
    print(f"kept {len(kept):,} of {n:,} hands ({shares})", file=sys.stderr)


def main() -> None:
    """Print one JSON object, or write a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("tones", "make"))
    parser.add_argument("landmarks", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--leave-out", action="append", default=[], metavar="SOURCE")
    args = parser.parse_args()
    cv2.setNumThreads(1)  # the hand networks keep the other processors busy
    hands = read_npz(args.landmarks).without_sources(args.leave_out)
    if args.what == "make":
        write_hands(hands, args.count, args.seed, args.out)
    else:
        figures = measure_tones(hands, args.count, args.seed)
        print(json.dumps({tone: vars(shares) for tone, shares in figures.items()}, indent=2))


if __name__ == "__main__":
    run(main)
