import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.lessons import typical_hand
from live.letters import ALPHABET, HELD_LETTERS
from live.readers import FLUENT_OUTPUTS, LOOK_AHEAD_S, STEPS_PER_S, step_inputs
from training.data.synthetic import (
    RATE,
    ByLetter,
    WordMaker,
    film_samples,
    measured_film,
    spikes,
    vocabulary,
    word_film,
)
from training.measure.flow import words_for

EVEN = np.full(len(HELD_LETTERS), 1 / len(HELD_LETTERS), np.float32)
HANDS: ByLetter = {letter: typical_hand(letter)[None] / 100 for letter in HELD_LETTERS}
NO_HANDS: ByLetter = {letter: np.zeros((0, 21, 3)) for letter in HELD_LETTERS}
words = st.text(ALPHABET, min_size=1, max_size=9)


@settings(deadline=None, max_examples=40)
@given(words, st.floats(1, 8), st.integers(0, 2**32))
def test_every_word_has_all_its_letters_in_order(word: str, letters_per_s: float, seed: int) -> None:
    motion = WordMaker(HANDS, np.random.default_rng(seed)).spell(word, letters_per_s)
    assert "".join(letter.letter for letter in motion.spelled) == word
    times = [time_s for letter in motion.spelled for time_s in (letter.reached_s, letter.left_s)]
    assert times == sorted(times)
    assert times[-1] <= len(motion.poses) / RATE + 1e-9
    assert np.isfinite(motion.poses).all()


@pytest.mark.parametrize("letters_per_s", [2, 3, 4, 6])
def test_words_have_the_tempo_that_is_asked_for(letters_per_s: float) -> None:
    rates = []
    for seed in range(40):
        word = "".join(np.random.default_rng(seed).choice(list(HELD_LETTERS), 8, replace=False))
        spelled = WordMaker(HANDS, np.random.default_rng(seed)).spell(word, letters_per_s, plain=True).spelled
        rates.append((len(word) - 1) / (spelled[-1].reached_s - spelled[0].reached_s))
    assert np.median(rates) == pytest.approx(letters_per_s, rel=0.15)


def test_a_slow_hand_reaches_its_poses() -> None:
    motion = WordMaker(HANDS, np.random.default_rng(0), coarticulation=False).spell("BAL", 1.0, plain=True)
    for letter in motion.spelled:
        held = motion.poses[round((letter.reached_s + letter.left_s) / 2 * RATE)]
        shapes = {name: _shape(typical_hand(name)) for name in "BAL"}
        assert min(shapes, key=lambda name: float(np.abs(shapes[name] - _shape(held)).sum())) == letter.letter


def _shape(hand: np.ndarray) -> np.ndarray:
    """(210,) the distances between a hand's joints, in sizes of the hand."""
    distances = np.linalg.norm(hand[:, None] - hand[None], axis=2)[np.triu_indices(21, 1)]
    return np.asarray(distances / distances.mean())


def test_a_person_without_a_letter_borrows_it() -> None:
    motion = WordMaker(NO_HANDS | {"A": HANDS["A"]}, np.random.default_rng(0), HANDS).spell("AB", 2.0)
    assert len(motion.spelled) == 2


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32))
def test_the_wanted_answers_spell_the_film_by_the_rule_of_ctc(seed: int) -> None:
    film = word_film(HANDS, HANDS, vocabulary(), np.random.default_rng(seed))
    n_steps = len(film_samples(film.frames, lambda hand: EVEN)) - 1
    wanted = spikes(film.spelled, n_steps)
    read, last = "", 0
    for output in wanted:
        if output > 0 and output != last:
            read += FLUENT_OUTPUTS[output]
        last = output
    fast = any(
        after.reached_s - before.reached_s < 3 / STEPS_PER_S
        for before, after in zip(film.spelled, film.spelled[1:], strict=False)
    )
    cut = film.spelled and film.spelled[-1].reached_s + LOOK_AHEAD_S > n_steps / STEPS_PER_S
    assert fast or cut or read == film.text


def test_hands_that_spell_nothing_have_no_letters() -> None:
    for seed in range(20):
        motion = WordMaker(HANDS, np.random.default_rng(seed)).nothing()
        assert motion.spelled == ()
        assert np.isfinite(motion.poses).all()


def test_words_to_measure_with_are_never_learned_from() -> None:
    learned, measured = set(vocabulary().words), set(vocabulary(for_test=True).words)
    assert not learned & measured
    assert len(measured) > 1000


def test_a_measured_film_begins_and_ends_without_a_hand() -> None:
    film = measured_film(HANDS, HANDS, "WORD", 3.0, np.random.default_rng(0))
    assert film.text == "WORD"
    assert film.frames[0].hand is None
    assert film.frames[-1].hand is None
    assert film.frames[-1].time_s > film.spelled[-1].left_s + LOOK_AHEAD_S
    inputs = step_inputs(film_samples(film.frames, lambda hand: EVEN))
    assert np.isfinite(inputs).all()


def test_words_have_letters_that_a_person_shows_and_there_may_be_few() -> None:
    rng = np.random.default_rng(0)
    few = words_for("ABCDEFGHIK", 1000, rng)
    assert 0 < len(few) < 1000
    assert len(set(few)) == len(few)
    assert set("".join(few)) <= set("ABCDEFGHIJKZ")  # I draws J, and D draws Z
    assert set("".join(words_for("ABCE", 1000, rng))) <= set("ABCE")
    assert words_for("Q", 3, rng) == []
