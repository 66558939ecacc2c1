"""Chooses letters and words to practise, weak letters more often, and keeps the score."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from live.lessons.words import WORDS, Score, choose_weak, held, without_start
from live.letters import ALPHABET


@dataclass
class Practice:
    """The letter or word to sign now, and the score. Call `score_letter` for every letter that is committed."""

    rng: np.random.Generator
    words: bool = False  # ask for words instead of letters
    moving: bool = True  # ask also for J and Z, which are read from how the hand moves
    target: str = ""
    done: int = 0  # how many letters of the target have been signed
    scores: dict[str, Score] = field(default_factory=dict)
    mixed_up: Counter[tuple[str, str]] = field(default_factory=Counter)  # (asked for, read)
    wrong: set[str] = field(default_factory=set)  # letters read so far instead of the wanted one

    def __post_init__(self) -> None:
        if not self.target:
            self.ask()

    @property
    def wanted(self) -> str:
        """The letter to sign now."""
        return self.target[self.done]

    @property
    def again(self) -> bool:
        """Whether the letter to sign now is the one that was signed just before, as in a word with a doubled letter."""
        return self.done > 0 and self.target[self.done - 1] == self.wanted

    def ask(self) -> None:
        """Choose the next letter or word, with weak letters more often.

        It does not begin with the last letter, which the hand may still hold.
        """
        every = WORDS if self.words else ALPHABET
        choices = without_start(every if self.moving else held(every), self.target)
        self.target = choose_weak(self.rng, choices, self.scores)
        self.done, self.wrong = 0, set()

    def score_letter(self, letter: str) -> bool:
        """Score a letter that was read. Returns whether it is the wanted letter."""
        wanted = self.wanted
        score = self.scores.setdefault(wanted, Score())
        if letter != wanted:
            self.mixed_up[wanted, letter] += letter not in self.wrong
            score.wrong += not self.wrong
            self.wrong.add(letter)
            return False
        score.right += not self.wrong
        self.wrong = set()
        self.done += 1
        if self.done == len(self.target):
            self.ask()
        return True
