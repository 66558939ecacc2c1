"""Each frame's likeliest letters and time go in; text comes out, letter by letter, with the times of the commits.

`Speller` decides when a letter counts. `live.text.flow` finds the letters of words that flow, and `live.text.words`
suggests the word that was probably meant. They are not imported here, because they load NumPy.
"""

from live.text.distance import edit_distance
from live.text.spelling import FLOW_SPACE_S, HOLD_S, SPACE, SPACE_S, Committed, Speller, Top, signs

__all__ = [
    "FLOW_SPACE_S",
    "HOLD_S",
    "SPACE",
    "SPACE_S",
    "Committed",
    "Speller",
    "Top",
    "edit_distance",
    "signs",
]
