"""The networks and how each is trained.

In go data and a recipe; out come Keras models: a CNN by its name in architectures.py, the shape network, the network
of J and Z, the posture network, or the network of flowing words. Saving them as a model folder is the task of
training.runs.
"""

from training.networks.architectures import Architecture, architecture, build, mean_of
from training.networks.cnn import begin_cnn, train_cnn, train_mean_cnn
from training.networks.dense import DenseRecipe
from training.networks.fluent import FluentFilm, FluentRecipe, build_fluent, step_network, train_fluent
from training.networks.posture import POSTURE, PostureRecipe, edges_of_whole, train_posture, turned
from training.networks.shape import SHAPE, ShapeRecipe, build_towers, train_shape, vary
from training.networks.strokes import STROKE_THRESHOLD, STROKES, StrokeRecipe, train_strokes

__all__ = [
    "POSTURE",
    "SHAPE",
    "STROKES",
    "STROKE_THRESHOLD",
    "Architecture",
    "DenseRecipe",
    "FluentFilm",
    "FluentRecipe",
    "PostureRecipe",
    "ShapeRecipe",
    "StrokeRecipe",
    "architecture",
    "begin_cnn",
    "build",
    "build_fluent",
    "build_towers",
    "edges_of_whole",
    "mean_of",
    "step_network",
    "train_cnn",
    "train_fluent",
    "train_mean_cnn",
    "train_posture",
    "train_shape",
    "train_strokes",
    "turned",
    "vary",
]
