"""Labelled hands: files of landmarks, folders of pictures."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.errors import DataError
from live.readers.features import N_FEATURES, features
from tests.conftest import write_landmarks
from tests.support import drawn
from training.data.hands import read_npz
from training.networks.shape import ShapeRecipe, balance, between, unit_size, vary


def test_landmarks_are_read_as_of_right_hands(tmp_path: Path) -> None:
    write_landmarks(tmp_path / "hands.npz", "LY", sources=("one", "two"), each=3)
    hands = read_npz(tmp_path / "hands.npz")
    assert len(hands) == 12
    assert set(hands.sources) == {"one", "two"}
    told = dict(np.load(tmp_path / "hands.npz"))
    told["handedness"][:] = "Left"
    told["landmarks"][:, :, 0] *= -1
    np.savez(tmp_path / "mirrored.npz", **told)
    assert np.array_equal(read_npz(tmp_path / "mirrored.npz").landmarks, hands.landmarks)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"letter": None}, "has no array letter; it must hold landmarks, letter, source, handedness"),
        (
            {"landmarks": np.zeros((12, 20, 3), np.float32)},
            r"landmarks must be \(12, 21, 3\) finite numbers, not float32",
        ),
        ({"landmarks": np.full((12, 21, 3), np.nan, np.float32)}, "finite numbers"),
        ({"landmarks": np.full((12, 21, 3), 1e200)}, "a landmark is larger than a float32 can be"),
        ({"letter": np.array(["J"] * 12)}, r"letter\[0\] is 'J', not one of A, B"),
        ({"handedness": np.array(["Right"] * 11 + ["Both"])}, r"handedness\[11\] is 'Both', not one of Left, Right"),
        ({"source": np.arange(12)}, r"source must be \(12,\) text, not int64"),
        ({"letter": np.array([b"L"] * 12, object)}, "cannot be read as .npz"),
    ],
)
def test_landmarks_that_are_not_what_they_should_be_are_told(tmp_path: Path, fields: dict[str, Any], said: str) -> None:
    path = tmp_path / "hands.npz"
    write_landmarks(path, "LY", sources=("one", "two"), each=3)
    told = {name: value for name, value in (dict(np.load(path)) | fields).items() if value is not None}
    np.savez(path, **told)
    with pytest.raises(DataError, match=said) as caught:
        read_npz(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_npz_is_told(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04 half a zip", b"\x93NUMPY"):
        (tmp_path / "hands.npz").write_bytes(content)
        with pytest.raises(DataError, match=r"cannot be read as \.npz"):
            read_npz(tmp_path / "hands.npz")


def hand(seed: int) -> np.ndarray:
    shaken = np.column_stack((drawn.joints("W"), np.zeros(21)))
    return (shaken + np.random.default_rng(seed).normal(0, 10, (21, 3))).astype(np.float32)


@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_features_do_not_change_with_place_and_size_but_with_orientation(
    seed: int, scale: float, right: float, down: float
) -> None:
    points = hand(seed)[None].astype(np.float64)
    moved = points * scale + (right, down, 0)
    assert features(points).shape == (1, N_FEATURES)
    assert np.abs(features(moved) - features(points)).max() < 1e-3
    turned = points[:, :, [1, 0, 2]] * (-1, 1, 1)
    assert np.abs(features(turned) - features(points)).max() > 0.5


def test_features_of_a_hand_without_extent_are_finite() -> None:
    assert np.isfinite(features(np.zeros((1, 21, 3), np.float32))).all()


@given(st.integers(0, 2**32 - 1))
def test_varied_hands_stay_hands_and_follow_their_seed(seed: int) -> None:
    hands = np.stack([hand(n) for n in range(5)])
    varied = vary(hands, ShapeRecipe(), np.random.default_rng(seed))
    assert varied.shape == hands.shape
    assert np.isfinite(varied).all()
    assert np.abs(varied - unit_size(hands)).mean() < 0.5
    assert np.array_equal(varied, vary(hands, ShapeRecipe(), np.random.default_rng(seed)))


def test_hands_between_letters_come_from_two_different_ones() -> None:
    points, labels = np.stack([np.zeros((21, 3)), np.ones((21, 3))] * 20), np.array([0, 1] * 20)
    mixed = between(points, labels, 1.0, np.random.default_rng(0))
    assert 0 < len(mixed) < 40
    assert ((mixed > 0.3) & (mixed < 0.7)).all()


def test_a_source_with_many_hands_counts_more_than_one_with_few_but_not_by_their_number() -> None:
    sources, labels = np.array(["few"] * 4 + ["many"] * 16), np.zeros(20, np.int64)
    weights = balance(sources, labels)
    assert weights.mean() == pytest.approx(1)
    assert weights[4:].sum() / weights[:4].sum() == pytest.approx(2, rel=1e-5)
