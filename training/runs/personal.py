"""Makes a model one's own: what ships, taught by a few of one's own hands, for which nothing else is needed.

The networks stay as they are but for their last layers, which may not go far from where they were. So that what was not
recorded is not forgotten, the shape network goes on learning to say what it said of every letter's typical hand.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from live.errors import FingerspellError, ModelError
from live.lessons import typical_hand
from live.letters import HELD_LETTERS
from live.readers import Contract, Figures, Fusion, Probabilities, features, read_contract, resized
from training.data import Augmentation, Hands, augment, live_view
from training.engine import Progress, one_hot, scaled
from training.measure import Answer, answers_from_opinions, record, summarise_letters
from training.networks import ShapeRecipe, build, build_towers, vary
from training.progress import Stopwatch
from training.runs.export import save_model

LEAST_LIKELY = 4.0  # below the other letters' lowest bias: where a new letter's begins
SMOOTHING = 0.05


@dataclass(frozen=True)
class PersonalRecipe:
    """How far a model goes. near: weight of the squared way that the last layers' weights went."""

    epochs: int = 12
    batch_size: int = 128
    learning_rate: float = 2e-3
    near: float = 0.001
    variations: int = 5_000  # of own hands, together
    remembered: int = 100  # variations of each typical hand

    def times(self, n: int) -> int:
        """How often each of n own hands is varied."""
        return max(1, round(self.variations / n))


@dataclass(frozen=True)
class Base:
    """A model to begin from: its contract, and its networks by reader's name."""

    contract: Contract
    networks: Mapping[str, keras.Model]

    @classmethod
    def load(cls, folder: Path) -> "Base":
        """Raises ModelError, and FingerspellError where the folder has LiteRT files alone."""
        contract = read_contract(folder)
        networks = {}
        for name, reader in contract.readers.items():
            if "keras" not in reader.files:
                raise FingerspellError(
                    f"--from {folder}: its {name} has no .keras file, so nothing can be taught to it"
                )
            contract.weights(folder, name, "keras")  # checks the sha256
            file = folder / reader.files["keras"]
            try:
                networks[name] = keras.saving.load_model(file, safe_mode=True)
            except Exception as error:  # Keras raises what it likes on a damaged file, and on one that carries code
                reason = str(error).strip().partition("\n")[0]
                raise ModelError(
                    f"{file}: cannot be loaded ({reason[:200]}); train or fetch the model again"
                ) from error
        return cls(contract, networks)

    def taught(self, hands: Hands, recipe: PersonalRecipe, seed: int) -> dict[str, keras.Model]:
        """Its networks, taught by these hands, whose letters are its own, in order, and then any new ones."""
        assert hands.letters[: len(self.contract.letters)] == self.contract.letters
        keras.utils.set_random_seed(seed)
        rng = np.random.default_rng(seed)
        taught = {}
        for name, network in self.networks.items():
            if name == "shape":
                taught[name] = self._taught_shape(network, hands, recipe, rng)
            elif hands.crops is not None:
                taught[name] = _taught_cnn(network, hands, recipe, rng)
            else:
                taught[name] = _widened(network, build(network.name, len(hands.letters)))
        return taught

    def _taught_shape(
        self, network: keras.Model, hands: Hands, recipe: PersonalRecipe, rng: np.random.Generator
    ) -> keras.Model:
        told: dict[str, Any] = self.contract.training.get("shape", {})
        how = ShapeRecipe(**told | {"units": tuple(told.get("units", ShapeRecipe.units))})
        apart, mean = build_towers(how, len(hands.letters))
        _widened(network, mean)
        times = recipe.times(len(hands))
        own = features(vary(np.repeat(hands.landmarks, times, axis=0), how, rng))
        truth = _smoothed(one_hot(np.repeat(hands.labels, times), len(hands.letters)))
        typical = np.stack([typical_hand(letter) for letter in self.contract.letters if letter in HELD_LETTERS])
        remembered = features(vary(np.repeat(typical.astype(np.float32), recipe.remembered, axis=0), how, rng))
        said = apart.predict(remembered, batch_size=1024, verbose=0)
        seen = np.concatenate((own, remembered))
        _teach(apart, seen, lambda number: np.concatenate((truth, said[:, number])), recipe, "shape")
        return mean


def fit_personal(
    base: Base, hands: Hands, recipe: PersonalRecipe, seed: int, out: Path, about: dict[str, Any]
) -> Figures | None:
    """Teach it, leave a model folder, and return what its figures are on the last third of each letter's hands.

    about: what model.json says of the training. Figures are empty where there are fewer than three hands of each.
    """
    stopwatch = Stopwatch()
    fusion, away = base.contract.fusion, last_third(hands)
    figures: Figures | None = None
    told = ""
    if away.any():
        apart = hands.take(away)
        before = summarise_letters(list(answers_of(base.networks, fusion, apart)))
        learned = base.taught(hands.take(~away), recipe, seed)
        figures = summarise_letters(list(answers_of(learned, fusion, apart)))
        told = (
            f"{len(apart):,} hands, the last third of each letter, read by networks taught with the rest; the model "
            f"that it began from reads {before.mean:.1%} of them. Neighbouring frames of a recording are alike: "
            "this is the most to expect, not what another day brings."
        )
        right = f"{before.mean:.4f} right before, {figures.mean:.4f} after"
        print(f"of the last third of each letter, taught by the rest: {right}")
    networks = base.taught(hands, recipe, seed)
    training = base.contract.training | about | {"recipe": "personal", "personal": asdict(recipe), "seed": seed}
    training |= {"epochs": recipe.epochs, "seconds": stopwatch.seconds}
    save_model(networks, out, letters=hands.letters, fusion=fusion, training=training)
    if figures:
        record(out, "own", "Your own hands", told, figures)
    return figures


def last_third(hands: Hands) -> NDArray[np.bool_]:
    """(n,) mask of the last third of each source's hands of a letter, in their order; none of fewer than three."""
    away = np.zeros(len(hands), np.bool_)
    for source in np.unique(hands.sources):
        for label in np.unique(hands.labels):
            rows = np.flatnonzero((hands.sources == source) & (hands.labels == label))
            away[rows[len(rows) - len(rows) // 3 :]] = True
    return away


def answers_of(networks: Mapping[str, keras.Model], fusion: Mapping[str, Fusion], hands: Hands) -> Iterator[Answer]:
    """What networks that know the first of the hands' letters, or all, say of them, as live would have them say it."""
    opinions: dict[str, Probabilities] = {}
    if "cnn" in networks and hands.crops is not None:
        side = networks["cnn"].input_shape[1]
        opinions["cnn"] = networks["cnn"].predict(scaled(live_view(hands), side), batch_size=512, verbose=0)
    if "shape" in networks:
        opinions["shape"] = networks["shape"].predict(features(hands.landmarks), batch_size=1024, verbose=0)
    return answers_from_opinions(opinions, fusion["+".join(opinions)], hands.labels, hands.sources, hands.letters)


def _taught_cnn(network: keras.Model, hands: Hands, recipe: PersonalRecipe, rng: np.random.Generator) -> keras.Model:
    wider = _widened(network, build(network.name, len(hands.letters)))
    times = recipe.times(len(hands))
    varied = augment(np.repeat(live_view(hands), times, axis=0), Augmentation(), rng)
    truth = _smoothed(one_hot(np.repeat(hands.labels, times), len(hands.letters)))
    _teach(wider, resized(varied, network.input_shape[1]), lambda _: truth, recipe, "cnn")
    return wider


def _widened(network: keras.Model, wider: keras.Model) -> keras.Model:
    """The wider one, with the other's weights: it says the same, and of new letters that they are unlikely."""
    weights = []
    for old, new in zip(network.get_weights(), wider.get_weights(), strict=True):
        if old.shape != new.shape:  # the last layers: kernels (n, letters) and biases (letters,)
            begin = 0.0 if old.ndim > 1 else old.min() - LEAST_LIKELY
            more = np.full((*old.shape[:-1], new.shape[-1] - old.shape[-1]), begin)
            old = np.concatenate((old, more), axis=-1)
        weights.append(old.astype(new.dtype))
    wider.set_weights(weights)
    return wider


def _teach(
    network: keras.Model,
    seen: NDArray[np.float32],
    truth: Callable[[int], NDArray[np.float32]],
    recipe: PersonalRecipe,
    label: str,
) -> None:
    """Move the last layers, not far. truth: what each of them should say of what is seen, by its number.

    What comes before them stays as it is, so it is computed once. How far they go: Xuhong et al., "Explicit Inductive
    Bias for Transfer Learning with Convolutional Networks", 2018, L2-SP.
    """
    last = [each for each in network.layers if getattr(each, "activation", None) is keras.activations.softmax]
    body = keras.Model(network.inputs, [each.input for each in last])
    before = body.predict(seen, batch_size=512, verbose=0)
    seen_by = before if isinstance(before, list) else [before]
    inputs = [keras.Input(own.shape[1:]) for own in seen_by]
    heads = [keras.layers.Dense(layer.units, activation="softmax") for layer in last]
    alone = keras.Model(inputs, [head(own) for head, own in zip(heads, inputs, strict=True)])
    for head, layer in zip(heads, last, strict=True):
        head.set_weights(layer.get_weights())
        for weights in head.trainable_weights:
            weights.regularizer = _near(keras.ops.convert_to_tensor(weights.numpy()), recipe.near)
    alone.compile(
        keras.optimizers.Adam(recipe.learning_rate), keras.losses.CategoricalCrossentropy(), jit_compile=False
    )
    truths = [truth(number) for number in range(len(last))]
    alone.fit(
        seen_by, truths, batch_size=recipe.batch_size, epochs=recipe.epochs, verbose=0, callbacks=[Progress(label)]
    )  # fmt: skip
    for head, layer in zip(heads, last, strict=True):
        layer.set_weights(head.get_weights())


def _near(before: Any, weight: float) -> Any:
    return lambda now: weight * keras.ops.sum(keras.ops.square(now - before))


def _smoothed(truth: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth: NDArray[np.float32] = truth * (1 - SMOOTHING) + SMOOTHING / truth.shape[1]
    return smooth
