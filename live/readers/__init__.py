"""Letter probabilities from a hand. "Reader" means one network: cnn, shape or strokes.

In: a model folder, which its model.json (the contract) describes, and then hand crops, hand landmarks, or tracked hands
over time. Out: a Prediction (all readers' probabilities, fused into one answer), and the strokes J and Z.
"""

from live.readers.classifier import LetterClassifier, Prediction, Probabilities, cnn_input, fuse, resize_crops
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
from live.readers.figures import Figures, Measurement, NothingFigures, SignerFigures
from live.readers.strokes import OUTPUTS, Motion, StrokeReader
from live.readers.trajectory import LOST_S, N_INPUTS, TRACKED_JOINTS, Trajectory, hand_size

__all__ = [
    "CONTRACT_FILE",
    "INPUT_SHAPE",
    "LOST_S",
    "N_FEATURES",
    "N_INPUTS",
    "OUTPUTS",
    "READERS",
    "TRACKED_JOINTS",
    "Contract",
    "Figures",
    "Fusion",
    "LetterClassifier",
    "Measurement",
    "Motion",
    "NothingFigures",
    "Prediction",
    "Probabilities",
    "Reader",
    "SignerFigures",
    "StrokeReader",
    "Trajectory",
    "cnn_input",
    "features",
    "fuse",
    "hand_size",
    "read_contract",
    "resize_crops",
]
