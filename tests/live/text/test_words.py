import pytest

from live.text.spelling import Committed
from live.text.words import WordHelper


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
