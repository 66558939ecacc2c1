"""Splits crops so that no near-duplicate of a validation picture is trained on, and no other picture of its signer."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from training.data.types import Crops

# Two pictures of a letter are near-duplicates if their correlation (mean removed, length 1) exceeds this. Sign-MNIST's
# training file is some 1,100 photographs with about 25 slight variants each. At 0.95 every variant is in its group, and
# a nearest neighbour from the other groups gives the right letter for 67 % of the pictures; with a random split it is
# 100 %.
NEAR_DUPLICATE_CORRELATION = 0.95


def near_duplicate_groups(crops: Crops, correlation: float = NEAR_DUPLICATE_CORRELATION) -> NDArray[np.int64]:
    """(n,) group numbers. Crops of one letter that a chain of near-duplicates connects are in the same group."""
    flat = crops.images.reshape(len(crops), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    groups = np.zeros(len(crops), np.int64)
    n_groups = 0
    for label in np.unique(crops.labels):
        rows = np.flatnonzero(crops.labels == label)
        count, group = connected_components(flat[rows] @ flat[rows].T > correlation, directed=False)
        groups[rows] = group + n_groups
        n_groups += count
    return groups


def groups_apart(crops: Crops) -> NDArray[np.int64]:
    """(n,) group numbers: near-duplicates are in the same group, and so are all crops of a known signer.

    If that leaves a letter a single group, so that none of it could be held back, signers are not kept together.
    """
    groups = near_duplicate_groups(crops)
    if crops.signers is None:
        return groups
    names, signer = np.unique(crops.signers, return_inverse=True)
    known = crops.signers != ""
    n_groups = int(groups.max()) + 1
    size = n_groups + len(names)
    links = coo_array((known[known], (groups[known], n_groups + signer[known])), shape=(size, size))
    whole: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)[groups]
    split = all(
        len(np.unique(whole[rows])) > 1 or len(np.unique(groups[rows])) == 1
        for rows in (crops.labels == label for label in np.unique(crops.labels))
    )
    return whole if split else groups


def held_back(crops: Crops, groups: NDArray[np.int64], share: float, seed: int) -> NDArray[np.bool_]:
    """(n,) mask of a validation set of whole groups, with at least `share` of each letter's crops.

    A letter with a single group stays in training.
    """
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(crops), np.bool_)
    for label in np.unique(crops.labels):
        rows = crops.labels == label
        letter_groups = rng.permutation(np.unique(groups[rows]))
        wanted = share * np.count_nonzero(rows)
        for group in letter_groups[:-1]:
            if np.count_nonzero(mask & rows) >= wanted:
                break
            mask |= groups == group
    return mask
