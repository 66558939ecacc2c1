"""TODO."""

from live.text.spelling import HOLD_S, SPACE, SPACE_S, Committed, Speller, Top
from live.text.words import WordHelper

__all__ = [
    "HOLD_S",
    "SPACE",
    "SPACE_S",
    "Committed",
    "Speller",
    "Top",
    "WordHelper",
]
