"""How well models read: answers in, figures out.

In: a model folder and a data folder, or opinions on sources left out of training. Out: an answer for each frame,
figures over all of them (printed, recorded in model.json, drawn), and the calibrated fusion of the readers.
"""

from training.measure.evaluate import answers_from_opinions, answers_on_crops, evaluate, find_test_data
from training.measure.figures import (
    SIGN_MNIST,
    Answer,
    about_test_table,
    format_figures,
    record,
    summarise_letters,
)
from training.measure.flow import (
    SPEEDS,
    ReadWord,
    error_rate,
    mean_error_rate,
    measure_hands,
    measure_left_out,
    read_word,
    words_for,
)
from training.measure.fusion import HeldBack, calibrate, curve, pair_up

__all__ = [
    "SIGN_MNIST",
    "SPEEDS",
    "Answer",
    "HeldBack",
    "ReadWord",
    "about_test_table",
    "answers_from_opinions",
    "answers_on_crops",
    "calibrate",
    "curve",
    "error_rate",
    "evaluate",
    "find_test_data",
    "format_figures",
    "mean_error_rate",
    "measure_hands",
    "measure_left_out",
    "pair_up",
    "read_word",
    "record",
    "summarise_letters",
    "words_for",
]
