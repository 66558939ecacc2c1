"""Letter probabilities from a hand. "Reader" means one network: cnn, shape, strokes or posture.

In: a model folder, which its model.json (the contract) describes, and then hand crops, hand landmarks, or tracked hands
over time. Out: a Prediction (all readers' probabilities, fused into one answer), the strokes J and Z, and
whether the hand lies as the readers know it.
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
from live.readers.posture import N_POSTURE_INPUTS, POSTURE_OUTPUTS, PostureCheck, edge_distances, posture_features
from live.readers.strokes import OUTPUTS, Motion, StrokeReader
from live.readers.trajectory import LOST_S, N_INPUTS, TRACKED_JOINTS, Trajectory, hand_size

__all__ = [
    "CONTRACT_FILE",
    "INPUT_SHAPE",
    "LOST_S",
    "N_FEATURES",
    "N_INPUTS",
    "N_POSTURE_INPUTS",
    "OUTPUTS",
    "POSTURE_OUTPUTS",
    "READERS",
    "TRACKED_JOINTS",
    "Contract",
    "Figures",
    "Fusion",
    "LetterClassifier",
    "Measurement",
    "Motion",
    "NothingFigures",
    "PostureCheck",
    "Prediction",
    "Probabilities",
    "Reader",
    "SignerFigures",
    "StrokeReader",
    "Trajectory",
    "cnn_input",
    "edge_distances",
    "features",
    "fuse",
    "hand_size",
    "posture_features",
    "read_contract",
    "resize_crops",
]
