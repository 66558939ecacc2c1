"""TODO."""

from live.readers.classifier import LetterClassifier, Prediction, Probabilities, fuse, pixels, resized
from live.readers.contract import (
    CONTRACT_FILE,
    INPUT_SHAPE,
    READERS,
    Contract,
    Fusion,
    Reader,
    read_contract,
)
from live.readers.features import N_FEATURES, features
from live.readers.strokes import LOST_S, N_INPUTS, OUTPUTS, WATCHED, Motion, StrokeReader, Way, hand_size

__all__ = [
    "CONTRACT_FILE",
    "INPUT_SHAPE",
    "LOST_S",
    "N_FEATURES",
    "N_INPUTS",
    "OUTPUTS",
    "READERS",
    "WATCHED",
    "Contract",
    "Fusion",
    "LetterClassifier",
    "Motion",
    "Prediction",
    "Probabilities",
    "Reader",
    "StrokeReader",
    "Way",
    "default_model",
    "features",
    "fuse",
    "hand_size",
    "pixels",
    "read_contract",
    "resized",
    "shipped_models",
]
