"""Resumable training: everything that the next epoch depends on is saved in one file, written atomically."""

import io
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from live.errors import FingerspellError
from live.files import write_file
from training.data import NUMPY_FAULTS, numpy_reason
from training.engine.callbacks import Progress
from training.errors import UnfinishedRunError
from training.layout import CHECKPOINTS

MONITORED = "val_accuracy"


class RandomBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras ships no types
    """Batches that are drawn at random anew for every epoch, and that can be drawn again from a saved state.

    in_order: whether the batches must be read in order. process: the number of this process in its group; every process
    draws different batches. error: the exception raised while loading a batch.
    """

    in_order = False
    error: FingerspellError | None = None

    def __init__(self, seed: int, process: int = 0) -> None:
        super().__init__()
        self.process = process
        self._set_state(np.random.PCG64(seed).state)
        self.drawn_from: Mapping[str, Any] = {}

    def _set_state(self, state: Mapping[str, Any]) -> None:
        """state: that of process 0's generator."""
        bits: Any = np.random.PCG64()
        bits.state = state
        self.rng = np.random.Generator(bits.jumped(self.process) if self.process else bits)

    def draw(self) -> None:
        """Draw an epoch."""
        raise NotImplementedError

    def on_epoch_end(self) -> None:
        """Draw the next epoch; drawn_from is the generator's state before."""
        self.drawn_from = self.rng.bit_generator.state
        self.draw()

    def draw_again(self, drawn_from: Mapping[str, Any]) -> None:
        """Draw the same epoch as the one that was drawn from this state."""
        self._set_state(drawn_from)
        self.on_epoch_end()


class Checkpoint(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves a training after every epoch, resumes it from there, and stops it early.

    In a group of processes all resume from the file, and process 0 writes it. With patience, training stops when
    MONITORED has not risen for that many epochs, and the weights of the best epoch are kept.

    curves: the metrics of every epoch, those before an interruption included. finished: nothing is left to train.
    """

    def __init__(self, path: Path | None, batches: RandomBatches, patience: int | None = None) -> None:
        """path: the file; None saves nothing."""
        super().__init__()
        self._path, self._batches, self._patience = path, batches, patience
        self._rows: list[dict[str, float]] = []
        self._best: list[NDArray[Any]] = []
        self._resuming: dict[str, Any] | None = None
        self.finished = False

    @property
    def epochs_done(self) -> int:
        """How many epochs are trained."""
        return len(self._rows)

    @property
    def curves(self) -> pd.DataFrame:
        """The metrics by epoch, counted from 1."""
        return pd.DataFrame(self._rows, index=pd.RangeIndex(1, len(self._rows) + 1, name="epoch"))

    def restore(self, model: keras.Model) -> None:
        """Load the file, if there is one. Raises FingerspellError if it belongs to another network."""
        if self._path is None or not self._path.exists():
            return
        saved, values, self._best = _read(self._path)
        state = _state(model)
        if [tuple(variable.shape) for variable in state] != [value.shape for value in values]:
            raise FingerspellError(f"{self._path} belongs to another network; delete it to train this one anew")
        for variable, value in zip(state, values, strict=True):
            variable.assign(value)
        self._rows, self.finished, self._resuming = saved["rows"], saved["over"], saved

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Save the state that the epoch begins with, or restore it. Nothing changes between two epochs."""
        if self._resuming is not None:
            version, numbers, gauss = self._resuming["random"]
            random.setstate((version, tuple(numbers), gauss))  # Keras shuffles the batches with it
            self._batches.draw_again(self._resuming["drawn_from"])
            self._resuming = None
        elif epoch:
            self._save()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Record the metrics, and keep the best weights."""
        self._rows.append({name: float(value) for name, value in (logs or {}).items()})
        if self._patience is None:
            return
        monitored = [row[MONITORED] for row in self._rows]
        best = int(np.argmax(monitored))
        if best == epoch:
            self._best = self.model.get_weights()
        self.model.stop_training = epoch - best >= self._patience

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Restore the best weights, and save."""
        if self._best:
            self.model.set_weights(self._best)
        self.finished = True
        self._save()

    def _save(self) -> None:
        if self._path is None or self._batches.process:
            return
        state = [keras.ops.convert_to_numpy(variable) for variable in _state(self.model)]
        # The names below are those of files that older versions wrote, so that these can still be resumed.
        saved = {
            "rows": self._rows, "drawn_from": self._batches.drawn_from, "random": random.getstate(),
            "own": len(state), "best": len(self._best), "over": self.finished,
        }  # fmt: skip
        arrays = {f"own{n}": array for n, array in enumerate(state)}
        arrays |= {f"best{n}": array for n, array in enumerate(self._best)}
        content = io.BytesIO()
        np.savez(content, allow_pickle=False, told=np.array(json.dumps(saved)), **arrays)
        write_file(self._path, content.getvalue())


def check_trained(run: Path) -> None:
    """Check that every training in a run's folder is finished. Raises FingerspellError."""
    folder = run / CHECKPOINTS
    if not folder.is_dir():
        raise FingerspellError(f"the run in {run} is finished, and nothing is left to do")
    files = sorted(folder.glob("*.npz"))
    if not files or not all(_read(path)[0]["over"] for path in files):
        raise UnfinishedRunError(f"the training in {run} is not finished", run)


def train(
    model: keras.Model,
    batches: RandomBatches,
    epochs: int,
    checkpoint: Checkpoint,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    **options: Any,
) -> None:
    """Train a compiled model with a built optimizer to the end, from its checkpoint if there is one.

    options: more arguments for Keras's fit. Raises FingerspellError if the checkpoint cannot be used or a batch cannot
    be loaded.
    """
    checkpoint.restore(model)
    if checkpoint.finished:
        return
    try:
        model.fit(
            batches, epochs=epochs, initial_epoch=checkpoint.epochs_done, verbose=0,
            callbacks=[checkpoint, *callbacks], shuffle=not batches.in_order, **options
        )  # fmt: skip
    except Exception:
        if batches.error:  # TensorFlow raises its own error instead
            raise batches.error from None
        raise
    finally:
        for callback in callbacks:
            if isinstance(callback, Progress):
                callback.close()


def _read(path: Path) -> tuple[dict[str, Any], list[NDArray[Any]], list[NDArray[Any]]]:
    """A checkpoint's JSON values, the training's state, and the best weights. Raises FingerspellError."""
    try:
        content = io.BytesIO(path.read_bytes())  # np.load leaves a damaged file open
        with np.load(content, allow_pickle=False) as arrays:
            saved = json.loads(str(arrays["told"]))
            return saved, *([arrays[f"{kind}{n}"] for n in range(saved[kind])] for kind in ("own", "best"))
    except NUMPY_FAULTS as error:
        raise FingerspellError(
            f"{path} cannot be read ({numpy_reason(error)}); delete it to train that network anew"
        ) from error


def _state(model: keras.Model) -> list[Any]:
    """Every variable that a step changes: weights, statistics, seeds of dropout, and those of the optimizer."""
    return [*model.variables, *model.optimizer.variables]
