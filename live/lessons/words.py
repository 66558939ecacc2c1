"""The words of the exercises, and which of them comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from live.letters import MOVING_LETTERS

WORDS = (
    "CAT", "DOG", "SUN", "HAT", "BOX", "KEY", "JOY", "ZOO", "MAP", "FOX", "BEE", "EGG", "LEG", "RAIN", "VAN", "WAX",
    "QUIZ", "FISH", "BIRD", "MILK", "WIND", "BLUE", "COLD", "LAMP", "JAZZ", "LAZY", "TREE", "BOOK", "FARM", "GOAT",
    "KING", "MOON", "SNOW", "DUCK", "HELLO", "QUIET", "GREEN", "APPLE", "QUICK", "VIXEN", "PUPPY", "WATER", "MUSIC",
    "HAPPY", "TIGER", "RIVER", "NIGHT", "PIZZA", "JUICE", "BREAD", "CLOUD", "EARTH", "HORSE", "LEMON", "UNCLE", "ZEBRA",
    "COFFEE", "SUMMER", "BUTTON", "FRIEND", "ORANGE", "YELLOW", "KITTEN", "GUITAR", "WINTER", "SCHOOL", "PEPPER",
    "JACKET", "MARKET", "BASKET", "DOCTOR", "FOREST", "ISLAND", "VIOLIN", "WIZARD", "MORNING", "KITCHEN", "BALLOON",
    "CHICKEN", "DOLPHIN", "EVENING", "FREEDOM", "HOLIDAY", "JOURNEY", "LIBRARY", "MUSTARD", "PENGUIN", "QUARTER",
    "RAINBOW", "TEACHER", "WEDDING", "BIRTHDAY", "CALENDAR", "DAUGHTER", "ELEPHANT", "FOOTBALL", "HOSPITAL", "KANGAROO",
    "LANGUAGE", "MOUNTAIN", "NOTEBOOK", "POSTCARD", "QUESTION", "SANDWICH", "TOMORROW", "UMBRELLA", "WILDLIFE",
)  # fmt: skip


def held(choices: Sequence[str]) -> list[str]:
    """The letters or words that are signed without moving the hand, so without J and Z."""
    return [choice for choice in choices if not set(choice) & set(MOVING_LETTERS)]


def without_start(choices: Sequence[str], before: str) -> list[str]:
    """The letters or words that do not begin with the last letter of the one before, and are another one.

    before: may be empty.
    """
    return [choice for choice in choices if choice != before and choice[0] != before[-1:]]


@dataclass
class Score:
    """How often a letter was signed, or read, right and wrong."""

    right: int = 0
    wrong: int = 0

    @property
    def weakness(self) -> float:
        """Weight in the choice of the next letter: 1 if never tried, near 0 if always right, up to 3 if often wrong."""
        return (1 + 3 * self.wrong) / (1 + self.right + self.wrong)


def choose_weak(rng: np.random.Generator, choices: Sequence[str], scores: Mapping[str, Score]) -> str:
    """One of these letters or words. Those with weak letters come more often. scores: by letter."""
    weight = np.array([np.mean([scores.get(letter, Score()).weakness for letter in choice]) ** 2 for choice in choices])
    return choices[int(rng.choice(len(choices), p=weight / weight.sum()))]
