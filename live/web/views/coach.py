"""What an exercise says of the hand in front of the camera: the letter that is asked for, and what differs from it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.lessons import HOW_TO_SIGN, hand_svg, largest_difference, letter_svg, usual_hold
from live.letters import MOVING_LETTERS
from live.recognizer import Reading
from live.web.stage import Aside

EVERY_S = 0.1  # drawings are larger than anything else that is sent


class Coach:
    """Watches the readings while one letter is asked for; a session's observer."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self._last_s = -EVERY_S

    def at_first(self) -> Aside:
        """What the page shows before a hand is seen."""
        return self._aside(f"**{self.wanted}**: {HOW_TO_SIGN[self.wanted]}.", None, "")

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> dict[str, Any] | None:
        """Compare the hand with the wanted letter and say what to change, at most ten times a second."""
        if time_s - self._last_s < EVERY_S - 1e-6:
            return None
        self._last_s = time_s
        hand = reading.hand
        if hand is None:
            return self.at_first().describe()
        if reading.letter == self.wanted:
            text, finger = f"**That is {self.wanted}.** Hold it until the ring is full.", None
        else:
            differs = largest_difference(hand.right_landmarks, usual_hold(self.wanted))
            finger = differs.finger if differs else None
            text = f"**{differs.text}**" if differs else self._no_difference()
        return self._aside(text, finger, hand_svg(hand.right_landmarks, mirror=True, mark=finger)).describe()

    def _no_difference(self) -> str:
        if self.wanted in MOVING_LETTERS:
            return f"Now draw {self.wanted} along the dashed line, and stop."
        return f"Nearly. It is: {HOW_TO_SIGN[self.wanted]}. Hold it still."

    def _aside(self, text: str, finger: int | None, own_svg: str) -> Aside:
        wanted = letter_svg(self.wanted, mirror=True, mark=finger)
        return Aside(
            text,
            pictures=(
                {"svg": wanted, "alt": f"A hand that signs {self.wanted}, in a mirror", "caption": "Wanted"},
                {"svg": own_svg, "alt": "Your hand", "caption": "Yours"},
            ),
        )
