"""The whole way of a frame: hand, crop, letter, text. Start reading here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from live.classifier import LetterClassifier, Probabilities
from live.crop import Box, centred_square, crop, crop_hand, hand_square, is_blank
from live.errors import ModelError
from live.hands import Hand, HandTracker
from live.spelling import Speller

Mode = Literal["hand", "square"]

# Share of a hand's landmarks that must lie in the frame: a hand that reaches further out gets no letter.
MIN_INSIDE = 0.8


@dataclass(frozen=True)
class Reading:
    """What was read in one frame.

    letter: None where there is no hand or the reading is not sure enough; confidence (0..1) is the likeliest letter's
    all the same. top: the three likeliest letters, empty where nothing was read. box_xyxy: what was cropped, in pixels
    of the frame. crop: (28, 28) uint8 gray, what the CNN saw. mode: "hand" where a tracker looks for the hand, "square"
    where a fixed square is read. text: all letters committed so far. opinions: what each reader alone says.
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
    opinions: Mapping[str, Probabilities] = field(default_factory=dict)


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
        if tracker is None and "cnn" not in classifier.contract.readers:
            raise ModelError("this model reads landmarks alone, so it needs the hand networks: `fingerspell fetch`")
        self.classifier = classifier
        self.tracker = tracker
        self.speller = speller or Speller()
        self.square_share = square_share

    def process(self, frame_bgr: NDArray[np.uint8], time_s: float) -> Reading:
        """Read one frame. frame_bgr: (height, width, 3) uint8, not mirrored. time_s never runs backward."""
        reading = self._read(frame_bgr, time_s)
        self.speller.update(reading.letter, time_s)
        return replace(reading, text=self.speller.text)

    def read_picture(self, picture_bgr: NDArray[np.uint8]) -> Reading:
        """Read a single picture, whatever came before it. (height, width, 3) uint8. Nothing is spelled."""
        return self._read(picture_bgr, 0.0, alone=True)

    def _read(self, frame_bgr: NDArray[np.uint8], time_s: float, alone: bool = False) -> Reading:
        height, width = frame_bgr.shape[:2]
        if self.tracker is None:
            box = centred_square(width, height, self.square_share)
            seen = crop(frame_bgr, box)
            nothing = Reading(time_s, None, 0.0, (), None, box, seen, "square", "")
            return nothing if is_blank(seen) else self._predict(nothing)

        hand = self.tracker.detect(frame_bgr) if alone else self.tracker.find(frame_bgr)
        nothing = Reading(time_s, None, 0.0, (), hand, None, None, "hand", "")
        if hand is None:
            return nothing
        reading = self._predict(replace(nothing, box_xyxy=hand_square(hand), crop=crop_hand(frame_bgr, hand)))
        return reading if hand.share_inside(width, height) >= MIN_INSIDE else replace(reading, letter=None)

    def _predict(self, seen: Reading) -> Reading:
        said = self.classifier.predict(seen.crop, seen.hand.right_landmarks if seen.hand else None)
        return replace(seen, letter=said.letter, confidence=said.confidence, top=said.top(), opinions=said.opinions)
