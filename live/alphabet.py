"""The 26 letters as drawings, and a typical hand for each that is held."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.drawing import MARKED, SIDE, hand_shapes, hand_svg, on_paper, svg
from live.fingers import Usual

FILE = Path(__file__).resolve().with_name("alphabet.json")  # made by `fingerspell-train alphabet`

# How J and Z are drawn, as the camera sees a right hand: with which hand's which point, along which way (of an SVG
# path, in the drawing's units) from where that point is.
DRAWN = {
    "J": ("I", 20, "l0 52 c0 24 32 24 36 4"),
    "Z": ("D", 8, "l-52 0 l48 52 l-52 0"),
}
SECONDS = 2.6
SHRUNK = 0.62  # so that the way has room, too
ROOM = {"J": (0.32, 0.10), "Z": (0.64, 0.14)}  # where the point begins


@cache
def _alphabet() -> dict[str, dict[str, list[Any]]]:
    alphabet: dict[str, dict[str, list[Any]]] = json.loads(FILE.read_text())
    return alphabet


@cache
def typical_hand(letter: str) -> NDArray[np.float64]:
    """(21, 3) of a right hand that signs a held letter: x right, y down, z away, in any one unit."""
    return np.array(_alphabet()[letter]["hand"], np.float64)


@cache
def usual(letter: str) -> Usual:
    """How people hold a letter; for J and Z, the hand that draws them."""
    own = _alphabet()[DRAWN[letter][0] if letter in DRAWN else letter]
    return Usual(np.array(own["mean"], np.float64), np.array(own["sd"], np.float64))


@cache
def letter_svg(letter: str, mirror: bool = False, mark: int | None = None) -> str:
    """A drawing of the hand that signs a letter, as its viewer sees a right hand; J and Z move.

    mirror: as a left hand, or as one sees oneself in a mirror. mark: the finger to point out, 0 (thumb) to 4.
    """
    if letter not in DRAWN:
        return hand_svg(typical_hand(letter), mirror, mark)
    held, tip, way = DRAWN[letter]
    points = on_paper(typical_hand(held)) * SHRUNK
    points[:, :2] += np.array(ROOM[letter]) * SIDE - points[tip, :2]
    x, y = points[tip, :2]
    flip = f' transform="translate({SIDE} 0) scale(-1 1)"' if mirror else ""
    move = (
        f"@media(prefers-reduced-motion:no-preference){{.hand{{offset-path:path('M0 0 {way}');offset-rotate:0deg;"
        f"animation:draw {SECONDS}s infinite}}}}"
        "@keyframes draw{0%,15%{offset-distance:0%}80%,100%{offset-distance:100%}}"
    )
    return svg(
        f'<style>{move}</style><g{flip}><g class="hand">{hand_shapes(points, mark)}</g>'
        f'<path d="M{x:.1f} {y:.1f} {way}" fill="none" stroke="{MARKED}" stroke-width="5" stroke-linecap="round" '
        f'stroke-linejoin="round" stroke-dasharray="8 7"/></g>'
    )
