"""The shape network's two kinds of members."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.lessons import typical_hand
from live.letters import HELD_LETTERS
from live.readers import features
from training.networks.shape import ShapeRecipe, bones_and_distances, build_towers

HANDS = np.stack([typical_hand(letter) for letter in HELD_LETTERS]).astype(np.float32)


def seen(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(keras.ops.convert_to_numpy(bones_and_distances(keras.ops.convert_to_tensor(landmarks))))


def test_relative_members_see_directions_angles_and_distances() -> None:
    bones, cosines, distances = np.split(seen(HANDS), [60, 78], axis=1)
    assert np.linalg.norm(bones.reshape(-1, 20, 3), axis=2) == pytest.approx(1, abs=1e-5)
    assert (np.abs(cosines) <= 1 + 1e-5).all()
    first, second = np.triu_indices(21, 1)
    apart = np.linalg.norm(HANDS[:, first, :2] - HANDS[:, second, :2], axis=2)
    assert distances == pytest.approx(apart / np.sqrt((apart**2).mean(axis=1, keepdims=True)), abs=1e-4)
    straight = HELD_LETTERS.index("B"), HELD_LETTERS.index("S")  # the fingers of B are straight, those of S bent
    assert cosines[straight[0], 4:15].min() > cosines[straight[1], 4:15].min()


@given(st.floats(0.05, 20), st.floats(-5, 5))
def test_relative_members_see_no_place_and_no_size(scale: float, shift: float) -> None:
    moved = (HANDS * scale + shift).astype(np.float32)
    assert seen(moved) == pytest.approx(seen(HANDS), abs=2e-3)


def test_a_hand_in_one_point_gives_finite_numbers() -> None:
    assert np.isfinite(seen(np.zeros((1, 21, 3), np.float32))).all()


@pytest.mark.parametrize(("members", "relative"), [(2, 0), (1, 1), (2, 3)])
def test_all_members_answer_and_their_mean_is_the_answer(members: int, relative: int) -> None:
    recipe = ShapeRecipe(members=members, relative_members=relative, units=(8,))
    each, mean = build_towers(recipe, 24)
    answers = each.predict(features(HANDS), verbose=0)
    assert answers.shape == (24, recipe.n_members, 24)
    assert mean.predict(features(HANDS), verbose=0) == pytest.approx(answers.mean(axis=1), abs=1e-6)
