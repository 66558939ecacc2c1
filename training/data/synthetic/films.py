"""Films of words for the network of flowing words: what a tracker and the readers would see of a synthetic hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from live.hand import Hand
from live.readers import FLUENT_OUTPUTS, LOOK_AHEAD_STEPS, STEPS_PER_S, Probabilities, Resampler, Sample
from training.data.synthetic.motion import ByLetter, HandMotion, SpelledLetter
from training.data.synthetic.tracking import MEASURED, TrackedFrame, tracked_frames
from training.data.synthetic.vocabulary import Vocabulary
from training.data.synthetic.words import WordMaker

NOTHING_SHARE = 0.28  # of films in which nothing is spelled
TWO_SHARE = 0.25  # of films with two parts: words, or a word and a hand that spells nothing
MAX_LEAD_S, MAX_PAUSE_S = 1.0, 0.8  # seconds without a hand before the first part, and between both
TAIL_S = 0.5  # seconds without a hand at the end of half of the films

Opinion = Callable[[Hand], Probabilities]


@dataclass(frozen=True)
class WordFilm:
    """text: what is spelled. spelled: its letters and their times. frames: what the tracker sees."""

    text: str
    spelled: tuple[SpelledLetter, ...]
    frames: tuple[TrackedFrame, ...]


def word_film(
    hands: ByLetter, others: ByLetter, words: Vocabulary, rng: np.random.Generator, coarticulation: bool = True
) -> WordFilm:
    """A film to learn from: words of any tempo, and hands that spell nothing, at any frame rate."""
    frames_per_s = float(rng.choice((10, 12, 15, 20, 24, 30)) * rng.uniform(0.9, 1.05))
    mirrored = bool(rng.random() < 0.5)
    parts = 2 if rng.random() < TWO_SHARE else 1
    time_s = rng.uniform(0, MAX_LEAD_S) if rng.random() < 0.7 else 0.0
    frames = _empty(0.0, time_s, frames_per_s)
    spelled: list[SpelledLetter] = []
    for number in range(parts):
        maker = WordMaker(hands, rng, others, coarticulation)
        motion = maker.nothing() if rng.random() < NOTHING_SHARE else maker.spell(words.draw(rng))
        later, until_s = _part(motion, frames_per_s, rng, mirrored, time_s)
        frames += later
        spelled += _later(motion.spelled, time_s)
        pause_s = rng.uniform(0.15, MAX_PAUSE_S) if number + 1 < parts else TAIL_S * (rng.random() < 0.5)
        frames += _empty(until_s, until_s + pause_s, frames_per_s)
        time_s = until_s + pause_s
    return WordFilm("".join(letter.letter for letter in spelled), tuple(spelled), tuple(frames))


def measured_film(
    hands: ByLetter, others: ByLetter, word: str, letters_per_s: float, rng: np.random.Generator
) -> WordFilm:
    """A film to measure with: one word at a given tempo and 30 frames a second; no hand before it and after it."""
    motion = WordMaker(hands, rng, others).spell(word, letters_per_s, plain=True)
    frames, until_s = _part(motion, 30.0, rng, bool(rng.random() < 0.5), TAIL_S)
    return WordFilm(
        word,
        _later(motion.spelled, TAIL_S),
        (*_empty(0, TAIL_S, 30.0), *frames, *_empty(until_s, until_s + 2 * TAIL_S, 30.0)),
    )


def _part(
    motion: HandMotion, frames_per_s: float, rng: np.random.Generator, mirrored: bool, time_s: float
) -> tuple[list[TrackedFrame], float]:
    """The frames of a motion that begins at time_s, and when it ends."""
    frames = tracked_frames(motion, frames_per_s, rng, mirrored, MEASURED)
    shifted = [TrackedFrame(frame.time_s + time_s, frame.hand) for frame in frames]
    return shifted, shifted[-1].time_s + 1 / frames_per_s


def _later(spelled: Sequence[SpelledLetter], by_s: float) -> tuple[SpelledLetter, ...]:
    return tuple(replace(letter, reached_s=letter.reached_s + by_s, left_s=letter.left_s + by_s) for letter in spelled)


def _empty(start_s: float, stop_s: float, frames_per_s: float) -> list[TrackedFrame]:
    return [TrackedFrame(float(time_s), None) for time_s in np.arange(start_s, stop_s - 1e-6, 1 / frames_per_s)]


def film_samples(frames: Sequence[TrackedFrame], opinion: Opinion) -> list[Sample]:
    """The samples of a film, after one that is empty: what live.readers.step_inputs takes. opinion: reads a hand."""
    resampler, samples = Resampler(), [Sample(0.0)]
    for frame in frames:
        samples += resampler.add(frame.hand, frame.time_s, opinion(frame.hand) if frame.hand else None)
    return samples


def spikes(spelled: Sequence[SpelledLetter], n_steps: int) -> NDArray[np.int8]:
    """(n_steps,) the output that each step should give: LOOK_AHEAD_STEPS after a pose is reached, its letter.

    0: no letter. -1: either, beside a letter. The film begins at 0 s.
    """
    wanted = np.zeros(n_steps, np.int8)
    firsts = [round(letter.reached_s * STEPS_PER_S) + LOOK_AHEAD_STEPS for letter in spelled]
    for first in firsts:
        wanted[max(0, first - 1) : first + 3] = -1
    for number, (letter, first) in enumerate(zip(spelled, firsts, strict=True)):
        following = firsts[number + 1] if number + 1 < len(firsts) else first + 4
        first = min(first, n_steps - 1)
        wanted[first : first + (2 if following - first > 3 else 1)] = FLUENT_OUTPUTS.index(letter.letter)
    return wanted
