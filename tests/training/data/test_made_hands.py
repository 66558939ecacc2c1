"""Made hands: the rigged hand, its poses and, where VTK is installed, their pictures."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from live.hand import LiteRTHandTracker
from live.lessons import typical_hand
from live.letters import HELD_LETTERS
from training.data import Hands
from training.data.synthetic.rendered import MadeHand, Pose, fit_pose, in_tone, made_hands
from training.data.synthetic.rendered.mesh import N_JOINTS, WRIST, hand_mesh, move_joints, skin
from training.data.synthetic.rendered.pose import HIGH, LOW

THUMB_TIP, INDEX_PIP, MIDDLE_PIP, MIDDLE_DIP, RING_PIP, RING_DIP = 4, 6, 10, 11, 14, 15


@pytest.fixture(scope="module")
def typical() -> Hands:
    landmarks = np.stack([typical_hand(letter) for letter in HELD_LETTERS]).astype(np.float32)
    n = len(HELD_LETTERS)
    return Hands(landmarks, np.arange(n), np.full(n, "typical"), None, None, "typical hands", "")


@pytest.fixture(scope="module")
def posed(typical: Hands) -> tuple[Pose, NDArray[np.float64]]:
    return fit_pose(typical.landmarks, HELD_LETTERS)


def test_joints_at_rest_leave_the_skin_as_it_is() -> None:
    mesh = hand_mesh()
    to_mesh = np.linalg.inv(mesh.to_joint[WRIST])
    turns, scales = np.tile(np.eye(3), (1, N_JOINTS, 1, 1)), np.ones((1, N_JOINTS, 3))
    places, axes = move_joints(turns, to_mesh[None, :3, :3], scales)
    assert skin(places[0], axes[0], scales[0]) + to_mesh[:3, 3] == pytest.approx(mesh.vertices, abs=1e-6)


def test_a_pose_follows_the_landmarks_within_the_limits_of_joints(posed: tuple[Pose, NDArray[np.float64]]) -> None:
    pose, missed = posed
    assert missed.max() < 0.08
    assert ((pose.angles >= LOW) & (pose.angles <= HIGH)).all()


def test_a_pose_is_found_again_from_its_own_landmarks(posed: tuple[Pose, NDArray[np.float64]]) -> None:
    again, missed = fit_pose(posed[0].landmarks(), HELD_LETTERS)
    assert missed.mean() < 0.03
    assert np.abs(again.angles - posed[0].angles).mean() < 0.2  # radians


def test_the_thumb_lies_over_the_fingers_of_s_between_those_of_t_and_n_and_under_those_of_m(
    posed: tuple[Pose, NDArray[np.float64]],
) -> None:
    points = dict(zip(HELD_LETTERS, posed[0].landmarks(), strict=True))
    fingers = points["S"][[MIDDLE_PIP, MIDDLE_DIP]]
    assert points["S"][THUMB_TIP, 2] < fingers[:, 2].min()  # nearer to the camera
    for letter, beside in (("T", (INDEX_PIP, MIDDLE_PIP)), ("N", (MIDDLE_PIP, RING_PIP))):
        across = points[letter][list(beside), 0]
        assert across.min() - 0.01 < points[letter][THUMB_TIP, 0] < across.max() + 0.01
    assert points["M"][THUMB_TIP, 2] > points["M"][[RING_PIP, RING_DIP], 2].max()


def test_made_hands_are_alike_for_a_seed_and_come_equally_often_for_each_letter(typical: Hands) -> None:
    first, second = (made_hands(typical, np.random.default_rng(3), len(HELD_LETTERS)) for _ in range(2))
    hands = [next(first) for _ in HELD_LETTERS]
    again = next(second)
    assert (hands[0].letter, hands[0].look.seed) == (again.letter, again.look.seed)
    assert {hand.letter for hand in hands} == set(HELD_LETTERS)


@pytest.fixture
def made(typical: Hands) -> MadeHand:
    """A hand of L in front of a plain wall."""
    hands = made_hands(typical, np.random.default_rng(0), len(HELD_LETTERS))
    hand = next(hand for hand in hands if hand.letter == "L")
    return replace(hand, look=replace(hand.look, background_bgr=np.full((256, 256, 3), 150, np.uint8), share=0.6))


def test_a_rendered_hand_lies_where_it_was_asked_for(made: MadeHand, tracker: LiteRTHandTracker) -> None:
    pytest.importorskip("vtkmodules", reason="VTK is not installed: pip install vtk")
    from training.data.synthetic.rendered.render import HandRenderer

    found = tracker.detect(HandRenderer().draw(made.pose, made.look))
    assert found is not None
    assert found.side == "right"
    assert made.missed_by(found) < 0.15


def test_another_skin_tone_changes_nothing_but_the_skin(made: MadeHand) -> None:
    pytest.importorskip("vtkmodules", reason="VTK is not installed: pip install vtk")
    from training.data.synthetic.rendered.render import HandRenderer

    renderer, bare = HandRenderer(), replace(made.look, noise=0.0)
    light, dark = (renderer.draw(made.pose, in_tone(bare, tone)).astype(int) for tone in (1, 10))
    changed = np.abs(light - dark).max(axis=2) > 3
    assert 0.05 < changed.mean() < 0.6
    assert light[changed].mean() > 2 * dark[changed].mean()
    assert not changed[:10].any()
