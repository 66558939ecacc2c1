"""Trains one Keras network so that an interrupted training continues bit for bit.

In go a `Dataset`, a `Recipe` and a `Training` (seed, device, folder); out come trained weights, the metrics of each
epoch, and a checkpoint after every epoch. It knows crops and letters, but no particular network.
"""

from training.engine.batches import Batches, one_hot, scaled
from training.engine.callbacks import Progress
from training.engine.checkpoints import RandomBatches, check_trained, train
from training.engine.datasets import Dataset, MemoryDataset, ShardDataset
from training.engine.recipes import RECIPES, Recipe
from training.engine.training import Training

__all__ = [
    "RECIPES",
    "Batches",
    "Dataset",
    "MemoryDataset",
    "Progress",
    "RandomBatches",
    "Recipe",
    "ShardDataset",
    "Training",
    "check_trained",
    "one_hot",
    "scaled",
    "train",
]
