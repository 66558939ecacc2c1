"""Synthesises moving hands, from which the networks of J and Z and of flowing words learn.

In go landmarks of held hands by letter and a seed; out comes a `HandMotion`, labelled with its stroke or its letters,
and the noisy frames that a hand tracker would see of it.
"""

from training.data.synthetic.films import Opinion, WordFilm, film_samples, measured_film, spikes, word_film
from training.data.synthetic.motion import (
    BEGIN_WITH,
    KINDS,
    ON_THE_SPOT,
    RATE,
    SLOW_AND_LEVEL,
    ByLetter,
    Floats,
    HandMotion,
    MotionMaker,
    SpelledLetter,
    by_letter,
)
from training.data.synthetic.tracking import TrackedFrame, synthetic_frames, tracked_frames
from training.data.synthetic.vocabulary import Vocabulary, vocabulary
from training.data.synthetic.words import WordMaker

__all__ = [
    "BEGIN_WITH",
    "KINDS",
    "ON_THE_SPOT",
    "RATE",
    "SLOW_AND_LEVEL",
    "ByLetter",
    "Floats",
    "HandMotion",
    "MotionMaker",
    "Opinion",
    "SpelledLetter",
    "TrackedFrame",
    "Vocabulary",
    "WordFilm",
    "WordMaker",
    "by_letter",
    "film_samples",
    "measured_film",
    "spikes",
    "synthetic_frames",
    "tracked_frames",
    "vocabulary",
    "word_film",
]
