"""The word helper: suggests the word that was probably meant, because some letters are read for others."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from live.text.spelling import SPACE, Committed

# Groups of letters that look alike. Each may be read for another of its group, however sure the reading was.
ALIKE = ("AEMNST", "DFG", "GHPQ", "KPV", "RUV", "IJ", "DZ")
READ_FOR_ALIKE = 0.03  # probability that a letter was read for one that looks alike
READ_FOR_OTHER = 1e-4  # and for any other letter
LEAST_OWN = 0.5  # the letter that was read is at least this probable
# The least share of all words that a word is given. A text that is no word gets the same share.
RARE = 1e-7
MARGIN = math.log(3)  # a word must be three times as likely as the signed text to be suggested


class WordHelper:
    """English words with their frequency, from pyspellchecker's dictionary. Nothing is fetched. Takes 0.3 s to make."""

    def __init__(self) -> None:
        from spellchecker import SpellChecker

        dictionary = SpellChecker(language="en", distance=1).word_frequency
        by_length: dict[int, list[tuple[str, float]]] = {}
        for word, count in dictionary.dictionary.items():
            upper = word.upper()
            if upper.isascii() and upper.isalpha():
                share = max(RARE, count / dictionary.total_words)
                by_length.setdefault(len(upper), []).append((upper, math.log(share)))
        # for each length: (n, length) uint8 the words' letters, (n,) the logarithms of their shares
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
        as_signed = 0.0
        for position, item in enumerate(committed):
            by_letter = _log_likelihood(item)
            likelihood += by_letter[words[:, position]]
            as_signed += by_letter[ord(item.letter)]
        likelihood += log_shares
        best = int(likelihood.argmax())
        known = np.flatnonzero((words == np.frombuffer(signed.encode(), np.uint8)).all(axis=1))
        as_signed += float(log_shares[known[0]]) if len(known) else math.log(RARE)
        word = words[best].tobytes().decode()
        return word if likelihood[best] > as_signed + MARGIN else signed


def _log_likelihood(committed: Committed) -> NDArray[np.float64]:
    """(256,) the log-likelihood, by a letter's ASCII code, that this letter was signed."""
    likelihood = np.full(256, READ_FOR_OTHER)
    for group in ALIKE:
        if committed.letter in group:
            likelihood[[ord(letter) for letter in group]] = READ_FOR_ALIKE
    for letter, probability in committed.alternatives:
        likelihood[ord(letter)] = max(likelihood[ord(letter)], probability)
    likelihood[ord(committed.letter)] = max(likelihood[ord(committed.letter)], LEAST_OWN)
    log: NDArray[np.float64] = np.log(likelihood)
    return log
