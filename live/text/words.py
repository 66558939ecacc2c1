"""The word helper: suggests the word that was probably meant, because some letters are often misread."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from live.letters import ALPHABET
from live.text import ctc
from live.text.distance import edit_distance
from live.text.flow import FlowingWord
from live.text.spelling import SPACE, Committed

# Groups of letters that look alike. A letter may be misread as another of its group even with high confidence.
LOOKALIKES = ("AEMNST", "DFG", "GHPQ", "KPV", "RUV", "IJ", "DZ")
LOOKALIKE_PROBABILITY = 0.03  # that a certain letter of the group was signed, not the one that was read
OTHER_PROBABILITY = 1e-4  # that a certain letter outside the group was signed
MIN_READ_PROBABILITY = 0.5  # that the letter that was read was signed
# The minimum frequency of a word, as a share of all words. A text that is not a word gets this share, too.
MIN_FREQUENCY = 1e-7
MARGIN = math.log(3)  # a word must be three times as likely as the signed text to be suggested
# For a word spelled in flow: the share of texts that are not on the list, such as names, and the probability of each
# letter in such a text. A short text may well be near to a word by chance, but a long one hardly ever is.
UNLISTED_SHARE, LETTER_SHARE = 0.3, 1 / 20
# A hand that is misread at one step is misread at the next, however sure the readers are. So at each step a letter also
# counts as each of its look-alikes, this much as likely as itself. This number and the next three were chosen on words
# made of the hands of five people, whom none of the networks that read them had seen.
FLOWING_LOOKALIKE_SHARE = 0.15
HANDS_WEIGHT = 0.8  # the exponent of the hands' probability, beside the word's share
MIN_LIKELIHOOD = 2e-4  # the hands' probability of a suggested word is at least this share of that of the text
MAX_CHANGED = 0.4  # the share of the text's letters that a suggestion changes, adds or drops at most; one may always be
SEARCH_WIDTH = 16.0  # of `WordTree.search`: wide enough for MIN_LIKELIHOOD of texts with many likely paths
N_BEGINNINGS = 1000  # n_kept of `WordTree.search`


class WordHelper:
    """English words with their frequency, from pyspellchecker's dictionary. Offline. Loading takes 0.5 s."""

    def __init__(self) -> None:
        from spellchecker import SpellChecker

        dictionary = SpellChecker(language="en", distance=1).word_frequency
        by_length: dict[int, list[tuple[str, float]]] = {}
        for word, count in dictionary.dictionary.items():
            upper = word.upper()
            if upper.isascii() and upper.isalpha():
                share = max(MIN_FREQUENCY, count / dictionary.total_words)
                by_length.setdefault(len(upper), []).append((upper, math.log(share)))
        # by word length: the n words' letters, (n, length) uint8, and the logarithms of their shares, (n,)
        self._words = {
            length: (
                np.array([list(word.encode()) for word, _ in words], np.uint8),
                np.array([log_share for _, log_share in words]),
            )
            for length, words in by_length.items()
        }
        # the same words for those spelled in flow: outputs of the network, (m, longest), and logarithms of shares, (m,)
        longest = max(self._words)
        self._outputs = np.concatenate(
            [np.pad(_to_outputs(words), ((0, 0), (0, longest - length))) for length, (words, _) in self._words.items()]
        )
        self._log_shares = np.concatenate([log_shares for _, log_shares in self._words.values()])
        self._tree = ctc.WordTree(self._outputs)

    def suggest(self, committed: Sequence[Committed], word: FlowingWord | None = None) -> str | None:
        """The text that was probably meant, word by word. None if that is the signed text itself.

        word: the last word, if it was spelled in flow.
        """
        if word is not None:
            return self._suggest_flowing(committed, word)
        words: list[list[Committed]] = [[]]
        for item in committed:
            if item.letter == SPACE:
                words.append([])
            else:
                words[-1].append(item)
        meant = SPACE.join(map(self._likely_word, words))
        return meant if meant != "".join(item.letter for item in committed) else None

    def _suggest_flowing(self, committed: Sequence[Committed], word: FlowingWord) -> str | None:
        text = "".join(item.letter for item in committed)
        spelled = text.rstrip(SPACE)  # spaces follow if the hand has been away for long
        before = spelled[: len(spelled) - len(word.text)]
        if not word.text or not spelled.endswith(word.text) or (before and not before.endswith(SPACE)):
            return self.suggest(committed)  # the text was edited
        earlier = self.suggest(committed[: len(before)])
        meant = self.suggest_word(word.log_probabilities, word.text)
        return (earlier or before) + (meant or word.text) + text[len(spelled) :] if earlier or meant else None

    def suggest_word(self, log_probabilities: NDArray[np.floating], spelled: str | None = None) -> str | None:
        """The word that was probably meant by a word spelled in flow. None if that is what was spelled.

        log_probabilities: (n, 27), of the blank and the letters A to Z, at the steps of this word. spelled: its settled
        letters, without those that were too unsure; by default, what `ctc.greedy` reads.

        Words are compared by their share of all words and by `ctc.log_likelihood`, for hands that may have signed a
        look-alike of each letter. A word beyond MIN_LIKELIHOOD or MAX_CHANGED is not suggested, however common it is.
        """
        read = np.array([[output for output, _, _ in ctc.greedy(log_probabilities)]])
        if read.size < 2:
            return None
        log_probabilities = with_lookalikes(log_probabilities)
        rows = self._tree.search(log_probabilities, SEARCH_WIDTH, N_BEGINNINGS)
        hands = ctc.log_likelihood(log_probabilities, self._outputs[rows]) - ctc.log_likelihood(log_probabilities, read)
        text = _text(read[0])
        spelled = text if spelled is None else spelled
        unlisted = math.log(UNLISTED_SHARE) + len(text) * math.log(LETTER_SHARE)
        scores = HANDS_WEIGHT * hands + self._log_shares[rows]
        least = max(self._log_share(text), unlisted) + MARGIN
        likely = np.flatnonzero((hands >= math.log(MIN_LIKELIHOOD)) & (scores > least))
        for n in likely[np.argsort(-scores[likely], kind="stable")]:
            word = _text(self._outputs[rows[n]])
            if edit_distance(text, word) <= max(1, MAX_CHANGED * len(text)):
                return word if word != spelled else None
        return text if text != spelled and math.isfinite(self._log_share(text)) else None

    def _log_share(self, text: str) -> float:
        """The logarithm of a text's share of all words, -inf if it is not on the list. text: letters A to Z."""
        if len(text) not in self._words:
            return -math.inf
        words, log_shares = self._words[len(text)]
        rows = np.flatnonzero((words == np.frombuffer(text.encode(), np.uint8)).all(axis=1))
        return float(log_shares[rows[0]]) if len(rows) else -math.inf

    def _likely_word(self, committed: Sequence[Committed]) -> str:
        signed = "".join(item.letter for item in committed)
        if len(signed) < 2 or len(signed) not in self._words or not (signed.isascii() and signed.isupper()):
            return signed
        words, log_shares = self._words[len(signed)]
        likelihood = np.zeros(len(words))
        signed_likelihood = 0.0
        for position, item in enumerate(committed):
            by_letter = _log_likelihood(item)
            likelihood += by_letter[words[:, position]]
            signed_likelihood += by_letter[ord(item.letter)]
        likelihood += log_shares
        best = int(likelihood.argmax())
        signed_likelihood += max(self._log_share(signed), math.log(MIN_FREQUENCY))
        word = words[best].tobytes().decode()
        return word if likelihood[best] > signed_likelihood + MARGIN else signed


def with_lookalikes(log_probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 27) log-probabilities of what was signed, if these are of what it is read as. The blank stays as likely."""
    probabilities = np.exp(log_probabilities.astype(np.float64)).clip(np.finfo(np.float64).tiny)
    letters = probabilities[:, 1:]
    signed = letters @ _SIGNED_IF_READ
    signed *= letters.sum(axis=1, keepdims=True) / signed.sum(axis=1, keepdims=True)
    likely: NDArray[np.float64] = np.log(np.hstack((probabilities[:, :1], signed)))
    return likely


def _signed_if_read() -> NDArray[np.float64]:
    """(26, 26) how likely each letter was signed if a letter, one a row, is read; its own weight is 1."""
    weights = np.eye(len(ALPHABET))
    for group in LOOKALIKES:
        rows = [ALPHABET.index(letter) for letter in group]
        weights[np.ix_(rows, rows)] = FLOWING_LOOKALIKE_SHARE
    np.fill_diagonal(weights, 1.0)
    return weights


_SIGNED_IF_READ = _signed_if_read()


def _log_likelihood(committed: Committed) -> NDArray[np.float64]:
    """(256,) the log-likelihood of each letter, by its ASCII code, to have been signed where this one was read."""
    likelihood = np.full(256, OTHER_PROBABILITY)
    for group in LOOKALIKES:
        if committed.letter in group:
            likelihood[[ord(letter) for letter in group]] = LOOKALIKE_PROBABILITY
    for letter, probability in committed.alternatives:
        if len(letter) > 1 or not letter.isascii():  # the name of a person's own sign, which is in no word
            continue
        likelihood[ord(letter)] = max(likelihood[ord(letter)], probability)
    likelihood[ord(committed.letter)] = max(likelihood[ord(committed.letter)], MIN_READ_PROBABILITY)
    log: NDArray[np.float64] = np.log(likelihood)
    return log


def _to_outputs(ascii_codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The outputs of the network, 1 to 26, of letters A to Z, of any shape."""
    outputs: NDArray[np.uint8] = ascii_codes - np.uint8(ord("A") - 1)
    return outputs


def _text(outputs: NDArray[np.integer]) -> str:
    """The text of outputs of the network, (n,). BLANK is dropped."""
    return "".join(chr(ord("A") - 1 + output) for output in outputs if output != ctc.BLANK)
