"""Poses the rigged hand as 21 landmarks show it: finds the joints' angles by least squares, within human limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from live.hand import INDEX_MCP, LITTLE_MCP, MIDDLE_MCP, N_LANDMARKS, WRIST, palm_length
from training.data.synthetic.rendered.mesh import (
    FINGERS,
    LANDMARK_JOINTS,
    N_JOINTS,
    Build,
    Numbers,
    euler,
    move_joints,
)

X, Y, Z = 0, 1, 2  # a joint's axes: bending, spreading and twisting turn about them; a negative angle bends to the palm


@dataclass(frozen=True)
class Freedom:
    """One way in which a joint can turn. Angles are in radians, from the mesh's rest.

    usual, spread: of the angles that are likely, whatever the landmarks show. low, high: the limits.
    """

    joint: int
    axis: int
    usual: float
    spread: float
    low: float
    high: float


def _freedoms() -> tuple[Freedom, ...]:
    thumb, *fingers = FINGERS
    free = [  # the thumb's first joint turns every way
        Freedom(thumb[0], X, 0.0, 0.6, -1.2, 0.6),
        Freedom(thumb[0], Y, 0.0, 0.6, -1.2, 0.8),
        Freedom(thumb[0], Z, 0.0, 0.4, -0.8, 0.8),
        Freedom(thumb[1], X, -0.2, 0.5, -1.2, 0.3),
        Freedom(thumb[2], X, -0.2, 0.5, -1.4, 0.3),
    ]
    for knuckle, middle, end, _ in fingers:
        free.append(Freedom(knuckle, X, -0.5, 0.9, -1.7, 0.4))
        free.append(Freedom(knuckle, Y, 0.0, 0.2, -0.45, 0.45))
        free.append(Freedom(middle, X, -0.7, 0.9, -1.9, 0.1))
        free.append(Freedom(end, X, -0.4, 0.4, -1.3, 0.2))
    return tuple(free)


FREEDOMS = _freedoms()
LOW, HIGH = np.array([free.low for free in FREEDOMS]), np.array([free.high for free in FREEDOMS])
USUAL, SPREAD = np.array([free.usual for free in FREEDOMS]), np.array([free.spread for free in FREEDOMS])
N_ANGLES = len(FREEDOMS)
# A hand's other unknowns, after its angles: how it faces (a turn in radians), where its wrist is (palm lengths), and
# the logarithms of its size and of its fingers' lengths.
FACING, PLACE = slice(N_ANGLES, N_ANGLES + 3), slice(N_ANGLES + 3, N_ANGLES + 6)
SIZE, LENGTHS = N_ANGLES + 6, slice(N_ANGLES + 7, N_ANGLES + 12)
N_UNKNOWNS = N_ANGLES + 12
LENGTH_SPREAD = 0.12  # of the logarithm of a finger's length
LOOSE = 10.0  # the spread of an unknown that the landmarks alone decide


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
(_, RING, RING_END, RING_TIP), (_, LITTLE, _, _) = FINGERS[3:]
PADS_M = -0.014  # from a fingertip's last joint to a thumb's that it meets
OVER_M, UNDER_M = 0.018, -0.015  # the thumb's joints, over folded fingers and under them
TOUCHES = {
    "D": (Touch(THUMB_TIP, (MIDDLE_TIP,), PADS_M),),
    "E": (Touch(THUMB_TIP, (MIDDLE_TIP, RING_TIP), PADS_M), Touch(THUMB_END, (INDEX_TIP,), PADS_M)),
    "F": (Touch(THUMB_TIP, (INDEX_TIP,), PADS_M),),
    "M": (Touch(THUMB_TIP, (RING, LITTLE), 0.0), Touch(THUMB_END, (MIDDLE, MIDDLE_END), UNDER_M)),
    "N": (Touch(THUMB_TIP, (MIDDLE, RING), 0.0), Touch(THUMB_END, (INDEX, INDEX_END, MIDDLE, MIDDLE_END), UNDER_M)),
    "O": (Touch(THUMB_TIP, (INDEX_TIP, MIDDLE_TIP), PADS_M),),
    "S": (Touch(THUMB_TIP, (MIDDLE, MIDDLE_END, RING, RING_END), OVER_M), Touch(THUMB_END, (INDEX, INDEX_END), OVER_M)),
    "T": (Touch(THUMB_TIP, (INDEX, MIDDLE), 0.0), Touch(THUMB_END, (INDEX, INDEX_END), UNDER_M)),
}
MAX_TOUCHES = max(map(len, TOUCHES.values()))
TOUCH_SPREAD = 0.03  # palm lengths

# How far landmarks usually lie from the joints, in palm lengths. The landmark network guesses z.
POINT_SPREAD, DEPTH_SPREAD = 0.05, 0.25
TIP_M = 0.007  # the last landmark of a finger lies this much further than the mesh's last joint
STEPS = 20  # of Gauss and Newton
DAMPING = 1.0
SMALL = 1e-4  # the step of numerical derivatives


@dataclass(frozen=True)
class Pose:
    """How n hands are held. angles: (n, 21), of FREEDOMS. facing: (n, 3, 3), from the wrist's axes to the picture's.

    The picture's axes are those of landmarks: x to the right, y down, z away from the camera.
    """

    angles: Numbers
    facing: Numbers
    build: Build

    def __len__(self) -> int:
        return len(self.angles)

    def select(self, rows: NDArray[np.integer] | slice) -> "Pose":
        """The hands in these rows."""
        build = Build(self.build.lengths[rows], self.build.thickness[rows])
        return Pose(self.angles[rows], self.facing[rows], build)

    def joints(self) -> tuple[Numbers, Numbers]:
        """Places and rotations of the joints, as in move_joints."""
        euler_angles = np.zeros((len(self), N_JOINTS, 3))
        for n, free in enumerate(FREEDOMS):
            euler_angles[:, free.joint, free.axis] = self.angles[:, n]
        return move_joints(euler(euler_angles), self.facing, self.build.scales())

    def landmarks(self) -> Numbers:
        """(n, 21, 3) where MediaPipe's points lie, in metres from the wrist."""
        return self.landmarks_of(*self.joints())

    @staticmethod
    def landmarks_of(places: Numbers, axes: Numbers) -> Numbers:
        """The landmarks of joints, given as move_joints gives them."""
        places = places.copy()
        tips = [finger[-1] for finger in FINGERS]
        places[:, tips] -= TIP_M * axes[:, tips][..., Z]
        return places[:, LANDMARK_JOINTS]


def fit_pose(landmarks: NDArray[np.floating], letters: Sequence[str]) -> tuple[Pose, Numbers]:
    """The poses that right hands' landmarks show: (n, 21, 3), with z smaller nearer to the camera, in any unit.

    letters: (n,) what the hands sign, which tells what touches what.

    Returns the poses, and (n,) how far their landmarks lie from those given: the mean in the picture, in palm lengths.
    """
    seen = landmarks - landmarks[:, [WRIST]]
    seen = (seen / palm_length(seen)[:, None, None]).astype(np.float64)
    start = Pose(np.tile(USUAL, (len(seen), 1)), _face(seen), Build(np.ones((len(seen), 5)), np.ones(len(seen))))
    unit = 1 / float(palm_length(start.landmarks()[0]))
    unknowns = np.zeros((len(seen), N_UNKNOWNS))
    unknowns[:, :N_ANGLES] = USUAL
    weights = np.full((N_LANDMARKS + MAX_TOUCHES, 3), 1 / TOUCH_SPREAD)
    weights[:N_LANDMARKS] = 1 / np.array([POINT_SPREAD, POINT_SPREAD, DEPTH_SPREAD])
    aims = np.concatenate((seen, np.zeros((len(seen), MAX_TOUCHES, 3))), axis=1)
    rows = {letter: np.flatnonzero(np.array(letters) == letter) for letter in TOUCHES}
    usual, spread = np.zeros(N_UNKNOWNS), np.full(N_UNKNOWNS, LOOSE)
    usual[:N_ANGLES], spread[:N_ANGLES], spread[LENGTHS] = USUAL, SPREAD, LENGTH_SPREAD

    def posed(values: Numbers) -> Pose:
        build = replace(start.build, lengths=np.exp(values[:, LENGTHS]))
        return Pose(values[:, :N_ANGLES], euler(values[:, FACING]) @ start.facing, build)

    def points(values: Numbers) -> Numbers:
        sizes = unit * np.exp(values[:, SIZE])[:, None, None]
        pose = posed(values)
        places, axes = pose.joints()
        missed = np.zeros((len(values), MAX_TOUCHES, 3))
        for letter, touches in TOUCHES.items():
            for n, touch in enumerate(touches):
                missed[rows[letter], n] = _missed(touch, places[rows[letter]], axes[rows[letter]])
        landmarks = pose.landmarks_of(places, axes) * sizes + values[:, None, PLACE]
        return np.concatenate((landmarks, missed * sizes), axis=1)

    for _ in range(STEPS):
        now = points(unknowns)
        slopes = np.empty((len(seen), weights.size, N_UNKNOWNS))
        for n in range(N_UNKNOWNS):
            moved = unknowns.copy()
            moved[:, n] += SMALL
            slopes[:, :, n] = ((points(moved) - now) / SMALL * weights).reshape(len(seen), -1)
        miss = ((aims - now) * weights).reshape(len(seen), -1)
        pull = np.einsum("nrk,nr->nk", slopes, miss) + (usual - unknowns) / spread**2
        curve = slopes.transpose(0, 2, 1) @ slopes + np.diag(1 / spread**2 + DAMPING)
        unknowns += np.linalg.solve(curve, pull[..., None])[..., 0]
        unknowns[:, :N_ANGLES] = unknowns[:, :N_ANGLES].clip(LOW, HIGH)
    away = np.linalg.norm((points(unknowns)[:, :N_LANDMARKS] - seen)[..., :2], axis=-1).mean(axis=1)
    return posed(unknowns), away


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
