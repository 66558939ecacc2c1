"""TODO."""

from training.networks.architectures import architecture, build
from training.networks.cnn import begin_cnn, train_cnn
from training.networks.shape import SHAPE, ShapeRecipe, build_towers, train_shape, vary
from training.networks.strokes import STROKE_THRESHOLD, STROKES, StrokeRecipe, train_strokes

__all__ = [
    "SHAPE",
    "STROKES",
    "STROKE_THRESHOLD",
    "ShapeRecipe",
    "StrokeRecipe",
    "architecture",
    "begin_cnn",
    "build",
    "build_towers",
    "train_cnn",
    "train_shape",
    "train_strokes",
    "vary",
]
