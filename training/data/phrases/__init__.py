"""Reads films of fingerspelled phrases, as landmarks: the layout of Google's ASL fingerspelling competition.

In go CSVs that list phrases (listing.py) and Parquet files that hold the hands of all frames (landmarks.py). Out come
`SpelledSequence`s, one file in memory at a time (sequences.py). Needs no Keras.
"""

from training.data.phrases.sequences import ASPECT, MAX_PHRASE_LETTERS, RATE_HZ, Phrases, SpelledSequence, find_phrases

__all__ = ["ASPECT", "MAX_PHRASE_LETTERS", "RATE_HZ", "Phrases", "SpelledSequence", "find_phrases"]
