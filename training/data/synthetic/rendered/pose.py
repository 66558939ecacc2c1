"""A pose of the rigged hand: the angles of its joints, and how it faces the camera."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
TIP_M = 0.007  # the last landmark of a finger lies this much further than the mesh's last joint


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
