import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from live.hand import BONES, N_FINGERS, between_poses, minimum_jerk
from live.lessons import typical_hand
from live.letters import HELD_LETTERS

letters = st.sampled_from(HELD_LETTERS)
shares = st.floats(0, 1)


@given(letters, letters)
def test_a_hand_starts_in_one_pose_and_stops_in_the_other(first: str, second: str) -> None:
    start, stop = typical_hand(first), typical_hand(second)
    poses = between_poses(start, stop, np.array([(0.0,) * N_FINGERS, (1.0,) * N_FINGERS]))
    assert np.allclose(poses[0], start, atol=1e-9)
    assert np.allclose(poses[1], stop, atol=1e-9)


@given(letters, letters, st.lists(shares, min_size=N_FINGERS, max_size=N_FINGERS))
def test_fingers_keep_their_length_on_the_way(first: str, second: str, progress: list[float]) -> None:
    start, stop = typical_hand(first), typical_hand(second)
    pose = between_poses(start, stop, np.array([progress]))[0]
    fingers = [(a, b) for a, b in BONES if a not in (0, 5, 9, 13) or b in (1,)]

    def lengths(hand: np.ndarray) -> np.ndarray:
        return np.array([np.linalg.norm(hand[b] - hand[a]) for a, b in fingers])

    low, high = np.minimum(lengths(start), lengths(stop)), np.maximum(lengths(start), lengths(stop))
    assert (lengths(pose) > low - 1e-6).all()
    assert (lengths(pose) < high + 1e-6).all()


def test_a_fist_opens_through_the_space_in_front_of_the_palm() -> None:
    fist, flat = typical_hand("A"), typical_hand("B")
    pose = between_poses(fist, flat, np.full((1, N_FINGERS), 0.5))[0]
    assert pose[12, 2] < min(fist[12, 2], flat[12, 2])  # the middle finger's tip comes towards the camera


@given(st.lists(st.floats(-1, 2), min_size=2, max_size=20))
def test_a_reach_never_goes_back(times: list[float]) -> None:
    done = minimum_jerk(np.sort(times))
    assert (np.diff(done) >= 0).all()
    assert done.min() >= 0
    assert done.max() <= 1
