"""How a hand changes from one pose to another: every finger turns its bones, at its own time.

Lessons draw such hands, and training synthesises films of them.
"""

import numpy as np
from numpy.typing import NDArray

from live.hand.landmarks import FINGER_JOINTS, INDEX_MCP, LITTLE_MCP, WRIST

Floats = NDArray[np.float64]

N_FINGERS = len(FINGER_JOINTS)
# The bones of each finger from the wrist to the tip: (5, 4) joints where they start, and where they stop.
BONE_STARTS = np.array([(WRIST, *joints[:-1]) for joints in FINGER_JOINTS])
BONE_STOPS = np.array(FINGER_JOINTS)


def minimum_jerk(time: NDArray[np.floating]) -> Floats:
    """The share of a movement that is done, at shares of its duration; times outside 0..1 are before or after it.

    This is how people reach: Flash and Hogan, "The coordination of arm movements", J. Neurosci. 5 (1985).
    """
    share = np.clip(np.asarray(time, np.float64), 0, 1)
    done: Floats = share**3 * (10 - 15 * share + 6 * share**2)
    return done


def between_poses(start: Floats, stop: Floats, progress: Floats) -> Floats:
    """(n, 21, 3) poses of a right hand on the way from one pose to another.

    start, stop: (21, 3) landmarks. progress: (n, 5) for each finger, 0 at the start and 1 at the stop; it may go
    beyond. The wrist moves as the mean finger does. Bones turn and keep their length, so that a fist opens as fingers
    do: through the space in front of the palm, not through the palm.
    """
    bones_start, bones_stop = (_bones(np.asarray(pose, np.float64)) for pose in (start, stop))
    (lengths_start, ways_start), (lengths_stop, ways_stop) = map(_lengths_and_ways, (bones_start, bones_stop))
    done = progress[:, :, None]
    lengths = np.maximum(lengths_start + (lengths_stop - lengths_start) * done, 0)
    opposed = (1 - (ways_start * ways_stop).sum(axis=2, keepdims=True)) / 2  # 1 for a bone that turns right round
    opposed[:, 0] = 0  # the palm's bones do not bend towards the palm
    ways = ways_start + (ways_stop - ways_start) * done[..., None]
    bent = np.sin(np.pi * np.clip(done, 0, 1))[..., None] * opposed
    front = _palm_normal(start) + (_palm_normal(stop) - _palm_normal(start)) * progress.mean(axis=1)[:, None]
    ways = ways + bent * front[:, None, None]
    ways /= np.maximum(np.linalg.norm(ways, axis=3, keepdims=True), 1e-6)
    wrist = start[WRIST] + (stop[WRIST] - start[WRIST]) * progress.mean(axis=1)[:, None]
    poses = np.empty((len(progress), *start.shape))
    poses[:, WRIST] = wrist
    poses[:, BONE_STOPS] = wrist[:, None, None] + np.cumsum(ways * lengths[..., None], axis=2)
    return poses


def _bones(pose: Floats) -> Floats:
    """(5, 4, 3) each bone as a vector."""
    bones: Floats = pose[BONE_STOPS] - pose[BONE_STARTS]
    return bones


def _lengths_and_ways(bones: Floats) -> tuple[Floats, Floats]:
    """(5, 4) lengths, and (5, 4, 3) unit vectors."""
    lengths = np.linalg.norm(bones, axis=2)
    return lengths, bones / np.maximum(lengths, 1e-6)[..., None]


def _palm_normal(pose: Floats) -> Floats:
    """(3,) the unit vector from the palm of a right hand to what it faces."""
    normal = np.cross(pose[INDEX_MCP] - pose[WRIST], pose[LITTLE_MCP] - pose[WRIST])
    unit: Floats = normal / max(float(np.linalg.norm(normal)), 1e-6)
    return unit
