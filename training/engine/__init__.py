"""TODO."""

from training.engine.batches import Batches, HeldBatches, StreamedBatches, one_hot, scaled
from training.engine.callbacks import Progress, SameWeights
from training.engine.checkpoints import Checkpoint, Drawn, check_over, fit_on
from training.engine.recipes import RECIPES, Recipe
from training.engine.training import Training

__all__ = [
    "RECIPES",
    "Batches",
    "Checkpoint",
    "Drawn",
    "HeldBatches",
    "Progress",
    "Recipe",
    "SameWeights",
    "StreamedBatches",
    "Training",
    "check_over",
    "fit_on",
    "one_hot",
    "scaled",
]
