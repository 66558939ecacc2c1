"""The words that synthetic hands spell: some to learn from, and others to measure with.

English words are pyspellchecker's, which the word helper uses as well. Random letters keep a network from learning
English only: names and rare words must be read, too.
"""

import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from live.letters import ALPHABET, MOVING_LETTERS

LENGTHS = range(2, 13)
MIN_COUNT = 50  # of a word in pyspellchecker's counts; rarer ones are often no words
TEST_EVERY = 10  # one word in ten is for measuring only
FREQUENT, EVEN = 0.4, 0.3  # shares of words chosen by their frequency, and of words chosen evenly; the rest is random
MAX_RANDOM = 8  # letters; J and Z are three times as frequent as others, since they are rare in words


@dataclass(frozen=True)
class Vocabulary:
    """words, and their relative (n,) weights: the square root of how often each occurs."""

    words: tuple[str, ...]
    weights: NDArray[np.float64]

    def draw(self, rng: np.random.Generator) -> str:
        """A word, or random letters."""
        kind = rng.random()
        if kind < FREQUENT:
            return self.words[int(rng.choice(len(self.words), p=self.weights))]
        if kind < FREQUENT + EVEN:
            return self.words[int(rng.integers(len(self.words)))]
        letters = rng.choice([*ALPHABET, *MOVING_LETTERS, *MOVING_LETTERS], int(rng.integers(1, MAX_RANDOM + 1)))
        doubled = [letter * (2 if rng.random() < 0.08 else 1) for letter in letters]
        return "".join(doubled)


@cache
def vocabulary(for_test: bool = False) -> Vocabulary:
    """The words to learn from, or those to measure with. No word is in both."""
    from spellchecker import SpellChecker

    counts = SpellChecker(language="en", distance=1).word_frequency.dictionary
    chosen = {
        word.upper(): count
        for word, count in counts.items()
        if count >= MIN_COUNT and len(word) in LENGTHS and word.isascii() and word.isalpha()
    }
    words = sorted(word for word in chosen if (zlib.crc32(word.encode()) % TEST_EVERY == 0) == for_test)
    weights = np.sqrt([chosen[word] for word in words])
    return Vocabulary(tuple(words), weights / weights.sum())
