"""The exercise Read me: the drawn hand spells a word, and a person types what it was."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from live.lessons.spelled import Spelled, spell_word
from live.lessons.words import WORDS, Score, choose_weak

LENGTHS = tuple(sorted({len(word) for word in WORDS}))  # of the words, in letters
MIN_SPEED, MAX_SPEED, SPEED_STEP = 1.0, 6.0, 0.5  # letters a second
MIN_SLOW_SPEED = 0.5
MAX_ANSWER = 40  # characters; the rest of an answer does not count


class Answer(NamedTuple):
    """What a person read. letters_per_s: the slowest speed at which the word was shown before the answer.

    missed: the positions of the word's letters that are not in the answer.
    """

    word: str
    read: str
    letters_per_s: float
    missed: tuple[int, ...]

    @property
    def right(self) -> bool:
        """Whether the word was read without a fault."""
        return self.word == self.read


@dataclass
class ReadMe:
    """The word to read now, the film of it, and the answers so far.

    letters_per_s, length: the speed and the length of words that the person has chosen. slowest: the slowest speed at
    which the word was shown. scores: of each letter. n_films: how many films were made; a new number is a new film.
    """

    rng: np.random.Generator
    letters_per_s: float = 2.0
    length: int = 4
    scores: dict[str, Score] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    n_films: int = 0
    word: str = field(init=False, default="")
    slowest: float = field(init=False)
    answer: Answer | None = field(init=False, default=None)
    film: Spelled = field(init=False)

    def __post_init__(self) -> None:
        self.ask(self.letters_per_s, self.length)

    def ask(self, letters_per_s: float, length: int) -> None:
        """Choose another word of this many letters, words with weak letters more often, and spell it at this speed."""
        self.letters_per_s, self.length = letters_per_s, length
        choices = [word for word in WORDS if len(word) == length and word != self.word]
        self.word, self.answer = choose_weak(self.rng, choices, self.scores), None
        self._spell(letters_per_s)

    def slow_down(self) -> None:
        """Spell the word again, at about half the speed."""
        self._spell(max(MIN_SLOW_SPEED, math.floor(self.slowest) / 2))

    def judge(self, text: str) -> Answer:
        """Judge what was read, once for each word. text: as typed; only its letters count."""
        if self.answer is None:
            read = "".join(filter(str.isalpha, text[:MAX_ANSWER].upper()))
            self.answer = Answer(self.word, read, self.slowest, missed_letters(self.word, read))
            self.answers.append(self.answer)
            for n, letter in enumerate(self.word):
                score = self.scores.setdefault(letter, Score())
                score.wrong += n in self.answer.missed
                score.right += n not in self.answer.missed
        return self.answer

    def give_up(self) -> None:
        """Judge the word as not read."""
        self.judge("")

    def _spell(self, letters_per_s: float) -> None:
        self.slowest = letters_per_s
        self.film = spell_word(self.word, letters_per_s, self.rng)
        self.n_films += 1


def missed_letters(word: str, read: str) -> tuple[int, ...]:
    """The positions of the word's letters that are left when as many letters as possible are found, in their order."""
    # common[i][j]: how many letters word[i:] and read[j:] have in common, in order
    common = [[0] * (len(read) + 1) for _ in range(len(word) + 1)]
    for i in reversed(range(len(word))):
        for j in reversed(range(len(read))):
            same = common[i + 1][j + 1] + 1 if word[i] == read[j] else 0
            common[i][j] = max(same, common[i + 1][j], common[i][j + 1])
    missed, j = [], 0
    for i, letter in enumerate(word):
        at = read.find(letter, j)
        if at >= 0 and common[i][j] == 1 + common[i + 1][at + 1]:
            j = at + 1
        else:
            missed.append(i)
    return tuple(missed)
