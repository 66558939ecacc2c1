"""The surfaces of a made hand: its skin, the forearm and a sleeve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.synthetic.rendered.look import PALE, Look, mixed
from training.data.synthetic.rendered.mesh import FINGERS, WRIST, Numbers, euler, hand_mesh, skin
from training.data.synthetic.rendered.pose import Pose

NAIL_SHARE = 0.35  # of PALE in a nail's colour
NAIL_M = (-0.013, 0.002)  # where a nail lies along a finger, from its last joint
NAIL_HALF_M = 0.006  # half of its width

FOREARM_RADII_M = (0.0262, 0.0185)  # at the wrist, across and from palm to back
# How far from the wrist the forearm is how wide, from inside the hand on. 1 is as wide as at the wrist.
FOREARM_M, FOREARM_WIDTHS = (-0.02, 0.015, 0.04, 0.35), (0.7, 0.93, 1.0, 1.7)
SLEEVE_WIDTH = 1.25  # in forearm widths
INSIDE_PALENESS = 0.5  # of the forearm's inside, 1 is the palm's
RING = 24  # points around the forearm
RINGS = 8


@dataclass(frozen=True)
class Surface:
    """vertices: (v, 3), in metres. triangles: (t, 3) rows of vertices. colours: (v, 3), 0..1. shine: 0..1."""

    vertices: Numbers
    triangles: NDArray[np.int64]
    colours: Numbers
    shine: float

    def normals(self) -> Numbers:
        """(v, 3) the directions in which the surface faces at its vertices, of length 1."""
        a, b, c = (self.vertices[self.triangles[:, n]] for n in range(3))
        normals = np.zeros_like(self.vertices)
        for n in range(3):
            np.add.at(normals, self.triangles[:, n], np.cross(b - a, c - a))
        normals /= np.linalg.norm(normals, axis=1, keepdims=True).clip(1e-12)
        return normals


def surfaces(pose: Pose, look: Look) -> list[Surface]:
    """The surfaces of the first hand of a pose."""
    places, axes = (joints[0] for joints in pose.joints())
    vertices = skin(places, axes, pose.build.scales()[0])
    along = axes[WRIST] @ euler(np.array([*look.arm_bend, 0.0]))
    arm, triangles = _tube(along, FOREARM_M[0], 1.0)
    found = [
        Surface(vertices, hand_mesh().triangles, _skin_colours(look), look.shine),
        Surface(arm + places[WRIST], triangles, _arm_colours(look), look.shine),
    ]
    if look.sleeve_m < FOREARM_M[-1]:
        sleeve, triangles = _tube(along, look.sleeve_m, SLEEVE_WIDTH)
        found.append(Surface(sleeve + places[WRIST], triangles, np.tile(look.sleeve, (len(sleeve), 1)), 0.0))
    return found


def _tube(axes: Numbers, start_m: float, width: float) -> tuple[Numbers, NDArray[np.int64]]:
    """Vertices and triangles of a forearm or a sleeve. axes: (3, 3), of the arm. start_m: from the wrist."""
    along = np.linspace(start_m, FOREARM_M[-1], RINGS)[:, None]
    widths = np.interp(along, FOREARM_M, FOREARM_WIDTHS) * width
    across, deep = np.cos(_ring_angles()) * FOREARM_RADII_M[0], np.sin(_ring_angles()) * FOREARM_RADII_M[1]
    rings = np.stack(np.broadcast_arrays(widths * across, widths * deep, along), axis=-1)
    here = np.arange(RING * (RINGS - 1)).reshape(RINGS - 1, RING)
    beside = np.roll(here, -1, axis=1)
    halves = np.stack((here, beside, here + RING), -1), np.stack((beside, beside + RING, here + RING), -1)
    return rings.reshape(-1, 3) @ axes.T, np.concatenate([half.reshape(-1, 3) for half in halves])


def _ring_angles() -> Numbers:
    return np.linspace(0, 2 * np.pi, RING, endpoint=False)


def _skin_colours(look: Look) -> Numbers:
    """(v, 3) the colour of each vertex: the back's, the palm's, or a nail's."""
    mesh = hand_mesh()
    back = mesh.normals @ mesh.to_joint[WRIST, 1, :3]
    palmar = (0.5 - back).clip(0, 1)
    palmar[mesh.weights[:, FINGERS[0]].sum(axis=1) > 0.5] = 0.5  # the thumb stands across
    colours: Numbers = _between(look, palmar)
    for finger in FINGERS:
        to_tip = mesh.to_joint[finger[-1]]
        along = mesh.vertices @ to_tip[2, :3] + to_tip[2, 3]
        across = np.abs(mesh.vertices @ to_tip[0, :3] + to_tip[0, 3])
        of_finger = mesh.weights[:, finger].sum(axis=1) > 0.5
        outward = mesh.normals @ to_tip[1, :3] > 0.75
        nail = of_finger & outward & (along > NAIL_M[0]) & (along < NAIL_M[1]) & (across < NAIL_HALF_M)
        colours[nail] = mixed(look.skin, PALE, NAIL_SHARE)
    return colours


def _arm_colours(look: Look) -> Numbers:
    """(RINGS * RING, 3) the colour of each vertex of the forearm, whose inside is half as pale as the palm."""
    inside = INSIDE_PALENESS / 2 * (1 - np.sin(_ring_angles()))
    return np.tile(_between(look, inside), (RINGS, 1))


def _between(look: Look, shares: Numbers) -> Numbers:
    """(n, 3) colours between the back's and the palm's. shares: (n,) of the palm's, 0..1."""
    colours: Numbers = np.outer(1 - shares, look.skin) + np.outer(shares, look.palm)
    return colours
