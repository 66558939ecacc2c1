"""Letter probabilities from a hand. "Reader" means one network: cnn, shape, strokes, posture or fluent.

In: a model folder, which its model.json (the contract) describes, and then hand crops, hand landmarks, or tracked hands
over time. Out: a Prediction (all readers' probabilities, fused into one answer), the strokes J and Z, the steps of
words that flow, and whether the hand lies as the readers know it. Corrections change a Prediction by what a person has
corrected.
"""

from live.readers.classifier import LetterClassifier, Prediction, Probabilities, cnn_input, fuse, resize_crops
from live.readers.contract import (
    CONTRACT_FILE,
    INPUT_SHAPE,
    LEFT_OUT,
    READERS,
    Contract,
    Fusion,
    Reader,
    read_contract,
)
from live.readers.corrections import Corrections, Lift
from live.readers.features import N_FEATURES, features
from live.readers.figures import Figures, Measurement, NothingFigures, SignerFigures
from live.readers.fluent import (
    BLANK,
    FLUENT,
    FLUENT_OUTPUTS,
    KEPT_S,
    LOOK_AHEAD_S,
    LOOK_AHEAD_STEPS,
    N_FLUENT_INPUTS,
    N_MOTION,
    STEPS_PER_S,
    FluentReader,
    Resampler,
    Sample,
    Step,
    load_fluent,
    step_inputs,
)
from live.readers.posture import N_POSTURE_INPUTS, POSTURE_OUTPUTS, PostureCheck, edge_distances, posture_features
from live.readers.strokes import OUTPUTS, PAUSE_S, Motion, Stroke, StrokeReader
from live.readers.trajectory import LOST_S, N_INPUTS, TRACKED_JOINTS, Trajectory, hand_size

__all__ = [
    "BLANK",
    "CONTRACT_FILE",
    "FLUENT",
    "FLUENT_OUTPUTS",
    "INPUT_SHAPE",
    "KEPT_S",
    "LEFT_OUT",
    "LOOK_AHEAD_S",
    "LOOK_AHEAD_STEPS",
    "LOST_S",
    "N_FEATURES",
    "N_FLUENT_INPUTS",
    "N_INPUTS",
    "N_MOTION",
    "N_POSTURE_INPUTS",
    "OUTPUTS",
    "PAUSE_S",
    "POSTURE_OUTPUTS",
    "READERS",
    "STEPS_PER_S",
    "TRACKED_JOINTS",
    "Contract",
    "Corrections",
    "Figures",
    "FluentReader",
    "Fusion",
    "LetterClassifier",
    "Lift",
    "Measurement",
    "Motion",
    "NothingFigures",
    "PostureCheck",
    "Prediction",
    "Probabilities",
    "Reader",
    "Resampler",
    "Sample",
    "SignerFigures",
    "Step",
    "Stroke",
    "StrokeReader",
    "Trajectory",
    "cnn_input",
    "edge_distances",
    "features",
    "fuse",
    "hand_size",
    "load_fluent",
    "posture_features",
    "read_contract",
    "resize_crops",
    "step_inputs",
]
