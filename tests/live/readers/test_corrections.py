"""Corrected hands are read right from then on, and other hands as before."""

import time
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from live.letters import HELD_LETTERS
from live.readers import N_FEATURES, Corrections, Prediction
from live.readers.corrections import LANDMARK_WIDTH, MAX_HANDS

N = len(HELD_LETTERS)


def predicted(seed: int, n_letters: int = N, sharpness: float = 1.0, landmarks: bool = True) -> Prediction:
    """A random hand's prediction. sharpness: how sure it is."""
    rng = np.random.default_rng(seed)
    logs = rng.normal(0, 4 * sharpness, n_letters)
    probabilities = np.exp(logs - np.logaddexp.reduce(logs)).astype(np.float32)
    features = rng.normal(0, 1, N_FEATURES).astype(np.float32) if landmarks else None
    return Prediction(tuple(map(str, range(n_letters))), probabilities, 0.5, features=features)


def near(prediction: Prediction, palm_lengths: float) -> Prediction:
    """The prediction of a hand whose features are all so far away."""
    assert prediction.features is not None
    return replace(prediction, features=prediction.features + np.float32(palm_lengths))


def read(corrections: Corrections, prediction: Prediction) -> int:
    """The letter (an index) that a hand is read as."""
    lift = corrections.lift(prediction)
    return int((lift.raised(prediction.probabilities) if lift else prediction.probabilities).argmax())


hands = st.builds(predicted, st.integers(0, 50), sharpness=st.sampled_from((0.1, 1.0, 9.0)), landmarks=st.booleans())
remembered = st.lists(st.tuples(hands, st.integers(0, N - 1)), max_size=8)


@given(hands)
def test_without_corrections_nothing_changes(hand: Prediction) -> None:
    assert Corrections(N).lift(hand) is None


@given(remembered, hands)
def test_forgetting_makes_every_hand_read_as_at_first(pairs: list[tuple[Prediction, int]], hand: Prediction) -> None:
    corrections = Corrections(N)
    for other, letter in pairs:
        corrections.remember(other, letter)
    corrections.forget()
    assert len(corrections) == 0
    assert corrections.lift(hand) is None


@given(remembered, hands, st.integers(0, N - 1))
def test_a_corrected_hand_that_is_shown_again_is_read_as_the_corrected_letter(
    before: list[tuple[Prediction, int]], hand: Prediction, letter: int
) -> None:
    corrections = Corrections(N)
    for other, its_letter in before:
        corrections.remember(other, its_letter)
    corrections.remember(hand, letter)
    assert read(corrections, hand) == letter


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, N - 1)), max_size=8, unique_by=lambda pair: pair[0]))
def test_a_later_correction_of_another_hand_leaves_the_remembered_ones_right(pairs: list[tuple[int, int]]) -> None:
    corrections, stored = Corrections(N), []
    for seed, letter in pairs:
        n_before = len(corrections)
        corrections.remember(predicted(seed), letter)
        if len(corrections) > n_before:
            stored.append((seed, letter))
    assert all(read(corrections, predicted(seed)) == letter for seed, letter in stored)


@given(hands, st.integers(0, N - 1))
def test_taking_a_correction_back_forgets_the_hand(hand: Prediction, letter: int) -> None:
    corrections = Corrections(N)
    corrections.remember(hand, letter)
    corrections.remember(hand, int(hand.probabilities.argmax()))
    assert len(corrections) == 0


def test_the_nearer_a_hand_is_the_more_its_letter_rises() -> None:
    corrections, hand = Corrections(N), predicted(0)
    letter = int(hand.probabilities.argmin())
    corrections.remember(hand, letter)
    assert corrections.letters == (letter,)
    lifts = [corrections.lift(near(hand, share * LANDMARK_WIDTH)) for share in (0.0, 0.5, 1.0, 2.0)]
    nats = [lift.nats for lift in lifts if lift]
    assert nats == sorted(nats, reverse=True)
    assert len(set(nats)) == 4
    assert {lift.letter for lift in lifts if lift} == {letter}


def test_a_hand_that_is_far_away_in_landmarks_or_in_answers_is_left_alone() -> None:
    corrections, hand = Corrections(N), predicted(0)
    corrections.remember(hand, int(hand.probabilities.argmin()))
    assert corrections.lift(near(hand, 5 * LANDMARK_WIDTH)) is None
    assert corrections.lift(replace(hand, probabilities=predicted(1).probabilities)) is None
    assert corrections.lift(replace(hand, features=None)) is None


def test_a_raised_answer_still_sums_to_one() -> None:
    corrections, hand = Corrections(N), predicted(0)
    corrections.remember(hand, 3)
    lift = corrections.lift(hand)
    assert lift is not None
    raised = lift.raised(hand.probabilities)
    assert raised.dtype == np.float32
    assert abs(float(raised.sum()) - 1) < 1e-6
    assert raised[3] > 0.9


def test_the_oldest_hands_are_forgotten_beyond_the_limit() -> None:
    corrections = Corrections(N)
    for seed in range(MAX_HANDS + 5):
        corrections.remember(predicted(seed), int(predicted(seed).probabilities.argmin()))
    assert len(corrections) == MAX_HANDS
    assert corrections.lift(predicted(0)) is None
    assert corrections.lift(predicted(MAX_HANDS + 4)) is not None


def test_a_model_of_other_letters_can_be_corrected_too() -> None:
    corrections, hand = Corrections(2), predicted(7, n_letters=2, landmarks=False)
    letter = int(hand.probabilities.argmin())
    corrections.remember(hand, letter)
    assert read(corrections, hand) == letter


def test_fifty_remembered_hands_cost_little() -> None:
    corrections = Corrections(N)
    for seed in range(MAX_HANDS):
        corrections.remember(predicted(seed), int(predicted(seed).probabilities.argmin()))
    hand, times_s = predicted(3), []
    for _ in range(200):
        started_s = time.perf_counter()
        read(corrections, hand)
        times_s.append(time.perf_counter() - started_s)
    assert min(times_s) < 0.0001
