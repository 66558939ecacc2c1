"""Says in plain words what keeps a hand from being read, and what to do: too dark, too near, half outside."""

import math
from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from live.recognizer import Reading

AT_EASE_S = 2.0  # seconds after a letter was read in which nothing is told
TELL_S = 0.8  # seconds for which something is wrong before it is told, and right before that is
ALONE_S = 3.0  # seconds without a hand, or nearly:
SEEN_SHARE = 0.2  # of the frames; where a hand is hardly there, the tracker finds it now and then
# Gray levels (0..255) that a twentieth of a picture reaches at most, where it is black but for noise, and too dark.
BLACK, DARK = 8, 34
NEAR, FAR = 0.85, 0.17  # the hand's longer side, as a share of the frame's shorter one
# The same of a hand that was lost: near by the upper quartile of the last seconds in which it was seen, since the
# tracker holds on to ever smaller parts of it; far by the last frame.
LOST_NEAR, LOST_FAR = 0.7, 0.2
LAST_SEEN_S = 2.0


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
        self._read_s = -math.inf  # when a letter was read
        self._frames: deque[tuple[float, bool]] = deque()  # when, and whether with a hand, of the last ALONE_S
        self._sizes: deque[tuple[float, float]] = deque()  # when, and the hand's size as for NEAR, of LAST_SEEN_S

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Advice | None:
        """What to tell now. frame_bgr: (height, width, 3) uint8, of which reading was made at time_s."""
        if reading.hand is not None:
            size = float(np.ptp(reading.hand.landmarks[:, :2], axis=0).max())
            self._sizes.append((time_s, size / min(frame_bgr.shape[:2])))
            while time_s - self._sizes[0][0] > LAST_SEEN_S:
                self._sizes.popleft()
        self._frames.append((time_s, reading.hand is not None or reading.mode == "square"))
        while len(self._frames) > 1 and time_s - self._frames[1][0] >= ALONE_S:
            self._frames.popleft()
        if reading.letter is not None:
            self._read_s, self._told = time_s, None
        # where letters are read all is well, and a hand may leave for a moment
        seen = self._look(frame_bgr, reading) if time_s - self._read_s >= AT_EASE_S else None
        if seen != self._seen:
            self._seen, self._since_s = seen, time_s
        if time_s - self._since_s >= TELL_S:
            self._told = seen
        return self._told

    def _look(self, frame_bgr: NDArray[np.uint8], reading: Reading) -> Advice | None:
        if light := _light(frame_bgr):
            return light
        if self._alone():
            return self._lost()
        if reading.hand is None:
            return None
        size = self._sizes[-1][1]
        if size > NEAR:
            return TOO_NEAR
        if reading.outside:
            return OUTSIDE
        return TOO_FAR if size < FAR else None

    def _alone(self) -> bool:
        with_hand = sum(seen for _, seen in self._frames)
        return self._frames[-1][0] - self._frames[0][0] >= ALONE_S and with_hand < SEEN_SHARE * len(self._frames)

    def _lost(self) -> Advice:
        if not self._sizes:
            return NO_HAND
        sizes = [size for _, size in self._sizes]
        if np.quantile(sizes, 0.75) > LOST_NEAR:
            return TOO_NEAR
        return TOO_FAR if sizes[-1] < LOST_FAR else NO_HAND


def _light(frame_bgr: NDArray[np.uint8]) -> Advice | None:
    brightest = float(np.percentile(cv2.cvtColor(frame_bgr[::8, ::8], cv2.COLOR_BGR2GRAY), 95))
    if brightest <= BLACK:
        return BLACK_PICTURE
    return TOO_DARK if brightest <= DARK else None
