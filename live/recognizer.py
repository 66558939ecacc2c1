"""The whole way of a frame: hand, crop, letter, stroke, text. Start reading here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from live.errors import ModelError
from live.hand import (
    Box,
    Hand,
    HandNetworks,
    HandTracker,
    LiteRTHandTracker,
    centred_square,
    crop,
    crop_hand,
    hand_square,
    is_blank,
)
from live.readers import LetterClassifier, Motion, Probabilities, StrokeReader
from live.text import Speller

Mode = Literal["hand", "square"]

# Share of a hand's landmarks that must lie in the frame: a hand that reaches further out gets no letter.
MIN_INSIDE = 0.8


@dataclass(frozen=True)
class Reading:
    """What was read in one frame.

    letter: None where there is no hand or the reading is not sure enough; confidence (0..1) is the likeliest letter's
    all the same. top: the three likeliest letters, empty where nothing was read. box_xyxy: what was cropped, in pixels
    of the frame. crop: (28, 28) uint8 gray, what the CNN saw. mode: "hand" where a tracker looks for the hand, "square"
    where a fixed square is read. text: all that is committed so far. outside: the hand reaches out of the frame.
    opinions: what each reader alone says.
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
    outside: bool = False
    opinions: Mapping[str, Probabilities] = field(default_factory=dict)


class Recognizer:
    """Reads frames in order. One for each camera: it keeps the text and, with a tracker, where the hand was."""

    def __init__(
        self,
        classifier: LetterClassifier,
        tracker: HandTracker | None = None,
        speller: Speller | None = None,
        square_share: float = 1.0,
        strokes: StrokeReader | None = None,
    ) -> None:
        """square_share: without a tracker, the side of the square in the middle as a share of the shorter side.

        strokes: reads J and Z off the tracked hand.
        """
        if tracker is None and "cnn" not in classifier.contract.readers:
            raise ModelError("this model reads landmarks alone, so it needs the hand networks: `fingerspell fetch`")
        self.classifier = classifier
        self.tracker = tracker
        self.speller = speller or Speller()
        self.square_share = square_share
        self.strokes = strokes

    @classmethod
    def complete(
        cls, classifier: LetterClassifier, networks: HandNetworks | None, speller: Speller | None = None
    ) -> "Recognizer":
        """One that finds the hand and knows J and Z; where there are no networks, one of the square in the middle.

        Raises ModelError where a model folder breaks its contract.
        """
        if networks is None:
            return cls(classifier, speller=speller)
        return cls(classifier, LiteRTHandTracker(networks), speller, strokes=StrokeReader.load())

    def process(self, frame_bgr: NDArray[np.uint8], time_s: float) -> Reading:
        """Read one frame. frame_bgr: (height, width, 3) uint8, not mirrored. time_s never runs backward."""
        reading = self._read(frame_bgr, time_s)
        motion = self.strokes.update(reading.hand, time_s, reading.letter) if self.strokes else Motion()
        if motion.stroke:
            self.speller.stroke(motion.stroke.letter, motion.stroke.since_s, time_s)
        if motion.ended:  # what was drawn, not what its last pose looks like
            letter, confidence = motion.ended.letter, motion.ended.confidence
            reading = replace(reading, letter=letter, confidence=confidence, top=((letter, confidence),))
        self.speller.update(self._to_spell(reading, motion), time_s, motion.moved)
        return replace(reading, text=self.speller.text)

    def read_picture(self, picture_bgr: NDArray[np.uint8]) -> Reading:
        """Read a single picture, whatever came before it. (height, width, 3) uint8. Nothing is spelled."""
        return self._read(picture_bgr, 0.0, alone=True)

    def _to_spell(self, reading: Reading, motion: Motion) -> tuple[tuple[str, float], ...] | None:
        if reading.mode == "square":
            return reading.top if reading.letter else ()  # nobody knows whether there is a hand
        if reading.hand is None:
            return None
        return () if motion.ended or reading.outside else reading.top

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
        inside = hand.share_inside(width, height) >= MIN_INSIDE
        return reading if inside else replace(reading, letter=None, outside=True)

    def _predict(self, seen: Reading) -> Reading:
        said = self.classifier.predict(seen.crop, seen.hand.right_landmarks if seen.hand else None)
        return replace(seen, letter=said.letter, confidence=said.confidence, top=said.top(), opinions=said.opinions)
