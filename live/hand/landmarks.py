"""TODO."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Side = Literal["left", "right"]
Floats = NDArray[np.float32]

N_LANDMARKS = 21
WRIST, INDEX_MCP, MIDDLE_MCP, RING_MCP, LITTLE_MCP = 0, 5, 9, 13, 17
KNUCKLES = [INDEX_MCP, MIDDLE_MCP, RING_MCP, LITTLE_MCP]


@dataclass(frozen=True)
class Hand:
    """One hand in a frame.

    landmarks: (21, 3) float32; x, y in pixels of the frame, z in the same unit, smaller is nearer, 0 at the wrist; in
    MediaPipe's order. They may lie past the frame's edges.
    side: the signer's own hand, taking the frame as not mirrored.
    score: 0..1, how sure the landmark network is that this is a hand.
    """

    landmarks: Floats
    side: Side
    score: float

    @property
    def box_xyxy(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1 in pixels of the frame: the box around the landmarks."""
        low, high = np.floor(self.landmarks[:, :2].min(axis=0)), np.ceil(self.landmarks[:, :2].max(axis=0))
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])

    @property
    def right_landmarks(self) -> Floats:
        """(21, 3), a left hand's mirrored to those of a right one; so are those of a mirrored camera's right hand."""
        return self.landmarks * np.array((-1, 1, 1), np.float32) if self.side == "left" else self.landmarks

    def share_inside(self, width: int, height: int) -> float:
        """How many of the landmarks lie within a frame of this size, 0..1."""
        x, y = self.landmarks[:, 0], self.landmarks[:, 1]
        return float(((x >= 0) & (x < width) & (y >= 0) & (y < height)).mean())


def rotation(angle: float) -> NDArray[np.float64]:
    """(2, 2): turns x, y by an angle in radians, clockwise on the screen."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])


def palm_length(landmarks: NDArray[np.floating]) -> NDArray[np.floating]:
    """(...) mean distances from wrist to knuckles, of (..., 21, 2 or 3) landmarks: the measure of a hand."""
    palm = landmarks[..., KNUCKLES, :] - landmarks[..., [WRIST], :]
    length: NDArray[np.floating] = np.linalg.norm(palm, axis=-1).mean(axis=-1)
    return length


BONES = [
    (0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (6, 7), (7, 8), (5, 9), (9, 10), (10, 11), (11, 12), (9, 13),
    (13, 14), (14, 15), (15, 16), (13, 17), (17, 18), (18, 19), (19, 20), (0, 17),
]  # fmt: skip


FINGERTIPS = [4, 8, 12, 16, 20]


JOINTS = ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
