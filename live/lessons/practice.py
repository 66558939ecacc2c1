"""Chooses letters and words to practise, weak letters more often, and keeps the score."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from live.letters import ALPHABET

WORDS = (
    "CAT", "DOG", "SUN", "HAT", "BOX", "FISH", "BIRD", "MILK", "WIND", "BLUE", "COLD", "KEY", "LAMP", "QUIET", "HELLO",
    "COFFEE", "GREEN", "APPLE", "JAZZ", "JOY", "LAZY", "ZOO", "QUICK", "VIXEN", "SUMMER", "BUTTON", "PUPPY", "WATER",
    "FRIEND", "MUSIC", "HAPPY", "ORANGE", "TIGER", "RIVER", "NIGHT", "YELLOW", "KITTEN", "GUITAR", "PIZZA", "JUICE",
)  # fmt: skip


@dataclass
class Score:
    """How often a letter was signed right and wrong."""

    right: int = 0
    wrong: int = 0

    @property
    def weakness(self) -> float:
        """Weight in the choice of the next letter: 1 if never tried, near 0 if always right, up to 3 if often wrong."""
        return (1 + 3 * self.wrong) / (1 + self.right + self.wrong)


@dataclass
class Practice:
    """The letter or word to sign now, and the score. Call `score_letter` for every letter that is committed."""

    rng: np.random.Generator
    words: bool = False  # ask for words instead of letters
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

    def ask(self) -> None:
        """Choose the next letter or word, with weak letters more often."""
        choices = [choice for choice in (WORDS if self.words else ALPHABET) if choice != self.target]
        weight = np.array(
            [np.mean([self.scores.get(letter, Score()).weakness for letter in choice]) ** 2 for choice in choices]
        )
        self.target = choices[int(self.rng.choice(len(choices), p=weight / weight.sum()))]
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
