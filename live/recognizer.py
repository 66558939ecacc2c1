"""From a frame to a letter, and from letters to text. Start reading here.

    frame -> hand -> crop, landmarks -> letter, or none -> text

Each arrow is a folder: live.hand finds the hand, live.readers reads its letter, live.text builds the text.
"""

import math
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from live.errors import FrameError, ModelError
from live.files import default_model
from live.hand import (
    Box,
    Hand,
    HandNetworks,
    HandTracker,
    LiteRTHandTracker,
    as_frame,
    as_seconds,
    centred_square,
    crop,
    crop_hand,
    fetch_networks,
    hand_square,
    is_blank,
    is_crop,
    whole_square,
)
from live.letters import HELD_LETTERS
from live.litert import MAX_CONCURRENT
from live.readers import (
    FLUENT_OUTPUTS,
    KEPT_S,
    LOOK_AHEAD_S,
    PAUSE_S,
    STEPS_PER_S,
    Corrections,
    FluentReader,
    LetterClassifier,
    Lift,
    Motion,
    PostureCheck,
    Prediction,
    Probabilities,
    Stroke,
    StrokeReader,
    fuse,
)
from live.text import SPACE, Committed, Speller, Top
from live.text.flow import FlowingWord, FlowSpeller

if TYPE_CHECKING:
    from live.sources import Frames

Mode = Literal["hand", "square", "crop"]
Find = Callable[[NDArray[np.uint8]], Hand | None]

# A hand with a smaller share of its landmarks inside the frame gets no letter.
MIN_INSIDE = 0.8

# The letters that may be read in a hand that draws J or Z, and those that may be read in the final pose.
DRAWN_AS = {"J": "IJ", "Z": "DGXLBUZ"}
FINAL_POSES = {"J": "IJ", "Z": "Z"}


@dataclass(frozen=True)
class Reading:
    """What was read in one frame.

    time_s: the frame's time.
    letter: None if there is no hand, it is `outside` or `unusual`, or the confidence is too low.
    confidence: 0..1, of the likeliest letter, even if `letter` is None.
    top: at most three letters with their probabilities, the likeliest first. Empty if nothing was read.
    hand: None if there is no hand, or if no tracker looks for one.
    box_xyxy: the box that was cropped, in pixels of the frame. crop: (28, 28) uint8 gray, what the CNN saw of it.
    mode: "hand" if a tracker looks for the hand, "square" if a fixed square is read, "crop" if the picture is so small
    (at most 64 pixels a side) that it already is the crop of a hand.
    text: everything spelled so far; "" for single pictures.
    outside: whether too much of the hand is outside the frame to read it.
    unusual: whether the hand gets no letter because it is turned unlike the hands that the readers learned from (upside
    down, for example), or because a finger is out of the frame.
    opinions: the probabilities that each reader gives on its own, by the reader's name.
    probabilities: (n,) float32, of all letters of the model. None if nothing was read.
    lift: how a correction changed them; None if none did.
    pending: in flow, the letter that follows the text and may still change; "" if there is none.
    pose: the letter of the pose in this frame alone, even if the hand is `outside` or `unusual`, or keeps the pose in
    which a J or Z ended. None if the confidence is too low.
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
    unusual: bool = False
    opinions: Mapping[str, Probabilities] = field(default_factory=dict)
    pending: str = ""
    probabilities: Probabilities | None = None
    lift: Lift | None = None
    pose: str | None = None

    @classmethod
    def without_hand(cls, time_s: float) -> "Reading":
        """The reading of a frame in which a tracker finds no hand."""
        return cls(time_s, None, 0.0, (), None, None, None, "hand", "")

    @property
    def side_px(self) -> int:
        """The side of the square that was cropped, in pixels of the frame; 0 if nothing was."""
        return self.box_xyxy[2] - self.box_xyxy[0] if self.box_xyxy else 0


class Recognizer:
    """Reads the frames of one camera in order, and keeps the text. With a tracker, it also follows the hand."""

    def __init__(
        self,
        classifier: LetterClassifier,
        tracker: HandTracker | None = None,
        speller: Speller | None = None,
        square_share: float = 1.0,
        strokes: StrokeReader | None = None,
        posture: PostureCheck | None = None,
        fluent: FluentReader | None = None,
    ) -> None:
        """tracker: finds the hand; without one, the square in the middle of the frame is read.

        square_share: side of that square, as a share of the frame's shorter side. strokes: reads J and Z from the
        motion of the hand; it needs a tracker. posture: tells which hands can be read; by default all can. fluent:
        reads words that flow, if `flow` is set; it needs a tracker. Raises ModelError if the model needs a tracker and
        there is none.
        """
        if tracker is None and "cnn" not in classifier.contract.readers:
            raise ModelError("this model reads landmarks only, so it needs the hand networks")
        self.classifier = classifier
        self.tracker = tracker
        self.speller = speller or Speller()
        self.square_share = square_share
        self.strokes = strokes
        self.posture = posture
        self.fluent = fluent
        self.corrections = Corrections(len(classifier.contract.letters))  # set by correct()
        self.flow = False  # read words that flow, instead of letters that are held
        self._flow_speller = FlowSpeller(FLUENT_OUTPUTS)
        self._stroke_s = -math.inf  # when a stroke last added its letter in flow
        self._final_pose_s = -math.inf  # when the pose in which a stroke ended was last seen in flow
        self._stroke_letter = ""  # of that stroke
        self._last_s = -math.inf  # time of the last frame

    @classmethod
    def from_networks(
        cls,
        classifier: LetterClassifier,
        networks: HandNetworks | None,
        speller: Speller | None = None,
        strokes: StrokeReader | None = None,
        posture: PostureCheck | None = None,
        fluent: FluentReader | None = None,
    ) -> "Recognizer":
        """A recogniser that tracks the hand and reads J and Z; if networks is None, one that reads the square.

        strokes, posture, fluent: by default new ones, of the shipped models. Raises ModelError if a model folder breaks
        its contract.
        """
        if networks is None:
            return cls(classifier, speller=speller)
        strokes, posture = strokes or StrokeReader.load(), posture or PostureCheck.load()
        tracker, fluent = LiteRTHandTracker(networks), fluent or FluentReader.load()
        return cls(classifier, tracker, speller, strokes=strokes, posture=posture, fluent=fluent)

    def process(self, frame: NDArray[Any], time_s: float, rgb: bool = False) -> Reading:
        """Read the next frame, and update the text.

        frame: (height, width, 3) uint8 BGR, or RGB with rgb=True; not mirrored. time_s: seconds since any fixed moment.
        Raises FrameError if the frame is anything else, if its time is not a finite number, or if it is before that of
        the last frame.
        """
        frame_bgr, time_s = as_frame(frame, rgb), as_seconds(time_s)
        if time_s < self._last_s:
            raise FrameError(
                f"a frame at {time_s} s follows one at {self._last_s} s; times never run backward, so use a new "
                "recogniser for each camera or film"
            )
        self._last_s = time_s
        return self._spell(self._read(frame_bgr, time_s, self.tracker.find if self.tracker else None))

    def read_picture(self, picture: NDArray[Any], rgb: bool = False) -> Reading:
        """Read one picture, independently of the frames. The text stays as it is. Arguments and error as in process."""
        return self._read(as_frame(picture, rgb), 0.0, _finder_in_pictures(self.tracker))

    def read_hands(self, picture: NDArray[Any], rgb: bool = False) -> tuple[Reading, ...]:
        """Read every hand in one picture, at most 30: row by row from the top, and from left to right in each row.

        Arguments and error as in process. Empty if there is no hand. If no hand is looked for (reading.mode "square" or
        "crop"), or if the tracker only finds one, the one reading that read_picture gives.
        """
        frame_bgr = as_frame(picture, rgb)
        if self.tracker is None or self._takes_as_crop(frame_bgr):
            return (self._read(frame_bgr, 0.0, None),)
        if isinstance(self.tracker, LiteRTHandTracker):
            hands = self.tracker.detect_all(frame_bgr)
        else:
            hands = [hand for hand in [self.tracker.detect(frame_bgr)] if hand]
        return tuple(self._read_hand(frame_bgr, hand, 0.0) for hand in hands)

    def read_pictures(self, pictures: Iterable[NDArray[Any]], rgb: bool = False) -> Generator[Reading]:
        """Yield the reading of each picture, in order. As read_picture, but each processor reads a picture.

        pictures: taken from the iterable a few at a time, so they need not all be in memory. Leave an array as it is
        until its reading has come. If the iterable raises an error, the readings of the pictures before come first. A
        tracker of your own must allow several threads to call its detect().
        """
        if isinstance(pictures, np.ndarray) and pictures.ndim < 4:
            raise FrameError("read_pictures takes several pictures, and this is one array; use read_picture")
        with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
            pending: deque[Future[Reading]] = deque()
            try:
                for future in self._submit(pool, pictures, rgb):
                    pending.append(future)
                    if len(pending) > 2 * MAX_CONCURRENT:
                        yield pending.popleft().result()
                while pending:
                    yield pending.popleft().result()
            finally:  # who stops early does not wait for pictures that were not begun
                pool.shutdown(cancel_futures=True)

    def _submit(
        self, pool: ThreadPoolExecutor, pictures: Iterable[NDArray[Any]], rgb: bool
    ) -> Generator[Future[Reading]]:
        """Have each picture read by the pool. An error of the iterable becomes the last future."""
        tracker = self.tracker.with_threads(1) if isinstance(self.tracker, LiteRTHandTracker) else self.tracker
        find = _finder_in_pictures(tracker)
        try:
            for picture in pictures:
                yield pool.submit(lambda array: self._read(as_frame(array, rgb), 0.0, find), picture)
        except Exception as error:
            failed: Future[Reading] = Future()
            failed.set_exception(error)
            yield failed

    def read_film(self, film: "Frames") -> Generator[Reading]:
        """Yield the reading of each frame, and finish the text when the source ends, even if it ends by an error.

        Afterwards `speller` has the text, with everything that was read before a CameraError or Ctrl-C.
        """
        end_s = 0.0
        try:
            for frame in film:
                end_s = frame.time_s + film.frame_s
                yield self.process(frame.image_bgr, frame.time_s)
        finally:
            self.finish(end_s)

    def finish(self, time_s: float) -> None:
        """End the text at time_s: a letter that was read long enough is added, and a space at the end is removed."""
        self._complete_stroke(time_s)
        if self.flows:
            self._read_steps(None, time_s + LOOK_AHEAD_S + 1 / STEPS_PER_S, None)
            self._add(self._flow_speller.settle(time_s))
        self.speller.finish(time_s)

    def _complete_stroke(self, time_s: float) -> None:
        """Spell the J or Z that the hand was drawing to the end."""
        if self.tracker is None or self.strokes is None:
            return
        stroke = self.strokes.update(None, time_s + PAUSE_S).stroke
        if stroke and not self.flows:
            self.speller.stroke(stroke.letter, stroke.since_s, time_s)
        elif stroke and self._flow_speller.has_expected(stroke.since_s):
            self._final_pose_s, self._stroke_letter = time_s, stroke.letter
            self._add_stroke(stroke, time_s)

    def _read(self, frame_bgr: NDArray[np.uint8], time_s: float, find: Find | None) -> Reading:
        """Read a frame. find: finds the hand in it; None if nothing does."""
        height, width = frame_bgr.shape[:2]
        if self._takes_as_crop(frame_bgr):
            return self._read_square(frame_bgr, whole_square(width, height), time_s, "crop")
        if find is None:
            return self._read_square(frame_bgr, centred_square(width, height, self.square_share), time_s, "square")
        return self._read_hand(frame_bgr, find(frame_bgr), time_s)

    def _takes_as_crop(self, frame_bgr: NDArray[np.uint8]) -> bool:
        return is_crop(frame_bgr) and "cnn" in self.classifier.contract.readers

    def _read_square(self, frame_bgr: NDArray[np.uint8], box: Box, time_s: float, mode: Mode) -> Reading:
        gray = crop(frame_bgr, box)
        reading = Reading(time_s, None, 0.0, (), None, box, gray, mode, "")
        return reading if is_blank(gray) else self._classify(reading)

    def _read_hand(self, frame_bgr: NDArray[np.uint8], hand: Hand | None, time_s: float) -> Reading:
        reading = Reading.without_hand(time_s)
        if hand is None:
            return reading
        seen = replace(reading, hand=hand, box_xyxy=hand_square(hand), crop=crop_hand(frame_bgr, hand))
        reading = self._classify(seen)
        height, width = frame_bgr.shape[:2]
        if hand.share_inside(width, height) < MIN_INSIDE:
            return replace(reading, letter=None, outside=True)
        if self.posture and self._knows_posture(reading) and not self.posture.is_usual(hand, width, height):
            return replace(reading, letter=None, unusual=True)
        return reading

    def _knows_posture(self, reading: Reading) -> bool:
        """Whether the likeliest letter is one whose postures are known; those of recorded signs are not."""
        letter = reading.top[0][0]
        return letter in HELD_LETTERS and letter not in self.classifier.contract.training.get("recorded", ())

    def correct(self, reading: Reading, letter: str) -> None:
        """Read the hand of this reading, and hands like it, as this letter from the next frame or picture on.

        reading: of this recogniser, and of a hand or square that was read. letter: one that the model knows. The last
        50 hands are remembered, in memory only, until corrections.forget(). Correcting the same reading again replaces
        its letter. Raises FrameError if nothing was read, and ModelError if the model does not know the letter.
        """
        letters = self.classifier.contract.letters
        if not reading.opinions:
            raise FrameError("nothing was read in this frame, so there is no letter to correct")
        if letter not in letters:
            raise ModelError(f"the model does not read {letter!r}; correct to one of {', '.join(letters)}")
        self.corrections.remember(self._predict(reading), letters.index(letter))

    def _classify(self, reading: Reading) -> Reading:
        prediction = self._predict(reading)
        lift = self.corrections.lift(prediction)
        if lift:
            prediction = replace(prediction, probabilities=lift.raised(prediction.probabilities))
        return replace(
            reading,
            letter=prediction.letter,
            pose=prediction.letter,
            confidence=prediction.confidence,
            top=prediction.top(),
            opinions=prediction.opinions,
            probabilities=prediction.probabilities,
            lift=lift,
        )

    def _predict(self, reading: Reading) -> Prediction:
        """What the readers say of a reading's hand or square, whatever was corrected."""
        return self.classifier.predict(reading.crop, reading.hand.right_landmarks if reading.hand else None)

    def _spell(self, reading: Reading) -> Reading:
        return self._spell_flow(reading) if self.flows else self._spell_held(reading)

    def _spell_flow(self, reading: Reading) -> Reading:
        """Read words that flow: the network sees every hand, whatever its posture, for it also sees the movement."""
        if self.speller.text[-1:] in ("", SPACE):
            self._flow_speller.begin_word()
        self._read_steps(reading.hand, reading.time_s, self._opinion(reading))
        self._read_stroke(reading)
        self.speller.update(None if reading.hand is None else (), reading.time_s)
        return replace(reading, text=self.speller.text, pending=self._flow_speller.pending)

    @property
    def flows(self) -> bool:
        """Whether words that flow are read: if `flow` is set, and the network for them is there."""
        return self.flow and self.fluent is not None

    def forget_pending(self) -> None:
        """In flow, do not add the letter that is being read and is not settled yet."""
        self._flow_speller.forget_pending()

    @property
    def flowing_word(self) -> FlowingWord | None:
        """The word that is being spelled in flow, or the one before until its first letter settles; None in hold."""
        return self._flow_speller.last_word if self.flows else None

    def _read_steps(self, hand: Hand | None, time_s: float, opinion: Probabilities | None) -> None:
        assert self.fluent is not None
        for step in self.fluent.update(hand, time_s, opinion):
            self._add(self._flow_speller.update(step.log_probabilities, step.time_s, step.hand, step.still))

    def _add(self, letter: Committed | None) -> None:
        """Add a letter that flows, unless it was read from a stroke, or is that stroke again, in its final pose."""
        if letter is None:
            return
        shown_s = letter.since_s - LOOK_AHEAD_S
        again = letter.letter in FINAL_POSES.get(self._stroke_letter, "") and shown_s <= self._final_pose_s + KEPT_S
        if shown_s > self._stroke_s and not again:
            self.speller.add(letter)

    def _read_stroke(self, reading: Reading) -> None:
        """In flow, the strokes network adds a J or Z that the network of flowing words has missed.

        It replaces letters that the other network has read in the stroke, but only those that a stroke is mistaken for:
        where a stroke begins is not known so exactly.
        """
        motion = self.strokes.update(reading.hand, reading.time_s, reading.letter) if self.strokes else Motion()
        stroke = motion.stroke
        if stroke and self._flow_speller.has_expected(stroke.since_s):  # otherwise the hand talks
            self._flow_speller.expect_more()
            self._add_stroke(stroke, reading.time_s)
        if ended := stroke or motion.ended:
            self._final_pose_s, self._stroke_letter = reading.time_s, ended.letter

    def _add_stroke(self, stroke: Stroke, time_s: float) -> None:
        """In flow, add a stroke that was completed at time_s, if it is not there already."""
        drawn = [letter for letter in self.speller.committed if letter.since_s - LOOK_AHEAD_S >= stroke.since_s]
        letters = [letter.letter for letter in drawn]
        if drawn and letters != [stroke.letter] and set(letters) <= set(DRAWN_AS[stroke.letter]):
            self.speller.stroke(stroke.letter, stroke.since_s, time_s, replaced_from_s=drawn[0].time_s)
        elif stroke.letter not in letters:
            self.speller.add(Committed(stroke.letter, time_s, stroke.since_s))
        else:
            return
        self._stroke_s = time_s

    def _opinion(self, reading: Reading) -> Probabilities | None:
        """(24,) what the readers and corrections say of the hand, by HELD_LETTERS. None without a hand.

        The network of words that flow has learned with the shape network's opinions, so theirs are made as sharp.
        """
        if not reading.opinions:
            return None
        fusion = self.classifier.contract.fusion["+".join(reading.opinions)]
        learned = "shape" if "shape" in reading.opinions else next(iter(reading.opinions))
        opinion = fuse(reading.opinions, fusion.as_sharp_as(learned))
        if reading.lift:
            opinion = reading.lift.raised(opinion)
        letters = self.classifier.contract.letters
        if letters == HELD_LETTERS:
            return opinion
        by_letter = dict(zip(letters, opinion.tolist(), strict=True))
        return np.array([by_letter.get(letter, 0.0) for letter in HELD_LETTERS], np.float32)

    def _spell_held(self, reading: Reading) -> Reading:
        time_s = reading.time_s
        motion = self.strokes.update(reading.hand, time_s, reading.letter) if self.strokes else Motion()
        if motion.stroke:
            self.speller.stroke(motion.stroke.letter, motion.stroke.since_s, time_s)
        if motion.ended:  # the hand still holds the stroke's final pose, which is not a letter itself
            letter, confidence = motion.ended.letter, motion.ended.confidence
            reading = replace(reading, letter=letter, confidence=confidence, top=((letter, confidence),))
        self.speller.update(self._held_letters(reading, motion), time_s, motion.moved)
        return replace(reading, text=self.speller.text)

    def _held_letters(self, reading: Reading, motion: Motion) -> Top | None:
        """The speller's input: letters with probabilities, empty if the hand shows none, None if there is no hand."""
        if reading.mode != "hand":  # without a tracker, nothing says whether there is a hand
            return reading.top if reading.letter else ()
        if reading.hand is None:
            return None
        return () if motion.ended or reading.outside or reading.unusual else reading.top


def load(model: str | os.PathLike[str] | None = None, hand_networks: bool = True) -> Recognizer:
    """Load a recogniser that is ready to read.

    model: a model folder, by default the shipped one. hand_networks: track the hand, with networks that are downloaded
    once (8 MB). Without them, the square in the middle of the frame is read, and J and Z cannot be read. Raises
    ModelError or BundleError.
    """
    classifier = LetterClassifier.load(Path(model) if model else default_model())
    return Recognizer.from_networks(classifier, fetch_networks() if hand_networks else None)


def _finder_in_pictures(tracker: HandTracker | None) -> Find | None:
    """What finds the hand in a single picture; None without a tracker."""
    if isinstance(tracker, LiteRTHandTracker):
        return tracker.detect_exactly
    return tracker.detect if tracker else None
