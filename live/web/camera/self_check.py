"""Finds what keeps a hand from being read, and gives advice: too dark, too near, half outside the picture."""

import math
from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from live.recognizer import Reading

QUIET_S = 2.0  # seconds without advice after a letter was read: all is well, and a hand may leave for a moment
SETTLE_S = 0.8  # seconds until a new finding, or the end of one, is shown
NO_HAND_S = 3.0  # seconds without a hand, or nearly, until it is missed:
HAND_SHARE = 0.2  # at most this share of the frames shows a hand; the tracker finds one now and then where none is
# The 95th percentile of a frame's grey levels (0..255): in a picture that is black except for noise, and in the dark.
BLACK, DARK = 8, 34
NEAR, FAR = 0.85, 0.17  # the hand's longer side, as a share of the frame's shorter side
# The same for a hand that was lost. Near: the upper quartile of its last seconds, since the tracker holds on to ever
# smaller parts of a hand that comes too near. Far: its last frame.
LOST_NEAR, LOST_FAR = 0.7, 0.2
LAST_SIZES_S = 2.0


@dataclass(frozen=True)
class Advice:
    """what: one word for other programs. text: what is wrong and what to do; **this** is bold."""

    what: str
    text: str


BLACK_PICTURE = Advice(
    "black",
    "**The picture is black.** Open the camera's shutter or uncover its lens. If it stays black, another program may "
    "be using the camera, or the wrong camera is chosen.",
)
TOO_DARK = Advice("dark", "**Too dark.** Turn on a light in front of you, or face the window.")
TOO_NEAR = Advice("near", "**Too near.** Move your hand back until all of it is in the picture.")
TOO_FAR = Advice("far", "**Too far.** Come closer, until your hand fills about a third of the picture's height.")
OUTSIDE = Advice("outside", "**Your hand is half outside the picture.** Move it towards the middle.")
NO_HAND = Advice(
    "alone", "**No hand in sight.** Hold one up, all of it in the picture, about a forearm's length from the camera."
)


class SelfCheck:
    """Watches the frames of one camera. The clock is theirs."""

    def __init__(self) -> None:
        self._shown: Advice | None = None
        self._found: Advice | None = None  # by the last frame
        self._found_s = 0.0  # since when
        self._read_s = -math.inf  # when a letter was last read
        self._with_hand: deque[tuple[float, bool]] = deque()  # time and whether there was a hand, of the last NO_HAND_S
        self._sizes: deque[tuple[float, float]] = deque()  # time and the hand's size as for NEAR, of LAST_SIZES_S

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Advice | None:
        """The advice to show now. frame_bgr: (height, width, 3) uint8, the frame that was read at time_s."""
        self._remember(frame_bgr, reading, time_s)
        if reading.letter is not None:
            self._read_s, self._shown = time_s, None
        found = self._examine(frame_bgr, reading) if time_s - self._read_s >= QUIET_S else None
        if found != self._found:
            self._found, self._found_s = found, time_s
        if time_s - self._found_s >= SETTLE_S:
            self._shown = found
        return self._shown

    def _remember(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> None:
        if reading.hand is not None:
            size = float(np.ptp(reading.hand.landmarks[:, :2], axis=0).max())
            self._sizes.append((time_s, size / min(frame_bgr.shape[:2])))
            while time_s - self._sizes[0][0] > LAST_SIZES_S:
                self._sizes.popleft()
        self._with_hand.append((time_s, reading.hand is not None or reading.mode == "square"))
        while len(self._with_hand) > 1 and time_s - self._with_hand[1][0] >= NO_HAND_S:
            self._with_hand.popleft()

    def _examine(self, frame_bgr: NDArray[np.uint8], reading: Reading) -> Advice | None:
        if light := _light(frame_bgr):
            return light
        if self._misses_hand():
            return self._why_lost()
        if reading.hand is None:
            return None
        size = self._sizes[-1][1]
        if size > NEAR:
            return TOO_NEAR
        if reading.outside:
            return OUTSIDE
        return TOO_FAR if size < FAR else None

    def _misses_hand(self) -> bool:
        with_hand = sum(seen for _, seen in self._with_hand)
        return self._with_hand[-1][0] - self._with_hand[0][0] >= NO_HAND_S and with_hand < HAND_SHARE * len(
            self._with_hand
        )

    def _why_lost(self) -> Advice:
        if not self._sizes:
            return NO_HAND
        sizes = [size for _, size in self._sizes]
        if np.quantile(sizes, 0.75) > LOST_NEAR:
            return TOO_NEAR
        return TOO_FAR if sizes[-1] < LOST_FAR else NO_HAND


def _light(frame_bgr: NDArray[np.uint8]) -> Advice | None:
    bright = float(np.percentile(cv2.cvtColor(frame_bgr[::8, ::8], cv2.COLOR_BGR2GRAY), 95))
    if bright <= BLACK:
        return BLACK_PICTURE
    return TOO_DARK if bright <= DARK else None
