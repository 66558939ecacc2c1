import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from live.letters import ALPHABET
from live.text.ctc import greedy, log_likelihood
from live.text.flow import FlowingWord
from live.text.spelling import Committed
from live.text.words import LOOKALIKES, MIN_LIKELIHOOD, WordHelper, with_lookalikes


@pytest.fixture(scope="module")
def helper() -> WordHelper:
    return WordHelper()


def signed(text: str, **alternatives: float) -> list[Committed]:
    """As if every letter had been read for sure, but for what is named."""
    others = tuple(alternatives.items())
    return [Committed(letter, n, n, ((letter, 0.9), *others)) for n, letter in enumerate(text)]


@pytest.mark.parametrize(
    ("read", "meant"),
    [("NUMMER", "SUMMER"), ("HSLLO", "HELLO"), ("NOTHER", "MOTHER"), ("RNDER", "UNDER"), ("COFFSE", "COFFEE")],
)
def test_the_word_that_was_likely_meant_is_suggested(helper: WordHelper, read: str, meant: str) -> None:
    assert helper.suggest(signed(read)) == meant


@pytest.mark.parametrize("word", ["HELLO", "COFFEE", "MOTHER", "NUMBER", "JAZZ", "LAZY", "I", "", "AN"])
def test_a_word_that_is_one_is_left_alone(helper: WordHelper, word: str) -> None:
    assert helper.suggest(signed(word)) is None


@pytest.mark.parametrize("name", ["XQZKW", "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_what_is_near_to_no_word_is_left_alone(helper: WordHelper, name: str) -> None:
    assert helper.suggest(signed(name)) is None


def test_what_the_reader_half_saw_counts(helper: WordHelper) -> None:
    assert helper.suggest(signed("CAB", R=0.45)) == "CAR"
    assert helper.suggest(signed("CAB")) is None


def test_each_word_of_a_text_is_looked_at_by_itself(helper: WordHelper) -> None:
    assert helper.suggest(signed("XQZKW HSLLO")) == "XQZKW HELLO"
    assert helper.suggest(signed("HSLLO MOTHER ")) == "HELLO MOTHER "
    assert helper.suggest(signed("HELLO MOTHER")) is None


def spelled(
    text: str, random: np.random.Generator, misread: float = 0.0, lost: float = 0.0, added: float = 0.0
) -> NDArray[np.float64]:
    """Log-probabilities as a trained network gives them: short peaks at the letters, blanks between. (n, 27).

    misread, lost, added: the chance that a letter is read as another one, mostly one that looks alike; that it is not
    read; and that one follows that was not signed. What was signed keeps 2 to 40 %.
    """
    steps = []
    for letter in text:
        lookalikes = sorted({other for group in LOOKALIKES if letter in group for other in group} - {letter})
        other = random.choice(lookalikes if lookalikes and random.random() < 0.85 else ALPHABET)
        kind, doubt = random.random(), random.uniform(0.02, 0.4)
        if kind < misread:
            peak = {other: 1 - doubt, letter: doubt}
        elif kind < misread + lost:
            peak = {"": 1 - doubt, letter: doubt}
        else:
            peak = {other: 0.3 * doubt, letter: 1 - 0.3 * doubt}
        steps += [{"": 1.0}] * int(random.integers(1, 4)) + [peak] * int(random.integers(1, 3))
        if random.random() < added:
            steps += [{"": 1.0}, {random.choice(ALPHABET): 1 - doubt, "": doubt}]
    steps.append({"": 1.0})
    probabilities = np.full((len(steps), 27), 0.01 / 27)
    for row, step in zip(probabilities, steps, strict=True):
        for output, probability in step.items():
            row[("", *ALPHABET).index(output)] += 0.99 * probability
    result: NDArray[np.float64] = np.log(probabilities / probabilities.sum(axis=1, keepdims=True))
    return result


def read(outputs: NDArray[np.float64]) -> str:
    return "".join(ALPHABET[output - 1] for output, _, _ in greedy(outputs))


def likelihood(outputs: NDArray[np.float64], text: str) -> float:
    return float(log_likelihood(outputs, np.array([[ALPHABET.index(letter) + 1 for letter in text]]))[0])


def letter_errors(text: str, meant: str) -> int:
    """Letters to change, add or remove (Levenshtein)."""
    row = list(range(len(meant) + 1))
    for n, letter in enumerate(text, 1):
        before, row = row, [n]
        for m, other in enumerate(meant, 1):
            row.append(min(before[m] + 1, row[-1] + 1, before[m - 1] + (letter != other)))
    return row[-1]


def peaks(*letters: dict[str, float]) -> NDArray[np.float64]:
    """Log-probabilities, (n, 27): a blank, then each letter with what it may also be, and a blank after it."""
    steps = [{"": 1.0}]
    for letter in letters:
        steps += [letter, {"": 1.0}]
    probabilities = np.array([[step.get(output, 1e-4) for output in ("", *ALPHABET)] for step in steps])
    result: NDArray[np.float64] = np.log(probabilities)
    return result


def clearly(text: str) -> list[dict[str, float]]:
    return [{letter: 1.0} for letter in text]


def common_words(n: int, random: np.random.Generator) -> list[str]:
    """Words of the list, each as often as people use it."""
    from spellchecker import SpellChecker

    counts = SpellChecker(language="en", distance=1).word_frequency.dictionary
    words = sorted(word for word in counts if word.isascii() and word.isalpha() and 3 <= len(word) <= 12)
    shares = np.array([counts[word] for word in words], float)
    return [word.upper() for word in random.choice(words, n, p=shares / shares.sum())]


@pytest.mark.parametrize(
    ("letters", "meant"),
    [
        ([*clearly("H"), {"S": 0.8, "E": 0.2}, *clearly("LLO")], "HELLO"),
        ([*clearly("HEL"), {"": 0.9, "L": 0.1}, *clearly("O")], "HELLO"),
        ([*clearly("HEL"), {"X": 0.7, "": 0.3}, *clearly("LO")], "HELLO"),
        ([*clearly("COF"), {"D": 0.7, "F": 0.3}, {"S": 0.8, "E": 0.2}, *clearly("E")], "COFFEE"),
    ],
    ids=["misread", "lost", "added", "two misread"],
)
def test_a_word_spelled_in_flow_is_suggested_if_the_hands_allow_it(
    helper: WordHelper, letters: list[dict[str, float]], meant: str
) -> None:
    assert helper.suggest_word(peaks(*letters)) == meant


def test_a_common_word_that_the_hands_do_not_show_is_not_suggested(helper: WordHelper) -> None:
    for text in ("HWLLO", "TEH", "COFFFE", "MOTHR"):
        assert helper.suggest_word(peaks(*clearly(text))) is None


def test_a_letter_that_is_clearly_read_may_be_a_look_alike_of_what_was_signed(helper: WordHelper) -> None:
    assert helper.suggest_word(peaks(*clearly("HSLLO"))) == "HELLO"
    assert helper.suggest_word(peaks(*clearly("NOTHER"))) == "MOTHER"


def test_a_letter_that_was_too_unsure_to_settle_is_in_the_suggestion(helper: WordHelper) -> None:
    read = peaks(*clearly("HELLO"))
    assert helper.suggest_word(read, "HELO") == "HELLO"
    assert helper.suggest_word(read, "HELLO") is None


@given(
    arrays(np.float64, (3, 27), elements=st.floats(-30, 0)).map(
        lambda scores: scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    )
)
def test_look_alikes_share_what_letters_have_and_leave_the_blank_as_it_is(outputs: NDArray[np.float64]) -> None:
    shared = np.exp(with_lookalikes(outputs))
    assert shared[:, 0] == pytest.approx(np.exp(outputs[:, 0]))
    assert shared.sum(axis=1) == pytest.approx(1)


def test_a_word_spelled_in_flow_is_suggested_also_after_other_words_and_before_the_space(helper: WordHelper) -> None:
    word = FlowingWord("BUTON", peaks(*clearly("BUT"), {"": 0.6, "T": 0.4}, *clearly("ON")).astype(np.float32))
    assert helper.suggest_word(word.log_probabilities) == "BUTTON"
    for before, after in (("", ""), ("", " "), ("MY ", ""), ("MY ", " ")):
        assert helper.suggest(signed(f"{before}BUTON{after}"), word) == f"{before}BUTTON{after}"
    assert helper.suggest(signed("BUTONS "), word) is None  # the text was edited


def test_a_word_read_in_flow_that_is_one_is_left_alone(helper: WordHelper) -> None:
    assert helper.suggest_word(peaks(*clearly("HELLO"))) is None
    assert helper.suggest_word(peaks(*clearly("CA"), {"B": 0.9, "R": 0.1})) is None
    assert helper.suggest_word(peaks(*clearly("CA"), {"B": 0.51, "R": 0.49})) == "CAR"


@pytest.mark.parametrize("text", ["", "I", "A"])
def test_nothing_is_suggested_for_less_than_two_letters(helper: WordHelper, text: str) -> None:
    assert helper.suggest_word(peaks(*clearly(text))) is None
    assert helper.suggest_word(np.empty((0, 27), np.float32)) is None


def test_nothing_is_suggested_for_noise(helper: WordHelper) -> None:
    random = np.random.default_rng(4)
    for sharpness in (0.1, 1.0, 50.0):
        assert helper.suggest_word(np.log(random.dirichlet(np.full(27, sharpness), 60) + 1e-12)) is None


def test_the_word_list_halves_the_letter_errors_of_words_spelled_in_flow(helper: WordHelper) -> None:
    random = np.random.default_rng(21)
    letters = before = after = wrong = 0
    for word in common_words(500, random):
        outputs = spelled(word, random, misread=0.12, lost=0.03, added=0.03)
        text, suggestion = read(outputs), helper.suggest_word(outputs)
        letters += len(word)
        before += letter_errors(text, word)
        after += letter_errors(suggestion or text, word)
        if suggestion:
            wrong += suggestion != word
            hands = with_lookalikes(outputs)
            assert likelihood(hands, suggestion) >= likelihood(hands, text) + math.log(MIN_LIKELIHOOD)
    assert before > 0.1 * letters
    assert after < 0.5 * before
    assert wrong <= 0.02 * 500


def test_made_up_names_keep_their_letters(helper: WordHelper) -> None:
    random = np.random.default_rng(22)
    names = ["".join(random.choice(ALPHABET, random.integers(3, 10))) for _ in range(200)]
    clear = [helper.suggest_word(spelled(name, random)) for name in names]
    unclear = [helper.suggest_word(spelled(name, random, misread=0.12, lost=0.03, added=0.03)) for name in names]
    assert clear == [None] * 200
    assert sum(word is not None for word in unclear) <= 0.02 * 200


@pytest.mark.parametrize("name", ["LENNART", "SIOBHAN", "OKONKWO", "NGUYEN", "WOJCIECH", "AOIFE", "XQZKW", "TSAI"])
def test_a_name_spelled_clearly_in_flow_is_left_alone(helper: WordHelper, name: str) -> None:
    random = np.random.default_rng(23)
    assert [helper.suggest_word(spelled(name, random)) for _ in range(10)] == [None] * 10
