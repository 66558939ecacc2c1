"""A rigged hand: reads its mesh, moves its joints, and moves the skin with them.

The mesh is the generic right hand of @webxr-input-profiles/assets 1.0.20 (generic-hand/, MIT). Its joints are named by
the WebXR Hand Input standard, and each joint's -z axis points along its bone, +y out of the back of the hand.
"""

import json
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

MESH = Path(__file__).parent / "generic-hand" / "right.glb"
GLB_HEADER, CHUNK_HEADER = 12, 8  # bytes
COMPONENTS = {5121: np.uint8, 5123: np.uint16, 5126: np.float32}  # glTF's numbers of the types that hands use
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}

N_JOINTS = 25
WRIST = 0
# The joint before each joint. The thumb has four joints, each finger five: it starts with a metacarpal in the palm.
PARENTS = (-1, 0, 1, 2, 3, *(parent for first in (5, 10, 15, 20) for parent in (0, *range(first, first + 4))))
METACARPALS = (5, 10, 15, 20)  # of the four fingers
LANDMARK_JOINTS = [joint for joint in range(N_JOINTS) if joint not in METACARPALS]  # of MediaPipe's 21 points
FINGERS = ([1, 2, 3, 4], [6, 7, 8, 9], [11, 12, 13, 14], [16, 17, 18, 19], [21, 22, 23, 24])  # thumb first


@dataclass(frozen=True)
class HandMesh:
    """A skinned right hand in its rest pose; lengths are in metres.

    vertices: (v, 3). normals: (v, 3), of length 1. triangles: (t, 3) rows of vertices. weights: (v, 25), which joints
    move each vertex; each row adds up to 1. to_joint: (25, 4, 4), from the mesh to each joint's own axes.
    """

    vertices: Numbers
    normals: Numbers
    triangles: NDArray[np.int64]
    weights: Numbers
    to_joint: Numbers


@dataclass(frozen=True)
class Build:
    """How n persons' hands differ from the mesh; 1 is the mesh's own measure.

    lengths: (n, 5), of the fingers, thumb first. thickness: (n,), of the fingers.
    """

    lengths: Numbers
    thickness: Numbers

    def scales(self) -> Numbers:
        """(n, 25, 3) the scale of each joint's own axes: across, from palm to back, and along the bone."""
        scales = np.ones((len(self.thickness), N_JOINTS, 3))
        for finger, joints in enumerate(FINGERS):
            scales[:, joints, :2] = self.thickness[:, None, None]
            scales[:, joints, 2] = self.lengths[:, [finger]]
        return scales


@cache
def hand_mesh() -> HandMesh:
    """The mesh that ships, with vertices at the same place joined into one."""
    content = MESH.read_bytes()
    (size,) = struct.unpack_from("<I", content, GLB_HEADER)
    described = json.loads(content[GLB_HEADER + CHUNK_HEADER :][:size])
    binary = content[GLB_HEADER + CHUNK_HEADER + size + CHUNK_HEADER :]

    def array(accessor: int) -> NDArray[np.generic]:
        about = described["accessors"][accessor]
        start = described["bufferViews"][about["bufferView"]]["byteOffset"] + about.get("byteOffset", 0)
        shape = about["count"], WIDTHS[about["type"]]
        flat = np.frombuffer(binary, COMPONENTS[about["componentType"]], shape[0] * shape[1], start)
        return flat.reshape(shape)

    (primitive,) = described["meshes"][0]["primitives"]
    attributes = {name: array(accessor) for name, accessor in primitive["attributes"].items()}
    joints, shares = attributes["JOINTS_0"].astype(np.int64), attributes["WEIGHTS_0"].astype(np.float64)
    weights = np.zeros((len(joints), N_JOINTS))
    np.add.at(weights, (np.arange(len(joints))[:, None], joints), shares)
    points = attributes["POSITION"].astype(np.float64)
    _, first, place = np.unique(np.round(points, 5), axis=0, return_index=True, return_inverse=True)
    normals = attributes["NORMAL"][first].astype(np.float64)
    matrices = array(described["skins"][0]["inverseBindMatrices"]).astype(np.float64).reshape(-1, 4, 4)
    return HandMesh(
        points[first],
        normals / np.linalg.norm(normals, axis=1, keepdims=True),
        place.reshape(-1)[array(primitive["indices"]).reshape(-1, 3)],
        (weights / weights.sum(axis=1, keepdims=True))[first],
        matrices.transpose(0, 2, 1),  # glTF writes columns first
    )


def euler(angles: Numbers) -> Numbers:
    """(..., 3) angles in radians about x, y and z to (..., 3, 3) matrices: z turns first, then x, then y."""
    (cx, cy, cz), (sx, sy, sz) = np.moveaxis(np.cos(angles), -1, 0), np.moveaxis(np.sin(angles), -1, 0)
    rows = (
        (cy * cz + sy * sx * sz, sy * sx * cz - cy * sz, sy * cx),
        (cx * sz, cx * cz, -sx),
        (cy * sx * sz - sy * cz, sy * sz + cy * sx * cz, cy * cx),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


@cache
def rest() -> tuple[Numbers, Numbers]:
    """Each joint in its parent's axes, at rest: (25, 3) places in metres and (25, 3, 3) rotations."""
    to_mesh = np.linalg.inv(hand_mesh().to_joint)
    local = np.stack(
        [
            hand_mesh().to_joint[parent] @ to_mesh[joint] if parent >= 0 else np.eye(4)
            for joint, parent in enumerate(PARENTS)
        ]
    )
    return local[:, :3, 3], local[:, :3, :3]


def move_joints(turns: Numbers, facing: Numbers, scales: Numbers) -> tuple[Numbers, Numbers]:
    """Places and rotations of the joints of n hands.

    turns: (n, 25, 3, 3), of each joint out of its rest, in its own axes. facing: (n, 3, 3), from the wrist's axes to
    the picture's. scales: (n, 25, 3), of Build. Returns (n, 25, 3), in metres from the wrist, and (n, 25, 3, 3).
    """
    offsets, rotations = rest()
    places, axes = [np.zeros((len(turns), 3))], [facing]
    for joint, parent in enumerate(PARENTS[1:], start=1):
        offset = (scales[:, parent] * offsets[joint])[..., None]
        places.append(places[parent] + (axes[parent] @ offset)[..., 0])
        axes.append(axes[parent] @ rotations[joint] @ turns[:, joint])
    return np.stack(places, axis=1), np.stack(axes, axis=1)


def skin(places: Numbers, axes: Numbers, scales: Numbers) -> Numbers:
    """(v, 3) the vertices of one hand in metres, by linear blend skinning.

    places: (25, 3), axes: (25, 3, 3), scales: (25, 3), all of one hand, as in move_joints.
    """
    mesh = hand_mesh()
    homogeneous = np.column_stack((mesh.vertices, np.ones(len(mesh.vertices))))
    in_joints = np.einsum("jab,vb->jva", mesh.to_joint[:, :3], homogeneous) * scales[:, None]
    moved = np.einsum("jab,jvb->jva", axes, in_joints) + places[:, None]
    vertices: Numbers = np.einsum("vj,jva->va", mesh.weights, moved)
    return vertices
