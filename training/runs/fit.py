"""Trains one model folder from data folders: a CNN on Sign-MNIST alone, or both readers and their fusion."""

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from live.errors import DataError, FingerspellError
from live.files import write_file
from live.letters import HELD_LETTERS
from live.readers import CONTRACT_FILE, Figures, Fusion, LetterClassifier, Probabilities, features
from training.compute import Backend, Device, agree, choose_device
from training.data import (
    INDEX_FILE,
    NONE_HELD_BACK,
    SHARD_SIZE,
    Crops,
    Hands,
    Shards,
    TrainingData,
    find_csv,
    held_back,
    live_view,
    merge,
    near_duplicate_groups,
    read_index,
    read_split,
    read_training_data,
    shares,
    write_shards,
)
from training.engine import RECIPES, Recipe, Training, check_over, scaled
from training.layout import CHECKPOINTS, HISTORY_FILE, SETTINGS_FILE, read_settings
from training.measure import (
    SIGN_MNIST,
    SIGN_MNIST_TEST,
    HeldBack,
    answers_from_opinions,
    answers_on_crops,
    calibrate,
    curve,
    pair_up,
    record,
    summarise_letters,
)
from training.measure.plots import COURSE_FIGURES, plot_calibration, plot_confusion, plot_history, plot_mistakes
from training.networks import ShapeRecipe, architecture, train_cnn, train_shape
from training.progress import Stopwatch, bar_interval_s
from training.runs.export import check_folder, save_model, versions
from training.runs.personal import Base, PersonalRecipe, fit_personal

VALIDATION_SHARE = 0.2  # of each letter's pictures, in whole groups of near-duplicates
HELD_BACK = {
    "groups": "{:,} pictures held back, in whole groups of those that are much alike",
    "chance": "{:,} pictures held back by chance, though much alike to others that were trained on",
}
FOLDS = 3  # each source is left out of training once

READ_BY = {"cnn": "the CNN alone", "shape": "the shape network alone", "cnn+shape": "both readers"}

# Where nothing was held back to choose it on, a letter is shown when it is likelier than all others together.
UNCALIBRATED = Fusion({"cnn": 1.0}, 0.5)


@dataclass(frozen=True)
class Settings:
    """One run of `fingerspell-train fit`. recipe, architecture, letters: None for what suits the data. final: train on
    everything, then read Sign-MNIST's test file once. leave_out: sources that take no part at all, to report on later.
    base: a model folder to make one's own, instead of training anew. patience: epochs without a better validation
    figure after which the best ones are kept; None trains to the end. backend: that Keras trains with.
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
    leave_out: tuple[str, ...] = ()
    letters: tuple[str, ...] | None = None
    patience: int | None = None
    precision: Literal["float32", "mixed"] = "float32"
    base: Path | None = None
    backend: Backend = "tensorflow"

    @classmethod
    def begun(cls, out: Path) -> "Settings":
        """Those of the run in this folder. Raises FingerspellError where there is none."""
        told = read_settings(out)
        try:
            apart = ("out", "device", "data", "base")
            own = {each.name: told[each.name] for each in fields(cls) if each.name not in apart}
            lists = {name: tuple(value) for name, value in own.items() if isinstance(value, list)}
            base = Path(told["base"]) if told["base"] else None
            return cls(data=tuple(Path(folder) for folder in told["data"]), out=out, base=base, **own | lists)
        except (KeyError, TypeError) as error:
            raise FingerspellError(f"{out / SETTINGS_FILE} lacks {error}; begin a new run") from error

    def to_json(self) -> dict[str, Any]:
        """What decides the run's outcome; where it lies does not."""
        told = asdict(self) | {"data": [str(folder.absolute()) for folder in self.data]}
        told["base"] = str(self.base.absolute()) if self.base else None
        del told["out"], told["device"]
        return json.loads(json.dumps(told))  # type: ignore[no-any-return]  # tuples as lists, as they are read back


def fit(
    settings: Settings, resume: bool = False, device: Device | None = None, trained: bool = False
) -> Figures | None:
    """Train, leave a model folder with its curves, and return its figures (training.measure.evaluate's).

    resume: go on with the run in settings.out, which was started with these very settings. device: what to train on, if
    the settings do not say it; one that cannot export only trains, and leaves a run that another process can end.
    trained: the run was left so, perhaps on another machine. Raises FingerspellError.
    """
    if trained:
        check_over(settings.out / CHECKPOINTS)
    if settings.architecture is not None:
        architecture(settings.architecture)
    if settings.recipe is not None and settings.recipe not in RECIPES:
        raise FingerspellError(f"there is no recipe {settings.recipe!r}; there are {', '.join(RECIPES)}")
    base = Base.load(settings.base) if settings.base else None
    device = device or choose_device("cpu" if trained else settings.device)
    if not resume and device.process == 0:
        check_folder(settings.out)
        if (settings.out / CONTRACT_FILE).exists():
            raise FingerspellError(f"--out {settings.out} holds a finished run or a model; name another, or remove it")
    shards = _find_shards(settings)
    data = shards or read_training_data(
        settings.data, settings.labels, settings.seed, settings.leave_out, settings.letters,
        base.contract.letters if base else HELD_LETTERS,
    )  # fmt: skip
    if trained and read_settings(settings.out).get("data_sha256") != data.sha256:
        raise FingerspellError(f"{settings.out} was not trained on what --data holds; give the same")
    start = _Start(settings, device, resume, trained)
    if base:
        if isinstance(data, Shards) or not device.exports:
            raise FingerspellError(
                "--from learns from a few recorded hands, by one process and TensorFlow: give it their folder, and "
                "leave --processes and --backend out"
            )
        figures = _fit_personal(start, base, data)
    else:
        figures = _fit_anew(start, data)
    if device.exports:
        shutil.rmtree(settings.out / CHECKPOINTS, ignore_errors=True)
    return figures


def _find_shards(settings: Settings) -> Shards | None:
    """What --data is, where it is a folder of shards."""
    folders = [folder for folder in settings.data if (folder / INDEX_FILE).is_file()]
    if not folders:
        return None
    if len(settings.data) > 1:
        raise FingerspellError(f"{folders[0]} holds shards, which are trained on alone: write all --data into them")
    wrong = [name for name in ("letters", "leave_out", "final") if getattr(settings, name)]
    if wrong:
        option = wrong[0].replace("_", "-")
        raise FingerspellError(f"--{option}: was decided when the shards were written; leave it out")
    return read_index(folders[0])


@dataclass(frozen=True)
class _Start:
    """How a run begins, or goes on."""

    settings: Settings
    device: Device
    resume: bool
    trained: bool

    def begin(self, data_sha256: str) -> str:
        """Write down what the run is, or check that it is the one that was begun. Returns what it is trained on."""
        out, device = self.settings.out, self.device
        if self.trained:
            return ", then ".join(str(each) for each in read_settings(out).get("devices", []))
        told = self.settings.to_json() | {"data_sha256": data_sha256, "versions": versions()}
        devices = [device.name]
        if self.resume:
            before = read_settings(out)
            for name, value in told.items():
                if before.get(name) != value and (name != "data" or device.process == 0):
                    raise FingerspellError(
                        f"--resume: {out} was begun with {name} {before.get(name)!r}, and this is {value!r}; "
                        "give the same, or begin a new run"
                    )
            if not (out / CHECKPOINTS).is_dir():
                raise FingerspellError(f"--resume: the run in {out} is over, and nothing is left to do")
            earlier = [str(each) for each in before.get("devices", [])]
            devices = list(dict.fromkeys([*earlier, *devices]))
        if device.processes > 1:
            agree("the version of Python, Keras or JAX", json.dumps(versions()))
            apart = ("data", "versions")  # the data lies elsewhere on each host
            agree(
                "what --data holds, or a setting,",
                json.dumps({name: value for name, value in told.items() if name not in apart}),
            )
        if device.process == 0:
            if not self.resume:
                shutil.rmtree(out / CHECKPOINTS, ignore_errors=True)  # of a run before
                (out / CHECKPOINTS).mkdir(parents=True)
            write_file(out / SETTINGS_FILE, (json.dumps(told | {"devices": devices}, indent=2) + "\n").encode())
        if device.processes > 1:
            agree("the run", "is begun")  # and no earlier one's checkpoint is left to be read
        return ", then ".join(devices)

    def run(self, recipe: str, data_sha256: str) -> "_Run":
        """Begin it."""
        trained_on = self.begin(data_sha256)
        return _Run(self.settings, recipe, RECIPES[recipe], self.device, trained_on, self.trained, data_sha256)


def _fit_anew(start: _Start, data: TrainingData | Shards) -> Figures | None:
    """Networks that begin from nothing."""
    settings = start.settings
    hands, crops = ((), None) if isinstance(data, Shards) else (data.hands, data.crops)
    named = architecture(settings.architecture) if settings.architecture else None
    recipe_name = settings.recipe or (named and named.recipe) or ("letters" if hands else "augmented")
    recipe = RECIPES[recipe_name]
    if recipe.validation == "sources" and not hands:
        raise FingerspellError(f"--recipe {recipe_name} trains on hands, of which --data has none")
    if recipe.validation == "test file" and (crops is None or hands):
        raise FingerspellError(
            f"--recipe {recipe_name} trains on Sign-MNIST's CSVs alone: give --data these, and no hands"
        )
    if recipe.validation == "chance" and isinstance(data, Shards):
        raise FingerspellError(f"--recipe {recipe_name}: what is held back was decided when the shards were written")
    if settings.patience and (settings.final or recipe.validation == "sources"):
        raise FingerspellError("--patience needs validation beside the training: leave --final out, or name a recipe")
    if not start.device.exports and recipe.validation == "sources":
        raise FingerspellError(
            f"--recipe {recipe_name} trains many small networks, which one process and TensorFlow do: --processes and "
            "--backend are for the recipes of one CNN, like augmented"
        )
    if recipe.batch_size % start.device.processes:
        raise FingerspellError(
            f"--processes {start.device.processes}: does not divide the recipe's batches of {recipe.batch_size}"
        )
    if settings.final and crops is not None:
        find_csv(crops.path.parent, "test")  # it is read at the end, when its absence would cost the whole run
    if isinstance(data, TrainingData) and recipe.validation == "sources":
        return _fit_letters(start.run(recipe_name, data.sha256), data)
    learn, validation, about = _learn_and_validate(settings, recipe, data)
    if isinstance(learn, Shards):
        shares(learn.sizes, start.device.processes)  # says where they are too few
    return _fit_cnn(start.run(recipe_name, data.sha256), learn, validation, about)


@dataclass(frozen=True)
class _Run:
    settings: Settings
    recipe_name: str
    recipe: Recipe
    device: Device
    trained_on: str
    trained: bool  # by others, and only measured and saved here
    data_sha256: str
    stopwatch: Stopwatch = field(default_factory=Stopwatch)

    @property
    def epochs(self) -> int:
        return self.settings.epochs or self.recipe.epochs

    def about(self, data: str) -> dict[str, Any]:
        """What model.json says of the training, once it is over."""
        told = {
            "data": data,
            "data_sha256": self.data_sha256,
            "recipe": self.recipe_name,
            "augmentation": asdict(self.recipe.augmentation) if self.recipe.augmentation else None,
            "epochs": self.epochs,
            "seed": self.settings.seed,
            "device": self.trained_on,
        }
        return told if self.trained else told | {"seconds": self.stopwatch.seconds}

    @property
    def training(self) -> Training:
        """How its networks are trained."""
        own = self.settings
        return Training(own.seed, self.device, own.out / CHECKPOINTS, own.patience, own.precision)

    def cnn(
        self, crops: Crops | Shards | None, hands: Hands | None, fold: str = "", validation: Crops | None = None
    ) -> tuple[keras.Model, pd.DataFrame]:
        epochs = self.epochs if not fold else self.settings.epochs or self.recipe.fold_epochs
        name = self.settings.architecture or ("steady" if self.recipe.views else "compact")
        return train_cnn(name, crops, hands, self.recipe, epochs, self.training, validation, name + fold)


def _fit_cnn(run: _Run, learn: Crops | Shards, validation: Crops | None, about: str) -> Figures | None:
    """A CNN alone, on crops: of Sign-MNIST, and of photographed hands as live sees them."""
    settings, recipe = run.settings, run.recipe
    if not run.trained:
        print(f"data: {about}")
        print(f"training {run.epochs} epochs, on the {run.device.name}")
    model, curves = run.cnn(learn, None, validation=validation)
    if not run.device.exports:
        return None
    save_model(
        {"cnn": model},
        settings.out,
        letters=learn.letters,
        fusion={"cnn": UNCALIBRATED},
        training=run.about(about),
    )
    write_file(settings.out / HISTORY_FILE, curves.to_csv(float_format="%.6f").encode())
    references = COURSE_FIGURES if settings.recipe == "course" and settings.architecture == "nvidia" else {}
    plot_history(f"{model.name}, seed {settings.seed}", curves, settings.out / "curves.png", references)

    # Figures of the saved folder, as live reads with it. The test file is read here and nowhere before: once a model,
    # and only for one that is final (or that follows the course, which validates on it).
    if validation is not None and recipe.validation != "test file":
        about = HELD_BACK[recipe.validation].format(len(validation))
        return _measured(settings.out, validation, "validation", "Validation", about)
    if isinstance(learn, Crops) and (settings.final or recipe.validation == "test file") and learn.path != Path():
        return _measured_on_test(run, learn)
    return None


def _learn_and_validate(
    settings: Settings, recipe: Recipe, data: TrainingData | Shards
) -> tuple[Crops | Shards, Crops | None, str]:
    """What to learn from, what to validate on, and a line about both."""
    if isinstance(data, Shards):
        return data, data.validation(), data.about
    if recipe.validation == "test file":
        assert data.crops is not None
        test = read_split(data.crops.path.parent, "test", settings.labels).of(data.letters)
        return data.crops, test, data.crops.about
    learn, groups = all_crops(data)
    if settings.final:
        return learn, None, learn.about
    if recipe.validation == "chance":
        groups = np.arange(len(learn))
    mask = held_back(learn, groups, VALIDATION_SHARE, settings.seed)
    validation = learn.take(mask)
    if not len(validation):
        raise DataError(f"--data: {NONE_HELD_BACK}, or train on all of it with --final")
    held = f"{len(validation):,} of them in {len(np.unique(groups[mask])):,} groups held back for validation"
    return learn.take(~mask), validation, f"{learn.about}, {held}"


def cut_in_shards(
    folders: Sequence[Path], out: Path, numbering: str, letters: tuple[str, ...] | None, seed: int, size: int | None
) -> Shards:
    """Write the crops of data folders, read one after another, as shards. size: as of write_shards.

    Raises FingerspellError.
    """
    for folder in folders:
        if not folder.is_dir():
            raise DataError(f"{folder} is not a folder; --data takes what fit's takes")

    def parts() -> Iterator[tuple[Crops, NDArray[np.int64]]]:
        for folder in tqdm(folders, desc="folders", unit="folder", mininterval=bar_interval_s()):
            data = read_training_data([folder], numbering, seed, letters=letters)
            if data.letters != (letters or HELD_LETTERS):
                raise DataError(f"{folder}: has signs of one's own, which are few and need no shards")
            yield all_crops(data)

    return write_shards(parts(), out, seed, VALIDATION_SHARE, len(folders), size or SHARD_SIZE)


def _fit_personal(start: _Start, base: Base, data: TrainingData) -> Figures | None:
    """The base, taught by one's own hands."""
    settings = start.settings
    wrong = [name for name in ("architecture", "recipe", "patience", "letters", "final") if getattr(settings, name)]
    if wrong:
        raise FingerspellError(f"--from goes by its own recipe: leave --{wrong[0]} out")
    if data.crops is not None:
        raise FingerspellError("--from takes recorded hands alone: leave Sign-MNIST out of --data")
    if settings.base and settings.out.exists() and settings.out.samefile(settings.base):
        raise FingerspellError(f"--out {settings.out} is the folder that --from takes the model from; name another")
    trained_on = start.begin(data.sha256)
    print(*(f"data: {about}" for about in data.about), sep="\n")
    about = {
        "data": "; ".join((*data.about, f"after {base.contract.training['data']}")),
        "data_sha256": data.sha256,
        "device": trained_on,
    }
    recipe = PersonalRecipe(epochs=settings.epochs or PersonalRecipe.epochs)
    return fit_personal(base, merge(data.hands), recipe, settings.seed, settings.out, about)


def all_crops(data: TrainingData) -> tuple[Crops, NDArray[np.int64]]:
    """Every crop there is, and its group: near-duplicates of Sign-MNIST, sources of photographed hands."""
    photos = [each for each in data.hands if each.crops is not None]
    parts, groups, n_groups = [], [], 0
    if data.crops is not None:
        parts.append(data.crops)
        groups.append(near_duplicate_groups(data.crops))
        n_groups = int(groups[0].max()) + 1
    if photos:
        hands = merge(photos)
        parts.append(Crops(live_view(hands), hands.labels, hands.about, hands.sha256, letters=hands.letters))
        groups.append(n_groups + np.unique(hands.sources, return_inverse=True)[1])
    if not parts:
        raise FingerspellError("--data has landmarks alone, and this recipe trains on pictures; use the recipe letters")
    if len(parts) == 1:
        return parts[0], groups[0]
    whole = replace(
        parts[0],
        images=np.concatenate([each.images for each in parts]),
        labels=np.concatenate([each.labels for each in parts]),
        about="; ".join(each.about for each in parts),
    )
    return whole, np.concatenate(groups)


def _measured(out: Path, crops: Crops, key: str, title: str, about: str) -> Figures:
    """What the saved folder makes of these crops: figures, recorded by this key, confusion and worst mistakes."""
    answers = list(answers_on_crops(LetterClassifier.load(out), crops, key))
    figures = summarise_letters(answers)
    record(out, key, title, about, figures)
    plot_confusion(answers, crops.letters, out / "confusion.png")
    plot_mistakes(crops, answers, out / "mistakes.png")
    return figures


def _measured_on_test(run: _Run, train: Crops) -> Figures:
    test = read_split(train.path.parent, "test", run.settings.labels).of(train.letters)
    return _measured(run.settings.out, test, SIGN_MNIST, *SIGN_MNIST_TEST)


def _fit_letters(run: _Run, data: TrainingData) -> Figures | None:
    """Both readers, as far as there is data for them, and the fusion.

    First each source is left out in turn: what networks trained without it say of it calibrates the fusion and is the
    validation. Then the networks that are kept are trained on everything.
    """
    out, seed, letters = run.settings.out, run.settings.seed, data.letters
    print(*(f"data: {about}" for about in data.about), sep="\n")
    photos = [each for each in data.hands if each.crops is not None]
    photographed = merge(photos) if photos else None
    hands = merge([*photos, *(each for each in data.hands if each.crops is None)])
    on_photos = np.arange(len(hands)) < (len(photographed) if photographed else 0)
    shape_recipe = ShapeRecipe()
    shape_epochs = run.settings.epochs or shape_recipe.epochs
    print(
        f"training {run.epochs} epochs of the CNN, {shape_epochs} of the shape network, on the {run.device.name}; "
        f"before that {FOLDS} times over, each time leaving a third of the sources out"
    )

    folds = folds_by_source(hands, on_photos, seed)
    cnn_held = _cnn_held_back(run, data.crops, photographed, folds[on_photos])
    apart = np.zeros((len(hands), len(letters)), np.float32)
    for number in range(FOLDS):
        away = folds == number
        network = train_shape(
            hands.take(~away), shape_recipe, shape_epochs, run.training, f"shape, fold {number + 1}"
        )  # fmt: skip
        apart[away] = network.predict(features(hands.landmarks[away]), batch_size=1024, verbose=0)
    held = _join(hands, on_photos, apart, cnn_held, seed)
    fusion = calibrated(held, on_photos)
    _save_held_back(out, held, on_photos)

    networks: dict[str, keras.Model] = {}
    if cnn_held is not None:
        networks["cnn"], curves = run.cnn(data.crops, photographed)
        write_file(out / HISTORY_FILE, curves.to_csv(float_format="%.6f").encode())
        plot_history(f"{networks['cnn'].name}, seed {seed}", curves, out / "curves.png", {})
    networks["shape"] = train_shape(hands, shape_recipe, shape_epochs, run.training)
    save_model(
        networks,
        out,
        letters=letters,
        fusion=fusion,
        training=run.about("; ".join(data.about)) | {"shape": asdict(shape_recipe) | {"epochs": shape_epochs}},
    )
    curves_of = {name: pd.DataFrame(curve(each, fusion[name])) for name, each in held.items()}
    table = pd.concat(curves_of, names=["readers", "row"]).reset_index("row", drop=True)
    write_file(out / "threshold.csv", table.to_csv().encode())
    plot_calibration(curves_of, {name: each.threshold for name, each in fusion.items()}, out / "threshold.png")
    figures: Figures | None = None
    for name, each in held.items():
        answers = list(answers_from_opinions(each.opinions, fusion[name], each.labels, each.sources, letters))
        figures = summarise_letters(answers)
        about = (
            f"{len(each.labels):,} hands of {len(figures.signers)} sources, each read by networks trained without it"
        )
        record(out, f"validation_{name}", f"Sources left out of training, {READ_BY[name]}", about, figures)
        plot_confusion(answers, letters, out / "confusion.png")
    if run.settings.final and data.crops is not None:
        _measured_on_test(run, data.crops)
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
        apart = np.zeros((len(photographed), len(photographed.letters)), np.float32)
        for number in range(FOLDS):
            away = folds == number
            if away.any():
                rest = photographed.take(~away) if not away.all() else None
                network, _ = run.cnn(crops, rest, f", fold {number + 1}")
                seen = live_view(photographed.take(away))
                apart[away] = network.predict(scaled(seen, network.input_shape[1]), batch_size=512, verbose=0)
        return HeldBack({"cnn": apart}, photographed.labels, photographed.sources)
    if crops is not None:
        mask = held_back(crops, near_duplicate_groups(crops), VALIDATION_SHARE, run.settings.seed)
        network, _ = run.cnn(crops.take(~mask), None, ", held back")
        away = crops.take(mask)
        said = network.predict(scaled(away.images, network.input_shape[1]), batch_size=512, verbose=0)
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
        fusion[name] = calibrate(each.select(on_photos), many=each) if paired else calibrate(each)
    return fusion


def _save_held_back(out: Path, held: dict[str, HeldBack], on_photos: NDArray[np.bool_]) -> None:
    """For whoever wants to try another fusion without training again."""
    arrays: dict[str, NDArray[Any]] = {"on_photos": on_photos}
    for name, each in held.items():
        arrays[f"{name}/labels"], arrays[f"{name}/sources"] = each.labels, each.sources
        arrays.update({f"{name}/{reader}": said for reader, said in each.opinions.items()})
    np.savez_compressed(out / "held_back.npz", allow_pickle=False, **arrays)
