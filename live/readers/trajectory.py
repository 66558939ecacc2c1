"""The trajectory of a hand: tracked hands over time in, inputs of the strokes network out.

Trajectories are resampled by distance, not by time. So a stroke looks alike to the network whether it is slow or fast,
with or without pauses at corners, at 10 or 30 frames a second.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGERTIPS, INDEX_MCP, LITTLE_MCP, PALM_CENTRE_JOINTS, WRIST, Hand, palm_length
from live.readers.side import SideVote

Floats = NDArray[np.float64]

INPUT_JOINTS = [WRIST, INDEX_MCP, LITTLE_MCP, *FINGERTIPS[:3], FINGERTIPS[4]]  # the joints that the network sees
TRACKED_JOINTS = [*PALM_CENTRE_JOINTS, *FINGERTIPS]  # a hand has moved as far as the median of these
N_POSES = 20  # in an input, evenly spaced by distance
N_INPUTS = N_POSES * len(INPUT_JOINTS) * 2 + 1
PATH_LENGTHS = 0.42 * 1.22 ** np.arange(17)  # of the strokes looked for: 0.42 to 10 palm lengths
MIN_STEP = 0.08  # palm lengths; a smaller movement is trembling
MEMORY_S = 6.0  # older poses are forgotten
LOST_S = 0.8  # seconds without a hand after which a new trajectory begins


@dataclass(frozen=True)
class Pose:
    """A hand at one time. points: (21, 2) pixels. size: pixels. distance: palm lengths since the first pose."""

    points: Floats
    size: float
    time_s: float
    distance: float


class Trajectory:
    """The recent poses of one hand, at least MIN_STEP apart."""

    def __init__(self) -> None:
        self._poses: deque[Pose] = deque()
        self._side = SideVote()

    def __len__(self) -> int:
        return len(self._poses)

    @property
    def distance(self) -> float:
        """Palm lengths travelled since the first pose, forgotten poses included."""
        return self._poses[-1].distance if self._poses else 0.0

    def pose_at(self, distance: float) -> Pose:
        """The pose nearest to a distance in palm lengths."""
        return min(self._poses, key=lambda pose: abs(pose.distance - distance))

    def add(self, hand: Hand, time_s: float) -> bool:
        """Add a hand if it has moved by MIN_STEP. Returns whether it has."""
        self._side.add(hand.side, time_s)
        while len(self._poses) > 1 and time_s - self._poses[0].time_s > MEMORY_S:
            self._poses.popleft()
        points, size = hand.landmarks[:, :2].astype(np.float64), hand_size(hand)
        if not self._poses:
            self._poses.append(Pose(points, size, time_s, 0.0))
            return True
        last = self._poses[-1]
        moved = np.linalg.norm(points[TRACKED_JOINTS] - last.points[TRACKED_JOINTS], axis=1)
        step = float(np.median(moved)) / max(size, last.size)  # not fingertips alone, which are often located badly
        if step < MIN_STEP:
            return False
        self._poses.append(Pose(points, size, time_s, last.distance + step))
        while len(self._poses) > 2 and self.distance - self._poses[1].distance >= PATH_LENGTHS[-1]:
            self._poses.popleft()  # beyond the longest path
        return True

    def windows(self) -> tuple[NDArray[np.float32], Floats]:
        """(n, N_INPUTS) network inputs, and the (n,) distances at which they begin.

        There is one input for each of PATH_LENGTHS that the hand has travelled, and one for its whole path. An input is
        N_POSES poses of a right hand, relative to the mean of their centres, in palm lengths; then the logarithm of the
        path's length.
        """
        distances = np.array([pose.distance for pose in self._poses])
        travelled = distances[-1] - distances[0]
        lengths = PATH_LENGTHS[travelled >= PATH_LENGTHS]
        if PATH_LENGTHS[0] <= travelled < PATH_LENGTHS[-1]:
            lengths = np.append(lengths, travelled)
        starts = distances[-1] - lengths
        sampled = self._sample(distances, starts[:, None] + lengths[:, None] * np.linspace(0, 1, N_POSES))
        unit = np.percentile([pose.size for pose in self._poses], 75)
        poses = (sampled[:, :, :-1] - sampled[:, :, -1:].mean(axis=1, keepdims=True)) / unit
        if self._side.is_left:
            poses[..., 0] *= -1
        flat = poses.reshape(len(lengths), N_INPUTS - 1)
        return np.column_stack((flat, np.log2(lengths / 4))).astype(np.float32), starts

    def _sample(self, distances: Floats, at: Floats) -> Floats:
        """(n, N_POSES, len(INPUT_JOINTS) + 1, 2) INPUT_JOINTS and the palm's centre, at (n, N_POSES) distances."""
        points = np.array([pose.points for pose in self._poses])
        centres = points[:, PALM_CENTRE_JOINTS].mean(axis=1, keepdims=True)
        columns = np.concatenate((points[:, INPUT_JOINTS], centres), axis=1).reshape(len(distances), -1).T
        sampled: Floats = np.stack([np.interp(at, distances, column) for column in columns], axis=2)
        return sampled.reshape(len(at), N_POSES, len(INPUT_JOINTS) + 1, 2)


def hand_size(hand: Hand) -> float:
    """The palm's length in pixels, or half the hand's extent if the palm points at the camera; above 0."""
    return float(hand_sizes(hand.landmarks[None, :, :2].astype(np.float64))[0])


def hand_sizes(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """(n,) the sizes of (n, 21, 2) hands, as hand_size."""
    extents = np.ptp(points, axis=1).max(axis=1)
    sizes: NDArray[np.floating] = np.maximum(np.maximum(palm_length(points), 0.5 * extents), 1e-6)
    return sizes
