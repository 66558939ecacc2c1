"""Draws a hand as SVG from its landmarks, for charts and lessons that need no photograph."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGER_JOINTS, FINGER_WIDTH, PALM_OUTLINE, palm_length

SIDE = 200  # of the square drawing, in its own units
MARGIN = 22
SKIN, LINE, MARKED = "#e8c39e", "#4a3728", "#2ea598"
OUTLINE = 4  # how much wider than a part its outline is, in the drawing's units
# A film shows the same square throughout, so that the hand neither jumps nor grows: its side, its upper left corner,
# and the hand's size. In the unit of typical hands, whose palms are near the origin and 100 long.
FILM_SIDE, FILM_CORNER, TYPICAL_SIZE = 370, (-203, -235), 100
ROUND = 'stroke-linejoin="round" stroke-linecap="round"'


def hand_svg(landmarks: NDArray[np.floating], mirror: bool = False, mark: int | None = None) -> str:
    """A complete <svg> of a hand. landmarks: (21, 3) x right, y down, z away from the camera, in any one unit.

    mirror: flip left and right. mark: the finger to highlight, 0 (thumb) to 4.
    """
    return svg(hand_shapes(fit_to_drawing(landmarks, mirror), mark))


def svg(shapes: str) -> str:
    """A complete <svg> around these shapes."""
    return f'<svg viewBox="0 0 {SIDE} {SIDE}" xmlns="http://www.w3.org/2000/svg">{shapes}</svg>'


def fit_to_drawing(landmarks: NDArray[np.floating], mirror: bool = False) -> NDArray[np.float64]:
    """Scale (21, 3) landmarks to fill the drawing, and move them to its middle."""
    points = landmarks.astype(np.float64).copy()
    if mirror:
        points[:, 0] *= -1
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    scale = (SIDE - 2 * MARGIN) / max(float((high - low).max()), 1e-6)
    points *= scale
    points[:, :2] += SIDE / 2 - (low + high) / 2 * scale
    return points


class Part(NamedTuple):
    """A part of a drawn hand. joints: a bone's two, or all of the palm's outline. finger: None for the palm.

    width: of its line without the outline. farther: how much farther away than its joints it is drawn. Both are shares
    of the hand's size.
    """

    joints: tuple[int, ...]
    finger: int | None
    width: float
    farther: float


PARTS = (
    Part(tuple(PALM_OUTLINE), None, FINGER_WIDTH * 0.8, 0.1),
    *(
        Part((start, stop), number, FINGER_WIDTH * (0.92 if stop == finger[-1] else 1.0), 0.0)
        for number, finger in enumerate(FINGER_JOINTS)
        for start, stop in pairwise(finger)
    ),
)


def hand_shapes(points: NDArray[np.float64], mark: int | None = None) -> str:
    """The hand as SVG shapes, the farthest ones first. points: (21, 3) in the drawing's units."""
    size = max(float(palm_length(points[:, :2])), 0.45 * float(np.ptp(points[:, :2], axis=0).max()))
    return "".join(_shape(PARTS[n], points, size, mark) for n in drawing_order(points[None], size)[0])


def drawing_order(poses: NDArray[np.float64], size: float) -> NDArray[np.intp]:
    """(n, parts) which of PARTS are drawn first, for each of the (n, 21, 3) poses. size: of the hand, in their unit."""
    depths = [poses[:, list(part.joints), 2].mean(axis=1) + part.farther * size for part in PARTS]
    return np.argsort(-np.stack(depths, axis=1), axis=1, kind="stable")


def _shape(part: Part, points: NDArray[np.float64], size: float, mark: int | None) -> str:
    """A part as an outlined polygon or line. points: (21, 3). size: of the hand. mark: the finger to highlight."""
    colour = MARKED if part.finger is not None and part.finger == mark else SKIN
    width = part.width * size
    if part.finger is None:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points[list(part.joints), :2])
        return "".join(
            f'<polygon points="{corners}" fill="{fill}" stroke="{fill}" stroke-width="{wide:.1f}" {ROUND}/>'
            for fill, wide in ((LINE, width + OUTLINE), (colour, width))
        )
    (x0, y0), (x1, y1) = points[list(part.joints), :2].tolist()
    line = f'x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" {ROUND}'
    return (
        f'<line {line} stroke="{LINE}" stroke-width="{width + OUTLINE:.1f}"/>'
        f'<line {line} stroke="{colour}" stroke-width="{width:.1f}"/>'
    )


def hand_film(poses: NDArray[np.float64], poses_per_s: float) -> dict[str, Any]:
    """Describe a moving hand as JSON, for a player in the browser. poses: (n, 21, 3) in the unit of typical hands.

    side: of the square picture; all lengths and points are in its units. parts: joints, width and colour of each part
    of the hand. line, outline: the outline's colour, and how much wider than its part it is. frames: x, y of the 21
    joints, rounded. orders: from which frame on the parts are drawn in which order, the farthest first.
    """
    order = drawing_order(poses, TYPICAL_SIZE)
    changes = [0, *(np.flatnonzero((order[1:] != order[:-1]).any(axis=1)) + 1).tolist()]
    return {
        "side": FILM_SIDE,
        "parts": [{"joints": part.joints, "width": round(part.width * TYPICAL_SIZE), "fill": SKIN} for part in PARTS],
        "line": LINE,
        "outline": round(OUTLINE * FILM_SIDE / SIDE),
        "posesPerS": poses_per_s,
        "frames": np.rint(poses[:, :, :2] - FILM_CORNER).astype(int).reshape(len(poses), -1).tolist(),
        "orders": [[n, order[n].tolist()] for n in changes],
    }
