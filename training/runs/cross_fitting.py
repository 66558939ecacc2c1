"""Trains both readers and calibrates their fusion by leaving sources out.

Each source is left out of training in one of FOLDS folds. What the networks trained without it say of it calibrates the
fusion and is the validation. Then the networks that are kept are trained on everything.
"""

import sys
from collections import Counter
from dataclasses import asdict, dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.readers import Figures, Fusion, Probabilities, features
from training.data import Crops, Hands, TrainingData, groups_apart, held_back, live_view, recordings
from training.engine import MemoryDataset, scaled
from training.measure import SIGN_MNIST, HeldBack, calibrate, pair_up
from training.networks import ShapeRecipe, train_mean_cnn, train_shape
from training.runs.datasets import VALIDATION_SHARE
from training.runs.export import save_model
from training.runs.plan import NetworkPlan
from training.runs.record import Start, training_record
from training.runs.report import measure_held_back, measure_test_file, save_curves, save_held_back, save_thresholds

FOLDS = 3  # each source is left out once


@dataclass(frozen=True)
class HandsInFolds:
    """all: every real hand, photographed ones first. photographed: those with crops. rendered: made hands.

    on_photos: (n,) which of all hands are photographed. folds: (n,) the fold that leaves each of them out.
    """

    all: Hands
    photographed: Hands | None
    rendered: Hands | None
    on_photos: NDArray[np.bool_]
    folds: NDArray[np.int64]

    @classmethod
    def of(cls, data: TrainingData, seed: int) -> "HandsInFolds":
        """The hands of data folders, in folds. Raises DataError."""
        hands, photographed = data.all_hands(), data.photographed()
        on_photos = np.arange(len(hands)) < (len(photographed) if photographed else 0)
        return cls(hands, photographed, data.rendered, on_photos, folds_by_source(hands, on_photos, seed))

    def rendered_without(self, fold: int) -> Hands | None:
        """The made hands that were not posed by a hand of this fold."""
        if self.rendered is None:
            return None
        rest = self.rendered.without_sources(np.unique(self.all.sources[self.folds == fold]).tolist())
        return rest if len(rest) else None


def cross_fit(plan: NetworkPlan, data: TrainingData, started: Start) -> Figures | None:
    """Train the readers that there is data for, and their fusion. Returns the figures on the sources left out."""
    recipe = ShapeRecipe()
    shape_epochs = plan.settings.epochs or recipe.epochs
    print(*(f"data: {about}" for about in data.about), sep="\n")
    hands = HandsInFolds.of(data, plan.seed)
    cnns = f"{plan.epochs} epochs of {plan.recipe.members} CNNs, " if hands.photographed or data.crops else ""
    print(
        f"training {cnns}{shape_epochs} epochs of the shape network, on the {plan.device.name}; before that {FOLDS} "
        "times, each time without a third of the sources"
    )
    cnn_held = _cnn_held_back(plan, data.crops, hands)
    shape_held = _shape_held_back(plan, hands, recipe, shape_epochs)
    held = _join(shape_held, cnn_held, hands.on_photos, plan.seed)
    fusion = calibrated(held, hands.on_photos)
    save_held_back(plan.out, held, hands.on_photos)

    networks: dict[str, keras.Model] = {}
    if cnn_held is not None:
        dataset = MemoryDataset(data.crops, hands.photographed, hands.rendered)
        networks["cnn"], curves = train_mean_cnn(plan.architecture, dataset, plan.recipe, plan.epochs, plan.training)
        save_curves(plan, curves)
    networks["shape"] = train_shape(hands.all, recipe, shape_epochs, plan.training)
    training = training_record(plan, started, "; ".join(data.about)) | {
        "shape": asdict(recipe) | {"epochs": shape_epochs}
    }
    save_model(networks, plan.out, letters=data.letters, fusion=fusion, training=training)
    save_thresholds(plan.out, held, fusion)
    figures = measure_held_back(plan.out, held, fusion, data.letters, hands.on_photos)
    if plan.reads_test_file:
        measure_test_file(plan, data.letters)
    return figures


def folds_by_source(hands: Hands, on_photos: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """(n,) fold numbers, 0 to FOLDS - 1. Every fold has photographs, which the CNN learns from, if there are any.

    A source is in one fold as a whole, and in the same fold as any other source of the same recordings. If there are
    too few for that, each letter's hands are cut into blocks. Raises DataError if there are also too few hands.
    """
    sources = recordings(hands)
    photographed = np.unique(sources[on_photos])
    others = np.setdiff1d(sources, photographed)
    order = [*photographed, *np.random.default_rng(seed).permutation(others)]
    fold_of = {name: position % FOLDS for position, name in enumerate(order)}
    folds = np.array([fold_of[name] for name in sources], np.int64)
    few = on_photos & (len(photographed) < FOLDS) | (len(order) < FOLDS)
    if few.any():
        print("too few sources to leave out whole ones: each letter's hands are cut into blocks", file=sys.stderr)
        for label in np.unique(hands.labels[few]):
            rows = np.flatnonzero(few & (hands.labels == label))
            folds[rows] = np.arange(len(rows)) * FOLDS // len(rows)
    for part in (folds, folds[on_photos]):
        if len(part) and len(np.unique(part)) < FOLDS:
            raise _too_few(len(part))
    return folds


def check_enough_photographs(plan: NetworkPlan) -> None:
    """Check by their names that there are enough photographs, before hands are looked for. Raises DataError."""
    if plan.found is None or plan.found.archives:
        return
    photographs = plan.found.select(plan.settings.leave_out, plan.settings.letters).photographs
    of_letter = Counter(picture.letter for picture in photographs)
    if len({picture.source for picture in photographs}) < FOLDS and max(of_letter.values(), default=FOLDS) < FOLDS:
        raise _too_few(len(photographs))


def _too_few(n: int) -> DataError:
    return DataError(f"{n} hands are too few to train on; give at least {FOLDS} of a letter")


def _shape_held_back(plan: NetworkPlan, hands: HandsInFolds, recipe: ShapeRecipe, epochs: int) -> HeldBack:
    """What shape networks say of hands whose source they were trained without."""
    everything = hands.all
    opinions = np.zeros((len(everything), len(everything.letters)), np.float32)
    for fold in range(FOLDS):
        left_out = hands.folds == fold
        rest = everything.select(~left_out)
        network = train_shape(rest, recipe, epochs, plan.training, f"shape, fold {fold + 1}")
        opinions[left_out] = network.predict(features(everything.landmarks[left_out]), batch_size=1024, verbose=0)
    return HeldBack({"shape": opinions}, everything.labels, everything.sources)


def _cnn_held_back(plan: NetworkPlan, crops: Crops | None, hands: HandsInFolds) -> HeldBack | None:
    """What CNNs say of pictures that they were not trained on; None if there are no pictures."""
    if hands.photographed is not None:
        return _cnn_held_back_photos(plan, crops, hands.photographed, hands)
    if crops is None:
        return None
    mask = held_back(crops, groups_apart(crops), VALIDATION_SHARE, plan.seed)
    left_out = crops.select(mask)
    dataset = MemoryDataset(crops.select(~mask), rendered=hands.rendered)
    opinions = _fold_opinions(plan, dataset, left_out.images, ", held back")
    return HeldBack({"cnn": opinions}, left_out.labels, np.full(len(left_out), SIGN_MNIST))


def _cnn_held_back_photos(plan: NetworkPlan, crops: Crops | None, photographed: Hands, hands: HandsInFolds) -> HeldBack:
    opinions = np.zeros((len(photographed), len(photographed.letters)), np.float32)
    for fold in range(FOLDS):
        left_out = hands.folds[hands.on_photos] == fold
        others = crops.without_sources(photographed.sources[left_out]) if crops else None
        dataset = MemoryDataset(others or None, photographed.select(~left_out), hands.rendered_without(fold))
        images = live_view(photographed.select(left_out))
        opinions[left_out] = _fold_opinions(plan, dataset, images, f", fold {fold + 1}")
    return HeldBack({"cnn": opinions}, photographed.labels, photographed.sources)


def _fold_opinions(plan: NetworkPlan, dataset: MemoryDataset, images: NDArray[np.uint8], suffix: str) -> Probabilities:
    """(n, letters) what CNNs trained on the dataset say of (n, 28, 28) images. suffix: of their checkpoints' names."""
    name = plan.architecture
    network, _ = train_mean_cnn(name, dataset, plan.recipe, plan.fold_epochs, plan.training, name + suffix)
    opinions: Probabilities = network.predict(scaled(images, network.input_shape[1]), batch_size=512, verbose=0)
    return opinions


def _join(shape: HeldBack, cnn: HeldBack | None, on_photos: NDArray[np.bool_], seed: int) -> dict[str, HeldBack]:
    """The opinions on what was held back, by the names of the readers that gave them."""
    if cnn is None:
        return {"shape": shape}
    paired = pair_up(cnn, shape, seed)
    if on_photos.any():  # on photographs, both readers have judged the same hand
        paired.opinions["cnn"][on_photos] = cnn.opinions["cnn"]
    return {"cnn": cnn, "shape": shape, "cnn+shape": paired}


def calibrated(held: dict[str, HeldBack], on_photos: NDArray[np.bool_]) -> dict[str, Fusion]:
    """A fusion for each combination of readers; that of both is weighted on the hands that both have judged, if any."""
    fusion = {}
    for name, part in held.items():
        paired = name == "cnn+shape" and on_photos.any()
        fusion[name] = calibrate(part.select(on_photos), many=part) if paired else calibrate(part)
    return fusion
