"""Whose cameras are read at once, and who waits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.classifier import LetterClassifier
from live.contract import default_model
from live.recognizer import Recognizer
from live.web.places import LEASE_S, Places
from live.web.reader import LiveReader


@pytest.fixture(scope="module")
def reader() -> LiveReader:
    return LiveReader(Recognizer(LetterClassifier.load(default_model())))


def test_who_comes_when_all_places_are_taken_waits_until_one_leaves(reader: LiveReader) -> None:
    places = Places(2)
    assert places.take("ann", reader, 0.0)
    assert places.take("bob", reader, 0.0)
    assert not places.take("cem", reader, 1.0)
    assert places.take("ann", reader, 1.0)  # who has one keeps it
    places.leave("bob")
    assert places.take("cem", reader, 1.0)
    assert not places.free("bob", 1.0)
    places.leave("nobody")


def test_a_place_whose_camera_is_silent_is_free_again(reader: LiveReader) -> None:
    places = Places(1)
    assert places.take("ann", reader, 0.0)
    assert not places.free("bob", LEASE_S - 0.1)
    assert places.free("bob", LEASE_S)


def test_frames_keep_a_place_though_its_page_says_nothing(classifier: LetterClassifier) -> None:
    places, reader = Places(1), LiveReader(Recognizer(classifier))
    assert places.take("ann", reader, 0.0)
    reader.read(np.zeros((48, 64, 3), np.uint8), 20.0)
    assert not places.take("bob", reader, 20.0 + LEASE_S / 2)


@given(steps=st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=40), number=st.integers(1, 4))
def test_never_more_have_a_place_than_there_are(reader: LiveReader, steps: list[tuple[str, bool]], number: int) -> None:
    places, inside = Places(number), set[str]()
    for who, comes in steps:
        if comes:
            let_in = who in inside or len(inside) < number
            assert places.take(who, reader, 0.0) == let_in
            inside |= {who} if let_in else set()
        else:
            places.leave(who)
            inside.discard(who)
