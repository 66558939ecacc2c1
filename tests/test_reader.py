import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.classifier import LetterClassifier
from live.litert import AT_ONCE
from live.recognizer import Recognizer
from live.web.reader import CONNECT_TIMEOUT_S, ConnectionState, ConnectionWatch, LiveReader, Reconnect
from tests import drawn


@pytest.fixture
def reader(on_sign_mnist: LetterClassifier) -> LiveReader:
    return LiveReader(Recognizer(on_sign_mnist))


def test_the_page_sees_the_newest_reading_and_how_many_come_a_second(reader: LiveReader) -> None:
    assert reader.latest(0.0).reading is None
    for n, frame in enumerate(drawn.frames(drawn.WORD, fps=15, hold_s=2.0)):
        shown = reader.read(frame, n / 15)
    live = reader.latest(4.0)
    assert live.reading is not None
    assert live.reading.letter == "Y"
    assert live.text == drawn.WORD
    assert live.frames == 60
    assert live.frames_per_s == pytest.approx(15)
    assert shown.shape == (480, 640, 3)


def test_the_rate_falls_to_nothing_when_frames_stop(reader: LiveReader) -> None:
    for n in range(5):
        reader.read(drawn.frame(None), n / 10)
    assert reader.latest(0.5).frames_per_s == pytest.approx(10)
    assert reader.latest(60.0).frames_per_s == 0


def test_the_text_can_be_cleared_and_the_square_resized_while_frames_come(reader: LiveReader) -> None:
    for n, frame in enumerate(drawn.frames("B", fps=15, hold_s=1.0)):
        reader.read(frame, n / 15)
    reader.change_text("clear")
    assert reader.latest(1.0).text == ""
    reader.set_square(0.5)
    reader.read(drawn.frame("B"), 1.1)
    reading = reader.latest(1.1).reading
    assert reading is not None
    assert reading.box_xyxy == (200, 120, 440, 360)


def test_two_threads_may_share_one_classifier(classifier: LetterClassifier) -> None:
    seen = np.random.default_rng(0).integers(0, 256, (2, 28, 28), dtype=np.uint8)
    alone = [classifier.predict(crop).probabilities.copy() for crop in seen]
    wrong: list[int] = []

    def work(which: int) -> None:
        answers = (classifier.predict(seen[which]).probabilities for _ in range(300))
        wrong.extend(which for answer in answers if not np.array_equal(answer, alone[which]))

    threads = [threading.Thread(target=work, args=(n,)) for n in (0, 1) * (AT_ONCE + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_connection_that_brings_frames_is_connected_until_it_is_stopped() -> None:
    watch = ConnectionWatch()
    assert watch.update(False, 0, 0.0) == "idle"
    assert watch.update(True, 0, 1.0) == "connecting"
    assert watch.update(True, 3, 2.0) == "connected"
    assert watch.update(True, 4, 60.0) == "connected"
    assert watch.update(False, 4, 61.0) == "idle"


def test_frames_that_stop_are_noticed_and_so_is_their_return() -> None:
    watch = ConnectionWatch()
    watch.update(True, 0, 0.0)
    watch.update(True, 5, 1.0)
    assert watch.update(True, 5, 2.9) == "connected"
    assert watch.update(True, 5, 3.0) == "stalled"
    assert watch.update(True, 6, 9.0) == "connected"


def test_a_connection_without_frames_fails_after_ten_seconds_and_may_be_tried_again() -> None:
    watch = ConnectionWatch()
    watch.update(True, 7, 0.0)
    assert watch.update(True, 7, CONNECT_TIMEOUT_S - 0.1) == "connecting"
    assert watch.update(True, 7, CONNECT_TIMEOUT_S) == "failed"
    assert watch.update(False, 7, 12.0) == "failed"
    assert watch.update(True, 7, 13.0) == "connecting"
    assert watch.update(True, 8, 14.0) == "connected"


def test_a_connection_that_ends_without_a_frame_has_failed_unless_a_person_stopped_it_at_once() -> None:
    for seconds, state in ((5.5, "failed"), (2.5, "idle")):
        watch = ConnectionWatch()
        watch.update(True, 0, 0.0)
        assert watch.update(False, 0, seconds) == state


def test_frames_that_come_late_still_connect() -> None:
    watch = ConnectionWatch()
    watch.update(True, 0, 0.0)
    assert watch.update(True, 0, 11.0) == "failed"
    assert watch.update(True, 1, 12.0) == "connected"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.floats(0, 6)), max_size=60))
def test_a_connection_is_never_called_connected_without_a_new_frame(steps: list[tuple[bool, int, float]]) -> None:
    watch, frames, now_s, before = ConnectionWatch(), 0, 0.0, 0
    signalled = False
    for signalling, more, gap_s in steps:
        now_s += gap_s
        frames += more
        if signalling and not signalled:
            before = frames
        signalled = signalling
        state = watch.update(signalling, frames, now_s)
        assert state in {"idle", "connecting", "connected", "stalled", "failed"}
        if state == "connected":
            assert signalling
            assert frames > before


def states(reconnect: Reconnect, state: ConnectionState, seconds: float, start_s: float) -> list[bool | None]:
    return [reconnect.update(state, start_s + n / 10) for n in range(round(seconds * 10))]


def test_a_picture_that_stops_is_hung_up_and_started_again() -> None:
    reconnect = Reconnect()
    assert set(states(reconnect, "connected", 3, 0)) == {None}
    stalled = states(reconnect, "stalled", 3, 3)
    assert stalled[0] is None
    assert stalled[-1] is False
    idle = states(reconnect, "idle", 3, 6)
    assert idle[-1] is True
    assert states(reconnect, "connected", 1, 9)[-1] is None


def test_a_picture_that_never_comes_back_is_given_up() -> None:
    reconnect = Reconnect()
    states(reconnect, "connected", 1, 0)
    states(reconnect, "stalled", 200, 1)
    assert reconnect.gave_up
    assert reconnect.desired is None


def test_who_stops_the_camera_is_left_alone() -> None:
    reconnect = Reconnect()
    states(reconnect, "connected", 3, 0)
    assert set(states(reconnect, "idle", 30, 3)) == {None}


def test_after_a_restart_of_the_server_the_old_connection_is_hung_up_first() -> None:
    reconnect = Reconnect()
    reconnect.start(0.0)
    how = states(reconnect, "idle", 5, 0)
    assert (how[0], how[-1]) == (False, True)


def test_another_model_reads_on_with_the_same_text(reader: LiveReader, on_sign_mnist: LetterClassifier) -> None:
    reader.edit_text("", "KEPT")
    reader.use(Recognizer(on_sign_mnist))
    assert reader.latest(0.0).text == "KEPT"
    assert reader.take_signed() == "KEPT"
    assert reader.latest(0.0).text == ""
