import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.hand.crop import centred_square, crop
from tests.support import drawn

sides = st.integers(1, 3000)


@given(sides, sides, st.floats(0.01, 1))
def test_the_centred_square_is_a_square_inside_the_frame_and_in_its_middle(
    width: int, height: int, share: float
) -> None:
    x0, y0, x1, y1 = centred_square(width, height, share)
    assert x1 - x0 == y1 - y0 >= 1
    assert 0 <= x0 < x1 <= width
    assert 0 <= y0 < y1 <= height
    assert abs((x0 + x1) - width) <= 1
    assert abs((y0 + y1) - height) <= 1


@pytest.mark.parametrize("share", [0, -0.1, 1.01])
def test_a_share_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        centred_square(640, 480, share)


@given(st.integers(-50, 99), st.integers(-50, 79), st.integers(1, 200), st.integers(1, 200))
def test_any_box_that_touches_the_frame_becomes_28_by_28_gray(x0: int, y0: int, w: int, h: int) -> None:
    frame = np.random.default_rng(0).integers(0, 256, (80, 100, 3), dtype=np.uint8)
    box = (x0, y0, max(x0 + w, 1), max(y0 + h, 1))
    seen = crop(frame, box)
    assert seen.shape == (28, 28)
    assert seen.dtype == np.uint8


@pytest.mark.parametrize("box", [(5, 5, 5, 9), (5, 5, 9, 5), (100, 0, 120, 20), (0, -20, 20, 0)])
def test_a_box_that_is_empty_or_outside_is_refused(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="box"):
        crop(np.zeros((80, 100, 3), np.uint8), box)


def test_a_28_by_28_picture_passes_unchanged() -> None:
    gray = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    assert np.array_equal(crop(np.dstack([gray] * 3), (0, 0, 28, 28)), gray)


def test_the_same_hand_gives_the_same_crop_at_any_resolution() -> None:
    large, small = drawn.hand("B", 960), drawn.hand("B", 240)
    difference = crop(large, (0, 0, 960, 960)).astype(int) - crop(small, (0, 0, 240, 240))
    assert np.abs(difference).mean() < 4


def test_what_lies_past_the_edge_repeats_the_edge() -> None:
    frame = np.full((60, 60, 3), 200, np.uint8)
    assert (crop(frame, (-30, -30, 30, 90)) == 200).all()
