"""The word helper: which word was likely meant, where the reader mixes letters up. It changes nothing by itself."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from spellchecker import SpellChecker

from live.text.spelling import SPACE, Committed

# Letters that look alike: each may have been read for another of its group, however sure the reader was.
ALIKE = ("AEMNST", "DFG", "GHPQ", "KPV", "RUV", "IJ", "DZ")
READ_FOR_ANOTHER = 0.03  # how likely that is
ELSE = 1e-4  # for any two other letters
# Words are taken to be no rarer than this share of all words, and what is no word to be as rare.
RARE = 1e-7
MARGIN = math.log(3)  # so many times likelier than what was signed must another word be


class WordHelper:
    """English words and how often they are used, from pyspellchecker; nothing is fetched. Takes 0.3 s to make."""

    def __init__(self) -> None:
        dictionary = SpellChecker(language="en", distance=1).word_frequency
        by_length: dict[int, list[tuple[str, float]]] = {}
        for word, count in dictionary.dictionary.items():
            upper = word.upper()
            if upper.isascii() and upper.isalpha():
                share = max(RARE, count / dictionary.total_words)
                by_length.setdefault(len(upper), []).append((upper, math.log(share)))
        self._words = {
            length: (
                np.array([list(word.encode()) for word, _ in words], np.uint8),
                np.array([log for _, log in words]),
            )
            for length, words in by_length.items()
        }

    def suggest(self, committed: Sequence[Committed]) -> str | None:
        """The text that was likely meant, word by word; None where that is what was signed."""
        words: list[list[Committed]] = [[]]
        for each in committed:
            if each.letter == SPACE:
                words.append([])
            else:
                words[-1].append(each)
        meant = SPACE.join(map(self._meant, words))
        return meant if meant != "".join(each.letter for each in committed) else None

    def _meant(self, committed: Sequence[Committed]) -> str:
        """One word."""
        signed = "".join(each.letter for each in committed)
        if len(signed) < 2 or len(signed) not in self._words or not (signed.isascii() and signed.isupper()):
            return signed
        words, usage = self._words[len(signed)]
        likelihood = np.zeros(len(words))
        as_signed = 0.0
        for place, each in enumerate(committed):
            own = self._likelihood(each)
            likelihood += own[words[:, place]]
            as_signed += own[ord(each.letter)]
        likelihood += usage
        best = int(likelihood.argmax())
        known = np.flatnonzero((words == np.frombuffer(signed.encode(), np.uint8)).all(axis=1))
        as_signed += float(usage[known[0]]) if len(known) else math.log(RARE)
        word = words[best].tobytes().decode()
        return word if likelihood[best] > as_signed + MARGIN else signed

    def _likelihood(self, committed: Committed) -> NDArray[np.float64]:
        """(256,) log-likelihood of each letter, by its code, where this one was read."""
        likelihood = np.full(256, ELSE)
        for group in ALIKE:
            if committed.letter in group:
                likelihood[[ord(letter) for letter in group]] = READ_FOR_ANOTHER
        for letter, probability in committed.alternatives:
            likelihood[ord(letter)] = max(likelihood[ord(letter)], probability)
        likelihood[ord(committed.letter)] = max(likelihood[ord(committed.letter)], 0.5)
        log: NDArray[np.float64] = np.log(likelihood)
        return log
