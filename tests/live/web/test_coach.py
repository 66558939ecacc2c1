"""What watches a page's readings: the coach of an exercise, and a recording."""

import json
from dataclasses import replace

import numpy as np
import pytest

from live.hand.tracker import LiteRTHandTracker
from live.lessons.alphabet import HOW_TO_SIGN
from live.lessons.recordings import EVERY_S as HANDS_EVERY_S
from live.lessons.recordings import Recorder
from live.readers.classifier import LetterClassifier
from live.recognizer import Reading, Recognizer
from live.web.views.coach import Coach
from live.web.views.timed_recording import READY_S, RECORD_S, TimedRecording
from tests.support import drawn

FRAME = drawn.signed(None)


@pytest.fixture
def recognizer(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> Recognizer:
    return Recognizer(classifier, tracker)


@pytest.fixture
def signs_l(recognizer: Recognizer) -> Reading:
    """A hand that signs L."""
    reading = recognizer.read_picture(drawn.signed("L"))
    assert reading.letter == "L"
    return reading


@pytest.fixture
def nobody(recognizer: Recognizer) -> Reading:
    """No hand."""
    reading = recognizer.read_picture(drawn.signed(None))
    assert reading.hand is None
    return reading


def test_before_any_hand_is_seen_it_is_told_how_the_letter_is_held(nobody: Reading) -> None:
    coach = Coach("Y")
    first = coach.at_first().describe()
    assert first["text"] == f"**Y**: {HOW_TO_SIGN['Y']}."
    assert first["progress"] is None
    wanted, own = first["pictures"]
    assert (wanted["caption"], own["caption"]) == ("Wanted", "Yours")
    assert wanted["svg"].startswith("<svg")
    assert "signs Y" in wanted["alt"]
    assert own["svg"] == ""  # its place stays empty
    assert coach.update(FRAME, nobody, 0.0) == first


def test_the_letter_that_is_asked_for_is_praised(signs_l: Reading) -> None:
    told = Coach("L").update(FRAME, signs_l, 0.0)
    assert told is not None
    assert told["text"] == "**That is L.** Hold it until the ring is full."
    assert all(picture["svg"].startswith("<svg") for picture in told["pictures"])


def test_another_hand_is_told_which_finger_to_move_and_both_drawings_mark_it(signs_l: Reading) -> None:
    told, without = Coach("Y").update(FRAME, signs_l, 0.0), Coach("Y").at_first().describe()
    assert told is not None
    assert any(word in told["text"] for word in ("Stretch", "Bend", "Move your thumb", "Spread", "Bring"))
    assert "finger" in told["text"] or "thumb" in told["text"]
    assert told["pictures"][0]["svg"] != without["pictures"][0]["svg"]
    assert told["pictures"][1]["svg"].startswith("<svg")


def test_a_hand_like_the_letter_that_is_not_read_as_it_is_told_so(
    signs_l: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.web.views.coach.largest_difference", lambda *_: None)
    unsure = replace(signs_l, letter=None)
    for wanted, begins in (("L", "Nearly. It is: "), ("J", "Now draw J"), ("Z", "Now draw Z")):
        told = Coach(wanted).update(FRAME, unsure, 0.0)
        assert told is not None
        assert told["text"].startswith(begins)


def test_a_left_hand_is_judged_and_drawn_like_a_right_one(recognizer: Recognizer) -> None:
    right = recognizer.read_picture(drawn.signed("L"))
    left = recognizer.read_picture(np.ascontiguousarray(drawn.signed("L")[:, ::-1]))
    assert left.hand is not None
    assert left.hand.side == "left"
    texts = [(Coach("Y").update(FRAME, reading, 0.0) or {})["text"] for reading in (right, left)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("wanted", HOW_TO_SIGN)
def test_there_is_something_to_say_of_every_letter(wanted: str, signs_l: Reading, nobody: Reading) -> None:
    for reading in (signs_l, nobody):
        told = Coach(wanted).update(FRAME, reading, 0.0)
        assert told is not None
        assert told["text"]
        assert len(told["pictures"]) == 2
        assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_drawings_are_sent_ten_times_a_second_at_most(signs_l: Reading) -> None:
    coach = Coach("L")
    told = [coach.update(FRAME, signs_l, 100 + n / 30) for n in range(31)]
    assert told[0] is not None
    assert sum(each is not None for each in told) == 11  # with the one at the end of the second
    slow = [coach.update(FRAME, signs_l, 200 + n / 10) for n in range(10)]
    assert all(slow)  # ten frames a second lose none to rounding


def test_a_recording_gets_ready_counts_its_hands_and_ends(signs_l: Reading) -> None:
    recorder = Recorder("ILY")
    recording, fps = TimedRecording(recorder), 10
    told = [recording.update(FRAME, signs_l, 50 + n / fps) for n in range(round((READY_S + RECORD_S) * fps) + 1)]
    ready, taking, last = told[: round(READY_S * fps)], told[round(READY_S * fps) : -1], told[-1]
    for each in ready:
        assert each["text"] == "**Get ready to sign ILY …**"
        assert (each["progress"], each.get("done")) == (0.0, None)
    for n, each in enumerate(taking):
        assert each["text"] == f"**Sign ILY:** {n + 1} hands so far"
        assert each["progress"] == pytest.approx(n / fps / RECORD_S)
        assert each["done"] is False
    assert last["progress"] == 1.0
    assert last["done"] is True
    assert recording.done
    assert len(recorder.recording()) == round(RECORD_S / HANDS_EVERY_S)
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_nothing_is_recorded_after_the_end_and_nothing_while_no_hand_is_there(
    signs_l: Reading, nobody: Reading
) -> None:
    recorder = Recorder("ILY")
    recording = TimedRecording(recorder)
    recording.update(FRAME, signs_l, 0.0)
    assert recorder.hands == []
    recording.update(FRAME, nobody, READY_S)
    assert recorder.hands == []
    recording.update(FRAME, signs_l, READY_S + 1)
    for later_s in (0.0, 1.0, 60.0):
        told = recording.update(FRAME, signs_l, READY_S + RECORD_S + later_s)
        assert (told["done"], told["progress"]) == (True, 1.0)
    assert len(recorder.hands) == 1
