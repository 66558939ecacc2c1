"""A page's session: readings out, changes of the text in."""

import base64
import gc
import json
import threading
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.files import shipped_models
from live.hand.tracker import THREADS, LiteRTHandTracker
from live.readers.classifier import LetterClassifier
from live.readers.fluent import FluentReader
from live.readers.strokes import StrokeReader
from live.recognizer import Reading, Recognizer
from live.text import Committed
from live.text.flow import FlowingWord
from live.web.camera.protocol import VERSION
from live.web.camera.session import MAX_TEXT, LiveSession, find, register
from live.web.observers import Aside
from tests.support import drawn

KEYS = {
    "version", "kind", "letter", "confidence", "top", "landmarks", "side", "box", "said", "hold", "counted", "text",
    "signed", "pending", "suggestion", "heard", "advice", "aside", "seen", "choices", "corrected",
}  # fmt: skip
TEXT_KEYS = {"version", "kind", "text", "signed", "suggestion", "heard", "choices", "corrected"}


@pytest.fixture(scope="module")
def square_reader() -> LetterClassifier:
    """Reads flat drawn hands in a fixed square."""
    return LetterClassifier.load(shipped_models() / "sign_mnist")


@pytest.fixture
def session(square_reader: LetterClassifier) -> LiveSession:
    return LiveSession(Recognizer(square_reader))


@pytest.fixture
def hand_session(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> LiveSession:
    """A session that tracks the hand, as the app does."""
    return LiveSession(Recognizer(classifier, tracker, strokes=StrokeReader.load(), fluent=FluentReader.load()))


class Watcher:
    """An observer that keeps what it gets, and always gives the same answer."""

    def __init__(self, answer: Aside | None) -> None:
        self.answer = answer
        self.seen: list[tuple[tuple[int, ...], str | None, float]] = []

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Aside | None:
        self.seen.append((frame_bgr.shape, reading.letter, time_s))
        return self.answer


def play(session: LiveSession, word: str, hold_s: float = 1.0, fps: float = 15) -> list[dict[str, Any]]:
    return [session.read(frame, n / fps) for n, frame in enumerate(drawn.frames(word, fps, hold_s))]


def text_of(session: LiveSession) -> str:
    return str(session.text_message()["text"])


def test_letters_that_are_held_become_text_and_each_answer_is_json_with_the_documented_keys(
    session: LiveSession,
) -> None:
    answers = play(session, drawn.WORD, hold_s=1.5)
    for answer in answers:
        assert answer.keys() == KEYS
        assert (answer["version"], answer["kind"]) == (VERSION, "reading")
        assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    last = answers[-1]
    assert (last["letter"], last["text"], last["signed"], last["counted"]) == ("Y", drawn.WORD, 2, "Y")
    assert last["said"] == "Y counted"
    assert last["top"][0] == ["Y", last["confidence"]]
    assert (last["landmarks"], last["side"], last["seen"]) == (None, None, None)
    assert last["box"] == [0.125, 0.0, 0.875, 1.0]


def test_a_hold_has_its_progress_and_the_time_left(session: LiveSession) -> None:
    holds = [answer["hold"] for answer in play(session, "B") if answer["hold"]]
    assert {hold["letter"] for hold in holds} == {"B"}
    assert len({hold["since_s"] for hold in holds}) == 1
    shares = [hold["progress"] for hold in holds]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1
    assert [hold["left_s"] for hold in holds] == sorted((hold["left_s"] for hold in holds), reverse=True)


def test_a_hand_is_described_by_landmarks_as_shares_of_the_picture(hand_session: LiveSession) -> None:
    answer = hand_session.read(drawn.signed("L"), 0.0)
    assert answer.keys() == KEYS
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert (answer["letter"], answer["side"], answer["box"]) == ("L", "right", None)
    assert answer["said"].endswith("% sure")
    assert np.shape(answer["landmarks"]) == (21, 2)
    assert np.abs(np.array(answer["landmarks"]) - drawn.joints("L") / drawn.SIZE).max() < 0.1
    answer = hand_session.read(drawn.signed(None), 1.0)
    assert (answer["letter"], answer["landmarks"], answer["top"]) == (None, None, [])
    assert answer["said"] == "No hand in sight"


def test_what_the_model_sees_is_sent_if_the_page_asks_for_it(hand_session: LiveSession, session: LiveSession) -> None:
    seen = hand_session.read(drawn.signed("L"), 0.0, look=True)["seen"]
    assert len(base64.b64decode(seen["crop"])) == 28 * 28
    assert seen["readers"] == ["both", "picture", "shape"]
    assert len(seen["rows"]) == 5
    assert seen["rows"][0][0] == "L"
    assert all(len(row) == 4 and all(0 <= share <= 1 for share in row[1:]) for row in seen["rows"])
    fused = [row[1] for row in seen["rows"]]
    assert fused == sorted(fused, reverse=True)
    assert hand_session.read(drawn.signed(None), 1.0, look=True)["seen"] == {"crop": None, "readers": [], "rows": []}
    square = session.read(drawn.frame("B"), 0.0, look=True)["seen"]
    assert square["readers"] == ["both", "picture"]
    assert json.loads(json.dumps(square, allow_nan=False)) == square


def test_advice_says_what_is_wrong_with_the_picture_and_what_to_do(session: LiveSession) -> None:
    black = np.zeros((480, 640, 3), np.uint8)
    advice = [session.read(black, n / 5)["advice"] for n in range(25)]
    assert advice[0] is None
    assert advice[-1]["what"] == "black"
    assert "shutter" in advice[-1]["text"]


def test_time_never_runs_backward(session: LiveSession) -> None:
    session.observer = watcher = Watcher(None)
    for time_s in (5.0, 4.0, 4.5, 6.0):
        session.read(drawn.frame("B"), time_s)
    assert [time_s for _, _, time_s in watcher.seen] == [5.0, 5.0, 5.0, 6.0]


def test_an_observer_gets_each_frame_and_its_aside_is_sent(session: LiveSession) -> None:
    assert session.read(drawn.frame("B"), 0.0)["aside"] is None
    session.observer = watcher = Watcher(Aside("**Well done.**"))
    assert session.read(drawn.frame("B"), 0.1)["aside"] == {"text": "**Well done.**", "progress": None, "pictures": []}
    assert watcher.seen == [((480, 640, 3), "B", 0.1)]
    watcher.answer = None
    assert session.read(drawn.frame("B"), 0.2)["aside"] is None


def test_a_word_is_suggested_only_if_the_page_wants_it(session: LiveSession) -> None:
    asked: list[tuple[Committed, ...]] = []

    def suggest(committed: tuple[Committed, ...], word: FlowingWord | None) -> str:
        asked.append(committed)
        return "BYE"

    play(session, "B")
    assert session.text_message()["suggestion"] is None
    session.suggest = suggest
    assert session.text_message()["suggestion"] == "BYE"
    assert session.read(drawn.frame("B"), 2.0)["suggestion"] == "BYE"
    assert [[letter.letter for letter in committed] for committed in asked] == [["B"], ["B"]]
    session.suggest = None
    assert session.text_message()["suggestion"] is None


def test_the_networks_use_one_thread_while_other_cameras_are_read(
    hand_session: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    monkeypatch.setattr(LiteRTHandTracker, "set_threads", lambda _, number: threads.append(number))
    for alone in (True, False, True):
        hand_session.read(drawn.signed(None), 0.0, alone=alone)
    assert threads == [THREADS, 1, THREADS]


def test_in_flow_a_word_is_suggested_once_the_hand_is_lowered_until_more_is_spelled(hand_session: LiveSession) -> None:
    session = hand_session
    words: list[FlowingWord | None] = []

    def suggest(committed: tuple[Committed, ...], word: FlowingWord | None) -> str:
        words.append(word)
        return f"{len(committed)} letters"

    def suggested(letter: str | None, time_s: float) -> str | None:
        suggestion: str | None = session.read(drawn.signed(letter), time_s)["suggestion"]
        return suggestion

    session.suggest = suggest
    session.change({"do": "edit", "before": "", "after": "HI", "n": 1})
    assert suggested("L", 1.0) == "2 letters"  # in hold, at any time
    session.set_flow(True)
    session.change({"do": "edit", "before": "HI", "after": "HIM", "n": 2})
    assert suggested("L", 1.1) is None
    assert session.text_message()["suggestion"] is None
    assert suggested(None, 1.4) is None
    offered = suggested(None, 1.6)
    assert offered == f"{len(session.text_message()['text'])} letters"
    assert [word is None for word in (words[0], words[-1])] == [True, False]
    on_its_way = [suggested("L", 1.7 + n / 100) for n in range(5)]  # to the button that takes the word
    assert on_its_way == [offered] * 5
    session.change({"do": "edit", "before": "HIM", "after": "HIMS", "n": 3})
    assert suggested("L", 1.8) is None
    session.set_flow(False)
    assert suggested("L", 1.9) == f"{len(session.text_message()['text'])} letters"


def test_letters_that_are_not_settled_are_in_the_answer(session: LiveSession) -> None:
    assert session.read(drawn.frame("B"), 0.0)["pending"] == ""
    with patch.object(Recognizer, "process", lambda *_: replace(Reading.without_hand(0.0), pending="AB")):
        assert session.read(drawn.frame("B"), 0.1)["pending"] == "AB"


def test_another_model_is_read_in_flow_too(session: LiveSession, square_reader: LetterClassifier) -> None:
    session.set_flow(True)
    other = Recognizer(square_reader)
    session.use(other)
    assert other.flow


def test_the_text_can_be_changed_by_hand(session: LiveSession) -> None:
    for n, (change, text) in enumerate(
        [
            ({"do": "edit", "before": "", "after": "HI"}, "HI"),
            ({"do": "space"}, "HI "),
            ({"do": "delete"}, "HI"),
            ({"do": "delete"}, "H"),
            ({"do": "undo"}, "HI"),
            ({"do": "clear"}, ""),
            ({"do": "undo"}, "HI"),
            ({"do": "edit", "before": "HI", "after": "HEY"}, "HEY"),
        ]
    ):
        session.change(change | {"n": n + 1})
        assert text_of(session) == text
        assert session.text_message()["heard"] == n + 1
    message = session.text_message()
    assert message.keys() == TEXT_KEYS
    assert (message["version"], message["kind"], message["signed"]) == (VERSION, "text", 0)


def edit(session: LiveSession, after: str) -> dict[str, Any]:
    """Change the text as a person does who types. Returns the answer."""
    session.change({"do": "edit", "before": text_of(session), "after": after, "n": session.last_change + 1})
    return session.text_message()


def press(session: LiveSession, button: str) -> dict[str, Any]:
    session.change({"do": button, "n": session.last_change + 1})
    return session.text_message()


def shown(session: LiveSession, letter: str) -> str:
    """The letter that this drawn hand is read as, a second later."""
    return str(session.read(drawn.frame(letter), session._last_s + 1)["letter"])


def other_letter(session: LiveSession) -> str:
    return str(session.text_message()["choices"]["others"][0])


def test_a_letter_that_is_typed_over_is_remembered_until_it_is_forgotten(session: LiveSession) -> None:
    play(session, drawn.WORD)
    assert session.text_message()["corrected"] == []
    other = other_letter(session)
    answer = edit(session, "B" + other.lower())
    assert (answer["text"], answer["corrected"]) == ("B" + other.lower(), [other])
    assert (shown(session, "Y"), shown(session, "B")) == (other, "B")
    assert press(session, "forget")["corrected"] == []
    assert shown(session, "Y") == "Y"


def test_the_likeliest_other_letters_are_offered_for_the_last_letter_that_was_signed(session: LiveSession) -> None:
    assert session.text_message()["choices"] is None
    play(session, drawn.WORD)
    choices = session.text_message()["choices"]
    assert (choices["at"], choices["letter"], len(choices["others"])) == (1, "Y", 3)
    assert "Y" not in choices["others"]
    assert press(session, "space")["choices"] == choices
    assert edit(session, "BY O")["choices"] is None  # no hand is known for a typed letter
    assert press(session, "clear")["choices"] is None


def test_a_letter_that_is_deleted_and_typed_anew_is_remembered(session: LiveSession) -> None:
    play(session, drawn.WORD)
    other = other_letter(session)
    assert press(session, "delete")["corrected"] == []
    assert edit(session, "B" + other)["corrected"] == [other]


def test_a_letter_that_is_deleted_and_signed_again_is_not_remembered(session: LiveSession) -> None:
    play(session, "B")
    press(session, "delete")
    session.read(drawn.frame(None), 2.0)
    for n, frame in enumerate(drawn.frames("Y", fps=15, hold_s=1.0)):
        session.read(frame, 3 + n / 15)
    assert text_of(session) == "Y"
    assert session.text_message()["corrected"] == []


def test_undo_takes_a_correction_back(session: LiveSession) -> None:
    play(session, drawn.WORD)
    edit(session, "B" + other_letter(session))
    assert press(session, "undo") | {"heard": 0} == session.text_message() | {"corrected": [], "heard": 0}
    assert (text_of(session), shown(session, "Y")) == ("BY", "Y")


def test_a_letter_that_its_hand_does_not_resemble_is_another_wish_and_is_not_remembered(session: LiveSession) -> None:
    play(session, drawn.WORD)
    last = session._signed_hands.last(session._recognizer.speller.committed)
    assert last is not None
    probabilities = last[1].probabilities
    assert probabilities is not None
    unlike = session._recognizer.classifier.contract.letters[int(probabilities.argmin())]
    for after in ("B" + unlike, "BJ", "BÉ", "B9", "BYE", "Y", ""):
        assert edit(session, after)["corrected"] == []
        press(session, "undo")
        assert text_of(session) == "BY"


def test_a_hand_that_is_still_held_does_not_add_its_corrected_letter_again(session: LiveSession) -> None:
    play(session, drawn.WORD)
    other = other_letter(session)
    edit(session, "B" + other)
    for n in range(12):
        session.read(drawn.frame("Y"), session._last_s + n / 150)
    assert text_of(session) == "B" + other


def test_another_model_has_nothing_to_remember(session: LiveSession, square_reader: LetterClassifier) -> None:
    play(session, drawn.WORD)
    edit(session, "B" + other_letter(session))
    session.use(Recognizer(square_reader))
    message = session.text_message()
    assert (message["corrected"], message["choices"]) == ([], None)
    assert shown(session, "Y") == "Y"


def test_a_correction_is_remembered_in_flow_too(hand_session: LiveSession) -> None:
    session = hand_session
    session.set_flow(True)

    def sign(from_s: float) -> str:
        hands = ["L"] * 20 + [None] * 20
        return str([session.read(drawn.signed(hand), from_s + n / 20)["text"] for n, hand in enumerate(hands)][-1])

    assert sign(0.0) == "L"
    other = other_letter(session)
    assert edit(session, other)["corrected"] == [other]
    shown = [session.read(drawn.signed("L"), 3 + n / 20)["letter"] for n in range(20)]
    seen = [letter for letter in shown if letter]  # the hand is looked for at first
    assert set(seen[1:]) == {other}  # in the frame in which it is found, it is seen in another square


def test_a_change_that_is_sent_again_is_applied_once(session: LiveSession) -> None:
    hi = {"do": "edit", "before": "", "after": "HI", "n": 1}
    space = {"do": "space", "n": 7}
    for change in (hi, hi, space, hi, space):
        session.change(change)
    assert text_of(session) == "HI "
    assert session.read(drawn.frame(None), 0.0)["heard"] == 7


@pytest.mark.parametrize(
    "change",
    [
        {"do": "space"}, {"do": "space", "n": None}, {"do": "space", "n": "9"}, {"do": "space", "n": 9.5},
        {"do": "space", "n": 0}, {"do": "space", "n": -9}, {"n": 9}, {"do": "update", "n": 9},
        {"do": "__init__", "n": 9}, {"do": ["space"], "n": 9}, {"do": None, "n": 9}, {},
    ],
)  # fmt: skip
def test_an_invalid_change_does_nothing(session: LiveSession, change: dict[str, Any]) -> None:
    session.change({"do": "edit", "before": "", "after": "HI", "n": 1})
    session.change(change)
    assert text_of(session) == "HI"


def test_letters_signed_while_a_person_types_follow_the_typed_text(session: LiveSession) -> None:
    play(session, "B")
    session.change({"do": "edit", "before": "", "after": "OH ", "n": 1})
    assert text_of(session) == "OH B"


def test_a_text_beyond_the_limit_loses_its_oldest_letters(session: LiveSession) -> None:
    session.change({"do": "edit", "before": "", "after": "XY" + "A" * (MAX_TEXT - 1), "n": 1})
    assert text_of(session) == "Y" + "A" * (MAX_TEXT - 1)
    session.change({"do": "space", "n": 2})
    assert text_of(session) == "A" * (MAX_TEXT - 1) + " "
    play(session, "B")
    assert text_of(session) == "A" * (MAX_TEXT - 2) + " B"


def test_a_browsers_text_fills_a_new_session_and_no_other(square_reader: LetterClassifier) -> None:
    def fresh() -> LiveSession:
        return LiveSession(Recognizer(square_reader))

    session = fresh()
    session.greet("KEPT")
    assert text_of(session) == "KEPT"
    session.change({"do": "clear", "n": 1})
    session.greet("KEPT")  # the connection was lost, and the text is empty on purpose
    assert text_of(session) == ""

    session = fresh()
    session.greet("")
    session.greet("OLD")
    assert text_of(session) == ""

    session = fresh()
    play(session, "B")
    session.greet("OLD")
    assert text_of(session) == "B"

    session = fresh()
    session.greet("HI", 7)
    session.change({"do": "edit", "before": "", "after": "HI", "n": 7})  # the text already contained this change
    assert text_of(session) == "HI"
    session.greet("HI YOU", 8)
    session.change({"do": "edit", "before": "HI", "after": "HI YOU", "n": 8})
    assert text_of(session) == "HI YOU"

    session = fresh()
    session.greet("A" * (MAX_TEXT + 1))
    assert len(text_of(session)) == MAX_TEXT


def test_another_model_continues_the_same_text(session: LiveSession, square_reader: LetterClassifier) -> None:
    play(session, "B")
    session.use(Recognizer(square_reader))
    assert text_of(session) == "B"
    for n, frame in enumerate(drawn.frames("Y", fps=15, hold_s=1.0)):
        session.read(frame, 3 + n / 15)
    assert text_of(session) == "BY"


def test_taking_the_text_clears_it(session: LiveSession) -> None:
    assert session.take_text() == ""
    play(session, drawn.WORD)
    assert session.take_text() == drawn.WORD
    assert session.take_text() == ""
    assert session.text_message()["signed"] == 2


def test_the_square_can_be_resized_and_the_hold_shortened_while_frames_come(session: LiveSession) -> None:
    play(session, "B", hold_s=0.2)
    session.set_square(0.5)
    answer = session.read(drawn.frame("B"), 0.3)
    assert answer["box"] == [0.3125, 0.25, 0.6875, 0.75]
    session.set_square(1.0)
    session.set_hold(0.1)
    session.read(drawn.frame("Y"), 0.4)
    assert session.read(drawn.frame("Y"), 0.6)["text"].endswith("Y")


def test_a_session_is_found_by_its_token_while_it_lives(square_reader: LetterClassifier) -> None:
    session = register(LiveSession(Recognizer(square_reader)))
    other = register(LiveSession(Recognizer(square_reader)))
    token = session.token
    assert len(token) >= 43  # 32 random bytes
    assert find(token) is session
    assert find(other.token) is other
    assert find("") is None
    del session
    gc.collect()
    assert find(token) is None
    assert find(other.token) is other


def test_the_page_and_the_socket_may_use_a_session_at_the_same_time(session: LiveSession) -> None:
    def change() -> None:
        for n in range(1, 300):
            session.change({"do": ("space", "delete", "undo")[n % 3], "n": n})
            session.text_message()
            session.set_hold(0.6)

    changing = threading.Thread(target=change)
    changing.start()
    answers = play(session, drawn.WORD)
    changing.join()
    assert answers[-1]["letter"] == "Y"
    assert session.last_change == 299


texts = st.text(st.sampled_from("AB é\ud800"), max_size=9)
anything = st.none() | st.booleans() | st.integers(-3, 30) | st.floats() | texts | st.lists(texts, max_size=1)
CHANGES = st.sampled_from(["space", "delete", "undo", "clear", "edit", "edit"])
changes = st.fixed_dictionaries({"do": CHANGES, "n": st.just("next"), "before": texts, "after": texts})
commands = st.fixed_dictionaries(
    {}, optional={"do": CHANGES | anything, "n": anything, "before": texts | anything, "after": texts | anything}
)


@settings(deadline=None)
@given(st.lists(st.tuples(changes | commands, st.booleans()), max_size=30))
def test_for_all_commands_the_text_stays_within_its_limit_and_no_change_is_applied_twice(
    square_reader: LetterClassifier, steps: list[tuple[dict[str, Any], bool]]
) -> None:
    once, again = LiveSession(Recognizer(square_reader)), LiveSession(Recognizer(square_reader))
    sent: list[dict[str, Any]] = []
    with patch("live.web.camera.session.MAX_TEXT", 5):
        for command, lost in steps:
            last_change = once.last_change
            sent.append(command | ({"n": last_change + 1} if command.get("n") == "next" else {}))
            once.change(sent[-1])
            for change in sent if lost else sent[-1:]:
                again.change(change)
            assert once.text_message() == again.text_message()
            assert once.last_change >= last_change
            assert len(text_of(once)) <= 5
            json.dumps(once.text_message(), allow_nan=False)
