"""TODO."""

from training.measure.evaluate import evaluate, of_crops, of_opinions
from training.measure.figures import SIGN_MNIST, SIGN_MNIST_TEST, Answer, in_words, record, summarise
from training.measure.fusion import HeldBack, calibrate, curve, pair_up

__all__ = [
    "SIGN_MNIST",
    "SIGN_MNIST_TEST",
    "Answer",
    "HeldBack",
    "calibrate",
    "curve",
    "evaluate",
    "in_words",
    "of_crops",
    "of_opinions",
    "pair_up",
    "record",
    "summarise",
]
