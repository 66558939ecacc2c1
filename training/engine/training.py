"""The settings that all networks of a run share, and the callbacks that follow from them."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import keras

from training.compute import CPU, Device, Precision
from training.engine.callbacks import Progress, SameWeights
from training.engine.checkpoints import Checkpoint, RandomBatches
from training.layout import LOGS


@dataclass(frozen=True)
class Training:
    """How a run trains each of its networks.

    folder: for checkpoints; logs go beside it. None writes neither. patience: in epochs; None trains to the end.
    precision: "mixed" computes in half precision where it can.
    """

    seed: int
    device: Device = CPU
    folder: Path | None = None
    patience: int | None = None
    precision: Precision = "float32"

    def checkpoint(self, name: str, batches: RandomBatches, patience: int | None = None) -> Checkpoint:
        """The checkpoint of one network."""
        return Checkpoint(self.folder / f"{name}.npz" if self.folder else None, batches, patience)

    def callbacks(self, name: str) -> list[keras.callbacks.Callback]:
        """A progress bar; TensorBoard's log, if TensorFlow is there to write it; in a group, a check of the weights."""
        callbacks: list[keras.callbacks.Callback] = [Progress(name)]
        if self.folder and self.device.process == 0 and find_spec("tensorflow"):
            callbacks.append(keras.callbacks.TensorBoard(self.folder.parent / LOGS / name, write_graph=False))
        if self.device.processes > 1:
            callbacks.append(SameWeights())
        return callbacks
