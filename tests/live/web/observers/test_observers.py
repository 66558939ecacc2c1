"""The coach and the clock of an exercise, and the timed recording, frame by frame."""

import json
from dataclasses import replace

import numpy as np
import pytest

from live.hand.tracker import LiteRTHandTracker
from live.lessons.alphabet import HOW_TO_SIGN
from live.lessons.recordings import EVERY_S as HANDS_EVERY_S
from live.lessons.recordings import Recorder
from live.readers.classifier import LetterClassifier
from live.recognizer import Mode, Reading, Recognizer
from live.web.observers import RECORD_S, Clock, Coach, TimedRecording
from live.web.observers.timed_recording import READY_S
from tests.support import drawn

FRAME = drawn.signed(None)


@pytest.fixture
def recognizer(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> Recognizer:
    return Recognizer(classifier, tracker)


@pytest.fixture
def l_hand(recognizer: Recognizer) -> Reading:
    """The reading of a hand that signs L."""
    reading = recognizer.read_picture(drawn.signed("L"))
    assert reading.letter == "L"
    return reading


@pytest.fixture
def no_hand(recognizer: Recognizer) -> Reading:
    """The reading of a picture without a hand."""
    reading = recognizer.read_picture(drawn.signed(None))
    assert reading.hand is None
    return reading


def test_before_a_hand_is_seen_the_coach_says_how_to_sign_the_letter(no_hand: Reading) -> None:
    coach = Coach("Y")
    first = coach.introduction().describe()
    assert first["text"] == f"**Y**: {HOW_TO_SIGN['Y']}."
    assert first["progress"] is None
    goal, own = first["pictures"]
    assert (goal["caption"], own["caption"]) == ("Goal", "Your hand")
    assert goal["svg"].startswith("<svg")
    assert "signs Y" in goal["alt"]
    assert own["svg"] == ""  # its place stays empty
    assert coach.update(FRAME, no_hand, 0.0) == coach.introduction()


def test_the_coach_confirms_the_right_letter(l_hand: Reading) -> None:
    aside = Coach("L").update(FRAME, l_hand, 0.0)
    assert aside is not None
    assert aside.text == "**That is L.** Hold it until the ring is full."
    assert all(drawing.svg.startswith("<svg") for drawing in aside.drawings)


def test_a_letter_that_is_asked_for_twice_has_to_be_let_go(l_hand: Reading) -> None:
    counted: list[str | None] = ["L"]
    coach = Coach("L", lambda: counted[-1])
    hold, slide = "**That is L.** Hold it until the ring is full.", "**L once more:** slide your hand to the side"
    for n, (now_counted, begins) in enumerate((("L", slide), ("L", slide), (None, hold), ("L", hold))):
        counted.append(now_counted)
        aside = coach.update(FRAME, l_hand, float(n))
        assert aside is not None
        assert aside.text.startswith(begins)


def test_a_stroke_that_is_asked_for_twice_has_to_be_drawn_again(l_hand: Reading, no_hand: Reading) -> None:
    coach, z = Coach("Z"), replace(l_hand, letter="Z")
    texts = "**Z once more:** draw it again.", "**Z**: ", "**That is Z.**"
    for n, (reading, begins) in enumerate(zip((z, no_hand, z), texts, strict=True)):
        aside = coach.update(FRAME, reading, float(n))
        assert aside is not None
        assert aside.text.startswith(begins)


def test_the_coach_says_which_finger_to_move_and_both_drawings_mark_it(l_hand: Reading) -> None:
    aside, without = Coach("Y").update(FRAME, l_hand, 0.0), Coach("Y").introduction()
    assert aside is not None
    assert any(word in aside.text for word in ("Stretch", "Bend", "Move your thumb", "Spread", "Bring"))
    assert "finger" in aside.text or "thumb" in aside.text
    assert aside.drawings[0].svg != without.drawings[0].svg
    assert aside.drawings[1].svg.startswith("<svg")


def test_a_hand_that_is_almost_the_letter_is_encouraged(l_hand: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.web.observers.coach.largest_difference", lambda *_: None)
    unsure = replace(l_hand, letter=None)
    for wanted, begins in (("L", "Almost there: "), ("J", "Now draw J"), ("Z", "Now draw Z")):
        aside = Coach(wanted).update(FRAME, unsure, 0.0)
        assert aside is not None
        assert aside.text.startswith(begins)


def test_a_left_hand_is_judged_and_drawn_like_a_right_one(recognizer: Recognizer) -> None:
    right = recognizer.read_picture(drawn.signed("L"))
    left = recognizer.read_picture(np.ascontiguousarray(drawn.signed("L")[:, ::-1]))
    assert left.hand is not None
    assert left.hand.side == "left"
    asides = [Coach("Y").update(FRAME, reading, 0.0) for reading in (right, left)]
    texts = [aside.text for aside in asides if aside]
    assert len(texts) == 2
    assert texts[0] == texts[1]
    coach = Coach("Y")
    for reading, side in ((right, "right"), (left, "left")):
        aside = coach.update(FRAME, reading, float(side == "left"))
        assert aside is not None
        assert aside.drawings[0].alt == f"A {side} hand that signs Y, in a mirror"
        assert aside.drawings == Coach("Y", side=side).update(FRAME, reading, 0.0).drawings  # type: ignore[union-attr]
    assert coach.introduction() == Coach("Y", side="left").introduction() != Coach("Y").introduction()


@pytest.mark.parametrize("wanted", HOW_TO_SIGN)
def test_the_coach_has_advice_for_every_letter(wanted: str, l_hand: Reading, no_hand: Reading) -> None:
    for reading in (l_hand, no_hand):
        aside = Coach(wanted).update(FRAME, reading, 0.0)
        assert aside is not None
        assert aside.text
        assert len(aside.drawings) == 2
        message = aside.describe()
        assert json.loads(json.dumps(message, allow_nan=False)) == message


def test_drawings_are_sent_at_most_ten_times_a_second(l_hand: Reading) -> None:
    coach = Coach("L")
    asides = [coach.update(FRAME, l_hand, 100 + n / 30) for n in range(31)]
    assert asides[0] is not None
    assert sum(aside is not None for aside in asides) == 11  # with the one at the end of the second
    slow = [coach.update(FRAME, l_hand, 200 + n / 10) for n in range(10)]
    assert all(slow)  # at ten frames a second, rounding drops none


def test_a_recording_waits_counts_its_hands_and_ends(l_hand: Reading) -> None:
    recorder = Recorder("ILY")
    recording, fps = TimedRecording(recorder), 10
    frames = range(round((READY_S + RECORD_S) * fps) + 1)
    messages = [recording.update(FRAME, l_hand, 50 + n / fps).describe() for n in frames]
    ready, recorded, last = messages[: round(READY_S * fps)], messages[round(READY_S * fps) : -1], messages[-1]
    for message in ready:
        assert message == {"text": "**Get ready to sign ILY …**", "progress": 0.0, "pictures": []}
    for n, message in enumerate(recorded):
        assert message["text"] == f"**Sign ILY:** {n + 1} hand{'s' if n else ''} so far"
        assert message["progress"] == pytest.approx(n / fps / RECORD_S)
        assert message["done"] is False
    assert last["progress"] == 1.0
    assert last["done"] is True
    assert recording.done
    assert len(recorder.recording()) == round(RECORD_S / HANDS_EVERY_S)
    assert json.loads(json.dumps(messages, allow_nan=False)) == messages


def test_a_name_that_is_written_from_right_to_left_keeps_its_place_beside_a_number(l_hand: Reading) -> None:
    recording = TimedRecording(Recorder("שלום"))
    recording.update(FRAME, l_hand, 0.0)
    aside = recording.update(FRAME, l_hand, READY_S)
    isolate, end = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
    assert aside.text == f"**Sign {isolate}שלום{end}:** 1 hand so far"
    assert recording.recorder.read == ["L"]


def test_a_recorded_hand_is_read_by_its_pose_even_after_a_stroke(l_hand: Reading) -> None:
    recorder = Recorder("ILY")
    recording = TimedRecording(recorder)
    recording.update(FRAME, l_hand, 0.0)
    recording.update(FRAME, replace(l_hand, letter="Z"), READY_S)
    assert recorder.read == ["L"]


def test_nothing_is_recorded_after_the_end_or_without_a_hand(l_hand: Reading, no_hand: Reading) -> None:
    recorder = Recorder("ILY")
    recording = TimedRecording(recorder)
    recording.update(FRAME, l_hand, 0.0)
    assert recorder.hands == []
    recording.update(FRAME, no_hand, READY_S)
    assert recorder.hands == []
    recording.update(FRAME, l_hand, READY_S + 1)
    for later_s in (0.0, 1.0, 60.0):
        aside = recording.update(FRAME, l_hand, READY_S + RECORD_S + later_s)
        assert (aside.done, aside.progress) == (True, 1.0)
    assert len(recorder.hands) == 1


def test_the_clock_runs_from_the_first_letter_until_the_word_is_complete(l_hand: Reading) -> None:
    clock = Clock("LAP")
    first = clock.update(FRAME, replace(l_hand, text=""), 5.0)
    assert first == clock.introduction()
    assert clock.update(FRAME, replace(l_hand, text="L"), 5.05) is None  # ten asides a second are enough
    asides = [clock.update(FRAME, replace(l_hand, text="LA"), time_s) for time_s in (6.05, 6.55)]
    assert [aside.text for aside in asides if aside] == ["**LA** after 1.0 s", "**LA** after 1.5 s"]
    assert not clock.done
    last = clock.update(FRAME, replace(l_hand, text="LAP"), 6.6)
    assert last is not None
    assert (clock.done, last.done, clock.read) == (True, True, "LAP")
    clock.update(FRAME, replace(l_hand, text="LAPP"), 9.0)
    assert clock.read == "LAP"


@pytest.mark.parametrize(("mode", "lowered_s"), [("hand", 1.0), ("square", 3.0)])
def test_the_word_ends_some_time_after_the_hand_was_lowered(
    l_hand: Reading, no_hand: Reading, mode: Mode, lowered_s: float
) -> None:
    clock = Clock("BALL")
    clock.update(FRAME, replace(l_hand, mode=mode, text="B"), 6.0)
    for n in range(round(lowered_s * 10)):
        clock.update(FRAME, replace(no_hand, mode=mode, text="B"), 6 + n / 10)
        assert not clock.done
    clock.update(FRAME, replace(no_hand, mode=mode, text="B"), 6 + lowered_s)
    assert (clock.done, clock.interrupted) == (True, False)


def test_a_word_is_interrupted_if_no_frames_come_but_not_once_it_is_complete(l_hand: Reading) -> None:
    for text, interrupted in (("", False), ("LA", True), ("LAP", False)):
        clock = Clock("LAP")
        clock.update(FRAME, replace(l_hand, text=text), 5.0)
        clock.update(FRAME, replace(l_hand, text=text), 8.0)
        assert clock.interrupted is interrupted


def test_the_clock_stops_when_the_hand_is_lowered_but_not_for_a_doubled_letter(
    l_hand: Reading, no_hand: Reading
) -> None:
    clock = Clock("BALL")
    clock.update(FRAME, no_hand, 0.0)
    clock.update(FRAME, no_hand, 5.0)
    assert not clock.done  # nothing was spelled yet
    clock.update(FRAME, replace(l_hand, text="BAL"), 6.0)
    clock.update(FRAME, replace(no_hand, text="BAL"), 6.9)
    assert not clock.done
    clock.update(FRAME, replace(l_hand, text="BAL"), 7.0)
    clock.update(FRAME, replace(no_hand, text="BAL "), 8.0)
    assert (clock.done, clock.read) == (True, "BAL")
