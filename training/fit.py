"""Trains one network by one recipe on one data folder, and leaves a model folder."""

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from numpy.typing import NDArray
from tqdm import tqdm

from live.classifier import LetterClassifier
from live.contract import CONTRACT_FILE, INPUT_SHAPE, write_file
from live.errors import FingerspellError
from live.letters import HELD_LETTERS
from training.architectures import build
from training.augment import Augmentation, augment
from training.curves import COURSE_FIGURES, plot_history
from training.data import Crops, find_csv, held_back, near_duplicate_groups, read_split
from training.evaluate import SIGN_MNIST, SIGN_MNIST_TEST, of_crops, record, summarise
from training.export import save_model

VALIDATION_SHARE = 0.2  # of each letter's pictures, in whole groups of near-duplicates

# A letter is shown when it is likelier than all others together.
THRESHOLD = 0.5


@dataclass(frozen=True)
class Recipe:
    """How to train.

    optimizer: from the number of steps of the whole run. validation: "groups" holds whole groups of near-duplicates of
    the training file back; "test file" is what the course does, and makes its curve a look at the test file.
    """

    optimizer: Callable[[int], keras.optimizers.Optimizer]
    batch_size: int
    epochs: int
    augmentation: Augmentation | None
    label_smoothing: float
    validation: Literal["groups", "test file"]
    drop_last_batch: bool  # where it is not full; a step on a few pictures is a noisy one


def _rmsprop(steps: int) -> keras.optimizers.Optimizer:
    return keras.optimizers.RMSprop()


def _adamw(steps: int) -> keras.optimizers.Optimizer:
    """Warm-up over a tenth of the steps, then a cosine down to nothing."""
    peak, warmup = 3e-3, max(1, steps // 10)
    schedule = keras.optimizers.schedules.CosineDecay(
        peak / 10, max(1, steps - warmup), warmup_target=peak, warmup_steps=warmup
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-3)


RECIPES = {
    "course": Recipe(_rmsprop, 32, 20, None, 0.0, "test file", drop_last_batch=False),
    "augmented": Recipe(_adamw, 128, 12, Augmentation(), 0.05, "groups", drop_last_batch=True),
}


@dataclass(frozen=True)
class Settings:
    """One run of `fingerspell-train fit`. final: train on the whole training file, then read the test file once."""

    data: Path
    out: Path
    architecture: str = "compact"
    recipe: str = "augmented"
    epochs: int | None = None
    seed: int = 0
    device: Literal["auto", "gpu", "cpu"] = "auto"
    labels: str = "auto"
    final: bool = False


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras ships no types
    """Shuffled batches of (n, 28, 28, 1) float32 in [0, 1] and one-hot letters, varied anew in every epoch."""

    def __init__(self, crops: Crops, recipe: Recipe, seed: int) -> None:
        super().__init__()
        self._crops, self._recipe = crops, recipe
        self._rng = np.random.default_rng(seed)
        self._order = self._rng.permutation(len(crops))

    def __len__(self) -> int:
        full, rest = divmod(len(self._crops), self._recipe.batch_size)
        return max(1, full if self._recipe.drop_last_batch else full + (rest > 0))

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        size = self._recipe.batch_size
        rows = self._order[index * size : (index + 1) * size]
        images = self._crops.images[rows]
        how = self._recipe.augmentation
        pixels = augment(images, how, self._rng) if how else np.divide(images, 255, dtype=np.float32)
        return pixels.reshape(-1, *INPUT_SHAPE), one_hot(self._crops.labels[rows])

    def on_epoch_end(self) -> None:
        self._order = self._rng.permutation(len(self._crops))


class _Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """One bar for the whole run: steps done, time left, and the figures so far."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        total = self.params["epochs"] * self.params["steps"]
        every_s = 0.2 if sys.stderr.isatty() else 30  # a log file wants few lines
        self._bar = tqdm(total=total, desc=self._label, unit="step", dynamic_ncols=True, mininterval=every_s)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        figures = {"epoch": f"{epoch + 1}/{self.params['epochs']}"}
        figures |= {name: f"{value:.4f}" for name, value in (logs or {}).items() if name.endswith("accuracy")}
        self._bar.set_postfix(figures)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        self._bar.close()


def one_hot(labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n,) positions in HELD_LETTERS to (n, 24)."""
    return np.eye(len(HELD_LETTERS), dtype=np.float32)[labels]


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
    """Train, leave a model folder with history.csv and curves.png, and return its figures (training.evaluate's)."""
    if settings.recipe not in RECIPES:
        raise FingerspellError(f"there is no recipe {settings.recipe!r}; there are {', '.join(RECIPES)}")
    recipe = RECIPES[settings.recipe]
    device = choose_device(settings.device)
    if settings.final:
        find_csv(settings.data, "test")  # it is read at the end, when its absence would cost the whole run
    keras.utils.set_random_seed(settings.seed)
    train = read_split(settings.data, "train", settings.labels)
    described = f"the {len(train):,} pictures of {train.path.name} ({train.numbering} label numbers)"
    if recipe.validation == "test file":
        learn, validation = train, read_split(settings.data, "test", settings.labels)
    elif settings.final:
        learn, validation = train, None
    else:
        groups = near_duplicate_groups(train)
        mask = held_back(train, groups, VALIDATION_SHARE, settings.seed)
        learn, validation = train.take(~mask), train.take(mask)
        described += f", {len(validation):,} of them in {len(np.unique(groups[mask]))} groups held back for validation"
    epochs = settings.epochs or recipe.epochs
    model = build(settings.architecture, len(HELD_LETTERS))
    try:
        settings.out.mkdir(parents=True, exist_ok=True)
        if any(settings.out.iterdir()) and not (settings.out / CONTRACT_FILE).exists():
            raise FingerspellError(f"--out {settings.out}: holds other files and no model; name a new folder")
    except OSError as error:
        raise FingerspellError(f"--out {settings.out}: cannot be written ({error.strerror or error})") from error
    print(f"data: {described}")
    print(f"training {settings.architecture} ({model.count_params():,} parameters), {epochs} epochs, on the {device}")

    batches = _Batches(learn, recipe, settings.seed)
    model.compile(
        recipe.optimizer(len(batches) * epochs),
        keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
        jit_compile=device != "CPU",  # XLA on a CPU was many times slower
    )
    started_s, cpu_started_s = time.monotonic(), time.process_time()
    history = model.fit(
        batches,
        epochs=epochs,
        validation_data=None if validation is None else (scaled(validation), one_hot(validation.labels)),
        validation_batch_size=512,
        verbose=0,
        callbacks=[_Progress(settings.architecture)],
    )
    seconds = {"wall": time.monotonic() - started_s, "cpu": time.process_time() - cpu_started_s}

    curves = pd.DataFrame(history.history).rename_axis("epoch")
    curves.index += 1
    save_model(
        model,
        settings.out,
        letters=HELD_LETTERS,
        threshold=THRESHOLD,
        training={
            "data": described,
            "data_sha256": train.sha256,
            "recipe": settings.recipe,
            "augmentation": asdict(recipe.augmentation) if recipe.augmentation else None,
            "epochs": epochs,
            "seed": settings.seed,
            "device": device,
            "seconds": {name: round(value, 1) for name, value in seconds.items()},
        },
    )
    write_file(settings.out / "history.csv", curves.to_csv(float_format="%.6f").encode())
    references = COURSE_FIGURES if settings.recipe == "course" and settings.architecture == "nvidia" else {}
    plot_history(f"{settings.architecture}, seed {settings.seed}", curves, settings.out / "curves.png", references)
    return _report(settings, recipe, validation)


def _report(settings: Settings, recipe: Recipe, validation: Crops | None) -> dict[str, Any]:
    """Figures of the saved folder, as live reads with it, into its model.json. The test file is read here and nowhere
    before: once a model, and only for one that is final (or that follows the course, which validates on it).
    """
    classifier = LetterClassifier.load(settings.out)
    figures: dict[str, Any] = {}
    if validation is not None and recipe.validation == "groups":
        figures = summarise(list(of_crops(classifier, validation, "validation")))
        about = f"{len(validation):,} pictures of the training file, in whole groups of near-duplicates held back"
        record(settings.out, "validation", "Validation on Sign-MNIST", about, figures)
    elif settings.final or recipe.validation == "test file":
        test = read_split(settings.data, "test", settings.labels) if validation is None else validation
        figures = summarise(list(of_crops(classifier, test, SIGN_MNIST)))
        record(settings.out, SIGN_MNIST, *SIGN_MNIST_TEST, figures)
    return figures


def scaled(crops: Crops) -> NDArray[np.float32]:
    """(n, 28, 28, 1) float32 in [0, 1]."""
    return (np.divide(crops.images, 255, dtype=np.float32)).reshape(-1, *INPUT_SHAPE)
