"""Adapts a model to a few recorded hands; nothing else is needed.

Only the last layers of the networks are trained, and they are kept close to their old weights. So that letters that
were not recorded are not forgotten, the shape network also keeps its old answers on typical hands of every letter.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from live.errors import ModelError
from live.lessons import lookalike, sign_name, typical_hand
from live.letters import HELD_LETTERS
from live.readers import Contract, Figures, Fusion, Probabilities, features, read_contract, resize_crops
from training.data import Augmentation, Hands, augment, live_view
from training.engine import Progress, one_hot, scaled
from training.errors import SettingError
from training.measure import Answer, answers_from_opinions, record, summarise_letters
from training.networks import ShapeRecipe, build, build_towers, mean_of, vary
from training.progress import Stopwatch
from training.runs.export import save_model

LEAST_LIKELY = 4.0  # a new letter's bias starts this far below the lowest bias of the other letters
SMOOTHING = 0.05


@dataclass(frozen=True)
class PersonalRecipe:
    """How to adapt a model. near: penalty on the squared distance of the last layers' weights from the old ones."""

    epochs: int = 12
    batch_size: int = 128
    learning_rate: float = 2e-3
    near: float = 0.001
    variations: int = 5_000  # of all recorded hands together
    remembered: int = 100  # variations of each typical hand

    def repeats(self, n: int) -> int:
        """How many variations are made of each of n recorded hands."""
        return max(1, round(self.variations / n))


@dataclass(frozen=True)
class Base:
    """The model to begin from: its contract, and its networks by reader's name."""

    contract: Contract
    networks: Mapping[str, keras.Model]

    @classmethod
    def load(cls, folder: Path) -> "Base":
        """Load a model folder. Raises ModelError, and SettingError if it has only LiteRT files."""
        contract = read_contract(folder)
        networks = {}
        for name, reader in contract.readers.items():
            if "keras" not in reader.files:
                raise SettingError(f"{folder}: its {name} has no .keras file, so it cannot be trained", "base")
            contract.weights(folder, name, "keras")  # checks the sha256
            networks[name] = _load_network(folder / reader.files["keras"])
        return cls(contract, networks)

    def adapted(self, hands: Hands, recipe: PersonalRecipe, seed: int) -> dict[str, keras.Model]:
        """Its networks, adapted to hands. The hands' letters are the base's, in order, then any new ones."""
        assert hands.letters[: len(self.contract.letters)] == self.contract.letters
        keras.utils.set_random_seed(seed)
        rng = np.random.default_rng(seed)
        networks = {}
        for name, network in self.networks.items():
            if name == "shape":
                networks[name] = self._adapted_shape(network, hands, recipe, rng)
            elif hands.crops is not None:
                networks[name] = _adapted_cnn(network, hands, recipe, rng)
            else:
                networks[name] = _widened_cnn(network, len(hands.letters))
        return networks

    def _adapted_shape(
        self, network: keras.Model, hands: Hands, recipe: PersonalRecipe, rng: np.random.Generator
    ) -> keras.Model:
        stored: dict[str, Any] = self.contract.training.get("shape", {})
        # models that were trained before there were relative members have none
        stored = {"relative_members": 0} | stored | {"units": tuple(stored.get("units", ShapeRecipe.units))}
        shape_recipe = ShapeRecipe(**stored)
        members, mean = build_towers(shape_recipe, len(hands.letters))
        _widened(network, mean)
        repeats = recipe.repeats(len(hands))
        recorded = features(vary(np.repeat(hands.landmarks, repeats, axis=0), shape_recipe, rng))
        targets = _smoothed(one_hot(np.repeat(hands.labels, repeats), len(hands.letters)))
        typical = np.stack([typical_hand(letter) for letter in self.contract.letters if letter in HELD_LETTERS])
        varied = vary(np.repeat(typical.astype(np.float32), recipe.remembered, axis=0), shape_recipe, rng)
        remembered = features(varied)
        old_answers = members.predict(remembered, batch_size=1024, verbose=0)
        inputs = np.concatenate((recorded, remembered))
        _train_last_layers(
            members, inputs, lambda number: np.concatenate((targets, old_answers[:, number])), recipe, "shape"
        )
        return mean


def fit_personal(
    base: Base, hands: Hands, recipe: PersonalRecipe, seed: int, out: Path, about: dict[str, Any]
) -> Figures | None:
    """Adapt the base to all hands and write a model folder.

    Returns the figures on the last third of each letter's hands, read by networks adapted to the rest; None if no
    source has three hands of a letter. about: what model.json says of the training. Prints which new signs look like a
    letter of the base. Raises RecordingError if a new sign's name is not valid.
    """
    stopwatch = Stopwatch()
    for line in check_new_signs(base, hands):
        print(f"note: {line}", file=sys.stderr)
    fusion, mask = base.contract.fusion, last_third(hands)
    figures: Figures | None = None
    description = ""
    if mask.any():
        held = hands.select(mask)
        before = summarise_letters(list(answers_of(base.networks, fusion, held)))
        adapted = base.adapted(hands.select(~mask), recipe, seed)
        figures = summarise_letters(list(answers_of(adapted, fusion, held)))
        description = (
            f"{len(held):,} hands, the last third of each letter, read by networks adapted to the rest; the base model "
            f"reads {before.mean:.1%} of them. Neighbouring frames of a recording are alike: this is the upper "
            "limit, not what to expect on another day."
        )
        right = f"{before.mean:.4f} right before, {figures.mean:.4f} after"
        print(f"on the last third of each letter, adapted to the rest: {right}")
    networks = base.adapted(hands, recipe, seed)
    training = base.contract.training | about | {"recipe": "personal", "personal": asdict(recipe), "seed": seed}
    training |= {"epochs": recipe.epochs, "seconds": stopwatch.seconds}
    recorded = {hands.letters[label] for label in hands.labels.tolist()} | {*base.contract.training.get("recorded", ())}
    training |= {"recorded": sorted(recorded)}  # the recogniser reads these signs whatever their posture
    save_model(networks, out, letters=hands.letters, fusion=fusion, training=training)
    if figures:
        record(out, "own", "Your own hands", description, figures)
    return figures


def check_new_signs(base: Base, hands: Hands) -> list[str]:
    """Lines that say which new signs look like a letter of the base. Raises RecordingError if a name is not valid."""
    lines = []
    for sign in hands.letters[len(base.contract.letters) :]:
        sign_name(sign, hands.letters)
        shown = hands.select(hands.labels == hands.letters.index(sign))
        read = [answer.letter for answer in answers_of(base.networks, base.contract.fusion, shown)]
        lines += [line] if (line := lookalike(sign, read)) else []
    return lines


def last_third(hands: Hands) -> NDArray[np.bool_]:
    """(n,) mask of the last third of each source's hands of a letter, in order; no hand if there are fewer than 3."""
    mask = np.zeros(len(hands), np.bool_)
    for source in np.unique(hands.sources):
        for label in np.unique(hands.labels):
            rows = np.flatnonzero((hands.sources == source) & (hands.labels == label))
            mask[rows[len(rows) - len(rows) // 3 :]] = True
    return mask


def answers_of(networks: Mapping[str, keras.Model], fusion: Mapping[str, Fusion], hands: Hands) -> Iterator[Answer]:
    """The fused answers of networks to hands, as the recogniser would give them.

    The networks know all of the hands' letters, or the first of them.
    """
    opinions: dict[str, Probabilities] = {}
    if "cnn" in networks and hands.crops is not None:
        side = networks["cnn"].input_shape[1]
        opinions["cnn"] = networks["cnn"].predict(scaled(live_view(hands), side), batch_size=512, verbose=0)
    if "shape" in networks:
        opinions["shape"] = networks["shape"].predict(features(hands.landmarks), batch_size=1024, verbose=0)
    return answers_from_opinions(opinions, fusion["+".join(opinions)], hands.labels, hands.sources, hands.letters)


def _load_network(file: Path) -> keras.Model:
    try:
        return keras.saving.load_model(file, safe_mode=True)
    except Exception as error:  # Keras raises many types, for a damaged file and for one that contains code
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(f"{file}: cannot be loaded ({reason[:200]}); train or fetch the model again") from error


def _adapted_cnn(network: keras.Model, hands: Hands, recipe: PersonalRecipe, rng: np.random.Generator) -> keras.Model:
    wider = _widened_cnn(network, len(hands.letters))
    repeats = recipe.repeats(len(hands))
    varied = augment(np.repeat(live_view(hands), repeats, axis=0), Augmentation(), rng)
    targets = _smoothed(one_hot(np.repeat(hands.labels, repeats), len(hands.letters)))
    _train_last_layers(wider, resize_crops(varied, network.input_shape[1]), lambda _: targets, recipe, "cnn")
    return wider


def _widened_cnn(network: keras.Model, n_letters: int) -> keras.Model:
    """A CNN, or the mean of several, for more letters."""
    members = [build(network.name, n_letters) for _ in _last_layers(network)]
    return _widened(network, mean_of(members))


def _widened(network: keras.Model, wider: keras.Model) -> keras.Model:
    """Copy a network's weights into one for more letters. Its answers stay the same; new letters are unlikely."""
    weights = []
    for old, new in zip(network.get_weights(), wider.get_weights(), strict=True):
        if old.shape != new.shape:  # the last layers: kernels (n, letters) and biases (letters,)
            initial = 0.0 if old.ndim > 1 else old.min() - LEAST_LIKELY
            added = np.full((*old.shape[:-1], new.shape[-1] - old.shape[-1]), initial)
            old = np.concatenate((old, added), axis=-1)
        weights.append(old.astype(new.dtype))
    wider.set_weights(weights)
    return wider


def _train_last_layers(
    network: keras.Model,
    inputs: NDArray[np.float32],
    targets: Callable[[int], NDArray[np.float32]],
    recipe: PersonalRecipe,
    label: str,
) -> None:
    """Train a network's softmax layers, and keep them close to their old weights.

    targets: by a softmax layer's number, what it should give for the inputs. All other layers stay the same, so what
    they compute is computed only once. The penalty: Xuhong et al., "Explicit Inductive Bias for Transfer Learning with
    Convolutional Networks", 2018, L2-SP.
    """
    last = _last_layers(network)
    body = keras.Model(network.inputs, [layer.input for layer in last])
    computed = body.predict(inputs, batch_size=512, verbose=0)
    head_inputs = computed if isinstance(computed, list) else [computed]
    symbols = [keras.Input(array.shape[1:]) for array in head_inputs]
    heads = [keras.layers.Dense(layer.units, activation="softmax") for layer in last]
    model = keras.Model(symbols, [head(symbol) for head, symbol in zip(heads, symbols, strict=True)])
    for head, layer in zip(heads, last, strict=True):
        head.set_weights(layer.get_weights())
        for weights in head.trainable_weights:
            weights.regularizer = _near(keras.ops.convert_to_tensor(weights.numpy()), recipe.near)
    model.compile(
        keras.optimizers.Adam(recipe.learning_rate), keras.losses.CategoricalCrossentropy(), jit_compile=False
    )
    head_targets = [targets(number) for number in range(len(last))]
    model.fit(
        head_inputs, head_targets, batch_size=recipe.batch_size, epochs=recipe.epochs, verbose=0,
        callbacks=[Progress(label)],
    )  # fmt: skip
    for head, layer in zip(heads, last, strict=True):
        layer.set_weights(head.get_weights())


def _last_layers(network: keras.Model) -> list[keras.layers.Layer]:
    """The softmax layers: one for each member, if the network is the mean of several."""
    return [layer for layer in network.layers if getattr(layer, "activation", None) is keras.activations.softmax]


def _near(old: Any, penalty: float) -> Any:
    return lambda weights: penalty * keras.ops.sum(keras.ops.square(weights - old))


def _smoothed(targets: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth: NDArray[np.float32] = targets * (1 - SMOOTHING) + SMOOTHING / targets.shape[1]
    return smooth
