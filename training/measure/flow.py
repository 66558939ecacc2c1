"""How well words that flow are read, in synthetic films of hands that nothing was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.letters import HELD_LETTERS
from live.readers import FLUENT_OUTPUTS, FluentReader
from live.text import Committed, edit_distance
from live.text.flow import FlowSpeller
from training.data.synthetic import BEGIN_WITH, ByLetter, Opinion, Vocabulary, WordFilm, measured_film, vocabulary

SPEEDS = (2.0, 3.0, 4.0, 6.0)  # letters a second
N_WORDS = 40  # that each source spells at each speed


@dataclass(frozen=True)
class ReadWord:
    """word: what was spelled. text: what was read. delays_s: of each letter that was read, since its pose was reached.

    log_probabilities: (n, 27), the network's answers.
    """

    word: str
    text: str
    delays_s: tuple[float, ...]
    log_probabilities: NDArray[np.float32]

    @property
    def error_rate(self) -> float:
        """Letters to correct, over the word's length."""
        return error_rate(self.text, self.word)


def read_word(reader: FluentReader, film: WordFilm, opinion: Opinion) -> ReadWord:
    """Read a film as the recogniser does in flow. opinion: what the readers of single frames say of a hand."""
    reader, flow = reader.for_new_hand(), FlowSpeller(FLUENT_OUTPUTS)
    settled: list[Committed | None] = []
    for frame in film.frames:
        seen = opinion(frame.hand) if frame.hand else None
        steps = reader.update(frame.hand, frame.time_s, seen)
        settled += [flow.update(step.log_probabilities, step.time_s, step.hand, step.still) for step in steps]
    settled.append(flow.settle(film.frames[-1].time_s))
    letters, word = [letter for letter in settled if letter], flow.word
    return ReadWord(film.text, word.text, _delays_s(film, letters), word.log_probabilities)


def _delays_s(film: WordFilm, committed: Sequence[Committed]) -> tuple[float, ...]:
    """How long after each pose its letter appeared, for words that were read right."""
    if "".join(letter.letter for letter in committed) != film.text:
        return ()
    return tuple(read.since_s - made.reached_s for read, made in zip(committed, film.spelled, strict=True))


def words_for(letters: Sequence[str], n: int, rng: np.random.Generator, words: Vocabulary | None = None) -> list[str]:
    """N words of the measuring vocabulary that need only these letters; fewer if there are not so many.

    J and Z are drawn by hands that show other letters, so they are among the letters if one of these is.
    """
    words = words or vocabulary(for_test=True)
    moving = [letter for letter, begins in BEGIN_WITH.items() if set(begins) & set(letters)]
    able = np.array([set(word) <= {*letters, *moving} for word in words.words])
    weights = words.weights * able
    n = min(n, int(np.count_nonzero(weights)))
    if not n:
        return []
    chosen = rng.choice(len(words.words), n, replace=False, p=weights / weights.sum())
    return [words.words[number] for number in chosen]


def measure_hands(
    reader: FluentReader, hands: ByLetter, opinion: Opinion, speed: float, n_words: int, seed: int
) -> list[ReadWord]:
    """Read synthetic films of one person's hands, at a speed in letters a second."""
    rng = np.random.default_rng((seed, round(speed * 10)))
    letters = [letter for letter in HELD_LETTERS if len(hands[letter])]
    read = []
    for number, word in enumerate(words_for(letters, n_words, rng)):
        film = measured_film(hands, hands, word, speed, np.random.default_rng((seed, round(speed * 10), number)))
        read.append(read_word(reader, film, opinion))
    return read


def measure_left_out(
    reader: FluentReader,
    sources: dict[str, ByLetter],
    opinion: Opinion,
    seed: int,
    n_words: int = N_WORDS,
    speeds: Sequence[float] = SPEEDS,
) -> dict[str, Any]:
    """Letter error rates of synthetic films by speed, in letters a second, without a language model.

    mean: over the sources that can spell words, each counting once. delay_s: percentiles 50 and 95 of the time from a
    letter's pose until it is read, in words that were read right. Raises DataError if no source can spell one.
    """
    figures = {}
    for speed in speeds:
        read = {
            source: measure_hands(reader, hands, opinion, speed, n_words, seed) for source, hands in sources.items()
        }
        read = {source: words for source, words in read.items() if words}
        if not read:
            raise DataError("no source that was left out has the letters of a word; add sources")
        rates = {source: mean_error_rate(words) for source, words in read.items()}
        delays_s = [delay_s for words in read.values() for word in words for delay_s in word.delays_s]
        figures[f"{speed:g} letters a second"] = {
            "mean": float(np.mean(list(rates.values()))),
            "sources": rates,
            "delay_s": np.percentile(delays_s, (50, 95)).round(3).tolist() if delays_s else None,
        }
    return figures


def mean_error_rate(read: Sequence[ReadWord]) -> float:
    """Letters to correct in all words, over the number of letters spelled."""
    return float(sum(word.error_rate * len(word.word) for word in read) / sum(len(word.word) for word in read))


def error_rate(text: str, word: str) -> float:
    """Levenshtein's distance (letters to add, drop or change) from text to word, over the word's length."""
    return edit_distance(word, text) / max(1, len(word))
