from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.text.ctc import BLANK, WordTree, greedy, log_likelihood

N_STEPS, N_OUTPUTS = 4, 4  # few enough to try all 256 paths
PATHS = np.array(list(product(range(N_OUTPUTS), repeat=N_STEPS)))
TEXTS = [text for length in range(N_STEPS + 1) for text in product(range(1, N_OUTPUTS), repeat=length)]


def padded(texts: list[tuple[int, ...]]) -> NDArray[np.int64]:
    longest = max(map(len, texts))
    return np.array([[*text, *[BLANK] * (longest - len(text))] for text in texts], int).reshape(len(texts), longest)


def text_of(path: NDArray[np.int64]) -> tuple[int, ...]:
    """CTC's rule as its authors state it."""
    merged = [path[0], *(output for before, output in pairwise(path) if output != before)]
    return tuple(int(output) for output in merged if output != BLANK)


def path_scores(outputs: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.array([outputs[np.arange(len(outputs)), path].sum() for path in PATHS])


@st.composite
def log_probabilities(draw: st.DrawFn) -> NDArray[np.float64]:
    """(N_STEPS, N_OUTPUTS), from sharp to flat."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = random.normal(size=(N_STEPS, N_OUTPUTS)) * draw(st.sampled_from([0.1, 1.0, 4.0, 20.0]))
    result: NDArray[np.float64] = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return result


@settings(deadline=None)
@given(log_probabilities())
def test_the_probabilities_of_all_texts_sum_to_one(outputs: NDArray[np.float64]) -> None:
    assert np.exp(log_likelihood(outputs, padded(TEXTS))).sum() == pytest.approx(1)


@settings(deadline=None)
@given(log_probabilities())
def test_a_text_is_as_likely_as_all_its_paths(outputs: NDArray[np.float64]) -> None:
    scores = path_scores(outputs)
    of_text: dict[tuple[int, ...], list[float]] = {text: [-np.inf] for text in TEXTS}
    for path, score in zip(PATHS, scores, strict=True):
        of_text[text_of(path)].append(score)
    expected = [np.logaddexp.reduce(of_text[text]) for text in TEXTS]
    np.testing.assert_allclose(log_likelihood(outputs, padded(TEXTS)), expected, atol=1e-9)


@settings(deadline=None)
@given(log_probabilities())
def test_a_text_scores_the_same_alone_and_among_longer_ones(outputs: NDArray[np.float64]) -> None:
    texts = TEXTS[::7]
    alone = [log_likelihood(outputs, padded([text]))[0] for text in texts]
    np.testing.assert_allclose(log_likelihood(outputs, padded(texts)), alone, atol=1e-9)


@settings(deadline=None)
@given(log_probabilities())
def test_a_text_read_backward_in_time_is_as_likely(outputs: NDArray[np.float64]) -> None:
    backward = padded([text[::-1] for text in TEXTS])
    forward = log_likelihood(outputs, padded(TEXTS))
    np.testing.assert_allclose(log_likelihood(outputs[::-1], backward), forward, atol=1e-9)


@settings(deadline=None)
@given(log_probabilities(), st.permutations(range(1, N_OUTPUTS)))
def test_the_order_of_the_letters_among_the_outputs_does_not_matter(
    outputs: NDArray[np.float64], order: list[int]
) -> None:
    renamed = padded([tuple(order.index(output) + 1 for output in text) for text in TEXTS])
    np.testing.assert_allclose(
        log_likelihood(outputs[:, [BLANK, *order]], renamed), log_likelihood(outputs, padded(TEXTS))
    )


def test_a_double_letter_takes_a_blank_between() -> None:
    with np.errstate(divide="ignore"):
        outputs = np.log(np.array([[0, 1, 0], [0, 1, 0], [0.25, 0.75, 0], [0, 1, 0]]))
    single, double = np.exp(log_likelihood(outputs, padded([(1,), (1, 1)])))
    assert (single, double) == (pytest.approx(0.75), pytest.approx(0.25))


def test_a_text_with_more_letters_than_steps_is_impossible() -> None:
    outputs = np.log(np.full((2, 3), 1 / 3))
    assert np.isneginf(log_likelihood(outputs, padded([(1, 1), (1, 2, 1)]))).all()
    assert log_likelihood(np.empty((0, 3)), padded([(), (1,)])).tolist() == [0, -np.inf]


def test_long_and_unlikely_words_do_not_vanish() -> None:
    outputs = np.full((2000, 27), -500.0, np.float32)
    likelihood = log_likelihood(outputs, padded([(1, 2, 3)]))
    assert -1e6 < likelihood[0] < -1e6 + 100


@settings(deadline=None)
@given(log_probabilities())
def test_the_greedy_text_is_that_of_the_likeliest_path(outputs: NDArray[np.float64]) -> None:
    best = PATHS[path_scores(outputs).argmax()]
    letters = greedy(outputs)
    assert tuple(output for output, _, _ in letters) == text_of(best)
    for output, first, last in letters:
        assert (best[first : last + 1] == output).all()
        assert first == 0 or best[first - 1] != output
        assert last == N_STEPS - 1 or best[last + 1] != output


def test_without_steps_there_is_no_text() -> None:
    assert greedy(np.empty((0, 27), np.float32)) == []


@settings(deadline=None)
@given(log_probabilities(), st.floats(0, 30), st.sets(st.sampled_from(TEXTS[1:]), min_size=1))
def test_a_search_finds_every_word_with_a_path_that_is_likely_enough(
    outputs: NDArray[np.float64], width: float, words: set[tuple[int, ...]]
) -> None:
    listed = sorted(words, reverse=True)
    found = WordTree(padded(listed)).search(outputs, width + 1e-6, len(TEXTS))
    assert len(set(found.tolist())) == len(found)
    scores = path_scores(outputs)
    likely = {text_of(path) for path in PATHS[scores >= scores.max() - width]}
    assert likely & words <= {listed[row] for row in found}


@settings(deadline=None)
@given(log_probabilities())
def test_a_wide_search_finds_the_words_that_fit_in_the_steps(outputs: NDArray[np.float64]) -> None:
    words = [*TEXTS[1:], (1,) * (N_STEPS + 1), (1, 2, 3, 1, 2)]
    found = WordTree(padded(words)).search(outputs, 1e6, len(TEXTS))
    possible = np.flatnonzero(np.isfinite(log_likelihood(outputs, padded(words))))
    assert sorted(found.tolist()) == possible.tolist()


def test_a_search_that_keeps_one_beginning_finds_a_word_spelled_clearly() -> None:
    spelled = np.log(np.where(np.eye(27)[[0, 8, 0, 5, 0, 12, 0, 12, 0, 15, 0]], 0.9, 0.1 / 26))
    words = [(8, 5, 12, 12, 15), (8, 5, 12), (10, 5, 12, 12, 15), (8, 5, 12, 15)]
    assert WordTree(padded(words)).search(spelled, 5.0, 1).tolist() == [0]
