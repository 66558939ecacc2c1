"""Draws synthetic hands that spell, to look at them: `python -m training.studies.words.skeletons WORD --data DIR`.

It writes an animated GIF of a word, and prints how long letters and movements take and how fast fingers are, over many
words. docs/how-it-works.md compares these figures with published ones.
"""

import argparse
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from live.errors import FingerspellError
from live.hand import BONES, FINGER_JOINTS, FINGERTIPS
from training.data import find_data, merge, read_training_data
from training.data.synthetic import RATE, ByLetter, HandMotion, WordMaker, by_letter, vocabulary
from training.studies.script import run

SIDE_PX, PALM_PX = 320, 55
EVERY = 2  # poses of which one is drawn: 30 pictures a second
N_WORDS = 300
INK, TIP, TEXT = (74, 55, 40), (46, 165, 152), (0, 0, 0)


def draw(motion: HandMotion) -> list[Image.Image]:
    """The pictures of a motion, RATE / EVERY a second, with the letter whose pose is held."""
    middle = motion.poses[:, :, :2].mean(axis=(0, 1))
    pictures = []
    for number in range(0, len(motion.poses), EVERY):
        time_s = number / RATE
        picture = np.full((SIDE_PX, SIDE_PX, 3), 255, np.uint8)
        points = ((motion.poses[number, :, :2] - middle) * PALM_PX + SIDE_PX / 2).round().astype(int)
        for start, stop in BONES:
            cv2.line(picture, points[start].tolist(), points[stop].tolist(), INK, 4, cv2.LINE_AA)
        for tip in FINGERTIPS:
            cv2.circle(picture, points[tip].tolist(), 5, TIP, -1, cv2.LINE_AA)
        held = "".join(letter.letter for letter in motion.spelled if letter.reached_s <= time_s <= letter.left_s)
        cv2.putText(picture, f"{time_s:.2f} s  {held}", (8, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, TEXT, 1, cv2.LINE_AA)
        pictures.append(Image.fromarray(picture))
    return pictures


def figures(hands: ByLetter, letters_per_s: float, rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """Percentiles 5, 50 and 95 of what N_WORDS words show."""
    holds_s: list[float] = []
    moves_s: list[float] = []
    shares: list[float] = []
    tips: list[NDArray[np.float64]] = []
    bends: list[NDArray[np.float64]] = []
    words = vocabulary(for_test=True)
    for _ in range(N_WORDS):
        motion = WordMaker(hands, rng).spell(words.draw(rng), letters_per_s, plain=True)
        moves = [after.reached_s - before.left_s for before, after in pairwise(motion.spelled)]
        holds = [letter.left_s - letter.reached_s for letter in motion.spelled]
        holds_s += holds
        moves_s += moves
        shares.append(sum(moves) / max(sum(moves) + sum(holds), 1e-6))
        tips.append(np.linalg.norm(np.diff(motion.poses[:, FINGERTIPS], axis=0), axis=2).max(axis=0) * RATE)
        bends.append(np.abs(np.diff(_bends_deg(motion.poses), axis=0)).max(axis=0) * RATE)
    rows = {
        "a pose is held, s": np.array(holds_s),
        "a movement takes, s": np.array(moves_s),
        "movements' share of the time": np.array(shares),
        "a fingertip's highest speed in a word, palm lengths a second": np.concatenate(tips),
        "a middle joint's highest speed in a word, degrees a second": np.concatenate(bends),
    }
    return {name: np.percentile(values, (5, 50, 95)) for name, values in rows.items()}


def _bends_deg(poses: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 4) how far the middle joint (PIP) of each finger but the thumb is bent."""
    joints = np.array(FINGER_JOINTS[1:])
    first = poses[:, joints[:, 1]] - poses[:, joints[:, 0]]
    second = poses[:, joints[:, 2]] - poses[:, joints[:, 1]]
    cosine = (first * second).sum(axis=2) / np.maximum(
        np.linalg.norm(first, axis=2) * np.linalg.norm(second, axis=2), 1e-6
    )
    bends: NDArray[np.float64] = np.rad2deg(np.arccos(np.clip(cosine, -1, 1)))
    return bends


def main() -> None:
    """Write the GIF, and print the figures."""
    parser = argparse.ArgumentParser(description="Draw synthetic hands that spell a word.")
    parser.add_argument("word", help="letters from A to Z")
    parser.add_argument("--data", type=Path, action="append", required=True, help="folder of landmarks or pictures")
    parser.add_argument("--source", metavar="NAME", help="whose hands (default: the source with the most)")
    parser.add_argument("--speed", type=float, default=4.0, metavar="N", help="letters a second (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("word.gif"), metavar="FILE", help="default %(default)s")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    if not (args.word.isascii() and args.word.isalpha()) or args.speed <= 0:
        parser.error("give a word of letters from A to Z, and a speed above 0")
    read = read_training_data(find_data(args.data), seed=args.seed)
    if not read.hands:
        raise FingerspellError("the data has no hands")
    hands = merge([part.landmarks_only() for part in read.hands])
    names, counts = np.unique(hands.sources, return_counts=True)
    own = by_letter(hands.select(hands.sources == (args.source or names[counts.argmax()])))
    rng = np.random.default_rng(args.seed)
    pictures = draw(WordMaker(own, rng, by_letter(hands)).spell(args.word.upper(), args.speed, plain=True))
    pictures[0].save(args.out, save_all=True, append_images=pictures[1:], duration=1000 * EVERY // RATE, loop=0)
    for name, (low, middle, high) in figures(own, args.speed, rng).items():
        print(f"{name}: {middle:.3g} (5 % below {low:.3g}, 5 % above {high:.3g})")


if __name__ == "__main__":
    run(main)
