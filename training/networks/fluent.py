"""The network of flowing words: a stack of causal convolutions over the steps of a film.

It learns at which step a letter is read, where that is known, as in synthetic films; otherwise it learns with CTC.
It is trained on whole films and used step by step. Both forms share their weights: the convolutions look back only, so
that a step needs no more of the past than the last inputs of each convolution, which are the network's state.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from live.readers import FLUENT, FLUENT_OUTPUTS, N_FEATURES, N_FLUENT_INPUTS, N_MOTION
from training.data import MAX_PHRASE_LETTERS
from training.engine import RandomBatches, Training, train

N_OUTPUTS = len(FLUENT_OUTPUTS)
FEATURES, OPINIONS = slice(N_FEATURES), slice(N_FEATURES + N_MOTION, None)
MOTION = slice(N_FEATURES, N_FEATURES + N_MOTION - 1)  # the last one says whether there is a hand
SPIKE_WEIGHT = 3.0  # of a step in which a letter is known to be read, beside a step without a letter
# The learning rate falls to this share of the first one only. With less, the network relied on how synthetic hands
# sway, and took the hands of real, spliced films for hands that talk.
KEPT_RATE = 0.5
KERNEL = 3  # steps that a convolution sees: now, and two before
BUCKETS = (48, 72, 96, 128, 176, 256, 400)  # films are padded to one of these numbers of steps


@dataclass(frozen=True)
class FluentFilm:
    """What the network sees of a film, and what it should say.

    inputs: (n, N_FLUENT_INPUTS) float16. letters: (m,) positions in FLUENT_OUTPUTS, of the letters in order. spikes:
    (n,) int8, the output that each step should give, 0 for none, -1 for any; None if the letters' times are not known.
    """

    inputs: NDArray[np.float16]
    letters: NDArray[np.int64]
    spikes: NDArray[np.int8] | None


@dataclass(frozen=True)
class FluentRecipe:
    """How to train it.

    films: synthetic ones to learn from. width: channels. dilations: of the convolutions, in steps. timed_epochs: in
    which it learns the known times of the letters. epochs: in which it then learns with CTC, if there are films whose
    letters' times are not known. unsure: share of the films in which the other readers have no opinion. blind: share of
    the films in which the network sees no features, so that it learns to rely on those readers, which know more hands.
    features, motion, opinions: whether the network ever sees the features, how the hand moves, and the other readers'
    opinions. coarticulation: whether synthetic fingers move at their own times and miss their poses.
    """

    films: int = 40_000
    width: int = 160
    dilations: tuple[int, ...] = (1, 2, 4, 8, 1, 2, 4)
    dropout: float = 0.15
    timed_epochs: int = 4
    epochs: int = 1
    batch_size: int = 48
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    unsure: float = 0.15
    blind: float = 0.4
    features: bool = True
    motion: bool = True
    opinions: bool = True
    coarticulation: bool = True

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """(N_FLUENT_INPUTS,) the inputs that the network never sees."""
        unseen = np.zeros(N_FLUENT_INPUTS, np.bool_)
        unseen[FEATURES], unseen[MOTION], unseen[OPINIONS] = not self.features, not self.motion, not self.opinions
        return unseen


def build_fluent(recipe: FluentRecipe) -> keras.Model:
    """The network for whole films: (n, steps, N_FLUENT_INPUTS) in, (n, steps, 27) logits out."""
    inputs = keras.Input((None, N_FLUENT_INPUTS))
    x = layers.Dense(recipe.width, name="in")(inputs)
    for number, dilation in enumerate(recipe.dilations):
        y = layers.LayerNormalization(name=f"norm_{number}")(x)
        y = layers.Conv1D(
            recipe.width, KERNEL, padding="causal", dilation_rate=dilation, activation="gelu", name=f"past_{number}"
        )(y)
        y = layers.Dropout(recipe.dropout)(y)
        x = layers.Add()([x, layers.Dense(recipe.width, name=f"mix_{number}")(y)])
    x = layers.LayerNormalization(name="norm_out")(x)
    return keras.Model(inputs, layers.Dense(N_OUTPUTS, name="out")(x), name=FLUENT)


def step_network(trained: keras.Model) -> keras.Model:
    """The network for one step: (n, N_FLUENT_INPUTS + state) in; (n, 27) log-probabilities and (n, state) out.

    The state is the past of each convolution: its last (KERNEL - 1) * dilation inputs, one after the other.
    """
    convolutions = [layer for layer in trained.layers if isinstance(layer, layers.Conv1D)]
    width = convolutions[0].filters
    pasts = [(KERNEL - 1) * layer.dilation_rate[0] for layer in convolutions]
    given = keras.Input((N_FLUENT_INPUTS + width * sum(pasts),))
    x = _dense(trained.get_layer("in"))(given[:, :N_FLUENT_INPUTS])
    states, first = [], N_FLUENT_INPUTS
    for number, (convolution, past) in enumerate(zip(convolutions, pasts, strict=True)):
        normed = _norm(trained.get_layer(f"norm_{number}"))(x)
        seen = ops.concatenate((given[:, first : first + width * past], normed), axis=1)
        states.append(seen[:, width:])
        dilation = convolution.dilation_rate[0]
        taps = [seen[:, width * dilation * tap : width * (dilation * tap + 1)] for tap in range(KERNEL)]
        kernel, bias = convolution.get_weights()
        tapped = layers.Dense(width, activation="gelu")
        y = tapped(ops.concatenate(taps, axis=1))
        tapped.set_weights([kernel.reshape(-1, width), bias])
        x = x + _dense(trained.get_layer(f"mix_{number}"))(y)
        first += width * past
    logits = _dense(trained.get_layer("out"))(_norm(trained.get_layer("norm_out"))(x))
    return keras.Model(given, [ops.log_softmax(logits, axis=-1), ops.concatenate(states, axis=1)], name=FLUENT)


def _dense(layer: layers.Dense) -> layers.Dense:
    """A copy of a layer, for another number of axes."""
    copy = layers.Dense(layer.units)
    copy.build((None, layer.kernel.shape[0]))
    copy.set_weights(layer.get_weights())
    return copy


def _norm(layer: layers.LayerNormalization) -> layers.LayerNormalization:
    copy = layers.LayerNormalization()
    copy.build((None, layer.gamma.shape[0]))
    copy.set_weights(layer.get_weights())
    return copy


class _StepLoss(keras.losses.Loss):  # type: ignore[misc]
    """The cross-entropy of the steps whose output is known, for each letter."""

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """y_true: (n, steps + 2 + MAX_PHRASE_LETTERS), as FluentBatches gives it. y_pred: (n, steps, 27) logits."""
        steps = ops.shape(y_pred)[1]
        spikes, n_letters = ops.cast(y_true[:, :steps], "int32"), y_true[:, steps + 1]
        # a letter's steps are few among those without any, so they weigh more
        weights = ops.cast(spikes >= 0, "float32") + (SPIKE_WEIGHT - 1) * ops.cast(spikes > 0, "float32")
        each = keras.losses.sparse_categorical_crossentropy(ops.maximum(spikes, 0), y_pred, from_logits=True)
        return ops.sum(each * weights, axis=1) / (1.0 + n_letters)


class _CTCLoss(_StepLoss):
    """CTC's loss for each letter, beside the cross-entropy."""

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """As _StepLoss."""
        steps = ops.shape(y_pred)[1]
        numbers = ops.cast(y_true[:, steps:], "int32")  # Keras has made floats of them
        ctc = ops.ctc_loss(numbers[:, 2:], y_pred, numbers[:, 1], numbers[:, 0], mask_index=0)
        return ctc / (1.0 + y_true[:, steps + 1]) + super().call(y_true, y_pred)


class FluentBatches(RandomBatches):
    """Batches of films of similar length: padded inputs and targets.

    Targets are (n, steps + 2 + MAX_PHRASE_LETTERS): spikes, the numbers of steps and of letters, and the letters.
    """

    def __init__(self, films: Sequence[FluentFilm], recipe: FluentRecipe, training: Training) -> None:
        super().__init__(training.seed, training.device.process)
        self._films = [film for film in films if len(film.inputs) <= BUCKETS[-1]]  # a few are longer
        self._recipe = recipe
        self._buckets = np.searchsorted(BUCKETS, [len(film.inputs) for film in self._films])
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self._rows)

    def draw(self) -> None:
        """Draw which films are in a batch together."""
        order = self.rng.permutation(len(self._films))
        rows = []
        for bucket in range(len(BUCKETS)):
            of_bucket = order[self._buckets[order] == bucket]
            size = max(4, self._recipe.batch_size * 96 // BUCKETS[bucket])
            rows += [of_bucket[first : first + size] for first in range(0, len(of_bucket), size)]
        # Keras looks at the first two batches to learn which sizes vary
        self._rows = [rows[-1], *(rows[number] for number in self.rng.permutation(len(rows) - 1))]
        if len(rows) > 1:
            other = next((n for n, part in enumerate(self._rows) if self._steps(part) != self._steps(rows[-1])), 1)
            self._rows[1], self._rows[other] = self._rows[other], self._rows[1]

    def _steps(self, rows: NDArray[np.int64]) -> int:
        return BUCKETS[int(self._buckets[rows[0]])]

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        rows = self._rows[index]
        steps = self._steps(rows)
        inputs = np.zeros((len(rows), steps, N_FLUENT_INPUTS), np.float32)
        targets = np.full((len(rows), steps + 2 + MAX_PHRASE_LETTERS), -1, np.int32)
        targets[:, steps + 2 :] = 0
        for number, row in enumerate(rows):
            film = self._films[row]
            n = len(film.inputs)
            inputs[number, :n] = film.inputs
            hidden = self.rng.random()
            if not (self._recipe.features and self._recipe.opinions):
                pass  # the other one is always there
            elif hidden < self._recipe.blind:
                inputs[number, :, FEATURES] = 0
            elif hidden < self._recipe.blind + self._recipe.unsure:
                inputs[number, :, OPINIONS] = 0
            if film.spikes is not None:
                targets[number, :n] = film.spikes
            targets[number, steps : steps + 2] = n, len(film.letters)
            targets[number, steps + 2 : steps + 2 + len(film.letters)] = film.letters
        inputs[:, :, self._recipe.unseen] = 0
        return inputs, targets


def train_fluent(
    films: Sequence[FluentFilm], recipe: FluentRecipe, training: Training, label: str = FLUENT
) -> keras.Model:
    """Train on films. Returns the network for whole films.

    Where the times of the letters are known, it learns those, which is three times as fast as CTC. Films without times
    are learned with CTC, among the others.
    """
    keras.utils.set_random_seed(training.seed)
    with training.device.scope():
        model = build_fluent(recipe)
    timed = [film for film in films if film.spikes is not None]
    ctc_epochs = recipe.epochs if len(timed) < len(films) else 0
    phases = (
        (timed, recipe.timed_epochs, recipe.learning_rate, _StepLoss(name="steps"), f"{label}, times"),
        (
            films,
            ctc_epochs,
            recipe.learning_rate / 4 if timed else recipe.learning_rate,
            _CTCLoss(name="ctc"),
            label,
        ),
    )
    for own, epochs, learning_rate, loss, name in phases:
        if own and epochs:
            _train_phase(
                model, FluentBatches(own, recipe, training), epochs, learning_rate, loss, recipe, training, name
            )
    first = model.get_layer("in").kernel
    first.assign(ops.where(recipe.unseen[:, None], 0.0, first))  # what it has not seen makes no difference
    trained = build_fluent(recipe)  # a new one, so that the losses are not saved with it
    trained.set_weights(model.get_weights())
    return trained


def _train_phase(
    model: keras.Model,
    batches: FluentBatches,
    epochs: int,
    learning_rate: float,
    loss: keras.losses.Loss,
    recipe: FluentRecipe,
    training: Training,
    label: str,
) -> None:
    steps = len(batches) * epochs
    warm_up = min(300, steps // 10)
    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10, max(1, steps - warm_up), alpha=KEPT_RATE, warmup_target=learning_rate, warmup_steps=warm_up
    )
    with training.device.scope():
        model.compile(
            keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay, clipnorm=1.0),
            loss,
            jit_compile=False,  # XLA on a CPU was many times slower
        )
        model.optimizer.build(model.trainable_variables)
    train(model, batches, epochs, training.checkpoint(label, batches), training.callbacks(label))
