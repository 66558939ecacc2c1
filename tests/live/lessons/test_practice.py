from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.lessons.practice import Practice
from live.lessons.spell_it import SpellIt
from live.lessons.words import WORDS, Score
from live.letters import ALPHABET, MOVING_LETTERS


def test_a_right_letter_counts_and_another_is_asked_for() -> None:
    practice = Practice(np.random.default_rng(0), target="A")
    assert practice.score_letter("A")
    assert practice.scores["A"] == Score(right=1)
    assert practice.target != "A"


def test_a_wrong_letter_counts_once_and_is_a_mix_up() -> None:
    practice = Practice(np.random.default_rng(0), target="M")
    assert not practice.score_letter("N")
    assert not practice.score_letter("N")
    assert practice.score_letter("M")
    assert practice.scores["M"] == Score(wrong=1)
    assert practice.mixed_up == Counter({("M", "N"): 1})


def test_words_are_asked_for_letter_by_letter() -> None:
    practice = Practice(np.random.default_rng(0), words=True, target="ZOO")
    assert [practice.score_letter(letter) for letter in "ZOXO"] == [True, True, False, True]
    assert practice.target in WORDS
    assert practice.done == 0


def test_weak_letters_are_asked_for_more_often() -> None:
    practice = Practice(np.random.default_rng(0))
    practice.scores = {letter: Score(right=5) for letter in ALPHABET} | {"Q": Score(wrong=5)}
    asked: Counter[str] = Counter()
    for _ in range(300):
        practice.ask()
        asked[practice.target] += 1
    assert asked.most_common(1)[0][0] == "Q"
    assert asked["Q"] > 5 * asked["A"]


@given(st.lists(st.booleans(), max_size=40), st.booleans(), st.integers(0, 99))
def test_only_the_wanted_letter_goes_on_to_the_next(rights: list[bool], words: bool, seed: int) -> None:
    practice = Practice(np.random.default_rng(seed), words)
    for right in rights:
        target, done, wanted = practice.target, practice.done, practice.wanted
        practice.score_letter(wanted if right else next(letter for letter in ALPHABET if letter != wanted))
        if not right:
            assert (practice.target, practice.done) == (target, done)
        elif done + 1 < len(target):
            assert (practice.target, practice.done) == (target, done + 1)
        else:
            assert practice.done == 0
            assert practice.target != target
    assert sum(each.right + each.wrong for each in practice.scores.values()) <= len(rights)


@pytest.mark.parametrize("words", [False, True])
def test_letters_that_move_are_not_asked_for_where_they_cannot_be_read(words: bool) -> None:
    practice = Practice(np.random.default_rng(0), words, moving=False)
    for _ in range(300):
        assert not set(practice.target) & set(MOVING_LETTERS)
        practice.ask()
    spelling = SpellIt(np.random.default_rng(0), moving=False)
    for _ in range(300):
        assert not set(spelling.word) & set(MOVING_LETTERS)
        spelling.ask()


def test_every_word_uses_letters_that_can_be_signed() -> None:
    assert set("".join(WORDS)) <= set(ALPHABET)
    assert len(set(WORDS)) == len(WORDS)
