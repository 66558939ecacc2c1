"""Draws a hand from its landmarks as SVG: for charts and lessons, in which no photograph is needed."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGER_WIDTH, JOINTS, palm_length

SIDE = 200  # of the drawing's own units, square
MARGIN = 22
PALM = [0, 1, 5, 9, 13, 17]
SKIN, LINE, MARKED = "#e8c39e", "#4a3728", "#2ea598"


def hand_svg(landmarks: NDArray[np.floating], mirror: bool = False, mark: int | None = None) -> str:
    """A whole <svg>. landmarks: (21, 3) x right, y down, z away from the camera, in any one unit.

    mark: the finger to point out, 0 (thumb) to 4.
    """
    return svg(hand_shapes(on_paper(landmarks, mirror), mark))


def svg(shapes: str) -> str:
    """A square drawing of its own."""
    return f'<svg viewBox="0 0 {SIDE} {SIDE}" xmlns="http://www.w3.org/2000/svg">{shapes}</svg>'


def on_paper(landmarks: NDArray[np.floating], mirror: bool = False) -> NDArray[np.float64]:
    """(21, 3) moved into the square, as large as fits."""
    points = landmarks.astype(np.float64).copy()
    if mirror:
        points[:, 0] *= -1
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    scale = (SIDE - 2 * MARGIN) / max(float((high - low).max()), 1e-6)
    points *= scale
    points[:, :2] += SIDE / 2 - (low + high) / 2 * scale
    return points


def hand_shapes(points: NDArray[np.float64], mark: int | None = None) -> str:
    """The hand as SVG shapes, what is farther away first. points: (21, 3) in the drawing's units."""
    palm = float(palm_length(points[:, :2]))
    size = max(palm, 0.45 * float(np.ptp(points[:, :2], axis=0).max()))
    width = FINGER_WIDTH * size
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points[PALM, :2])
    joined = 'stroke-linejoin="round" stroke-linecap="round"'
    shapes = [
        (
            float(points[PALM, 2].mean()) + 0.1 * size,
            f'<polygon points="{corners}" fill="{LINE}" stroke="{LINE}" stroke-width="{width * 0.8 + 4:.1f}" {joined}/>'
            f'<polygon points="{corners}" fill="{SKIN}" stroke="{SKIN}" stroke-width="{width * 0.8:.1f}" {joined}/>',
        )
    ]
    for n, finger in enumerate(JOINTS):
        colour = MARKED if n == mark else SKIN
        for start, stop in pairwise(finger):
            (x0, y0, z0), (x1, y1, z1) = points[start].tolist(), points[stop].tolist()
            line = f'x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" {joined}'
            taper = 0.92 if stop == finger[-1] else 1.0
            shapes.append(
                (
                    (z0 + z1) / 2,
                    f'<line {line} stroke="{LINE}" stroke-width="{width * taper + 4:.1f}"/>'
                    f'<line {line} stroke="{colour}" stroke-width="{width * taper:.1f}"/>',
                )
            )
    return "".join(shape for _, shape in sorted(shapes, key=lambda each: -each[0]))
