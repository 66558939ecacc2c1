"""The coach of an exercise: compares the hand with the letter that is asked for, and says what to change."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from live.lessons import HOW_TO_SIGN, hand_svg, largest_difference, letter_svg, usual_hold
from live.letters import MOVING_LETTERS
from live.recognizer import Reading
from live.web.observers.aside import Aside, Drawing

INTERVAL_S = 0.1  # seconds between two asides, because their drawings are the largest part of an answer
ROUNDING_S = 1e-6  # frame times are rounded: at ten frames a second, every frame must get an aside


class Coach:
    """Watches the readings while one letter is asked for.

    side: "right" or "left", the hand that the drawings show: the one that was seen last.
    """

    def __init__(self, letter: str, counted: Callable[[], str | None] = lambda: None, side: str = "right") -> None:
        """counted: gives the letter that has counted and is still held. side: the hand to draw until one is seen."""
        self.letter, self.side = letter, side
        self._counted = counted
        self._let_go = False  # whether the hand has not held on to this letter from before
        self._last_s = -INTERVAL_S

    def introduction(self) -> Aside:
        """What the page shows while no hand is in sight: how to sign the letter."""
        return self._aside(f"**{self.letter}**: {HOW_TO_SIGN[self.letter]}.", None, "")

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Aside | None:
        """Say what to change, at most ten times a second."""
        # the final pose of J and Z is read as that letter, but does not count
        held = reading.letter if self.letter in MOVING_LETTERS else self._counted()
        self._let_go = self._let_go or held != self.letter
        if time_s - self._last_s < INTERVAL_S - ROUNDING_S:
            return None
        self._last_s = time_s
        hand = reading.hand
        if hand is None:
            return self.introduction()
        self.side = hand.side
        if reading.letter == self.letter:
            text, finger = self._right(), None
        else:
            difference = largest_difference(hand.right_landmarks, usual_hold(self.letter))
            finger = difference.finger if difference else None
            text = f"**{difference.text}**" if difference else self._nearly_there()
        return self._aside(text, finger, hand_svg(hand.right_landmarks, mirror=self._mirror, mark=finger))

    @property
    def _mirror(self) -> bool:
        """Whether the drawings, which are of right hands, look like the learner's hand in a mirror when mirrored."""
        return self.side == "right"

    def _right(self) -> str:
        """What to say while the hand shows the letter."""
        if self.letter in MOVING_LETTERS:
            return f"**That is {self.letter}.**" if self._let_go else f"**{self.letter} once more:** draw it again."
        if not self._let_go:
            return f"**{self.letter} once more:** slide your hand to the side, or lower it for a moment."
        return f"**That is {self.letter}.** Hold it until the ring is full."

    def _nearly_there(self) -> str:
        if self.letter in MOVING_LETTERS:
            return f"Now draw {self.letter} along the dashed line, then stop."
        return f"Almost there: {HOW_TO_SIGN[self.letter]}. Hold still."

    def _aside(self, text: str, finger: int | None, hand: str) -> Aside:
        """finger: the finger to colour, 0 (thumb) to 4. hand: an SVG of the learner's hand."""
        goal = letter_svg(self.letter, mirror=self._mirror, mark=finger)
        return Aside(
            text,
            drawings=(
                Drawing(goal, f"A {self.side} hand that signs {self.letter}, in a mirror", "Goal"),
                Drawing(hand, "Your hand", "Your hand"),
            ),
        )
