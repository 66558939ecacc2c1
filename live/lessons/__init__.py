"""Letters, landmarks and frames go in; drawings, advice, scores and recordings come out. The pages are in live.web.

`alphabet` and `drawing` turn a letter, or a hand's landmarks, into an SVG. `fingers` compares a hand with the letter
that it should sign, and says which finger to change. `practice` turns signed letters into a score and the next letter.
`spelled` makes the drawn hand spell a word, and `read_me` judges what a person reads of it. `spell_it` times the words
that a person spells.
`recordings` turns frames with hands into files of custom signs, which training reads.
"""

from live.lessons.alphabet import ALPHABET_FILE, HOW_TO_SIGN, letter_svg, typical_hand, usual_hold
from live.lessons.drawing import hand_film, hand_svg
from live.lessons.fingers import largest_difference, measure_usual_hold
from live.lessons.practice import Practice
from live.lessons.read_me import LENGTHS, MAX_ANSWER, MAX_SPEED, MIN_SPEED, SPEED_STEP, Answer, ReadMe
from live.lessons.recordings import (
    Recorder,
    Recording,
    RecordingError,
    default_recordings_folder,
    lookalike,
    sign_name,
)
from live.lessons.spell_it import Attempt, SpellIt
from live.lessons.spelled import POSES_PER_S, Spelled, spell_word
from live.lessons.words import Score

__all__ = [
    "ALPHABET_FILE",
    "HOW_TO_SIGN",
    "LENGTHS",
    "MAX_ANSWER",
    "MAX_SPEED",
    "MIN_SPEED",
    "POSES_PER_S",
    "SPEED_STEP",
    "Answer",
    "Attempt",
    "Practice",
    "ReadMe",
    "Recorder",
    "Recording",
    "RecordingError",
    "Score",
    "SpellIt",
    "Spelled",
    "default_recordings_folder",
    "hand_film",
    "hand_svg",
    "largest_difference",
    "letter_svg",
    "lookalike",
    "measure_usual_hold",
    "sign_name",
    "spell_word",
    "typical_hand",
    "usual_hold",
]
