"""Finds out why a hand cannot be read, and gives advice: too dark, too close, partly outside the picture, or turned."""

import math
from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from live.recognizer import Reading

QUIET_S = 2.0  # no advice for this long after a letter was read: all is well, and a hand may leave for a moment
SETTLE_S = 0.8  # a finding must last this many seconds before it replaces the advice on the page
# The hand is missing if less than HAND_SHARE of the frames of the last NO_HAND_S seconds have one. The share is not
# zero because the tracker sometimes finds a hand where there is none.
NO_HAND_S, HAND_SHARE = 3.0, 0.2
# Limits for the 95th percentile of a frame's grey levels (0..255): a picture that is black except for noise, and a dark
# one.
BLACK, DARK = 8, 34
NEAR, FAR = 0.85, 0.17  # limits for the hand's longer side, as a share of the frame's shorter side
# The same limits for a hand that the tracker has lost. LOST_NEAR applies to the upper quartile of the sizes in the last
# LAST_SIZES_S seconds, because the tracker follows smaller and smaller parts of a hand that comes too close. LOST_FAR
# applies to the last size.
LOST_NEAR, LOST_FAR = 0.7, 0.2
LAST_SIZES_S = 2.0


@dataclass(frozen=True)
class Advice:
    """What to change. what: one word for other programs. text: what is wrong and what to do; **this** is bold."""

    what: str
    text: str


BLACK_PICTURE = Advice(
    "black",
    "**The picture is black.** Open the camera's shutter or uncover its lens. If it stays black, another program may "
    "be using the camera, or you may have chosen the wrong one.",
)
TOO_DARK = Advice("dark", "**Too dark.** Turn on a light in front of you, or face the window.")
TOO_NEAR = Advice("near", "**Too close.** Move your hand back until all of it is in the picture.")
TOO_FAR = Advice("far", "**Too far away.** Come closer, until your hand fills about a third of the picture's height.")
OUTSIDE = Advice("outside", "**Part of your hand is outside the picture.** Move it towards the middle.")
UNUSUAL = Advice(
    "unusual",
    "**Your hand is turned or partly hidden.** Let your forearm come from below (from the side for G, H, P and Q), "
    "and show all fingers.",
)
NO_HAND = Advice("alone", "**No hand in sight.** Hold up your whole hand, about a forearm's length from the camera.")


class SelfCheck:
    """Watches the frames of one camera. All times are the times of these frames."""

    def __init__(self) -> None:
        self._shown: Advice | None = None
        self._finding: Advice | None = None  # what is wrong with the last frame
        self._finding_s = 0.0  # when that finding began
        self._read_s = -math.inf  # when a letter was last read
        # Of the frames of the last NO_HAND_S seconds: the time, and whether there was a hand.
        self._presence: deque[tuple[float, bool]] = deque()
        # Of the hands of the last LAST_SIZES_S seconds: the time, and the size, measured as for NEAR.
        self._sizes: deque[tuple[float, float]] = deque()

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Advice | None:
        """The advice to show now. frame_bgr: (height, width, 3) uint8, the frame that was read at time_s."""
        self._remember(frame_bgr, reading, time_s)
        if reading.letter is not None:
            self._read_s, self._shown = time_s, None
        finding = self._examine(frame_bgr, reading) if time_s - self._read_s >= QUIET_S else None
        if finding != self._finding:
            self._finding, self._finding_s = finding, time_s
        if time_s - self._finding_s >= SETTLE_S:
            self._shown = finding
        return self._shown

    def _remember(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> None:
        if reading.hand is not None:
            size = float(np.ptp(reading.hand.landmarks[:, :2], axis=0).max())
            self._sizes.append((time_s, size / min(frame_bgr.shape[:2])))
            while time_s - self._sizes[0][0] > LAST_SIZES_S:
                self._sizes.popleft()
        self._presence.append((time_s, reading.hand is not None or reading.mode != "hand"))
        while len(self._presence) > 1 and time_s - self._presence[1][0] >= NO_HAND_S:
            self._presence.popleft()

    def _examine(self, frame_bgr: NDArray[np.uint8], reading: Reading) -> Advice | None:
        if advice := _check_light(frame_bgr):
            return advice
        if self._is_hand_missing():
            return self._why_lost()
        if reading.hand is None:
            return None
        size = self._sizes[-1][1]
        if size > NEAR:
            return TOO_NEAR
        if reading.outside:
            return OUTSIDE
        if size < FAR:
            return TOO_FAR
        return UNUSUAL if reading.unusual else None

    def _is_hand_missing(self) -> bool:
        n_hands = sum(has_hand for _, has_hand in self._presence)
        return self._presence[-1][0] - self._presence[0][0] >= NO_HAND_S and n_hands < HAND_SHARE * len(self._presence)

    def _why_lost(self) -> Advice:
        if not self._sizes:
            return NO_HAND
        sizes = [size for _, size in self._sizes]
        if np.quantile(sizes, 0.75) > LOST_NEAR:
            return TOO_NEAR
        return TOO_FAR if sizes[-1] < LOST_FAR else NO_HAND


def _check_light(frame_bgr: NDArray[np.uint8]) -> Advice | None:
    bright = float(np.percentile(cv2.cvtColor(frame_bgr[::8, ::8], cv2.COLOR_BGR2GRAY), 95))
    if bright <= BLACK:
        return BLACK_PICTURE
    return TOO_DARK if bright <= DARK else None
