"""The order of several hands, the views that find small ones, and what tells two hands from one seen twice."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from live.hand.crop import Box
from live.hand.landmarks import Hand
from live.hand.several import MAX_VIEWS, is_same, levels, reading_order
from tests.support import drawn

edges = st.integers(-500, 5000)
sizes = st.integers(1, 800)
boxes = st.builds(lambda x, y, width, height: (x, y, x + width, y + height), edges, edges, sizes, sizes)


def test_hands_are_read_row_by_row_and_from_left_to_right() -> None:
    fist_low, tall, fist_high = (10, 60, 60, 110), (110, 10, 160, 110), (210, 20, 260, 70)
    second_row = [(120, 130, 170, 220), (20, 150, 70, 230)]
    shuffled = [second_row[0], fist_high, fist_low, second_row[1], tall]
    assert [shuffled[index] for index in reading_order(shuffled)] == [fist_low, tall, fist_high, *second_row[::-1]]


@given(st.lists(boxes, max_size=30), st.randoms(use_true_random=False))
def test_every_hand_has_one_place_whatever_order_hands_were_found_in(
    found: list[Box], rng: np.random.Generator
) -> None:
    order = reading_order(found)
    assert sorted(order) == list(range(len(found)))
    shuffled = list(found)
    rng.shuffle(shuffled)
    assert [shuffled[index] for index in reading_order(shuffled)] == [found[index] for index in order]


@given(st.lists(boxes, max_size=30), st.integers(-3000, 3000), st.integers(-3000, 3000), st.integers(1, 9))
def test_the_order_is_the_same_wherever_the_hands_are_and_however_large(
    found: list[Box], right: int, down: int, scale: int
) -> None:
    moved = [(x0 * scale + right, y0 * scale + down, x1 * scale + right, y1 * scale + down) for x0, y0, x1, y1 in found]
    assert [moved[index] for index in reading_order(moved)] == [moved[index] for index in reading_order(found)]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_the_tiles_of_a_chart_are_read_in_its_order(columns: int, rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tiles: list[Box] = []
    for row in range(rows):
        for column in range(columns):
            x, y = column * 100 + int(rng.integers(0, 30)), row * 100 + int(rng.integers(0, 20))
            tiles.append((x, y, x + int(rng.integers(40, 70)), y + int(rng.integers(40, 80))))
    assert reading_order(tiles) == list(range(len(tiles)))


@settings(max_examples=50)
@given(st.integers(1, 6000), st.integers(1, 6000), st.floats(0, 1), st.floats(0, 1))
def test_each_level_of_views_covers_the_picture(width: int, height: int, across: float, down: float) -> None:
    x, y = across * width, down * height
    found = levels(width, height)
    assert found[0].side >= min(width, height)
    sides = [level.side for level in found]
    assert sides == sorted(sides, reverse=True)
    for level in found[1:]:
        assert len(level.centres) <= MAX_VIEWS
    for level in found:
        away = [max(abs(x - centre[0]), abs(y - centre[1])) for centre in level.centres]
        assert min(away) <= level.side / 2 + 1e-6


def hand_at(right: float, down: float, scale: float = 1.0) -> Hand:
    points = drawn.joints("L") * scale + (right, down)
    return Hand(np.column_stack((points, np.zeros(21))).astype(np.float32), "right", 1.0)


def test_a_hand_that_was_found_twice_is_one_and_hands_that_touch_are_two() -> None:
    x0, _, x1, _ = hand_at(0, 0).box_xyxy
    assert is_same(hand_at(0, 0), hand_at(15, -10, 1.05))
    assert is_same(hand_at(0, 0), hand_at(220, 160, 0.4))  # a part of a hand, taken for a small hand
    assert not is_same(hand_at(0, 0), hand_at(x1 - x0, 0))
    assert not is_same(hand_at(0, 0), hand_at(0.7 * (x1 - x0), 0))
