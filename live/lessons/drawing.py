"""Draws a hand as SVG from its landmarks, for charts and lessons that need no photograph."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGER_JOINTS, FINGER_WIDTH, PALM_OUTLINE, palm_length

SIDE = 200  # of the square drawing, in its own units
MARGIN = 22
SKIN, LINE, MARKED = "#e8c39e", "#4a3728", "#2ea598"
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


def hand_shapes(points: NDArray[np.float64], mark: int | None = None) -> str:
    """The hand as SVG shapes, the farthest ones first. points: (21, 3) in the drawing's units."""
    size = max(float(palm_length(points[:, :2])), 0.45 * float(np.ptp(points[:, :2], axis=0).max()))
    shapes = [_palm(points, size)]
    for number, finger in enumerate(FINGER_JOINTS):
        colour = MARKED if number == mark else SKIN
        for start, stop in pairwise(finger):
            taper = 0.92 if stop == finger[-1] else 1.0
            shapes.append(_bone(points[start], points[stop], colour, FINGER_WIDTH * size * taper))
    return "".join(shape for _, shape in sorted(shapes, key=lambda depth_and_shape: -depth_and_shape[0]))


def _palm(points: NDArray[np.float64], size: float) -> tuple[float, str]:
    """The palm's depth, and its outlined polygon. size: the hand's size, in the drawing's units."""
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points[PALM_OUTLINE, :2])
    width = FINGER_WIDTH * size * 0.8
    return (
        float(points[PALM_OUTLINE, 2].mean()) + 0.1 * size,
        f'<polygon points="{corners}" fill="{LINE}" stroke="{LINE}" stroke-width="{width + 4:.1f}" {ROUND}/>'
        f'<polygon points="{corners}" fill="{SKIN}" stroke="{SKIN}" stroke-width="{width:.1f}" {ROUND}/>',
    )


def _bone(start: NDArray[np.float64], stop: NDArray[np.float64], colour: str, width: float) -> tuple[float, str]:
    """A bone's depth, and its outlined line. start, stop: (3,) points."""
    (x0, y0, z0), (x1, y1, z1) = start.tolist(), stop.tolist()
    line = f'x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" {ROUND}'
    return (
        (z0 + z1) / 2,
        f'<line {line} stroke="{LINE}" stroke-width="{width + 4:.1f}"/>'
        f'<line {line} stroke="{colour}" stroke-width="{width:.1f}"/>',
    )
