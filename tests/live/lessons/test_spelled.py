"""The film of a hand that spells a word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.lessons.alphabet import STROKES, stroke_path, typical_hand
from live.lessons.drawing import FILM_CORNER, FILM_SIDE, PARTS, drawing_order, hand_film
from live.lessons.spelled import POSES_PER_S, Spelled, signing_hand, spell_word
from live.letters import ALPHABET, HELD_LETTERS

SLOW = 1.0
words = st.text(ALPHABET, min_size=1, max_size=10)
speeds = st.floats(0.5, 6.0)
seeds = st.integers(0, 1000)


def spelled(word: str, letters_per_s: float, seed: int = 0) -> Spelled:
    return spell_word(word, letters_per_s, np.random.default_rng(seed))


def pose_at(film: Spelled, time_s: float) -> np.ndarray:
    pose: np.ndarray = film.poses[round(time_s * POSES_PER_S)]
    return pose


def shape_of(pose: np.ndarray) -> np.ndarray:
    """The pose without its place."""
    shape: np.ndarray = pose - pose[0]
    return shape


@settings(deadline=None)  # the first film of a run is slow
@given(words, speeds, seeds)
def test_a_film_has_a_pose_for_every_tick_and_each_is_a_hand(word: str, letters_per_s: float, seed: int) -> None:
    film = spelled(word, letters_per_s, seed)
    assert film.poses.shape == (len(film.times_s), 21, 3)
    assert np.allclose(np.diff(film.times_s), 1 / POSES_PER_S)
    assert np.isfinite(film.poses).all()
    assert film.held_s.shape == (len(word), 2)
    assert (np.diff(film.held_s.ravel()) >= -1e-9).all()
    assert 0 < film.held_s[0, 0] < film.held_s[-1, 1] < film.times_s[-1]


@settings(deadline=None)  # the first film of a run is slow
@given(words, speeds, seeds)
def test_a_film_starts_and_ends_at_rest_in_the_same_pose(word: str, letters_per_s: float, seed: int) -> None:
    poses = spelled(word, letters_per_s, seed).poses
    assert np.allclose(poses[:10], poses[0])
    assert np.allclose(poses[-10:], poses[0])


@settings(deadline=None)  # the first film of a run is slow
@given(words, seeds)
def test_each_letter_is_reached_and_held_in_slow_spelling(word: str, seed: int) -> None:
    film = spelled(word, SLOW, seed)
    for letter, (since_s, until_s) in zip(word, film.held_s, strict=True):
        held = STROKES[letter].held if letter in STROKES else letter
        for time_s in (since_s + 1 / POSES_PER_S, until_s - 1 / POSES_PER_S):
            assert np.allclose(shape_of(pose_at(film, time_s)), shape_of(typical_hand(held)), atol=0.01), letter


@settings(deadline=None)
@given(st.text(HELD_LETTERS, min_size=2, max_size=10), st.floats(1, 6), seeds)
def test_held_letters_come_at_the_chosen_speed(word: str, letters_per_s: float, seed: int) -> None:
    film = spelled(word, letters_per_s, seed)
    first_s, last_s = film.held_s[0, 0], film.held_s[-1, 1]
    assert (last_s - first_s) * letters_per_s < len(word) + 0.25 * letters_per_s
    assert (last_s - first_s) * letters_per_s > len(word) - 1.5


def test_transitions_take_half_of_slow_spelling_and_most_of_fast_spelling() -> None:
    for letters_per_s, share in ((1.5, 0.5), (6.0, 0.8)):
        held_s = spelled("BALDWYKFUR", letters_per_s).held_s[1:-1]
        moving_s = (held_s[1:, 0] - held_s[:-1, 1]).sum()
        assert moving_s / (held_s[-1, 0] - held_s[0, 0]) == pytest.approx(share, abs=0.03)


def test_fingers_move_at_their_own_times() -> None:
    film = spelled("BS", 2)  # every finger folds
    moving = film.poses[round(film.held_s[0, 1] * POSES_PER_S) : round(film.held_s[1, 0] * POSES_PER_S)]
    bent = np.linalg.norm(moving[:, [8, 12, 16, 20]] - moving[:, [5, 9, 13, 17]], axis=2)
    halfway = np.abs(bent - (bent[0] + bent[-1]) / 2).argmin(axis=0)
    assert len(set(halfway.tolist())) > 1


def test_a_doubled_letter_slides_outward_or_bounces_with_the_same_hand() -> None:
    ends = set()
    for seed in range(12):
        film = spelled("LL", 2, seed)
        first, second = (pose_at(film, since_s + 1 / POSES_PER_S) for since_s in film.held_s[:, 0])
        between = film.poses[round(film.held_s[0, 1] * POSES_PER_S) : round(film.held_s[1, 0] * POSES_PER_S)]
        assert np.allclose(shape_of(first), shape_of(second), atol=0.01)
        assert np.ptp(between[:, 0, :2], axis=0).max() > 15
        ends.add(tuple((second - first)[0].round().astype(int).tolist()))
    assert ends == {(0, 0, 0), (-30, 0, 0)}


@pytest.mark.parametrize("letter", sorted(STROKES))
def test_j_and_z_are_drawn_along_the_path_of_the_chart(letter: str) -> None:
    film = spelled(letter, SLOW)
    since, until = (round(time_s * POSES_PER_S) for time_s in film.held_s[0])
    drawn = film.poses[since + 1 : until, STROKES[letter].joint, :2]
    path = stroke_path(letter) + signing_hand(letter)[STROKES[letter].joint, :2]
    assert np.linalg.norm(drawn[:, None] - path[None], axis=2).min(axis=1).max() < 2
    assert np.linalg.norm(path[:, None] - drawn[None], axis=2).min(axis=1).max() < 15


def test_paths_end_where_the_chart_ends_them() -> None:
    j, z = stroke_path("J"), stroke_path("Z")
    assert j[0].tolist() == z[0].tolist() == [0, 0]
    assert j[-1] / j[-1, 0] == pytest.approx(np.array((36, 52 + 4)) / 36)  # "l0 52 c0 24 32 24 36 4"
    assert z[-1] / z[-1, 1] == pytest.approx(np.array((-52 + 48 - 52, 52)) / 52)  # "l-52 0 l48 52 l-52 0"
    steps = np.linalg.norm(np.diff(j, axis=0), axis=1)
    assert steps == pytest.approx(steps.mean(), rel=0.05)


@pytest.mark.parametrize("word", [*ALPHABET, *(letter * 2 for letter in HELD_LETTERS)])
def test_no_letter_leaves_the_picture(word: str) -> None:
    film = spelled(word, SLOW)
    since, until = (round(time_s * POSES_PER_S) for time_s in (film.held_s[0, 0], film.held_s[-1, 1]))
    points = film.poses[since : until + 1, :, :2] - FILM_CORNER
    assert points.min() > 10  # half the width of a finger
    assert points.max() < FILM_SIDE - 10


def test_a_film_is_described_for_the_player() -> None:
    poses = spelled("QUIZ", 4).poses
    film = hand_film(poses, POSES_PER_S)
    assert np.array(film["frames"]).shape == (len(poses), 42)
    assert np.abs(np.array(film["frames"]).reshape(-1, 21, 2) - (poses[:, :, :2] - FILM_CORNER)).max() <= 0.5
    assert [part["joints"] for part in film["parts"]] == [part.joints for part in PARTS]
    since, orders = zip(*film["orders"], strict=True)
    assert since[0] == 0
    assert list(since) == sorted(set(since))
    last_of = np.searchsorted(since, np.arange(len(poses)), side="right") - 1
    assert np.array_equal(np.array(orders)[last_of], drawing_order(poses, 100))
