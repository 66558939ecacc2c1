"""Reads letters from the outputs of a network that was trained with connectionist temporal classification (CTC).

At each step the network gives the log-probabilities of 27 outputs: output 0 is the blank, "no new letter", and outputs
1 to 26 are the letters A to Z. A sequence of outputs, one a step, is a path. CTC's rule makes a path to a text: equal
outputs in a row become one, then blanks are dropped. So a doubled letter needs a blank in between.

Source: Graves, Fernandez, Gomez, Schmidhuber: Connectionist temporal classification: labelling unsegmented sequence
data with recurrent neural networks, ICML 2006.
"""

from itertools import groupby

import numpy as np
from numpy.typing import NDArray

BLANK = 0  # the blank's output; also fills a short text up to the length of the longest


def greedy(log_probabilities: NDArray[np.floating]) -> list[tuple[int, int, int]]:
    """The text of the path with the likeliest output at each step, as (output, first step, last step) a letter.

    log_probabilities: (n, 27). The steps count from 0; those of a letter are the steps that show it.
    """
    letters = []
    for output, run in groupby(enumerate(log_probabilities.argmax(axis=1).tolist()), key=lambda pair: pair[1]):
        steps = [step for step, _ in run]
        if output != BLANK:
            letters.append((output, steps[0], steps[-1]))
    return letters


def log_likelihood(log_probabilities: NDArray[np.floating], texts: NDArray[np.integer]) -> NDArray[np.float64]:
    """The log-probability of each of m texts: of all paths together that CTC's rule makes to it.

    log_probabilities: (n, 27). texts: (m, longest), outputs 1 to 26, with BLANK after the end of a shorter text.
    Returns (m,), -inf where n steps are too few for the text.

    The forward algorithm, equations 6 to 8 of the source, with sums of logarithms in place of products: state 2k+1 of a
    text is its letter k, the even states are the blanks before, between and after the letters.
    """
    n_texts, longest = texts.shape
    states = np.full((n_texts, 2 * longest + 1), BLANK)
    states[:, 1::2] = texts
    skips = np.zeros(states.shape, bool)  # a letter may follow another one without a blank, if they differ
    skips[:, 3::2] = texts[:, 1:] != texts[:, :-1]
    forward = np.full(states.shape, -np.inf)
    forward[:, 0] = 0.0  # the blank state before the first step
    for step in log_probabilities.astype(np.float64):
        before = forward
        forward = before.copy()
        forward[:, 1:] = np.logaddexp(forward[:, 1:], before[:, :-1])
        forward[:, 2:] = np.logaddexp(forward[:, 2:], np.where(skips[:, 2:], before[:, :-2], -np.inf))
        forward += step[states]
    rows, ends = np.arange(n_texts), 2 * (texts != BLANK).sum(axis=1)
    last_letter = np.where(ends > 0, forward[rows, ends - 1], -np.inf)
    total: NDArray[np.float64] = np.logaddexp(forward[rows, ends], last_letter)
    return total


class WordTree:
    """A list of words as a tree of their beginnings, so that what words have in common is computed once.

    Node 0 is the empty beginning. Nodes are numbered by length, then by alphabet, so that the nodes one letter longer
    than a node have consecutive numbers.
    """

    def __init__(self, words: NDArray[np.integer]) -> None:
        """words: (m, longest), outputs 1 to 26, with BLANK after the end of a shorter word. No word twice."""
        order = np.lexsort(words.T[::-1])
        ordered = words[order]
        is_new = np.ones(ordered.shape, bool)  # (m, longest): the word's beginning that ends here is a new node
        is_new[1:] = ~np.logical_and.accumulate(ordered[1:] == ordered[:-1], axis=1)
        is_new &= ordered != BLANK
        nodes = np.zeros(len(ordered), int)  # each word's node of the present length
        letters, parents = [np.array([BLANK])], []  # of the nodes; node 0 has neither
        n_nodes = 1
        for position in range(ordered.shape[1]):
            new = is_new[:, position]
            letters.append(ordered[new, position])
            parents.append(nodes[new])
            nodes = np.where(ordered[:, position] != BLANK, n_nodes - 1 + np.cumsum(new), nodes)
            n_nodes += int(new.sum())
        self._letters = np.concatenate(letters)
        self._n_children = np.bincount(np.concatenate(parents), minlength=n_nodes)
        self._first_child = 1 + np.cumsum(self._n_children) - self._n_children
        self._word = np.full(n_nodes, -1)  # the row in `words` of the word that ends at each node
        self._word[nodes] = order

    def search(self, log_probabilities: NDArray[np.floating], width: float, n_kept: int) -> NDArray[np.intp]:
        """The words that the outputs allow, as rows of `words`: (k,), in no special order.

        log_probabilities: (n, 27). width: a natural logarithm. A word is found if one of its paths is at most this much
        less likely than the likeliest path of all. n_kept: at each step only so many beginnings are kept, the likeliest
        ones, to bound the time; a word may be missed for that.

        This is the prefix search of Graves et al., for all beginnings at once, along the tree.
        """
        nodes = np.array([0])  # the beginnings that are kept, in rising order
        in_letter, in_blank = np.array([-np.inf]), np.array([0.0])  # of their paths that end with the letter, a blank
        best = 0.0
        for step in log_probabilities.astype(np.float64):
            best += step.max()
            total = np.logaddexp(in_letter, in_blank)
            children, parents = self._children(nodes)
            repeated = self._letters[children] == self._letters[nodes[parents]]
            entering = np.where(repeated, in_blank[parents], total[parents])
            likely = entering + step[self._letters[children]] >= best - width
            children, entering = children[likely], entering[likely]
            merged = np.union1d(nodes, children)
            old, new = np.searchsorted(merged, nodes), np.searchsorted(merged, children)
            next_letter, next_blank = np.full((2, len(merged)), -np.inf)
            next_letter[old] = in_letter
            next_letter[new] = np.logaddexp(next_letter[new], entering)
            next_letter += step[self._letters[merged]]
            next_blank[old] = total + step[BLANK]
            total = np.logaddexp(next_letter, next_blank)
            least = best - width
            if len(total) > n_kept:
                least = max(least, float(np.partition(total, -n_kept)[-n_kept]))
            kept = total >= least
            nodes, in_letter, in_blank = merged[kept], next_letter[kept], next_blank[kept]
        rows: NDArray[np.intp] = self._word[nodes]
        return rows[rows >= 0]

    def _children(self, nodes: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The nodes one letter longer than these, and the position of each one's beginning in `nodes`, both (k,)."""
        counts = self._n_children[nodes]
        parents = np.repeat(np.arange(len(nodes)), counts)
        within = np.arange(len(parents)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._first_child[nodes][parents] + within, parents
