"""Each frame's likeliest letters and time go in; text comes out, letter by letter, with the times of the commits.

`Speller` decides when a letter counts. `live.text.words` suggests the word that was probably meant. It is not imported
here, because it loads NumPy and few callers want it.
"""

from live.text.flow import MIN_CONFIDENCE, FlowingWord, FlowSpeller
from live.text.spelling import HOLD_S, SPACE, SPACE_S, Committed, Speller, Top

__all__ = [
    "HOLD_S",
    "MIN_CONFIDENCE",
    "SPACE",
    "SPACE_S",
    "Committed",
    "FlowSpeller",
    "FlowingWord",
    "Speller",
    "Top",
]
