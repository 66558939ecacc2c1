"""Labelled hands: files of landmarks, folders of pictures."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.errors import DataError
from live.hand.crop import crop_hand
from live.hand.tracker import LiteRTHandTracker
from live.readers.features import N_FEATURES, features
from tests.conftest import write_landmarks
from tests.support import drawn
from training.data.hands import read_npz
from training.data.pictures import VIEWS, labelled_pictures, read_photographs
from training.data.types import live_view, merge
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


def test_pictures_are_labelled_by_their_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("anna/L", "anna/J", "ben/nothing", "ben/holidays"):
        (tmp_path / folder).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / folder / "1.png"), drawn.signed("L"))
    found = {(each.source, each.letter) for each in labelled_pictures(tmp_path)}
    assert found == {("anna", "L"), ("ben", "nothing")}
    said = capsys.readouterr().err
    assert "1 still pictures of J, a letter that is drawn in the air" in said
    assert "1 still pictures of holidays, a folder not named after a letter" in said
    assert {each.source for each in labelled_pictures(tmp_path / "anna")} == {"anna"}


def test_photographs_go_through_the_tracker_and_the_crop_of_live(tracker: LiteRTHandTracker, tmp_path: Path) -> None:
    for source, letter in (("anna", "L"), ("anna", "Y"), ("ben", "W")):
        (tmp_path / source / letter).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / source / letter / "1.png"), drawn.signed(letter))
    cv2.imwrite(str(tmp_path / "ben" / "W" / "2.png"), drawn.signed(None))
    hands = read_photographs(tmp_path, labelled_pictures(tmp_path), tracker, seed=0)
    assert (len(hands), sorted(set(hands.sources.tolist()))) == (3, ["anna", "ben"])
    assert "4 pictures of 2 sources" in hands.about
    assert "3 with a hand" in hands.about
    assert hands.crops is not None
    assert hands.crops.shape == (3, VIEWS, 28, 28)
    hand = tracker.detect(drawn.signed("L"))
    assert hand is not None
    assert np.array_equal(live_view(hands)[0], crop_hand(drawn.signed("L"), hand))
    assert np.array_equal(hands.landmarks[0], hand.right_landmarks)
    assert not np.array_equal(hands.crops[0, 1], hands.crops[0, 2])
    again = read_photographs(tmp_path, labelled_pictures(tmp_path), tracker, seed=0)
    assert again.crops is not None
    assert np.array_equal(again.crops, hands.crops)
    both = merge([hands, again])
    assert len(both.select(both.labels == both.labels[0])) == 2


def test_a_folder_without_a_single_hand_is_told(tracker: LiteRTHandTracker, tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    cv2.imwrite(str(tmp_path / "A" / "1.png"), drawn.signed(None))
    with pytest.raises(DataError, match="no hand was found on any of 1 pictures"):
        read_photographs(tmp_path, labelled_pictures(tmp_path), tracker, seed=0)


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
