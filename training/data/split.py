"""TODO."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from training.data.types import Crops

# Pictures of one letter belong together when their correlation (mean taken out, length 1) passes this. Sign-MNIST's
# training file is some 1,100 photographs with about 25 slight variants each; at 0.95 no variant is left outside its
# group, and a nearest neighbour in other groups names the letter of 67 % of the pictures, where a random split
# gives it 100 %.
NEAR_DUPLICATE_CORRELATION = 0.95


def near_duplicate_groups(crops: Crops, correlation: float = NEAR_DUPLICATE_CORRELATION) -> NDArray[np.int64]:
    """(n,) group numbers: crops of one letter that are joined by a chain of near-duplicates share one."""
    flat = crops.images.reshape(len(crops), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    groups = np.zeros(len(crops), np.int64)
    n_groups = 0
    for label in np.unique(crops.labels):
        rows = np.flatnonzero(crops.labels == label)
        found, group = connected_components(flat[rows] @ flat[rows].T > correlation, directed=False)
        groups[rows] = group + n_groups
        n_groups += found
    return groups


def held_back(crops: Crops, groups: NDArray[np.int64], share: float, seed: int) -> NDArray[np.bool_]:
    """(n,) mask of a validation set of whole groups: of each letter, at least `share` of the crops.

    A letter that is all one group stays in training.
    """
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(crops), np.bool_)
    for label in np.unique(crops.labels):
        rows = crops.labels == label
        own = rng.permutation(np.unique(groups[rows]))
        wanted = share * np.count_nonzero(rows)
        for group in own[:-1]:
            if np.count_nonzero(mask & rows) >= wanted:
                break
            mask |= groups == group
    return mask
