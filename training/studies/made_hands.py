"""Made hands, for measuring and for training: `python -m training.studies.made_hands LANDMARKS`. It needs VTK.

It reads the same hands in ten skin tones with the models that ship, and prints one JSON object. With `--out FILE` it
writes hands that `fingerspell-train fit --data FILE` reads. LANDMARKS: a file laid out like landmarks/train.npz.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from live.errors import DataError
from live.hand import LiteRTHandTracker, cut_out, fetch_networks
from live.recognizer import load
from training.data import read_npz
from training.data.synthetic.rendered import MONK_TONES, MadeHand, in_tone, lit, made_hands
from training.data.synthetic.rendered.render import HandRenderer
from training.progress import bar_interval_s
from training.studies.script import run

# A hand is kept for training if the tracker finds it this near to what was asked for, in palm lengths.
MAX_MISS = 0.15


@dataclass(frozen=True)
class MadeReading:
    """How the models that ship read one picture. tone: on the Monk scale. likeliest: None if no hand was found."""

    letter: str
    tone: int
    likeliest: str | None
    shown: str | None


def read_in_tones(made: Iterable[MadeHand], light: float = 1.0) -> list[MadeReading]:
    """Read the same hands, in the same pictures, in each tone of the Monk scale, 1 to 10.

    light: how many times as bright as usual it is on the hand.
    """
    recognizer, renderer, readings = load(), HandRenderer(), []
    for hand in made:
        look = lit(hand.look, light)
        for tone in range(1, len(MONK_TONES) + 1):
            reading = recognizer.read_picture(renderer.draw(hand.pose, in_tone(look, tone)))
            likeliest = reading.top[0][0] if reading.top else None
            readings.append(MadeReading(hand.letter, tone, likeliest, reading.letter))
    return readings


def shares(readings: Sequence[MadeReading]) -> dict[str, float]:
    """Shares (0..1) of pictures with a hand found, with the right letter likeliest, with it shown, and a wrong one."""
    shown = [reading for reading in readings if reading.shown]
    counts = {
        "found": sum(reading.likeliest is not None for reading in readings),
        "right": sum(reading.likeliest == reading.letter for reading in readings),
        "shown": sum(reading.shown == reading.letter for reading in shown),
        "shown_wrong": sum(reading.shown != reading.letter for reading in shown),
    }
    return {name: round(count / len(readings), 4) for name, count in counts.items()}


def to_json(readings: Sequence[MadeReading]) -> dict[str, object]:
    """The object that the study prints: the shares of all pictures, by tone and by letter."""
    tones = sorted({reading.tone for reading in readings})
    letters = sorted({reading.letter for reading in readings})
    return {
        "pictures": len(readings),
        "all": shares(readings),
        "tones": {tone: shares([reading for reading in readings if reading.tone == tone]) for tone in tones},
        "letters": {name: shares([reading for reading in readings if reading.letter == name]) for name in letters},
    }


def write_hands(made: Iterable[MadeHand], out: Path) -> None:
    """Render hands, and write those that the tracker finds where they were asked for. Says on stderr how many."""
    tracker, renderer = LiteRTHandTracker(fetch_networks()), HandRenderer()
    kept, asked, hidden = [], Counter[str](), Counter[str]()
    for hand in made:
        picture_bgr = renderer.draw(hand.pose, hand.look)
        found = tracker.detect(picture_bgr)
        asked[hand.letter] += 1
        if found is None or found.side != "right" or hand.missed_by(found) > MAX_MISS:
            hidden[hand.letter] += 1
            continue
        kept.append((found.landmarks, hand.letter, hand.source, *cut_out(picture_bgr, found)))
    landmarks, letters, sources, crops, masks = (np.array(part) for part in zip(*kept, strict=True))
    np.savez_compressed(
        out,
        landmarks=landmarks,
        letter=letters,
        source=sources,
        handedness=np.full(len(kept), "Right"),
        crops=crops,
        masks=masks,
        rendered=np.True_,
    )
    kept_shares = ", ".join(f"{letter} {1 - hidden[letter] / asked[letter]:.2f}" for letter in sorted(asked))
    print(f"kept {len(kept):,} of {asked.total():,} hands ({kept_shares})", file=sys.stderr)


def main() -> None:
    """Print one JSON object, or write a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("landmarks", type=Path)
    parser.add_argument("--count", type=int, default=144, metavar="N", help="hands to render")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--light", type=float, default=1.0, metavar="FACTOR", help="brighter light on the hands read")
    parser.add_argument("--leave-out", action="append", default=[], metavar="SOURCE")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write hands to train on, instead of reading them")
    args = parser.parse_args()
    cv2.setNumThreads(1)  # the pictures are small, and the hand networks have threads of their own
    hands = read_npz(args.landmarks)
    if unknown := set(args.leave_out) - set(hands.sources.tolist()):
        raise DataError(f"{min(unknown)} is the source of no hand in {args.landmarks}")
    hands = hands.without_sources(args.leave_out)
    made = islice(made_hands(hands, np.random.default_rng(args.seed)), args.count)
    made_slowly = tqdm(made, desc="rendering hands", total=args.count, mininterval=bar_interval_s())
    if args.out:
        write_hands(made_slowly, args.out)
    else:
        print(json.dumps(to_json(read_in_tones(made_slowly, args.light)), indent=2))


if __name__ == "__main__":
    run(main)
