"""Finds the pose that 21 landmarks show, by least squares within human limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.hand import INDEX_MCP, LITTLE_MCP, MIDDLE_MCP, N_LANDMARKS, WRIST, palm_length
from training.data.synthetic.rendered.mesh import FINGERS, Build, Numbers, euler
from training.data.synthetic.rendered.pose import HIGH, LOW, N_ANGLES, SPREAD, USUAL, Pose, Y

# A hand's unknowns after its angles: how it faces (a turn in radians), where its wrist is (palm lengths), and
# the logarithms of its size and of its fingers' lengths.
FACING, PLACE = slice(N_ANGLES, N_ANGLES + 3), slice(N_ANGLES + 3, N_ANGLES + 6)
SIZE, LENGTHS = N_ANGLES + 6, slice(N_ANGLES + 7, N_ANGLES + 12)
N_UNKNOWNS = N_ANGLES + 12
LENGTH_SPREAD = 0.12  # of the logarithm of a finger's length
LOOSE = 10.0  # the spread of an unknown that the landmarks alone decide

PALM_M = 0.0883  # the mesh's palm length: the unit of landmarks
# How far landmarks usually lie from the joints, in palm lengths. The landmark network guesses z.
POINT_SPREAD, DEPTH_SPREAD, TOUCH_SPREAD = 0.05, 0.25, 0.03
STEPS = 20  # of Gauss and Newton
DAMPING = 1.0
SMALL = 1e-4  # the step of numerical derivatives


@dataclass(frozen=True)
class Touch:
    """Where a part of the hand lies on another, which the landmarks do not show: the landmark network guesses depth.

    joint: lies over the middle of the joints `near`, lifted_m along their axes out of the fingers' backs; if that is
    negative, on the side of the palm.
    """

    joint: int
    near: tuple[int, ...]
    lifted_m: float


THUMB_END, THUMB_TIP = FINGERS[0][2:]
(_, INDEX, INDEX_END, INDEX_TIP), (_, MIDDLE, MIDDLE_END, MIDDLE_TIP) = FINGERS[1:3]
_, RING, RING_END, RING_TIP = FINGERS[3]
PADS_M = -0.014  # from a fingertip's last joint to a thumb's that it meets
OVER_M, UNDER_M = 0.018, -0.015  # the thumb's joints, over folded fingers and under them
TOUCHES = {
    "D": (Touch(THUMB_TIP, (MIDDLE_TIP,), PADS_M),),
    "E": (Touch(THUMB_TIP, (MIDDLE_TIP, RING_TIP), PADS_M), Touch(THUMB_END, (INDEX_TIP,), PADS_M)),
    "F": (Touch(THUMB_TIP, (INDEX_TIP,), PADS_M),),
    "M": (Touch(THUMB_TIP, (RING, RING_END), UNDER_M), Touch(THUMB_END, (MIDDLE, MIDDLE_END), UNDER_M)),
    "N": (Touch(THUMB_TIP, (MIDDLE, RING), 0.0), Touch(THUMB_END, (INDEX, INDEX_END, MIDDLE, MIDDLE_END), UNDER_M)),
    "O": (Touch(THUMB_TIP, (INDEX_TIP, MIDDLE_TIP), PADS_M),),
    "S": (Touch(THUMB_TIP, (MIDDLE, MIDDLE_END, RING, RING_END), OVER_M), Touch(THUMB_END, (INDEX, INDEX_END), OVER_M)),
    "T": (Touch(THUMB_TIP, (INDEX, MIDDLE), 0.0), Touch(THUMB_END, (INDEX, INDEX_END), UNDER_M)),
}
MAX_TOUCHES = max(map(len, TOUCHES.values()))

WEIGHTS = 1 / np.array([(POINT_SPREAD, POINT_SPREAD, DEPTH_SPREAD)] * N_LANDMARKS + [(TOUCH_SPREAD,) * 3] * MAX_TOUCHES)


@dataclass(frozen=True)
class _Model:
    """Where the landmarks of n hands would lie, and what their touches would miss, for any values of the unknowns.

    facing: (n, 3, 3), where the search starts. rows: which hands sign each letter of TOUCHES.
    """

    facing: Numbers
    rows: Mapping[str, NDArray[np.int64]]

    def pose(self, unknowns: Numbers) -> Pose:
        build = Build(np.exp(unknowns[:, LENGTHS]), np.ones(len(unknowns)))
        return Pose(unknowns[:, :N_ANGLES], euler(unknowns[:, FACING]) @ self.facing, build)

    def points(self, unknowns: Numbers) -> Numbers:
        """(n, 21 + MAX_TOUCHES, 3) landmarks, then by how much each touch is missed, in palm lengths."""
        places, axes = self.pose(unknowns).joints()
        missed = np.zeros((len(unknowns), MAX_TOUCHES, 3))
        for letter, touches in TOUCHES.items():
            rows = self.rows[letter]
            for n, touch in enumerate(touches):
                missed[rows, n] = _missed(touch, places[rows], axes[rows])
        sizes = np.exp(unknowns[:, SIZE])[:, None, None] / PALM_M
        landmarks = Pose.landmarks_of(places, axes) * sizes + unknowns[:, None, PLACE]
        return np.concatenate((landmarks, missed * sizes), axis=1)


def fit_pose(landmarks: NDArray[np.floating], letters: Sequence[str]) -> tuple[Pose, Numbers]:
    """The poses that right hands' landmarks show: (n, 21, 3), with z smaller nearer to the camera, in any unit.

    letters: (n,) what the hands sign, which tells what touches what. Returns the poses, and (n,) how far their
    landmarks lie from those given: the mean in the picture, in palm lengths.
    """
    seen = (landmarks - landmarks[:, [WRIST]]).astype(np.float64)
    seen /= palm_length(seen)[:, None, None]
    n, touches = len(seen), np.zeros((len(seen), MAX_TOUCHES, 3))
    model = _Model(_face(seen), {letter: np.flatnonzero(np.array(letters) == letter) for letter in TOUCHES})
    usual, spread = np.zeros(N_UNKNOWNS), np.full(N_UNKNOWNS, LOOSE)
    usual[:N_ANGLES], spread[:N_ANGLES], spread[LENGTHS] = USUAL, SPREAD, LENGTH_SPREAD
    unknowns = np.tile(usual, (n, 1))
    for _ in range(STEPS):
        now = model.points(unknowns)
        slopes = np.stack([(model.points(unknowns + step) - now) / SMALL for step in SMALL * np.eye(N_UNKNOWNS)], -1)
        slopes = (slopes * WEIGHTS[..., None]).reshape(n, -1, N_UNKNOWNS)
        miss = ((np.concatenate((seen, touches), axis=1) - now) * WEIGHTS).reshape(n, -1)
        pull = np.einsum("nrk,nr->nk", slopes, miss) + (usual - unknowns) / spread**2
        curve = slopes.transpose(0, 2, 1) @ slopes + np.diag(1 / spread**2 + DAMPING)
        unknowns += np.linalg.solve(curve, pull[..., None])[..., 0]
        unknowns[:, :N_ANGLES] = unknowns[:, :N_ANGLES].clip(LOW, HIGH)
    away: Numbers = np.linalg.norm((model.points(unknowns)[:, :N_LANDMARKS] - seen)[..., :2], axis=-1).mean(axis=1)
    return model.pose(unknowns), away


def _missed(touch: Touch, places: Numbers, axes: Numbers) -> Numbers:
    """(n, 3) how far a part of the hand lies from where it should touch, in metres."""
    near = list(touch.near)
    out = axes[:, near][..., Y].mean(axis=1)
    out /= np.linalg.norm(out, axis=1, keepdims=True).clip(1e-6)
    missed: Numbers = places[:, touch.joint] - places[:, near].mean(axis=1) - touch.lifted_m * out
    return missed


def _face(landmarks: Numbers) -> Numbers:
    """(n, 3, 3) from the wrist's axes to the picture's, by the palm's points."""
    along = landmarks[:, MIDDLE_MCP] - landmarks[:, WRIST]
    across = landmarks[:, LITTLE_MCP] - landmarks[:, INDEX_MCP]
    back_axis = np.cross(-along, across)  # the wrist's z points away from the fingers, its x to the little finger
    z = -along / np.linalg.norm(along, axis=1, keepdims=True)
    y = back_axis / np.linalg.norm(back_axis, axis=1, keepdims=True)
    return np.stack((np.cross(y, z), y, z), axis=-1)
