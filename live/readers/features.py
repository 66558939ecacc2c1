"""Landmarks in, features out: what the shape network sees of a hand. Position and size are taken out."""

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGERTIPS, INDEX_MCP, KNUCKLES, N_LANDMARKS, WRIST, palm_length

THUMB_TIP = FINGERTIPS[0]

# Distances that tell letters apart which a network would have to work out of the points: between fingertips, from the
# thumb's tip to every joint of the fingers (where it lies tells A, S, T, N, M and E), from each tip to wrist and
# knuckle.
PAIRS = np.array(
    [(a, b) for a in FINGERTIPS for b in FINGERTIPS if a < b]
    + [(THUMB_TIP, joint) for joint in range(INDEX_MCP, N_LANDMARKS) if joint not in FINGERTIPS]
    + [(WRIST, tip) for tip in FINGERTIPS]
    + list(zip(KNUCKLES, FINGERTIPS[1:], strict=True))
)
N_FEATURES = 3 * N_LANDMARKS + len(PAIRS)


def features(landmarks: NDArray[np.floating]) -> NDArray[np.float32]:
    """(n, 21, 3) landmarks of right hands, in any one unit, x to the right and y down; (n, N_FEATURES) out.

    Centre is the palm's, unit its length. Orientation stays: it tells K from P and H from U.
    """
    points = landmarks.astype(np.float64)
    centre = points[:, [WRIST, *KNUCKLES]].mean(axis=1, keepdims=True)
    points = (points - centre) / np.maximum(palm_length(points), 1e-6)[:, None, None]
    distances = np.linalg.norm(points[:, PAIRS[:, 0]] - points[:, PAIRS[:, 1]], axis=2)
    return np.concatenate((points.reshape(len(points), -1), distances), axis=1).astype(np.float32)
