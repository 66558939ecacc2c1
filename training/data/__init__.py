"""TODO."""

from training.data.augment import Augmentation, augment, rotations
from training.data.dataset import read_training_data
from training.data.hands import VIEWS, labelled_pictures, read_pictures
from training.data.shards import INDEX_FILE, NONE_HELD_BACK, SHARD_SIZE, Shards, read_index, shares, write_shards
from training.data.sign_mnist import find_csv, has_csv, read_split
from training.data.split import held_back, near_duplicate_groups
from training.data.types import NOTHING, Crops, Hands, LabelledPicture, TrainingData, live_view, merge
from training.data.typical_hands import make_alphabet

__all__ = [
    "INDEX_FILE",
    "NONE_HELD_BACK",
    "NOTHING",
    "SHARD_SIZE",
    "VIEWS",
    "Augmentation",
    "Crops",
    "Hands",
    "LabelledPicture",
    "Shards",
    "TrainingData",
    "augment",
    "find_csv",
    "has_csv",
    "held_back",
    "labelled_pictures",
    "live_view",
    "make_alphabet",
    "merge",
    "near_duplicate_groups",
    "read_index",
    "read_pictures",
    "read_split",
    "read_training_data",
    "rotations",
    "shares",
    "write_shards",
]
