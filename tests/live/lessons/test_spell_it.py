"""The exercise against the clock: errors and speed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.lessons.spell_it import SpellIt
from live.text import Committed, edit_distance

texts = st.text("ABC", max_size=6)


def exercise(word: str) -> SpellIt:
    return SpellIt(np.random.default_rng(0), word=word)


def letters(text: str, every_s: float = 0.5) -> list[Committed]:
    """Letters that were read 0.2 s after each began, as the speller commits them."""
    return [Committed(letter, 7 + n * every_s + 0.2, 7 + n * every_s) for n, letter in enumerate(text)]


@pytest.mark.parametrize(
    ("word", "read", "errors"),
    [("RIVER", "RIVER", 0), ("RIVER", "RIBER", 1), ("RIVER", "RIVE", 1), ("RIVER", "RRIVER", 1), ("RIVER", "", 5)],
)
def test_errors_are_letters_that_are_wrong_missing_or_too_many(word: str, read: str, errors: int) -> None:
    assert edit_distance(word, read) == errors


@given(texts, texts, texts)
def test_the_edit_distance_is_a_distance(one: str, two: str, three: str) -> None:
    assert (edit_distance(one, two) == 0) == (one == two)
    assert edit_distance(one, two) == edit_distance(two, one)
    assert edit_distance(one, three) <= edit_distance(one, two) + edit_distance(two, three)
    assert abs(len(one) - len(two)) <= edit_distance(one, two) <= max(len(one), len(two))


def test_speed_counts_the_letters_after_the_first() -> None:
    spelling = exercise("RIVER")
    attempt = spelling.finish(letters("RIVER", every_s=0.5))
    assert (attempt.word, attempt.read, attempt.errors) == ("RIVER", "RIVER", 0)
    assert attempt.seconds == pytest.approx(2.0)
    assert attempt.letters_per_s == pytest.approx(2.0)
    assert spelling.attempts == [attempt]
    assert spelling.word != "RIVER"


def test_spaces_are_no_letters_and_one_letter_has_no_speed() -> None:
    spelling = exercise("BOX")
    attempt = spelling.finish([*letters("B"), Committed(" ", 9.0, 9.0)])
    assert (attempt.read, attempt.errors, attempt.letters_per_s) == ("B", 2, None)
    assert exercise("BOX").finish([]).errors == 3
