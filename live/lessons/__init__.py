"""What the pages for learning show and keep. No page in here.

`alphabet` and `drawing` turn a letter, or a hand's landmarks, into an SVG. `fingers` compares a hand with the letter
that it should sign, and names the finger to change. `practice` turns signed letters into the next letter to ask for and
a score. `recordings` turns frames with hands into files of custom signs, which training reads.
"""

from live.lessons.alphabet import ALPHABET_FILE, HOW_TO_SIGN, letter_svg, typical_hand, usual_hold
from live.lessons.drawing import hand_svg
from live.lessons.fingers import largest_difference, usual_hold_of
from live.lessons.practice import Practice
from live.lessons.recordings import Recorder, Recording, RecordingError, default_folder

__all__ = [
    "ALPHABET_FILE",
    "HOW_TO_SIGN",
    "Practice",
    "Recorder",
    "Recording",
    "RecordingError",
    "default_folder",
    "hand_svg",
    "largest_difference",
    "letter_svg",
    "typical_hand",
    "usual_hold",
    "usual_hold_of",
]
