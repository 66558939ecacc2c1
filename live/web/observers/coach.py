"""The coach of an exercise: compares the hand with the letter that is asked for, and says what to change."""

import numpy as np
from numpy.typing import NDArray

from live.lessons import HOW_TO_SIGN, hand_svg, largest_difference, letter_svg, usual_hold
from live.letters import MOVING_LETTERS
from live.recognizer import Reading
from live.web.observers.aside import Aside, Drawing

EVERY_S = 0.1  # seconds between two drawings, which are larger than anything else in an answer
ROUNDING_S = 1e-6  # frame times are sums of fractions: ten frames a second must all get a drawing


class Coach:
    """Watches the readings while one letter is asked for."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self._last_s = -EVERY_S

    def introduction(self) -> Aside:
        """What the page shows until a hand is seen: how to sign the letter."""
        return self._aside(f"**{self.wanted}**: {HOW_TO_SIGN[self.wanted]}.", None, "")

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Aside | None:
        """Say what to change, at most ten times a second."""
        if time_s - self._last_s < EVERY_S - ROUNDING_S:
            return None
        self._last_s = time_s
        hand = reading.hand
        if hand is None:
            return self.introduction()
        if reading.letter == self.wanted:
            text, finger = f"**That is {self.wanted}.** Hold it until the ring is full.", None
        else:
            difference = largest_difference(hand.right_landmarks, usual_hold(self.wanted))
            finger = difference.finger if difference else None
            text = f"**{difference.text}**" if difference else self._nearly_there()
        return self._aside(text, finger, hand_svg(hand.right_landmarks, mirror=True, mark=finger))

    def _nearly_there(self) -> str:
        if self.wanted in MOVING_LETTERS:
            return f"Now draw {self.wanted} along the dashed line, and stop."
        return f"Almost there: {HOW_TO_SIGN[self.wanted]}. Hold still."

    def _aside(self, text: str, finger: int | None, hand: str) -> Aside:
        """finger: the one to colour, 0 (thumb) to 4. hand: the drawing of the learner's hand."""
        letter = letter_svg(self.wanted, mirror=True, mark=finger)
        return Aside(
            text,
            drawings=(
                Drawing(letter, f"A hand that signs {self.wanted}, in a mirror", "Wanted"),
                Drawing(hand, "Your hand", "Yours"),
            ),
        )
