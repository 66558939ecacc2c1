"""How well several hands in one picture are read: `python -m tests.measurements.charts FOLDER`.

FOLDER has pictures as signer/LETTER/*.jpg. Charts are made from those of them in which a hand is found, and read.
Prints one JSON object for each number of hands: the shares of hands found and of letters read right, in the charts and
with each picture alone (in its own size, and as small as in the chart), the hands found where there is none, and the
seconds for each chart.
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from live.letters import HELD_LETTERS
from live.recognizer import Reading, Recognizer, load
from live.sources import read_picture
from training.studies.script import run

GRIDS = ((3, 2), (6, 4))  # columns, rows
TILE_WIDTHS_PX = (200, 320, 480)
SAME_HAND = 0.3  # boxes of one hand share at least this much of their union


@dataclass(frozen=True)
class Tile:
    """A picture for a chart. reading: of the picture alone."""

    letter: str
    picture_bgr: NDArray[np.uint8]
    reading: Reading


@dataclass(frozen=True)
class Chart:
    """Pictures side by side. boxes: where the hands are, x0, y0, x1, y1. tiles: the pictures, as small as there."""

    picture_bgr: NDArray[np.uint8]
    boxes: list[NDArray[np.float64]]
    tiles: list[NDArray[np.uint8]]


def tiles(folder: Path, recognizer: Recognizer, n: int, rng: np.random.Generator) -> list[Tile]:
    """Up to n pictures in which a hand is found, in random order."""
    paths = sorted(path for path in folder.glob("*/*/*.jpg") if path.parent.name in HELD_LETTERS)
    found: list[Tile] = []
    for index in rng.permutation(len(paths)):
        picture = read_picture(paths[index])
        reading = recognizer.read_picture(picture)
        if reading.hand:
            found.append(Tile(paths[index].parent.name, picture, reading))
        if len(found) == n:
            break
    return found


def make_chart(chosen: list[Tile], columns: int, width_px: int) -> Chart:
    """A chart of these pictures, row by row, on white."""
    rows, gap = -(-len(chosen) // columns), width_px // 20
    height_px = width_px * 3 // 4
    chart = np.full((rows * (height_px + gap) + gap, columns * (width_px + gap) + gap, 3), 255, np.uint8)
    boxes, small_tiles = [], []
    for n, tile in enumerate(chosen):
        height, width = tile.picture_bgr.shape[:2]
        scale = min(width_px / width, height_px / height)
        small = cv2.resize(tile.picture_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
        small_tiles.append(small)
        x, y = gap + n % columns * (width_px + gap), gap + n // columns * (height_px + gap)
        chart[y : y + small.shape[0], x : x + small.shape[1]] = small
        assert tile.reading.hand is not None
        boxes.append(np.array(tile.reading.hand.box_xyxy) * scale + (x, y, x, y))
    return Chart(chart, boxes, small_tiles)


def overlap(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Intersection over union of two boxes."""
    shared = np.maximum(np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]), 0).prod()
    return float(shared / ((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod() - shared))


def matched(readings: tuple[Reading, ...], boxes: list[NDArray[np.float64]]) -> list[Reading | None]:
    """The reading of the hand in each box; None if it was not found. No reading is used twice."""
    left = [(np.array(reading.hand.box_xyxy, float), reading) for reading in readings if reading.hand]
    found: list[Reading | None] = []
    for box in boxes:
        shares = [overlap(box, other) for other, _ in left]
        best = int(np.argmax(shares)) if shares else -1
        found.append(left.pop(best)[1] if shares and shares[best] >= SAME_HAND else None)
    return found


def measure(
    pool: list[Tile], grid: tuple[int, int], n_charts: int, rng: np.random.Generator, recognizer: Recognizer
) -> dict[str, float]:
    """Read charts of this many columns and rows."""
    columns, rows = grid
    hands = found = extra = right = right_alone = right_small = in_order = 0
    seconds = []
    for n in range(n_charts):
        chosen = [pool[index] for index in rng.choice(len(pool), columns * rows, replace=False)]
        chart = make_chart(chosen, columns, TILE_WIDTHS_PX[n % len(TILE_WIDTHS_PX)])
        start = time.perf_counter()
        readings = recognizer.read_hands(chart.picture_bgr)
        seconds.append(time.perf_counter() - start)
        read = matched(readings, chart.boxes)
        places = [readings.index(reading) for reading in read if reading]
        hands += len(chosen)
        found += len(places)
        extra += len(readings) - len(places)
        in_order += places == sorted(places)
        right += sum(
            bool(reading and reading.letter == tile.letter) for tile, reading in zip(chosen, read, strict=True)
        )
        right_small += sum(
            recognizer.read_picture(small).letter == tile.letter
            for tile, small in zip(chosen, chart.tiles, strict=True)
        )
        right_alone += sum(tile.reading.letter == tile.letter for tile in chosen)
    return {
        "hands a chart": columns * rows,
        "charts": n_charts,
        "found": round(found / hands, 4),
        "extra hands": extra,
        "right": round(right / hands, 4),
        "right alone": round(right_alone / hands, 4),
        "right alone, as small": round(right_small / hands, 4),
        "charts in order": round(in_order / n_charts, 4),
        "seconds a chart": round(float(np.mean(seconds)), 2),
    }


def main() -> None:
    """Print one JSON object for each number of hands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--charts", type=int, default=24, help="charts of each size (default 24)")
    parser.add_argument("--pictures", type=int, default=400, help="pictures to make charts from (default 400)")
    args = parser.parse_args()
    rng, recognizer = np.random.default_rng(0), load()
    pool = tiles(args.folder, recognizer, args.pictures, rng)
    for grid in GRIDS:
        print(json.dumps(measure(pool, grid, args.charts, rng, recognizer)), flush=True)


if __name__ == "__main__":
    run(main)
