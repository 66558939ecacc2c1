"""Whose cameras are read at once, and who waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.web.places import LEASE_S, Places

times_s = st.floats(0, 1.5 * LEASE_S)


def test_who_comes_when_all_places_are_taken_waits_until_one_leaves() -> None:
    places = Places(2)
    assert places.take("ann", 0.0)
    assert places.take("bob", 0.0)
    assert not places.take("cem", 1.0)
    assert places.take("ann", 1.0)  # who has one keeps it
    places.leave("bob")
    assert places.take("cem", 1.0)
    assert not places.take("bob", 1.0)


def test_who_has_no_place_may_leave() -> None:
    places = Places(1)
    places.leave("nobody")
    assert places.take("ann", 0.0)
    places.leave("nobody")
    assert not places.take("bob", 0.0)


def test_a_place_whose_camera_is_silent_is_free_again() -> None:
    places = Places(1)
    assert places.take("ann", 0.0)
    assert not places.take("bob", LEASE_S - 0.1)
    assert places.take("bob", LEASE_S)
    assert not places.take("ann", LEASE_S)


def test_each_frame_keeps_a_place_for_longer() -> None:
    places = Places(1)
    for time_s in (0.0, LEASE_S / 2, LEASE_S):
        assert places.take("ann", time_s)
    assert not places.take("bob", 2 * LEASE_S - 0.1)
    assert places.take("bob", 2 * LEASE_S)


def test_how_many_places_are_taken_is_known() -> None:
    places = Places(3)
    assert places.taken == 0
    for who in ("ann", "ann", "bob"):
        places.take(who, 0.0)
    assert places.taken == 2
    places.leave("ann")
    assert places.taken == 1


@pytest.mark.parametrize("number", [1, 4])
@given(steps=st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), times_s), max_size=40))
def test_never_more_have_a_place_than_there_are(number: int, steps: list[tuple[str, bool, float]]) -> None:
    places, last_s, now_s = Places(number), dict[str, float](), 0.0
    for who, comes, gap_s in steps:
        now_s += gap_s
        last_s = {other: time_s for other, time_s in last_s.items() if now_s - time_s < LEASE_S}
        if comes:
            let_in = who in last_s or len(last_s) < number
            assert places.take(who, now_s) == let_in
            last_s |= {who: now_s} if let_in else {}
            assert places.taken == len(last_s) <= number
        else:
            places.leave(who)
            last_s.pop(who, None)
