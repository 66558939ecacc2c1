"""Reads training and test data, and prepares it.

In go tables of crops, like Sign-MNIST's CSVs (tables/), labelled pictures (pictures/), landmarks (hands.py), or films
of spelled phrases as landmarks (phrases/). Out come arrays of labelled crops and hands (`Crops`, `Hands`,
`TrainingData`), split and augmented, or written as `Shards` that are read a few at a time; of films, `Phrases`, which
are streamed. Needs no Keras.
"""

from training.data.augment import Augmentation, augment, rotations, viewpoints
from training.data.folders import DataFolders, check_present, find_data, read_training_data, say_crops
from training.data.hands import read_npz
from training.data.phrases import MAX_PHRASE_LETTERS, Phrases, SpelledSequence, find_phrases
from training.data.pictures import (
    VIEWS,
    CutHands,
    CutSide,
    cut,
    cut_hands,
    labelled_pictures,
    read_photographs,
    unlabelled_pictures,
)
from training.data.shards import INDEX_FILE, NONE_HELD_BACK, SHARD_SIZE, Shards, assign, read_index, write_shards
from training.data.split import STAYS, groups_apart, held_back, joined, recordings
from training.data.tables import find_test, has_table, read_split, read_table
from training.data.types import (
    NOTHING,
    NUMPY_FAULTS,
    Crops,
    Hands,
    LabelledPicture,
    TrainingData,
    live_view,
    merge,
    merge_crops,
    numpy_reason,
)
from training.data.typical_hands import make_alphabet

__all__ = [
    "INDEX_FILE",
    "MAX_PHRASE_LETTERS",
    "NONE_HELD_BACK",
    "NOTHING",
    "NUMPY_FAULTS",
    "SHARD_SIZE",
    "STAYS",
    "VIEWS",
    "Augmentation",
    "Crops",
    "CutHands",
    "CutSide",
    "DataFolders",
    "Hands",
    "LabelledPicture",
    "Phrases",
    "Shards",
    "SpelledSequence",
    "TrainingData",
    "assign",
    "augment",
    "check_present",
    "cut",
    "cut_hands",
    "find_data",
    "find_phrases",
    "find_test",
    "groups_apart",
    "has_table",
    "held_back",
    "joined",
    "labelled_pictures",
    "live_view",
    "make_alphabet",
    "merge",
    "merge_crops",
    "numpy_reason",
    "read_index",
    "read_npz",
    "read_photographs",
    "read_split",
    "read_table",
    "read_training_data",
    "recordings",
    "rotations",
    "say_crops",
    "unlabelled_pictures",
    "viewpoints",
    "write_shards",
]
