"""Trains one model folder from data folders: a CNN on Sign-MNIST alone, or both readers and their fusion."""

import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from numpy.typing import NDArray

from live.classifier import LetterClassifier, Prediction, Probabilities, fuse
from live.contract import Fusion, write_file
from live.errors import DataError, FingerspellError
from live.letters import HELD_LETTERS
from live.shape import features
from training.architectures import architecture
from training.cnn import RECIPES, Progress, Recipe, scaled, train_cnn
from training.curves import COURSE_FIGURES, plot_calibration, plot_history
from training.data import (
    Crops,
    TrainingData,
    find_csv,
    held_back,
    near_duplicate_groups,
    read_split,
    read_training_data,
)
from training.evaluate import SIGN_MNIST, SIGN_MNIST_TEST, Answer, as_answer, of_crops, record, summarise
from training.export import check_folder, save_model
from training.fusion import HeldBack, calibrate, curve, pair_up
from training.landmarks import Hands, live_view, merge
from training.shape import ShapeRecipe, train_shape

VALIDATION_SHARE = 0.2  # of each letter's pictures, in whole groups of near-duplicates
FOLDS = 3  # each source is left out of training once

READ_BY = {"cnn": "the CNN alone", "shape": "the shape network alone", "cnn+shape": "both readers"}

# Where nothing was held back to choose it on, a letter is shown when it is likelier than all others together.
UNCALIBRATED = Fusion({"cnn": 1.0}, 0.5)


@dataclass(frozen=True)
class Settings:
    """One run of `fingerspell-train fit`. recipe, architecture: None for what suits the data. final: train on
    everything, then read Sign-MNIST's test file once.
    """

    data: tuple[Path, ...]
    out: Path
    architecture: str | None = None
    recipe: str | None = None
    epochs: int | None = None
    seed: int = 0
    device: Literal["auto", "gpu", "cpu"] = "auto"
    labels: str = "auto"
    final: bool = False
    leave_out: tuple[str, ...] = ()  # sources that take no part at all, to report on later


def choose_device(wanted: str) -> str:
    """Make TensorFlow use the device and return its name. Raises FingerspellError for "gpu" where there is none."""
    gpus = tf.config.list_physical_devices("GPU")
    if wanted == "gpu" and not gpus:
        raise FingerspellError(
            "--device gpu: TensorFlow sees no GPU; install the extra train-gpu and the driver, or use --device cpu"
        )
    if wanted == "cpu" or not gpus:
        tf.config.set_visible_devices([], "GPU")
        return "CPU"
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    return f"GPU ({tf.config.experimental.get_device_details(gpus[0]).get('device_name', gpus[0].name)})"


def fit(settings: Settings) -> dict[str, Any]:
    """Train, leave a model folder with its curves, and return its figures (training.evaluate's)."""
    if settings.recipe is not None and settings.recipe not in RECIPES:
        raise FingerspellError(f"there is no recipe {settings.recipe!r}; there are {', '.join(RECIPES)}")
    if settings.architecture is not None:
        architecture(settings.architecture)
    device = choose_device(settings.device)
    check_folder(settings.out)
    data = read_training_data(settings.data, settings.labels, settings.seed, settings.leave_out)
    recipe_name = settings.recipe or ("letters" if data.hands else "augmented")
    recipe = RECIPES[recipe_name]
    if bool(data.hands) != (recipe.validation == "sources"):
        raise FingerspellError(
            f"--recipe {recipe_name} trains on "
            + ("hands, of which --data has none" if not data.hands else "Sign-MNIST's CSVs alone: give --data no hands")
        )
    if settings.final and data.crops is not None:
        find_csv(data.crops.path.parent, "test")  # it is read at the end, when its absence would cost the whole run
    settings.out.mkdir(parents=True, exist_ok=True)
    run = _Run(settings, recipe_name, recipe, device, data.sha256)
    if data.hands:
        return _fit_letters(run, data)
    assert data.crops is not None
    return _fit_sign_mnist(run, data.crops)


@dataclass(frozen=True)
class _Run:
    settings: Settings
    recipe_name: str
    recipe: Recipe
    device: str
    data_sha256: str
    started_s: float = field(default_factory=time.monotonic)
    cpu_started_s: float = field(default_factory=time.process_time)

    @property
    def epochs(self) -> int:
        return self.settings.epochs or self.recipe.epochs

    def about(self, data: str) -> dict[str, Any]:
        """What model.json says of the training, once it is over."""
        seconds = {"wall": time.monotonic() - self.started_s, "cpu": time.process_time() - self.cpu_started_s}
        return {
            "data": data,
            "data_sha256": self.data_sha256,
            "recipe": self.recipe_name,
            "augmentation": asdict(self.recipe.augmentation) if self.recipe.augmentation else None,
            "epochs": self.epochs,
            "seed": self.settings.seed,
            "device": self.device,
            "seconds": {name: round(value, 1) for name, value in seconds.items()},
        }

    def cnn(
        self, crops: Crops | None, hands: Hands | None, fold: str = "", validation: Crops | None = None
    ) -> tuple[keras.Model, pd.DataFrame]:
        epochs = self.epochs if not fold else self.settings.epochs or self.recipe.fold_epochs
        architecture = self.settings.architecture or ("steady" if self.recipe.views else "compact")
        return train_cnn(
            architecture, crops, hands, self.recipe, epochs, self.settings.seed, self.device != "CPU", validation,
            architecture + fold,
        )  # fmt: skip


def _fit_sign_mnist(run: _Run, train: Crops) -> dict[str, Any]:
    settings, recipe = run.settings, run.recipe
    described = train.about
    if recipe.validation == "test file":
        learn, validation = train, read_split(train.path.parent, "test", settings.labels)
    elif settings.final:
        learn, validation = train, None
    else:
        groups = near_duplicate_groups(train)
        mask = held_back(train, groups, VALIDATION_SHARE, settings.seed)
        learn, validation = train.take(~mask), train.take(mask)
        described += f", {len(validation):,} of them in {len(np.unique(groups[mask]))} groups held back for validation"
    print(f"data: {described}")
    print(f"training {run.epochs} epochs, on the {run.device}")
    model, curves = run.cnn(learn, None, validation=validation)
    save_model(
        {"cnn": model},
        settings.out,
        letters=HELD_LETTERS,
        fusion={"cnn": UNCALIBRATED},
        training=run.about(described),
    )
    write_file(settings.out / "history.csv", curves.to_csv(float_format="%.6f").encode())
    references = COURSE_FIGURES if settings.recipe == "course" and settings.architecture == "nvidia" else {}
    plot_history(f"{model.name}, seed {settings.seed}", curves, settings.out / "curves.png", references)

    # Figures of the saved folder, as live reads with it. The test file is read here and nowhere before: once a model,
    # and only for one that is final (or that follows the course, which validates on it).
    classifier = LetterClassifier.load(settings.out)
    figures: dict[str, Any] = {}
    if validation is not None and recipe.validation == "groups":
        figures = summarise(list(of_crops(classifier, validation, "validation")))
        about = f"{len(validation):,} pictures of the training file, in whole groups of near-duplicates held back"
        record(settings.out, "validation", "Validation on Sign-MNIST", about, figures)
    elif settings.final or recipe.validation == "test file":
        figures = _record_test(run, train, classifier)
    return figures


def _record_test(run: _Run, train: Crops, classifier: LetterClassifier) -> dict[str, Any]:
    test = read_split(train.path.parent, "test", run.settings.labels)
    figures = summarise(list(of_crops(classifier, test, SIGN_MNIST)))
    record(run.settings.out, SIGN_MNIST, *SIGN_MNIST_TEST, figures)
    return figures


def _fit_letters(run: _Run, data: TrainingData) -> dict[str, Any]:
    """Both readers, as far as there is data for them, and the fusion.

    First each source is left out in turn: what networks trained without it say of it calibrates the fusion and is the
    validation. Then the networks that are kept are trained on everything.
    """
    out, seed = run.settings.out, run.settings.seed
    print(*(f"data: {about}" for about in data.about), sep="\n")
    photos = [each for each in data.hands if each.crops is not None]
    photographed = merge(photos) if photos else None
    hands = merge([*photos, *(each for each in data.hands if each.crops is None)])
    on_photos = np.arange(len(hands)) < (len(photographed) if photographed else 0)
    shape_recipe = ShapeRecipe()
    shape_epochs = run.settings.epochs or shape_recipe.epochs
    print(
        f"training {run.epochs} epochs of the CNN, {shape_epochs} of the shape network, on the {run.device}; "
        f"before that {FOLDS} times over, each time leaving a third of the sources out"
    )

    folds = folds_by_source(hands, on_photos, seed)
    cnn_held = _cnn_held_back(run, data.crops, photographed, folds[on_photos])
    apart = np.zeros((len(hands), len(HELD_LETTERS)), np.float32)
    for number in range(FOLDS):
        away = folds == number
        network = train_shape(
            hands.take(~away), shape_recipe, seed, shape_epochs, Progress(f"shape, fold {number + 1}")
        )
        apart[away] = network.predict(features(hands.landmarks[away]), batch_size=1024, verbose=0)
    held = _join(hands, on_photos, apart, cnn_held, seed)
    fusion = calibrated(held, on_photos)
    _save_held_back(out, held, on_photos)

    networks: dict[str, keras.Model] = {}
    if cnn_held is not None:
        networks["cnn"], curves = run.cnn(data.crops, photographed)
        write_file(out / "history.csv", curves.to_csv(float_format="%.6f").encode())
        plot_history(f"{networks['cnn'].name}, seed {seed}", curves, out / "curves.png", {})
    networks["shape"] = train_shape(hands, shape_recipe, seed, shape_epochs, Progress("shape"))
    save_model(
        networks,
        out,
        letters=HELD_LETTERS,
        fusion=fusion,
        training=run.about("; ".join(data.about)) | {"shape": asdict(shape_recipe) | {"epochs": shape_epochs}},
    )
    curves_of = {name: pd.DataFrame(curve(each, fusion[name])) for name, each in held.items()}
    table = pd.concat(curves_of, names=["readers", "row"]).reset_index("row", drop=True)
    write_file(out / "threshold.csv", table.to_csv().encode())
    plot_calibration(curves_of, {name: each.threshold for name, each in fusion.items()}, out / "threshold.png")
    figures: dict[str, Any] = {}
    for name, each in held.items():
        figures = summarise(list(_answers(each, fusion[name])))
        about = (
            f"{len(each.labels):,} hands of {len(figures['signers'])} sources, each read by networks trained without it"
        )
        record(out, f"validation_{name}", f"Sources left out of training, {READ_BY[name]}", about, figures)
    if run.settings.final and data.crops is not None:
        _record_test(run, data.crops, LetterClassifier.load(out))
    return figures


def folds_by_source(hands: Hands, on_photos: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """(n,) fold numbers, 0 to FOLDS - 1; photographs, which teach the CNN, are in each of them, if there are any.

    A source is whole in one fold. Where there are too few sources for that, each letter's hands are cut in blocks.
    Raises DataError where there are too few hands for that, too.
    """
    photographed = np.unique(hands.sources[on_photos])
    others = np.setdiff1d(hands.sources, photographed)
    order = [*photographed, *np.random.default_rng(seed).permutation(others)]
    fold_of = {name: position % FOLDS for position, name in enumerate(order)}
    folds = np.array([fold_of[name] for name in hands.sources], np.int64)
    few = on_photos & (len(photographed) < FOLDS) | (len(order) < FOLDS)
    if few.any():
        print("too few sources to leave whole ones out: each letter's hands are cut in blocks", file=sys.stderr)
        for label in np.unique(hands.labels[few]):
            rows = np.flatnonzero(few & (hands.labels == label))
            folds[rows] = np.arange(len(rows)) * FOLDS // len(rows)
    for part in (folds, folds[on_photos]):
        if len(part) and len(np.unique(part)) < FOLDS:
            raise DataError(f"--data: {len(part)} hands are too few to train on; give at least {FOLDS} of a letter")
    return folds


def _cnn_held_back(
    run: _Run, crops: Crops | None, photographed: Hands | None, folds: NDArray[np.int64]
) -> HeldBack | None:
    """What CNNs say of pictures they were not trained on; None where there is no picture at all."""
    if photographed is not None:
        apart = np.zeros((len(photographed), len(HELD_LETTERS)), np.float32)
        for number in range(FOLDS):
            away = folds == number
            if away.any():
                rest = photographed.take(~away) if not away.all() else None
                network, _ = run.cnn(crops, rest, f", fold {number + 1}")
                seen = live_view(photographed.take(away))
                apart[away] = network.predict(scaled(seen), batch_size=512, verbose=0)
        return HeldBack({"cnn": apart}, photographed.labels, photographed.sources)
    if crops is not None:
        mask = held_back(crops, near_duplicate_groups(crops), VALIDATION_SHARE, run.settings.seed)
        network, _ = run.cnn(crops.take(~mask), None, ", held back")
        away = crops.take(mask)
        said = network.predict(scaled(away.images), batch_size=512, verbose=0)
        return HeldBack({"cnn": said}, away.labels, np.full(len(away), SIGN_MNIST))
    return None


def _join(
    hands: Hands, on_photos: NDArray[np.bool_], shape: Probabilities, cnn_held: HeldBack | None, seed: int
) -> dict[str, HeldBack]:
    """What was held back, by the readers that have something to say of it."""
    alone = HeldBack({"shape": shape}, hands.labels, hands.sources)
    if cnn_held is None:
        return {"shape": alone}
    paired = pair_up(cnn_held, alone, seed)
    if on_photos.any():  # there both have seen the same hand
        paired.opinions["cnn"][on_photos] = cnn_held.opinions["cnn"]
    return {"cnn": cnn_held, "shape": alone, "cnn+shape": paired}


def calibrated(held: dict[str, HeldBack], on_photos: NDArray[np.bool_]) -> dict[str, Fusion]:
    """The fusion for each of what was held back; weights of both from the hands that both have seen, if any."""
    fusion = {}
    for name, each in held.items():
        paired = name == "cnn+shape" and on_photos.any()
        fusion[name] = calibrate(each.take(on_photos), many=each) if paired else calibrate(each)
    return fusion


def _answers(held: HeldBack, fusion: Fusion) -> Iterator[Answer]:
    fused = fuse(held.opinions, fusion)
    for source, label, row in zip(held.sources, held.labels, fused, strict=True):
        yield as_answer(str(source), HELD_LETTERS[label], Prediction(HELD_LETTERS, row, fusion.threshold))


def _save_held_back(out: Path, held: dict[str, HeldBack], on_photos: NDArray[np.bool_]) -> None:
    """For whoever wants to try another fusion without training again."""
    arrays: dict[str, NDArray[Any]] = {"on_photos": on_photos}
    for name, each in held.items():
        arrays[f"{name}/labels"], arrays[f"{name}/sources"] = each.labels, each.sources
        arrays.update({f"{name}/{reader}": said for reader, said in each.opinions.items()})
    np.savez_compressed(out / "held_back.npz", allow_pickle=False, **arrays)
