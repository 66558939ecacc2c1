"""Training that can be continued: all that the next epoch depends on, in one file, written whole or not at all."""

import io
import json
import random
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from live.errors import FingerspellError
from live.files import write_file
from training.engine.callbacks import Progress

MONITORED = "val_accuracy"


class Drawn(keras.utils.PyDataset):  # type: ignore[misc]  # Keras ships no types
    """Batches that are drawn by chance, anew for every epoch; the same epoch can be drawn again.

    in_order: they are to be taken as they come. process: of several that train together, which draw apart. fault: what
    kept a batch from being drawn.
    """

    in_order = False
    fault: FingerspellError | None = None

    def __init__(self, seed: int, process: int = 0) -> None:
        super().__init__()
        self.process = process
        self._begin_at(np.random.PCG64(seed).state)
        self.drawn_from: Mapping[str, Any] = {}

    def _begin_at(self, state: Mapping[str, Any]) -> None:
        """state: of process 0's generator."""
        bits: Any = np.random.PCG64()
        bits.state = state
        self.rng = np.random.Generator(bits.jumped(self.process) if self.process else bits)

    def draw(self) -> None:
        """Draw an epoch."""
        raise NotImplementedError

    def on_epoch_end(self) -> None:
        """Draw the next epoch."""
        self.drawn_from = self.rng.bit_generator.state
        self.draw()

    def draw_again(self, drawn_from: Mapping[str, Any]) -> None:
        """Draw the epoch that was drawn from this state of the generator."""
        self._begin_at(drawn_from)
        self.on_epoch_end()


class Checkpoint(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves a training at every epoch's end, goes on from where it was saved, and stops it early if so told.

    Of several processes that train together all go on from the file, and process 0 writes it.

    curves: the epochs' figures, those from before a break, too. over: there is nothing left to do. With patience,
    training stops when MONITORED has not risen for so many epochs, and the weights of the best epoch are kept.
    """

    def __init__(self, path: Path | None, batches: Drawn, patience: int | None = None) -> None:
        """path: the file; None saves nothing."""
        super().__init__()
        self._path, self._batches, self._patience = path, batches, patience
        self._rows: list[dict[str, float]] = []
        self._best: list[NDArray[Any]] = []
        self._going_on: dict[str, Any] | None = None
        self.over = False

    @property
    def epochs_done(self) -> int:
        """How many are behind it."""
        return len(self._rows)

    @property
    def curves(self) -> pd.DataFrame:
        """The figures by epoch, counted from 1."""
        return pd.DataFrame(self._rows, index=pd.RangeIndex(1, len(self._rows) + 1, name="epoch"))

    def go_on(self, model: keras.Model) -> None:
        """Take up what the file holds, if it is there. Raises FingerspellError where it is of another training."""
        if self._path is None or not self._path.exists():
            return
        told, own, self._best = _read(self._path)
        state = _state(model)
        if [tuple(each.shape) for each in state] != [each.shape for each in own]:
            raise FingerspellError(f"{self._path} is of another network; delete it, and this one is trained anew")
        for variable, value in zip(state, own, strict=True):
            variable.assign(value)
        self._rows, self.over, self._going_on = told["rows"], told["over"], told

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Save what the epoch begins with, or take it up: nothing happens between two epochs."""
        if self._going_on is not None:
            version, numbers, gauss = self._going_on["random"]
            random.setstate((version, tuple(numbers), gauss))  # Keras shuffles the batches by it
            self._batches.draw_again(self._going_on["drawn_from"])
            self._going_on = None
        elif epoch:
            self._save()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the figures."""
        self._rows.append({name: float(value) for name, value in (logs or {}).items()})
        if self._patience is None:
            return
        figures = [row[MONITORED] for row in self._rows]
        best = int(np.argmax(figures))
        if best == epoch:
            self._best = self.model.get_weights()
        self.model.stop_training = epoch - best >= self._patience

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Keep the best, and save the whole."""
        if self._best:
            self.model.set_weights(self._best)
        self.over = True
        self._save()

    def _save(self) -> None:
        if self._path is None or self._batches.process:
            return
        own = [keras.ops.convert_to_numpy(each) for each in _state(self.model)]
        told = {
            "rows": self._rows, "drawn_from": self._batches.drawn_from, "random": random.getstate(),
            "own": len(own), "best": len(self._best), "over": self.over,
        }  # fmt: skip
        arrays = {f"own{n}": each for n, each in enumerate(own)} | {f"best{n}": b for n, b in enumerate(self._best)}
        content = io.BytesIO()
        np.savez(content, allow_pickle=False, told=np.array(json.dumps(told)), **arrays)
        write_file(self._path, content.getvalue())


def check_over(folder: Path) -> None:
    """Whether all trainings whose checkpoints are there have come to their end. Raises FingerspellError."""
    if not folder.is_dir():
        raise FingerspellError(f"{folder.parent}: the run is over, and nothing is left to do")
    files = sorted(folder.glob("*.npz"))
    if not files or not all(_read(path)[0]["over"] for path in files):
        raise FingerspellError(
            f"{folder.parent} is not trained to its end: `fingerspell-train fit --resume --out {folder.parent}` goes on"
        )


def fit_on(
    model: keras.Model,
    batches: Drawn,
    epochs: int,
    checkpoint: Checkpoint,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    **rest: Any,
) -> None:
    """Train a compiled model, its optimizer built, to the end, from where its checkpoint stands. rest: of Keras' fit.

    Raises FingerspellError where the checkpoint cannot be used or a batch cannot be drawn.
    """
    checkpoint.go_on(model)
    if not checkpoint.over:
        first = checkpoint.epochs_done
        try:
            model.fit(
                batches, epochs=epochs, initial_epoch=first, verbose=0, callbacks=[checkpoint, *callbacks],
                shuffle=not batches.in_order, **rest
            )  # fmt: skip
        except Exception:
            if batches.fault:  # TensorFlow makes another error of it
                raise batches.fault from None
            raise
        finally:
            for each in callbacks:
                if isinstance(each, Progress):
                    each.close()


def _read(path: Path) -> tuple[dict[str, Any], list[NDArray[Any]], list[NDArray[Any]]]:
    """What a checkpoint tells, its training's state, and the best weights. Raises FingerspellError."""
    try:
        content = io.BytesIO(path.read_bytes())  # np.load leaves a damaged file open
        with np.load(content, allow_pickle=False) as saved:
            told = json.loads(str(saved["told"]))
            return told, *([saved[f"{kind}{n}"] for n in range(told[kind])] for kind in ("own", "best"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise FingerspellError(
            f"{path} cannot be read ({error}); delete it, and that network is trained anew"
        ) from error


def _state(model: keras.Model) -> list[Any]:
    """Every variable that a step changes: weights, statistics, the seeds of dropout, the optimizer's."""
    return [*model.variables, *model.optimizer.variables]
