"""Splits data so that no near-duplicate of what is held back is trained on, and nothing else of its signer."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from training.data.types import Crops, Hands

# Two pictures of a letter are near-duplicates if their correlation (mean removed, length 1) exceeds this. Sign-MNIST's
# training file is some 1,100 photographs with about 25 slight variants each. At 0.95 every variant is in its group, and
# a nearest neighbour from the other groups gives the right letter for 67 % of the pictures; with a random split it is
# 100 %.
NEAR_DUPLICATE_CORRELATION = 0.95

# Two hands of a letter are near-duplicates if their landmarks (x and y, mean removed, length 1) are less than this
# apart. Two sources are the same recordings if over this share of the hands of one have near-duplicates in the other.
# Of the 30 sources of the default model, three pairs of landmarks and photographs share 12 to 50 % of their hands, both
# hands of one person 2.5 %, and all others at most 0.2 %.
NEAR_DUPLICATE_DISTANCE, SHARED_HANDS = 0.05, 0.05

STAYS = -1  # the number of the group that is never held back


def near_duplicate_groups(crops: Crops, correlation: float = NEAR_DUPLICATE_CORRELATION) -> NDArray[np.int64]:
    """(n,) group numbers. Crops of one letter that a chain of near-duplicates connects are in the same group."""
    flat = crops.images.reshape(len(crops), -1).astype(np.float32)
    flat = _of_length_1(flat - flat.mean(axis=1, keepdims=True))
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
    whole = _linked(groups, crops.signers)
    return whole if _can_split(crops.labels, whole, groups) else groups


def _linked(groups: NDArray[np.int64], names: NDArray[np.str_]) -> NDArray[np.int64]:
    """(n,) group numbers, of which those that share a name have become one. names: (n,); "" links nothing."""
    unique, name = np.unique(names, return_inverse=True)
    known = names != ""
    n_groups = int(groups.max()) + 1
    size = n_groups + len(unique)
    links = coo_array((known[known], (groups[known], n_groups + name[known])), shape=(size, size))
    linked: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)[groups]
    return linked


def _can_split(labels: NDArray[np.int64], whole: NDArray[np.int64], groups: NDArray[np.int64]) -> bool:
    """Whether each letter of several `groups` is still of several when they are joined to `whole` ones."""
    each = (labels == label for label in np.unique(labels))
    return all(len(np.unique(whole[rows])) > 1 or len(np.unique(groups[rows])) == 1 for rows in each)


def joined(parts: Sequence[Crops], groups: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All (n,) group numbers, of which those that share a source between two parts have become one.

    groups: of each part; their numbers differ from those of the others. If joining them leaves a letter a single group,
    so that none of it could be held back, they stay as they are.
    """
    sources = [part.sources for part in parts]
    known = [np.full(len(part), "") if of is None else of for part, of in zip(parts, sources, strict=True)]
    shared = Counter(name for names in known for name in set(names.tolist()) - {""})
    names, numbers = np.concatenate(known), np.concatenate(groups)
    people = [name for name, count in shared.items() if count > 1]
    linked = _linked(numbers, np.where(np.isin(names, people), names, ""))
    return linked if _can_split(np.concatenate([part.labels for part in parts]), linked, numbers) else numbers


def recordings(hands: Hands) -> NDArray[np.str_]:
    """(n,) the source of each hand; sources that are the same recordings have one name, the first of theirs."""
    points = hands.landmarks[..., :2].astype(np.float32)
    flat = _of_length_1((points - points.mean(axis=1, keepdims=True)).reshape(len(hands), -1))
    names, source = np.unique(hands.sources, return_inverse=True)
    similar = 1 - NEAR_DUPLICATE_DISTANCE**2 / 2  # the scalar product of two vectors of length 1 that far apart
    shared = np.zeros((len(names), len(names)), np.int64)
    for label in np.unique(hands.labels):
        rows = np.flatnonzero(hands.labels == label)
        near = flat[rows] @ flat[rows].T > similar
        for other in np.unique(source[rows]):
            shared[:, other] += np.bincount(source[rows[near[:, source[rows] == other].any(axis=1)]], None, len(names))
    same = shared > SHARED_HANDS * np.bincount(source)[:, None]
    group = connected_components(same, directed=False)[1]
    first = np.array([np.flatnonzero(group == number)[0] for number in range(group.max() + 1)])
    named: NDArray[np.str_] = names[first[group[source]]]
    return named


def _of_length_1(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return scaled


def held_back(crops: Crops, groups: NDArray[np.int64], share: float, seed: int) -> NDArray[np.bool_]:
    """(n,) mask of a validation set of whole groups, with at least `share` of each letter's crops.

    Every letter keeps a group in training, so one with a single group stays there as a whole. So does the group STAYS.
    """
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(crops), np.bool_)
    for label in np.unique(crops.labels):
        rows = crops.labels == label
        letter_groups = rng.permutation(np.unique(groups[rows & (groups != STAYS)]))
        wanted = share * np.count_nonzero(rows)
        for group in letter_groups:
            if np.count_nonzero(mask & rows) >= wanted:
                break
            of_group = groups == group
            if np.isin(crops.labels[of_group], crops.labels[~(mask | of_group)]).all():
                mask |= of_group
    return mask
