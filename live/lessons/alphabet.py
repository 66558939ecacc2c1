"""The 26 letters as drawings, and a typical hand for each that is held."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.lessons.drawing import MARKED, SIDE, hand_shapes, hand_svg, on_paper, svg
from live.lessons.fingers import Usual

FILE = Path(__file__).resolve().with_name("alphabet.json")  # made by `fingerspell-train alphabet`

# How J and Z are drawn, as the camera sees a right hand: with which hand's which point, along which way (of an SVG
# path, in the drawing's units) from where that point is.
DRAWN = {
    "J": ("I", 20, "l0 52 c0 24 32 24 36 4"),
    "Z": ("D", 8, "l-52 0 l48 52 l-52 0"),
}
# What to look at, in few words: the drawings of some are much alike.
HOW = {
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
def usual_hold(letter: str) -> Usual:
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
        f'<marker id="end" viewBox="0 0 10 10" refX="4" refY="5" markerWidth="3.6" markerHeight="3.6" orient="auto">'
        f'<path d="M0 0L10 5L0 10Z" fill="{MARKED}"/></marker>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{MARKED}"/>'
        f'<path d="M{x:.1f} {y:.1f} {way}" fill="none" stroke="{MARKED}" stroke-width="5" stroke-linecap="round" '
        f'stroke-linejoin="round" stroke-dasharray="8 7" marker-end="url(#end)"/></g>'
    )
