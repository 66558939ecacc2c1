"""Where the hand is. This is the seam for hand tracking: without a tracker the recogniser reads a fixed square."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Side = Literal["left", "right"]


@dataclass(frozen=True)
class Hand:
    """One hand in a frame.

    box_xyxy: x0, y0, x1, y1 in pixels of the frame; it may reach past the frame's edges.
    landmarks: (21, 3) float32; x, y in pixels of the frame, z in the same unit.
    side: the signer's own hand, taking the frame as not mirrored.
    score: 0..1, how sure the tracker is that this is a hand.
    """

    box_xyxy: tuple[int, int, int, int]
    landmarks: NDArray[np.float32]
    side: Side
    score: float


class HandTracker(Protocol):
    """Finds the hand in a frame, using what it saw in the frame before."""

    def find(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        """frame_bgr: (height, width, 3) uint8. None where there is no hand."""
        ...
