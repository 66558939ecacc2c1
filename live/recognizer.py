"""The whole way of a frame: hand, crop, letter, text. Start reading here."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from live.classifier import LetterClassifier
from live.crop import Box, centred_square, crop, is_blank
from live.hands import Hand, HandTracker
from live.spelling import Speller

Mode = Literal["hand", "square"]


@dataclass(frozen=True)
class Reading:
    """What was read in one frame.

    letter: None where there is no hand or the reading is not sure enough; confidence (0..1) is the likeliest letter's
    all the same. top: the three likeliest letters, empty where nothing was read. box_xyxy: what was cropped, in pixels
    of the frame. crop: (28, 28) uint8 gray, what the CNN saw. mode: "hand" where a tracker looks for the hand, "square"
    where a fixed square is read. text: all letters committed so far.
    """

    time_s: float
    letter: str | None
    confidence: float
    top: tuple[tuple[str, float], ...]
    hand: Hand | None
    box_xyxy: Box | None
    crop: NDArray[np.uint8] | None
    mode: Mode
    text: str


class Recognizer:
    """Reads frames in order. One for each camera: it keeps the text and, with a tracker, where the hand was."""

    def __init__(
        self,
        classifier: LetterClassifier,
        tracker: HandTracker | None = None,
        speller: Speller | None = None,
        square_share: float = 1.0,
    ) -> None:
        """square_share: without a tracker, the side of the square in the middle as a share of the shorter side."""
        self.classifier = classifier
        self.tracker = tracker
        self.speller = speller or Speller()
        self.square_share = square_share

    def process(self, frame_bgr: NDArray[np.uint8], time_s: float) -> Reading:
        """Read one frame. frame_bgr: (height, width, 3) uint8, not mirrored. time_s never runs backward."""
        mode: Mode = "hand" if self.tracker else "square"
        hand = self.tracker.find(frame_bgr) if self.tracker else None
        if self.tracker and hand is None:
            return self._nothing(time_s, mode, None, None)

        height, width = frame_bgr.shape[:2]
        box = hand.box_xyxy if hand else centred_square(width, height, self.square_share)
        seen = crop(frame_bgr, box)
        if is_blank(seen):
            return self._nothing(time_s, mode, box, seen)
        prediction = self.classifier.predict(seen, hand.landmarks if hand else None)

        letter = self.classifier.shown(prediction)
        self.speller.update(letter, time_s)
        return Reading(
            time_s, letter, prediction.confidence, prediction.top(), hand, box, seen, mode, self.speller.text
        )

    def _nothing(self, time_s: float, mode: Mode, box: Box | None, seen: NDArray[np.uint8] | None) -> Reading:
        self.speller.update(None, time_s)
        return Reading(time_s, None, 0.0, (), None, box, seen, mode, self.speller.text)
