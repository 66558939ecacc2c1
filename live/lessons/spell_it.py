"""The exercise Spell it: a person spells a word against the clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from live.lessons.words import WORDS, held, without_start
from live.text import SPACE, Committed, edit_distance


class Attempt(NamedTuple):
    """A word that was spelled.

    errors: how many letters are wrong, missing or too many (the edit distance). seconds: from the start of the first
    letter to the start of the last one. letters_per_s: of those after the first; None for fewer than two letters.
    """

    word: str
    read: str
    errors: int
    seconds: float
    letters_per_s: float | None


@dataclass
class SpellIt:
    """The word to spell now, and the attempts so far."""

    rng: np.random.Generator
    attempts: list[Attempt] = field(default_factory=list)
    word: str = ""
    moving: bool = True  # ask also for words with J and Z, which are read from how the hand moves

    def __post_init__(self) -> None:
        if not self.word:
            self.ask()

    def ask(self) -> None:
        """Choose another word, which does not begin with the last letter: the hand may still hold that."""
        self.word = str(self.rng.choice(without_start(WORDS if self.moving else held(WORDS), self.word)))

    def finish(self, committed: Sequence[Committed]) -> Attempt:
        """Score the letters that were read, and ask for another word."""
        letters = [item for item in committed if item.letter != SPACE]
        read = "".join(item.letter for item in letters)
        seconds = letters[-1].since_s - letters[0].since_s if letters else 0.0
        speed = (len(letters) - 1) / seconds if seconds > 0 else None
        attempt = Attempt(self.word, read, edit_distance(self.word, read), seconds, speed)
        self.attempts.append(attempt)
        self.ask()
        return attempt
