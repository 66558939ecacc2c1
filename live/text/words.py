"""The word helper: suggests the word that was probably meant, because some letters are often misread."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from live.text.spelling import SPACE, Committed

# Groups of letters that look alike. A letter may be misread as another of its group even with high confidence.
LOOKALIKES = ("AEMNST", "DFG", "GHPQ", "KPV", "RUV", "IJ", "DZ")
LOOKALIKE_PROBABILITY = 0.03  # that a certain letter of the group was signed, not the one that was read
OTHER_PROBABILITY = 1e-4  # that a certain letter outside the group was signed
MIN_READ_PROBABILITY = 0.5  # that the letter that was read was signed
# The minimum frequency of a word, as a share of all words. A text that is not a word gets this share, too.
MIN_FREQUENCY = 1e-7
MARGIN = math.log(3)  # a word must be three times as likely as the signed text to be suggested


class WordHelper:
    """English words with their frequency, from pyspellchecker's dictionary. Offline. Loading takes 0.3 s."""

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

    def suggest(self, committed: Sequence[Committed]) -> str | None:
        """The text that was probably meant, word by word. None if that is the signed text itself."""
        words: list[list[Committed]] = [[]]
        for item in committed:
            if item.letter == SPACE:
                words.append([])
            else:
                words[-1].append(item)
        meant = SPACE.join(map(self._likely_word, words))
        return meant if meant != "".join(item.letter for item in committed) else None

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
        rows = np.flatnonzero((words == np.frombuffer(signed.encode(), np.uint8)).all(axis=1))
        signed_likelihood += float(log_shares[rows[0]]) if len(rows) else math.log(MIN_FREQUENCY)
        word = words[best].tobytes().decode()
        return word if likelihood[best] > signed_likelihood + MARGIN else signed


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
