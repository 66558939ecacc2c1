"""Tells whether a hand is turned like those the readers learned from, and whether all its fingers are in the frame.

Turned by 90 degrees or upside down, a hand is easily read as another letter (a V as P), since orientation tells letters
apart. So is a hand that the frame's edge cuts through, because the landmark network guesses the fingers that it cannot
see. Such a hand gets no letter.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.hand import N_LANDMARKS, Hand, palm_length
from live.litert import Network
from live.readers.features import N_FEATURES, features
from live.readers.loading import load_network

POSTURE_OUTPUTS = ("unusual", "usual")
N_POSTURE_INPUTS = N_FEATURES + N_LANDMARKS


class PostureCheck:
    """The posture network. Safe to share between threads."""

    def __init__(self, network: Network, threshold: float) -> None:
        """threshold: minimum probability (0..1) of a usual posture."""
        self._network, self._threshold = network, threshold

    @classmethod
    def load(cls, folder: Path | None = None) -> "PostureCheck":
        """Load a model folder, by default the shipped one. Raises ModelError if it breaks its contract."""
        return cls(*load_network(folder, "posture", N_POSTURE_INPUTS, POSTURE_OUTPUTS, "the posture of a hand"))

    def is_usual(self, hand: Hand, width: int, height: int) -> bool:
        """Whether a hand in a frame of this size in pixels can be read."""
        edges = edge_distances(hand.landmarks[None], np.array([(width, height)]))
        inputs = posture_features(hand.right_landmarks[None], edges)[0]
        return float(self._network(inputs)[0][1]) >= self._threshold


def posture_features(right_landmarks: NDArray[np.floating], edges: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, N_POSTURE_INPUTS) inputs. right_landmarks: (n, 21, 3). edges: (n, 21), see edge_distances."""
    return np.concatenate((features(right_landmarks), edges), axis=1)


def edge_distances(landmarks: NDArray[np.floating], sizes: NDArray[np.integer | np.floating]) -> NDArray[np.float32]:
    """(n, 21) how far each joint is inside the frame: palm lengths to the nearest edge, -1..1, negative outside.

    landmarks: (n, 21, 3) in pixels of the frame. sizes: (n, 2) width and height of the frame in pixels.
    """
    points = landmarks[:, :, :2].astype(np.float64)
    nearest = np.minimum(points, sizes[:, None] - points).min(axis=2)
    scale = np.maximum(palm_length(landmarks.astype(np.float64)), 1e-6)[:, None]
    distances: NDArray[np.float32] = np.clip(nearest / scale, -1, 1).astype(np.float32)
    return distances
