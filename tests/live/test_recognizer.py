import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.errors import CameraError, FrameError, ModelError, PictureError
from live.files import default_model
from live.hand import crop_hand
from live.hand.landmarks import Hand, Side
from live.hand.tracker import LiteRTHandTracker
from live.litert import MAX_CONCURRENT, Network
from live.readers import FluentReader, Step
from live.readers.classifier import LetterClassifier
from live.recognizer import Reading, Recognizer
from live.sources import Frame
from live.text import Speller
from tests.support import drawn, models


class FixedTracker:
    """A hand tracker that always finds this hand."""

    def __init__(self, hand: Hand | None) -> None:
        self.hand = hand

    def find(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        return self.hand

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        return self.hand


def hand_at(x: float, y: float, side: Side = "right") -> Hand:
    """A hand of 100 pixels with its middle at x, y."""
    points = drawn.joints("L") - drawn.joints("L").mean(axis=0)
    points *= 100 / np.ptp(points, axis=0).max() * np.array((1 if side == "right" else -1, 1))
    landmarks = np.column_stack((points + np.array((x, y)), np.zeros(21))).astype(np.float32)
    return Hand(landmarks, side, 0.9)


def test_importing_the_recogniser_pulls_in_no_tensorflow_keras_or_streamlit() -> None:
    program = "import json, sys, live.recognizer; print(json.dumps(sorted(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    packages = {name.split(".")[0] for name in json.loads(output)}
    assert "live" in packages
    assert packages.isdisjoint({"tensorflow", "keras", "streamlit", "pandas", "training"})


def test_without_a_tracker_the_square_in_the_middle_is_read(on_sign_mnist: LetterClassifier) -> None:
    reading = Recognizer(on_sign_mnist).process(drawn.frame("B"), 0.0)
    assert reading.mode == "square"
    assert reading.hand is None
    assert reading.box_xyxy == (80, 0, 560, 480)
    assert reading.letter == "B"
    assert reading.top[0] == ("B", reading.confidence)
    assert len(reading.top) == 3
    assert reading.crop is not None
    assert reading.crop.shape == (28, 28)


@pytest.mark.parametrize("letter", drawn.SIGNED)
def test_a_hand_is_read_wherever_it_is_and_however_large(
    classifier: LetterClassifier, tracker: LiteRTHandTracker, letter: str
) -> None:
    for scale, shift in ((1.0, (0, 0)), (0.7, (-150, 40)), (0.8, (140, 30))):
        reading = Recognizer(classifier, tracker).read_picture(drawn.signed(letter, scale, shift))
        assert (reading.mode, reading.letter) == ("hand", letter)
        assert reading.hand is not None
        assert reading.hand.side == "right"


@pytest.mark.parametrize("letter", drawn.SIGNED)
def test_a_left_hand_or_a_mirrored_camera_is_read_alike(
    classifier: LetterClassifier, tracker: LiteRTHandTracker, letter: str
) -> None:
    reading = Recognizer(classifier, tracker).read_picture(np.ascontiguousarray(drawn.signed(letter)[:, ::-1]))
    assert reading.letter == letter
    assert reading.hand is not None
    assert reading.hand.side == "left"


def test_both_readers_give_their_opinion(classifier: LetterClassifier) -> None:
    reading = Recognizer(classifier, FixedTracker(hand_at(300, 200))).process(drawn.signed("L"), 0.0)
    assert list(reading.opinions) == ["cnn", "shape"]


class Listening(FluentReader):
    """Keeps what the other readers have said."""

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self.heard: list[NDArray[np.float32] | None] = []

    def update(self, hand: Hand | None, time_s: float, opinion: NDArray[np.float32] | None) -> list[Step]:
        self.heard.append(opinion)
        return super().update(hand, time_s, opinion)


def test_all_readers_have_a_say_in_words_that_flow(classifier: LetterClassifier) -> None:
    fluent = Listening(FluentReader.load()._network)
    recognizer = Recognizer(classifier, FixedTracker(hand_at(300, 200)), fluent=fluent)
    recognizer.flow = True
    reading = recognizer.process(drawn.signed("L"), 0.0)
    cnn, shape = reading.opinions["cnn"], reading.opinions["shape"]
    (heard,) = fluent.heard
    assert heard is not None
    assert heard.sum() == pytest.approx(1, abs=1e-4)
    first, second = np.argsort(-shape)[:2]
    change = np.log(heard[first] / heard[second]) - np.log(shape[first] / shape[second])
    assert np.sign(change) == np.sign(cnn[first] - cnn[second]) != 0


def test_a_corrected_hand_is_read_as_its_letter_in_frames_and_pictures_until_corrections_are_forgotten(
    classifier: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    recognizer = Recognizer(classifier, tracker)
    before = recognizer.read_picture(drawn.signed("L"))
    other = before.top[2][0]
    recognizer.correct(before, other)
    (after,) = recognizer.read_hands(drawn.signed("L"))
    recognizer.correct(recognizer.process(drawn.signed("L"), 0.0), other)
    assert (before.letter, after.letter, recognizer.process(drawn.signed("L"), 0.1).letter) == ("L", other, other)
    assert before.lift is None
    assert after.lift is not None
    assert classifier.contract.letters[after.lift.letter] == other
    assert after.probabilities is not None
    assert float(after.probabilities.max()) == after.confidence
    assert all(np.array_equal(after.opinions[name], before.opinions[name]) for name in before.opinions)
    assert recognizer.read_picture(drawn.signed("Y")).letter == "Y"
    recognizer.corrections.forget()
    again = recognizer.read_picture(drawn.signed("L"))
    assert again.probabilities is not None
    assert before.probabilities is not None
    assert np.array_equal(again.probabilities, before.probabilities)


def test_the_network_of_flowing_words_hears_of_a_correction(
    classifier: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    recognizer = Recognizer(classifier, tracker)
    reading = recognizer.read_picture(drawn.signed("L"))
    other = reading.top[1][0]
    recognizer.correct(reading, other)
    opinion = recognizer._opinion(recognizer.read_picture(drawn.signed("L")))
    assert opinion is not None
    assert classifier.contract.letters[int(opinion.argmax())] == other


def test_a_square_without_a_tracker_can_be_corrected_too(on_sign_mnist: LetterClassifier) -> None:
    recognizer = Recognizer(on_sign_mnist)
    reading = recognizer.read_picture(drawn.frame("B"))
    recognizer.correct(reading, reading.top[1][0])
    assert recognizer.read_picture(drawn.frame("B")).top[0][0] == reading.top[1][0]


def test_what_was_not_read_or_no_letter_of_the_model_cannot_be_corrected(classifier: LetterClassifier) -> None:
    recognizer = Recognizer(classifier, FixedTracker(hand_at(300, 200)))
    with pytest.raises(FrameError, match="nothing was read"):
        recognizer.correct(Reading.without_hand(0.0), "A")
    with pytest.raises(ModelError, match="does not read 'J'"):
        recognizer.correct(recognizer.read_picture(drawn.signed("L")), "J")
    assert len(recognizer.corrections) == 0


def test_no_hand_no_letter(classifier: LetterClassifier) -> None:
    reading = Recognizer(classifier, FixedTracker(None)).process(drawn.frame("B"), 0.0)
    assert (reading.letter, reading.top, reading.hand, reading.crop) == (None, (), None, None)


def test_a_hand_half_outside_the_picture_gets_no_letter(classifier: LetterClassifier) -> None:
    inside, outside = (
        Recognizer(classifier, FixedTracker(hand_at(x, 240))).process(drawn.signed("L"), 0.0) for x in (100.0, 5.0)
    )
    assert inside.letter == "L"
    assert outside.letter is None
    assert outside.hand is not None
    assert len(outside.top) == 3


def test_left_and_right_hands_give_the_readers_the_same(classifier: LetterClassifier) -> None:
    frame = drawn.signed("L")
    right = Recognizer(classifier, FixedTracker(hand_at(300, 200))).process(frame, 0.0)
    mirrored = np.ascontiguousarray(frame[:, ::-1])
    left = Recognizer(classifier, FixedTracker(hand_at(frame.shape[1] - 1 - 300, 200, "left"))).process(mirrored, 0.0)
    assert right.crop is not None
    assert left.crop is not None
    assert np.abs(right.crop.astype(int) - left.crop.astype(int)).mean() < 5  # squares fall on whole pixels
    assert np.abs(right.opinions["shape"] - left.opinions["shape"]).max() < 1e-4
    assert right.letter == left.letter


def test_a_reading_below_the_models_threshold_shows_no_letter(on_sign_mnist: LetterClassifier) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (28, 28, 3), dtype=np.uint8)
    reading = Recognizer(on_sign_mnist).process(noise, 0.0)
    assert reading.confidence < on_sign_mnist.contract.fusion["cnn"].threshold
    assert reading.letter is None
    assert len(reading.top) == 3


def test_a_picture_is_read_whatever_came_before_and_spells_nothing(
    classifier: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    recognizer = Recognizer(classifier, tracker)
    alone = recognizer.read_picture(drawn.signed("Y"))
    recognizer.read_picture(drawn.signed("L", 0.7, (-150, 40)))
    again = recognizer.read_picture(drawn.signed("Y"))
    assert again.top == alone.top
    assert recognizer.speller.text == ""


def test_a_model_of_landmarks_alone_is_refused_without_a_tracker(tmp_path: Path) -> None:
    models.copy(tmp_path, cnn=False, shape=True)
    with pytest.raises(ModelError, match="needs the hand networks"):
        Recognizer(LetterClassifier.load(tmp_path))


@settings(deadline=None)
@given(st.integers(0, 255), st.integers(0, 15))
def test_a_bare_wall_is_no_letter_however_it_is_lit(gray: int, shade: int) -> None:
    wall = np.full((480, 640, 3), gray, np.uint8)
    wall += np.linspace(0, min(shade, 255 - gray), 480).astype(np.uint8)[:, None, None]
    reading = Recognizer(LetterClassifier.load(default_model())).process(wall, 0.0)
    assert (reading.letter, reading.top) == (None, ())


def test_held_letters_become_text(on_sign_mnist: LetterClassifier) -> None:
    recognizer = Recognizer(on_sign_mnist)
    for n, frame in enumerate(drawn.frames(drawn.WORD, fps=15, hold_s=1.0)):
        reading = recognizer.process(frame, n / 15)
    assert reading.text == drawn.WORD


class Frames:
    """Drawn frames at 15 a second, and an error after them."""

    frame_s = 1 / 15

    def __init__(self, letters: str, error: BaseException | None = None) -> None:
        self._pictures, self._error = drawn.frames(letters, fps=15, hold_s=1.0), error

    def __iter__(self) -> Iterator[Frame]:
        for n, picture in enumerate(self._pictures):
            yield Frame(picture, n / 15)
        if self._error:
            raise self._error


def test_a_film_gives_a_reading_a_frame_and_its_spelling_is_finished(on_sign_mnist: LetterClassifier) -> None:
    recognizer = Recognizer(on_sign_mnist, speller=Speller(hold_s=1.06))  # B commits when the last frame ends
    readings = list(recognizer.read_film(Frames("B")))
    assert [reading.time_s for reading in readings] == pytest.approx([n / 15 for n in range(15)])
    assert readings[-1].text == ""
    assert recognizer.speller.text == "B"


@pytest.mark.parametrize("error", [CameraError("unplugged"), KeyboardInterrupt()])
def test_what_was_read_before_a_film_broke_off_counts(on_sign_mnist: LetterClassifier, error: BaseException) -> None:
    recognizer = Recognizer(on_sign_mnist, speller=Speller(hold_s=1.06))
    with pytest.raises(type(error)):
        for _ in recognizer.read_film(Frames("B", error)):
            pass
    assert recognizer.speller.text == "B"


def test_who_stops_reading_a_film_keeps_what_was_read(on_sign_mnist: LetterClassifier) -> None:
    recognizer = Recognizer(on_sign_mnist, speller=Speller(hold_s=0.47))
    with closing(recognizer.read_film(Frames("B"))) as readings:
        for reading in readings:
            if reading.time_s >= 5.9 / 15:  # one frame before the letter commits
                break
    assert reading.text == ""
    assert recognizer.speller.text == "B"


def test_a_frame_that_is_none_is_refused_at_the_door(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> None:
    recognizer = Recognizer(classifier, tracker)
    frame = drawn.signed("L")
    wrong: Any
    for wrong in (frame / 255, frame[..., 0], frame.tolist(), frame[:0]):
        with pytest.raises(FrameError):
            recognizer.process(wrong, 0.0)
        with pytest.raises(FrameError):
            recognizer.read_picture(wrong)
        with pytest.raises(FrameError):
            list(recognizer.read_pictures([wrong]))
    assert recognizer.process(frame, 0.0).letter == "L"


def test_rgb_frames_are_read_as_bgr_ones(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> None:
    frame = drawn.signed("Y")
    bgr, rgb = (Recognizer(classifier, tracker.with_threads(2)) for _ in range(2))
    assert rgb.read_picture(frame[..., ::-1], rgb=True).top == bgr.read_picture(frame).top
    assert rgb.process(frame[..., ::-1], 0.0, rgb=True).top == bgr.process(frame, 0.0).top


@pytest.mark.parametrize(
    ("time_s", "fault"),
    [
        (float("nan"), "finite number of seconds"),
        (float("-inf"), "finite number of seconds"),
        (None, "finite number of seconds"),
        (0.9, "never run backward"),
    ],
)
def test_a_time_that_is_no_time_or_runs_backward_is_refused(
    classifier: LetterClassifier, time_s: Any, fault: str
) -> None:
    recognizer = Recognizer(classifier, FixedTracker(hand_at(300, 200)))
    frame = drawn.signed("L")
    recognizer.process(frame, 1.0)
    with pytest.raises(FrameError, match=fault):
        recognizer.process(frame, time_s)
    assert recognizer.process(frame, 1.0).letter == "L"  # the same time again is no step backward


@pytest.mark.parametrize("side", [1, 2, 7, 64])
def test_a_tiny_blank_frame_reads_as_no_hand(
    classifier: LetterClassifier, tracker: LiteRTHandTracker, side: int
) -> None:
    recognizer = Recognizer(classifier, tracker)
    for frame in (np.full((side, side, 3), 90, np.uint8), np.full((1, 65, 3), 90, np.uint8)):
        reading = recognizer.process(frame, 0.0)
        assert (reading.letter, reading.hand, reading.top) == (None, None, ())


@pytest.mark.parametrize("side", [28, 64])
def test_a_picture_of_at_most_64_pixels_is_a_crop_and_goes_straight_to_the_cnn(
    classifier: LetterClassifier, tracker: LiteRTHandTracker, side: int
) -> None:
    gray = crop_hand(drawn.signed("L"), hand_at(300, 200))
    picture = cv2.cvtColor(cv2.resize(gray, (side, side)), cv2.COLOR_GRAY2BGR)
    reading = Recognizer(classifier, tracker).read_picture(picture)
    assert (reading.mode, reading.hand, reading.box_xyxy) == ("crop", None, (0, 0, side, side))
    assert list(reading.opinions) == ["cnn"]
    if side == 28:
        assert reading.crop is not None
        assert (reading.crop == gray).all()
        assert reading.top == classifier.predict(gray).top()
    larger = cv2.resize(picture, (65, 65))
    assert Recognizer(classifier, tracker).read_picture(larger).mode == "hand"


def test_a_small_picture_that_is_not_square_is_seen_whole(on_sign_mnist: LetterClassifier) -> None:
    wide = np.zeros((20, 40, 3), np.uint8)
    wide[:, 20:] = 200
    reading = Recognizer(on_sign_mnist).read_picture(wide)
    assert reading.box_xyxy == (0, -10, 40, 30)
    assert reading.crop is not None
    assert (reading.crop[:, :12] == 0).all()
    assert (reading.crop[:, 16:] == 200).all()


def test_many_pictures_read_as_one_by_one_in_order(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> None:
    letters = [*drawn.SIGNED] * 4
    pictures = [drawn.signed(letter) for letter in letters]
    recognizer = Recognizer(classifier, tracker)
    readings = list(recognizer.read_pictures(iter(pictures)))
    assert [reading.letter for reading in readings] == letters
    one_by_one = [recognizer.read_picture(picture) for picture in pictures]
    assert [reading.top for reading in readings] == [reading.top for reading in one_by_one]


def test_what_is_wrong_among_many_pictures_comes_in_its_place(
    classifier: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    recognizer = Recognizer(classifier, tracker)
    good, wrong = drawn.signed("L"), drawn.signed("L")[..., 0]

    def files() -> Iterator[NDArray[np.uint8]]:
        yield good
        raise PictureError("y.jpg: cannot be read")

    pictures: Any
    for pictures, error in (([good, wrong, good], FrameError), (files(), PictureError)):
        letters: list[str | None] = []
        with pytest.raises(error):
            letters.extend(reading.letter for reading in recognizer.read_pictures(pictures))
        assert letters == ["L"]


def test_one_picture_in_the_place_of_many_is_told_so(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> None:
    recognizer = Recognizer(classifier, tracker)
    with pytest.raises(FrameError, match="use read_picture"):
        next(recognizer.read_pictures(drawn.signed("L")))
    both = np.stack([drawn.signed("L"), drawn.signed("Y")])
    assert [reading.letter for reading in recognizer.read_pictures(both)] == ["L", "Y"]


class Slow(FixedTracker):
    """Counts the pictures that it begins, and ends each when it gets a permit."""

    def __init__(self) -> None:
        super().__init__(None)
        self.begun, self.permits = 0, threading.Semaphore(0)

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        self.begun += 1
        self.permits.acquire(timeout=10)
        return None


def test_who_stops_reading_pictures_does_not_wait_for_those_not_begun(classifier: LetterClassifier) -> None:
    tracker = Slow()
    tracker.permits.release()
    pictures = [drawn.signed(None)] * (2 * MAX_CONCURRENT + 1)
    with closing(Recognizer(classifier, tracker).read_pictures(pictures)) as readings:
        next(readings)
        threading.Timer(0.5, tracker.permits.release, [2 * MAX_CONCURRENT]).start()
    assert tracker.begun <= MAX_CONCURRENT + 1


def test_pictures_are_taken_a_few_at_a_time(classifier: LetterClassifier) -> None:
    taken = 0

    def pictures() -> Iterator[NDArray[np.uint8]]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield drawn.signed("L")

    with closing(Recognizer(classifier, FixedTracker(hand_at(300, 200))).read_pictures(pictures())) as readings:
        assert next(readings).letter == "L"
    assert taken <= 2 * MAX_CONCURRENT + 1


def as_plain(reading: Reading) -> list[object]:
    """All that a reading says, to the last digit."""
    arrays = [
        None if value is None else value.tolist() for value in (reading.crop, getattr(reading.hand, "landmarks", None))
    ]
    return [*arrays, reading.letter, reading.confidence, reading.top, reading.box_xyxy, reading.mode, reading.outside]


def test_a_single_hand_is_read_as_read_picture_reads_it(
    classifier: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    recognizer = Recognizer(classifier, tracker)
    for letter, scale in (("L", 1.0), ("Y", 0.6), ("W", 0.4)):
        picture = drawn.signed(letter, scale)
        (reading,) = recognizer.read_hands(picture)
        assert as_plain(reading) == as_plain(recognizer.read_picture(picture))
        (from_rgb,) = recognizer.read_hands(picture[..., ::-1], rgb=True)
        assert as_plain(from_rgb) == as_plain(reading)


def test_every_hand_of_a_chart_is_read_in_order(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> None:
    readings = Recognizer(classifier, tracker).read_hands(drawn.chart("LYWWYL", 3))
    assert "".join(reading.letter or "-" for reading in readings) == "LYWWYL"


def test_where_no_hand_is_looked_for_there_is_one_reading_and_without_a_hand_none(
    on_sign_mnist: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    crop = cv2.resize(drawn.hand("B"), (28, 28), interpolation=cv2.INTER_AREA).astype(np.uint8)
    for recognizer, picture, mode in (
        (Recognizer(on_sign_mnist), drawn.frame("B"), "square"),
        (Recognizer(on_sign_mnist, tracker), crop, "crop"),
    ):
        (reading,) = recognizer.read_hands(picture)
        assert reading.mode == mode
        assert as_plain(reading) == as_plain(recognizer.read_picture(picture))
    assert Recognizer(on_sign_mnist, tracker).read_hands(drawn.signed(None)) == ()
