"""The CNNs by name, in backend-neutral Keras: (side, side, 1) pixels in [0, 1] in, letter probabilities out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import keras
from keras import layers, ops

from live.hand import CROP_SIZE
from live.letters import HELD_LETTERS
from live.readers import INPUT_SHAPE
from training.errors import SettingError

LESSON_LETTERS = 10  # classes of the course's smaller networks
TINY = 1e-9  # keeps probabilities above zero


def nvidia(n_letters: int) -> keras.Model:
    """The CNN of NVIDIA's course "Getting Started with Deep Learning", layer for layer: 264,049 parameters."""
    return keras.Sequential(
        [
            keras.Input(INPUT_SHAPE),
            layers.Conv2D(75, 3, strides=1, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2, strides=2, padding="same"),
            layers.Conv2D(50, 3, strides=1, padding="same", activation="relu"),
            layers.Dropout(0.2),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2, strides=2, padding="same"),
            layers.Conv2D(25, 3, strides=1, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2, strides=2, padding="same"),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(n_letters, activation="softmax", dtype="float32"),
        ],
        name="nvidia",
    )


def compact(n_letters: int) -> keras.Model:
    """The CNN for Sign-MNIST alone: five convolutions, most of them at low resolution; 197,432 parameters."""
    inputs = keras.Input(INPUT_SHAPE)
    return keras.Model(inputs, _convolutions(inputs, n_letters), name="compact")


def steady(n_letters: int) -> keras.Model:
    """The CNN for any camera: compact, after each picture's brightness and contrast are normalised."""
    inputs = keras.Input(INPUT_SHAPE)
    normalised = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False, epsilon=1e-4)(inputs)
    return keras.Model(inputs, _convolutions(normalised, n_letters), name="steady")


def _convolutions(x: keras.KerasTensor, n_letters: int) -> keras.KerasTensor:
    for filters, convolutions in ((32, 1), (48, 2), (96, 2)):
        for _ in range(convolutions):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
        x = layers.MaxPooling2D(2, padding="same")(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.3)(x)
    return layers.Dense(n_letters, activation="softmax", dtype="float32")(x)


def sketch64(n_letters: int) -> keras.Model:
    """The course's network for drawings of 64 x 64 pixels; 1,626,250 parameters with 10 classes."""
    network = [keras.Input((64, 64, 1))]
    for filters in (32, 64):
        network += [
            layers.Conv2D(filters, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
        ]
    network += [
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(n_letters, activation="softmax", dtype="float32"),
    ]
    return keras.Sequential(network, name="sketch64")


def _lesson(
    name: str, convolutions: int, padding: Literal["valid", "same"], stride: int = 1, pooled: bool = False
) -> Callable[[int], keras.Model]:
    """A network of the course's lessons in convolution: few layers, with padding, strides or pooling."""

    def build_lesson(n_letters: int) -> keras.Model:
        network = [keras.Input(INPUT_SHAPE)]
        for _ in range(convolutions):
            network.append(layers.Conv2D(32, 3, strides=stride, padding=padding, activation="relu"))
            if pooled:
                network.append(layers.MaxPooling2D(2, strides=2))
        network += [
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(n_letters, activation="softmax", dtype="float32"),
        ]
        return keras.Sequential(network, name=name)

    return build_lesson


@dataclass(frozen=True)
class Architecture:
    """make: builds it for a number of letters. side: of its pictures, in pixels. letters: the default number.

    recipe: the recipe to train it with by default; None if that depends on the data.
    """

    make: Callable[[int], keras.Model]
    side: int = CROP_SIZE
    letters: int = len(HELD_LETTERS)
    recipe: str | None = None


ARCHITECTURES = {
    "steady": Architecture(steady),
    "compact": Architecture(compact),
    "nvidia": Architecture(nvidia),
    "sketch64": Architecture(sketch64, 64, LESSON_LETTERS, "lesson"),
    "lesson-valid": Architecture(_lesson("lesson-valid", 3, "valid"), letters=LESSON_LETTERS, recipe="lesson"),
    "lesson-same": Architecture(_lesson("lesson-same", 3, "same"), letters=LESSON_LETTERS, recipe="lesson"),
    "lesson-strided": Architecture(
        _lesson("lesson-strided", 3, "same", stride=2), letters=LESSON_LETTERS, recipe="lesson"
    ),
    "lesson-pooled": Architecture(
        _lesson("lesson-pooled", 2, "valid", pooled=True), letters=LESSON_LETTERS, recipe="lesson"
    ),
}


def architecture(name: str) -> Architecture:
    """The architecture of that name. Raises SettingError if there is none."""
    if name not in ARCHITECTURES:
        raise SettingError(f"there is no architecture {name!r}; there are {', '.join(ARCHITECTURES)}", "architecture")
    return ARCHITECTURES[name]


def build(name: str, n_letters: int | None = None) -> keras.Model:
    """Build an untrained network, by default for the architecture's own number of letters. Raises SettingError."""
    chosen = architecture(name)
    return chosen.make(n_letters or chosen.letters)


def mean_of(members: Sequence[keras.Model]) -> keras.Model:
    """The network that gives the geometric mean of the probabilities of networks of one architecture, of sum 1.

    It is one graph, with copies of their weights.
    """
    inputs = keras.Input(members[0].input_shape[1:])
    answers = [_answer_of_copy(member, inputs) for member in members]
    mean = answers[0]
    if len(answers) > 1:
        logarithms = [ops.log(ops.maximum(answer, TINY)) for answer in answers]
        mean = layers.Softmax(dtype="float32")(layers.Average(dtype="float32")(logarithms))
    return keras.Model(inputs, mean, name=members[0].name)


def _answer_of_copy(network: keras.Model, inputs: keras.KerasTensor) -> keras.KerasTensor:
    graph = keras.Model(network.inputs, network.outputs)  # a Sequential model cannot be copied onto other inputs
    copy = keras.models.clone_model(graph, input_tensors=[inputs])
    copy.set_weights(network.get_weights())
    return copy.outputs[0]
