"""Landmarks in, features out: the shape network's input, independent of the hand's position and size."""

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGERTIPS, INDEX_MCP, KNUCKLES, N_LANDMARKS, PALM_CENTRE_JOINTS, WRIST, palm_length

THUMB_TIP = FINGERTIPS[0]

# Distances between joints that tell letters apart, so the network need not learn them: between fingertips; from the
# thumb's tip to every finger joint (the thumb's place separates A, S, T, N, M and E); from each tip to the wrist and to
# its knuckle.
PAIRS = np.array(
    [(a, b) for a in FINGERTIPS for b in FINGERTIPS if a < b]
    + [(THUMB_TIP, joint) for joint in range(INDEX_MCP, N_LANDMARKS) if joint not in FINGERTIPS]
    + [(WRIST, tip) for tip in FINGERTIPS]
    + list(zip(KNUCKLES, FINGERTIPS[1:], strict=True))
)
N_FEATURES = 3 * N_LANDMARKS + len(PAIRS)


def features(landmarks: NDArray[np.floating]) -> NDArray[np.float32]:
    """(n, N_FEATURES) features of (n, 21, 3) landmarks of right hands, in one unit, x to the right and y down.

    Coordinates are relative to the mean of wrist and knuckles, in palm lengths. Orientation is kept, because it tells K
    from P and H from U.
    """
    points = landmarks.astype(np.float64)
    centre = points[:, PALM_CENTRE_JOINTS].mean(axis=1, keepdims=True)
    points = (points - centre) / np.maximum(palm_length(points), 1e-6)[:, None, None]
    distances = np.linalg.norm(points[:, PAIRS[:, 0]] - points[:, PAIRS[:, 1]], axis=2)
    return np.concatenate((points.reshape(-1, 3 * N_LANDMARKS), distances), axis=1).astype(np.float32)
