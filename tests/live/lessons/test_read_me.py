"""The exercise in reading: words, answers and missed letters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.lessons.read_me import LENGTHS, MIN_SLOW_SPEED, Answer, ReadMe, missed_letters
from live.lessons.words import WORDS, Score


def exercise(letters_per_s: float = 3.0, length: int = 4) -> ReadMe:
    return ReadMe(np.random.default_rng(0), letters_per_s, length)


@pytest.mark.parametrize(
    ("word", "read", "missed"),
    [
        ("RIVER", "RIVER", ()),
        ("RIVER", "RIBER", (2,)),
        ("RIVER", "", (0, 1, 2, 3, 4)),
        ("HELLO", "HELO", (3,)),
        ("HELLO", "YELLOW", (0,)),
        ("CAT", "CATS", ()),
        ("BANANA", "ANANAS", (0,)),
    ],
)
def test_the_letters_that_were_missed_are_found(word: str, read: str, missed: tuple[int, ...]) -> None:
    assert missed_letters(word, read) == missed


@given(st.text("ABC", max_size=6), st.text("ABC", max_size=6))
def test_the_letters_that_were_not_missed_are_in_the_answer_in_their_order(word: str, read: str) -> None:
    missed = missed_letters(word, read)
    rest = iter(read)
    assert all(letter in rest for n, letter in enumerate(word) if n not in missed)
    assert len(missed) >= len(word) - len(read)
    assert missed_letters(word, word) == ()


def test_a_word_of_the_chosen_length_is_asked_for_and_never_twice_in_a_row() -> None:
    reading = exercise()
    for length in LENGTHS:
        before = reading.word
        reading.ask(3.0, length)
        assert len(reading.word) == length
        assert reading.word in WORDS
        assert reading.word != before
        again = reading.word
        reading.ask(3.0, length)
        assert reading.word != again


def test_an_answer_is_judged_once_whatever_its_case_and_spaces() -> None:
    reading = exercise()
    answer = reading.judge(f" {reading.word.lower()} ")
    assert answer.right
    assert answer == Answer(reading.word, reading.word, 3.0, ())
    assert reading.judge("OTHER") == answer
    assert reading.answers == [answer]
    assert reading.scores == {letter: Score(right=reading.word.count(letter)) for letter in reading.word}


def test_missed_letters_are_scored_as_wrong() -> None:
    reading = exercise()
    reading.give_up()
    assert reading.answer == Answer(reading.word, "", 3.0, (0, 1, 2, 3))
    assert all(reading.scores[letter].wrong == reading.word.count(letter) for letter in reading.word)
    reading.ask(3.0, 4)
    assert reading.answer is None


def test_an_answer_counts_for_the_slowest_speed_at_which_the_word_was_shown() -> None:
    reading = exercise(letters_per_s=5.0)
    word, before = reading.word, reading.film
    reading.slow_down()
    assert reading.word == word
    assert reading.slowest == 2.5
    assert reading.film.times_s[-1] > before.times_s[-1]
    assert reading.judge(word).letters_per_s == 2.5
    reading.ask(5.0, 4)
    assert reading.slowest == 5.0
    for _ in range(9):
        reading.slow_down()
    assert reading.slowest == MIN_SLOW_SPEED


def test_every_film_has_a_new_number() -> None:
    reading = exercise()
    numbers = [reading.n_films]
    for change in (reading.slow_down, lambda: reading.ask(2.0, 5)):
        change()
        numbers.append(reading.n_films)
    assert numbers == [1, 2, 3]


def test_every_length_offers_a_choice_of_words() -> None:
    assert LENGTHS == (3, 4, 5, 6, 7, 8)
    assert min(sum(len(word) == length for word in WORDS) for length in LENGTHS) >= 15
