"""A drawing of each of the 26 letters, and a typical hand for each of the 24 held letters."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.lessons.drawing import MARKED, SIDE, fit_to_drawing, hand_shapes, hand_svg, svg
from live.lessons.fingers import UsualHold

ALPHABET_FILE = Path(__file__).resolve().with_name("alphabet.json")  # written by `fingerspell-train alphabet`


@dataclass(frozen=True)
class Stroke:
    """How a letter is drawn in the air, as the camera sees a right hand.

    held: the letter that the hand holds while it draws. joint: the joint that draws. path: the joint's SVG path,
    relative to its start and in the drawing's units, of the commands l (line) and c (curve). start: where the path
    begins (x, y), as shares of the side.
    """

    held: str
    joint: int
    path: str
    start: tuple[float, float]


STROKES = {
    "J": Stroke("I", 20, "l0 52 c0 24 32 24 36 4", (0.32, 0.10)),
    "Z": Stroke("D", 8, "l-52 0 l48 52 l-52 0", (0.64, 0.14)),
}
# What to look at, because the drawings of some letters are very similar.
HOW_TO_SIGN = {
    "A": "fist, thumb beside it", "B": "flat hand, thumb across the palm", "C": "fingers and thumb curved",
    "D": "index finger up, the others meet the thumb", "E": "fingertips down on the thumb",
    "F": "index finger meets the thumb, three up", "G": "index finger and thumb point sideways",
    "H": "two fingers point sideways", "I": "little finger up", "J": "little finger draws a J",
    "K": "two fingers up, thumb between them", "L": "index finger up, thumb out", "M": "thumb under three fingers",
    "N": "thumb under two fingers", "O": "all fingertips meet the thumb", "P": "like K, pointing down",
    "Q": "like G, pointing down", "R": "two fingers crossed", "S": "fist, thumb in front of it",
    "T": "thumb between the first two fingers", "U": "two fingers up, together", "V": "two fingers up, apart",
    "W": "three fingers up, apart", "X": "index finger bent like a hook", "Y": "thumb and little finger out",
    "Z": "index finger draws a Z",
}  # fmt: skip
STROKE_S = 2.6  # seconds that one cycle of the animation takes
STROKE_SCALE = 0.62  # a drawing hand is smaller, which leaves room for its path


@cache
def _alphabet() -> dict[str, dict[str, list[Any]]]:
    alphabet: dict[str, dict[str, list[Any]]] = json.loads(ALPHABET_FILE.read_text())
    return alphabet


@cache
def typical_hand(letter: str) -> NDArray[np.float64]:
    """(21, 3) landmarks of a right hand that signs a held letter: x right, y down, z away; unit: palm length / 100."""
    return np.array(_alphabet()[letter]["hand"], np.float64)


@cache
def usual_hold(letter: str) -> UsualHold:
    """How people hold a letter. For J and Z: how they hold the hand that draws it."""
    row = _alphabet()[STROKES[letter].held if letter in STROKES else letter]
    return UsualHold(np.array(row["mean"], np.float64), np.array(row["sd"], np.float64))


@cache
def stroke_path(letter: str, n: int = 100) -> NDArray[np.float64]:
    """(n, 2) evenly spaced points of J's or Z's path, from (0, 0), in the unit of typical hands."""
    share = np.linspace(0, 1, n)[:, None]
    points = np.zeros((1, 2))
    for command, numbers in re.findall("([lc])([^lc]+)", STROKES[letter].path):
        ends = np.array(numbers.split(), np.float64).reshape(-1, 2)
        way = share * ends if command == "l" else _bezier(ends, share)
        points = np.concatenate((points, points[-1] + way[1:]))
    travelled = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))))
    even = np.linspace(0, travelled[-1], n)
    held = typical_hand(STROKES[letter].held)
    drawn = np.ptp(fit_to_drawing(held)[:, 1]) * STROKE_SCALE / np.ptp(held[:, 1])  # drawing's units in one of the hand
    path: NDArray[np.float64] = np.stack([np.interp(even, travelled, way) for way in points.T], axis=1) / drawn
    return path


def _bezier(ends: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) a cubic Bezier curve from (0, 0). ends: (3, 2) its control points and its end. share: (n, 1)."""
    first, second, end = ends
    rest = 1 - share
    curve: NDArray[np.float64] = 3 * rest**2 * share * first + 3 * rest * share**2 * second + share**3 * end
    return curve


@cache
def letter_svg(letter: str, mirror: bool = False, mark: int | None = None) -> str:
    """A drawing of the right hand that signs a letter, as its viewer sees it. J and Z are animated.

    mirror: as a left hand, or as in a mirror. mark: the finger to highlight, 0 (thumb) to 4.
    """
    if letter not in STROKES:
        return hand_svg(typical_hand(letter), mirror, mark)
    stroke = STROKES[letter]
    points = fit_to_drawing(typical_hand(stroke.held)) * STROKE_SCALE
    points[:, :2] += np.array(stroke.start) * SIDE - points[stroke.joint, :2]
    (x, y), path = points[stroke.joint, :2], stroke.path
    flip = f' transform="translate({SIDE} 0) scale(-1 1)"' if mirror else ""
    move = (
        f"@media(prefers-reduced-motion:no-preference){{.hand{{offset-path:path('M0 0 {path}');offset-rotate:0deg;"
        f"animation:draw {STROKE_S}s infinite}}}}"
        "@keyframes draw{0%,15%{offset-distance:0%}80%,100%{offset-distance:100%}}"
    )
    return svg(
        f'<style>{move}</style><g{flip}><g class="hand">{hand_shapes(points, mark)}</g>'
        f'<marker id="end" viewBox="0 0 10 10" refX="4" refY="5" markerWidth="3.6" markerHeight="3.6" orient="auto">'
        f'<path d="M0 0L10 5L0 10Z" fill="{MARKED}"/></marker>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{MARKED}"/>'
        f'<path d="M{x:.1f} {y:.1f} {path}" fill="none" stroke="{MARKED}" stroke-width="5" stroke-linecap="round" '
        f'stroke-linejoin="round" stroke-dasharray="8 7" marker-end="url(#end)"/></g>'
    )
