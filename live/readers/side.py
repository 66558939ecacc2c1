"""Which hand it is, over time: a tracker often confuses left and right for a few frames."""

import math

from live.hand import Side

HALF_LIFE_S = 3.0  # of a frame's vote; the tracker errs longest when it sees the hand from behind
MAX_VOTE_S = 0.1  # a frame's vote is weighted by its duration, up to this


class SideVote:
    """The side that most recent frames say."""

    def __init__(self) -> None:
        self._left = 0.0  # above 0 for a left hand
        self._updated_s = -math.inf

    @property
    def is_left(self) -> bool:
        """Whether it is the signer's left hand."""
        return self._left > 0

    def add(self, side: Side, time_s: float) -> None:
        """Count the vote of the frame at time_s."""
        elapsed_s, self._updated_s = time_s - self._updated_s, time_s  # the first vote counts as a long one
        vote = 1.0 if side == "left" else -1.0
        self._left = self._left * 0.5 ** (elapsed_s / HALF_LIFE_S) + vote * min(elapsed_s, MAX_VOTE_S)
