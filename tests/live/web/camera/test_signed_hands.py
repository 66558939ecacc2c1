"""The hands behind the letters of the text."""

from dataclasses import replace

import numpy as np

from live.letters import HELD_LETTERS
from live.recognizer import Reading
from live.text import Committed
from live.web.camera.signed_hands import MAX_LETTERS, SignedHands, choices


def reading_of(letters: tuple[str, ...], time_s: float = 0.0) -> Reading:
    """A reading whose likeliest letters are these, in this order."""
    probabilities = np.array([0.5 ** (n + 1) for n in range(len(letters))], np.float32)
    top = tuple(zip(letters[:3], probabilities.tolist(), strict=False))
    return replace(Reading.without_hand(time_s), top=top, probabilities=probabilities)


def signed(letter: str, time_s: float) -> Committed:
    return Committed(letter, time_s, time_s - 0.6, ((letter, 0.9),))


def test_the_newest_reading_of_a_letter_before_it_counted_is_its_hand() -> None:
    hands = SignedHands()
    for time_s in (0.4, 0.6, 0.8):
        hands.update(reading_of(HELD_LETTERS, time_s), ())
    hands.update(reading_of(("B", *HELD_LETTERS[2:]), 1.0), (signed("A", 1.0),))
    last = hands.last((signed("A", 1.0), Committed(" ", 3.0, 3.0)))
    assert last is not None
    assert (last[0], last[1].time_s) == (0, 0.8)


def test_letters_that_no_frame_was_read_as_have_no_hand() -> None:
    hands = SignedHands()
    hands.update(reading_of(HELD_LETTERS, 1.0), (signed("B", 1.0),))
    assert hands.last((signed("B", 1.0),)) is None
    assert hands.last(()) is None
    assert hands.last((Committed(" ", 1.0, 1.0),)) is None


def test_the_hands_of_old_letters_are_dropped() -> None:
    hands = SignedHands()
    text = tuple(signed("A", float(n)) for n in range(MAX_LETTERS + 2))
    for n, item in enumerate(text):
        hands.update(reading_of(HELD_LETTERS, item.time_s), text[: n + 1])
    assert hands.last(text) is not None
    assert hands.last(text[:2]) is None
    assert hands.last(text[:3]) is not None


def test_signs_with_a_name_are_not_offered_and_small_letters_can_be_signs() -> None:
    letters = ("A", "ILY", "é", "B")
    assert choices(reading_of(letters), "A", letters) == ["é", "B"]
    hands, text = SignedHands(), (signed("A", 1.0),)
    hands.update(reading_of(letters, 1.0), text)
    for typed, meant in (("é", ["é"]), ("b", ["B"]), ("É", []), ("ß", [])):
        changed = hands.changed(text, (replace(text[0], letter=typed),), letters)
        assert [letter for _, letter in changed] == meant
