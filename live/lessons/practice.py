"""Asks for letters and words, keeps the score, and asks for what is weak more often. No page in here."""

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
    """Of one letter."""

    right: int = 0
    wrong: int = 0

    @property
    def weakness(self) -> float:
        """How often it is asked for, beside others: what went wrong much, what was never tried half as much."""
        return (1 + 3 * self.wrong) / (1 + self.right + self.wrong)


@dataclass
class Practice:
    """What is asked for, and what came. Every letter that counts goes in by `signed`."""

    rng: np.random.Generator
    words: bool = False
    target: str = ""
    done: int = 0  # letters of the target
    scores: dict[str, Score] = field(default_factory=dict)
    mixed_up: Counter[tuple[str, str]] = field(default_factory=Counter)  # (asked for, read)
    wrong: set[str] = field(default_factory=set)  # what was read instead of the letter that is asked for

    def __post_init__(self) -> None:
        if not self.target:
            self.ask()

    @property
    def wanted(self) -> str:
        """The letter to sign now."""
        return self.target[self.done]

    def ask(self) -> None:
        """For another letter or word: weak letters come up more often."""
        choices = [each for each in (WORDS if self.words else ALPHABET) if each != self.target]
        weight = np.array(
            [np.mean([self.scores.get(letter, Score()).weakness for letter in each]) ** 2 for each in choices]
        )
        self.target = choices[int(self.rng.choice(len(choices), p=weight / weight.sum()))]
        self.done, self.wrong = 0, set()

    def signed(self, letter: str) -> bool:
        """A letter counted. Whether it was the one that was asked for."""
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
