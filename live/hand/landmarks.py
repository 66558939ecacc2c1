"""One hand as plain values: its 21 landmarks, the names of its joints, and its size. Nothing here loads a network."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Side = Literal["left", "right"]
Floats = NDArray[np.float32]

# The joints, numbered as MediaPipe numbers them. MCP is the joint between palm and finger: the knuckle.
N_LANDMARKS = 21
WRIST, INDEX_MCP, MIDDLE_MCP, RING_MCP, LITTLE_MCP = 0, 5, 9, 13, 17
FINGER_JOINTS = ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))  # thumb first
FINGERTIPS = [4, 8, 12, 16, 20]  # thumb first
KNUCKLES = [INDEX_MCP, MIDDLE_MCP, RING_MCP, LITTLE_MCP]
BONES = [
    (0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (6, 7), (7, 8), (5, 9), (9, 10), (10, 11), (11, 12), (9, 13),
    (13, 14), (14, 15), (15, 16), (13, 17), (17, 18), (18, 19), (19, 20), (0, 17),
]  # fmt: skip
PALM_CENTRE_JOINTS = [WRIST, *KNUCKLES]  # their mean is the centre of the palm; fingers do not move it
PALM_OUTLINE = [WRIST, 1, *KNUCKLES]
PALM_AND_THUMB_OUTLINE = [WRIST, 1, 2, *KNUCKLES]  # with the ball of the thumb
STEADY_JOINTS = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]  # not the fingers' outer joints, which bend and get hidden

FINGER_WIDTH = 0.30  # in palm lengths


@dataclass(frozen=True)
class Hand:
    """One hand in a frame.

    landmarks: (21, 3) float32 in MediaPipe's order. x, y are pixels of the frame and may lie past its edges; z is in
    the same unit, 0 at the wrist, and smaller nearer to the camera.
    side: which hand of the signer it is, if the frame is not mirrored.
    score: 0..1, how sure the landmark network is that this is a hand.
    """

    landmarks: Floats
    side: Side
    score: float

    @property
    def box_xyxy(self) -> tuple[int, int, int, int]:
        """The box around the landmarks: x0, y0, x1, y1 in pixels of the frame."""
        low, high = np.floor(self.landmarks[:, :2].min(axis=0)), np.ceil(self.landmarks[:, :2].max(axis=0))
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])

    @property
    def right_landmarks(self) -> Floats:
        """(21, 3) the landmarks of a right hand; those of a left hand are mirrored."""
        return self.landmarks * np.array((-1, 1, 1), np.float32) if self.side == "left" else self.landmarks

    def share_inside(self, width: int, height: int) -> float:
        """The share of the landmarks that lie inside a frame of this size in pixels, 0..1."""
        x, y = self.landmarks[:, 0], self.landmarks[:, 1]
        return float(((x >= 0) & (x < width) & (y >= 0) & (y < height)).mean())


def rotation(angle: float) -> NDArray[np.float64]:
    """(2, 2) the matrix that turns x, y by an angle in radians, clockwise on the screen."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])


def palm_length(landmarks: NDArray[np.floating]) -> NDArray[np.floating]:
    """The mean distance from wrist to knuckles, which serves as the unit of length of a hand.

    landmarks: (..., 21, 2 or 3). Returns (...), in the unit of the landmarks.
    """
    wrist_to_knuckles = landmarks[..., KNUCKLES, :] - landmarks[..., [WRIST], :]
    length: NDArray[np.floating] = np.linalg.norm(wrist_to_knuckles, axis=-1).mean(axis=-1)
    return length
