"""Says in plain words what keeps a hand from being read, and what to do: too dark, too near, half outside."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from live.recognizer import Reading

TELL_S = 0.8  # seconds for which something is wrong before it is told, and right before that is
ALONE_S = 3.0  # seconds without a hand
# Gray levels (0..255) that a twentieth of a picture reaches at most, where it is black but for noise, and too dark.
BLACK, DARK = 8, 34
NEAR, FAR = 0.85, 0.17  # the hand's longer side, as a share of the frame's shorter one


@dataclass(frozen=True)
class Advice:
    """what: one word for it. text: what is wrong and what to do."""

    what: str
    text: str


BLACK_PICTURE = Advice(
    "black",
    "**The picture is black.** Open the camera's shutter or take the cover off its lens; if it stays black, another "
    "program may have the camera, or the wrong one is chosen.",
)
TOO_DARK = Advice("dark", "**Too dark.** Turn a light on in front of you, or turn towards the window.")
TOO_NEAR = Advice("near", "**Too near.** Move your hand back until all of it is in the picture.")
TOO_FAR = Advice("far", "**Too far.** Come nearer, until your hand fills about a third of the picture's height.")
OUTSIDE = Advice("outside", "**Your hand is half outside.** Move it towards the middle of the picture.")
NO_HAND = Advice(
    "alone", "**No hand in sight.** Hold one up, all of it in the picture: not nearer than a forearm, not far away."
)


class SelfCheck:
    """Watches the frames of one camera. The clock is theirs."""

    def __init__(self) -> None:
        self._told: Advice | None = None
        self._seen: Advice | None = None
        self._since_s = 0.0
        self._hand_s: float | None = None

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Advice | None:
        """What to tell now. frame_bgr: (height, width, 3) uint8, of which reading was made at time_s."""
        if self._hand_s is None or reading.hand is not None or reading.mode == "square":
            self._hand_s = time_s
        seen = self._look(frame_bgr, reading, time_s - self._hand_s)
        if seen != self._seen:
            self._seen, self._since_s = seen, time_s
        if time_s - self._since_s >= TELL_S:
            self._told = seen
        return self._told

    def _look(self, frame_bgr: NDArray[np.uint8], reading: Reading, alone_s: float) -> Advice | None:
        if reading.letter is not None:
            return None
        if light := _light(frame_bgr):
            return light
        height, width = frame_bgr.shape[:2]
        if reading.hand is None:
            return NO_HAND if alone_s >= ALONE_S else None
        size = float(np.ptp(reading.hand.landmarks[:, :2], axis=0).max()) / min(height, width)
        if size > NEAR:
            return TOO_NEAR
        if reading.outside:
            return OUTSIDE
        return TOO_FAR if size < FAR else None


def _light(frame_bgr: NDArray[np.uint8]) -> Advice | None:
    brightest = float(np.percentile(cv2.cvtColor(frame_bgr[::8, ::8], cv2.COLOR_BGR2GRAY), 95))
    if brightest <= BLACK:
        return BLACK_PICTURE
    return TOO_DARK if brightest <= DARK else None
