"""TODO."""

from live.lessons.alphabet import FILE, HOW, letter_svg, typical_hand, usual_hold
from live.lessons.drawing import hand_svg
from live.lessons.fingers import largest_difference, usual_of_hands
from live.lessons.practice import Practice
from live.lessons.recordings import Recorder, Recording, RecordingError, default_folder

__all__ = [
    "FILE",
    "HOW",
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
    "usual_of_hands",
]
