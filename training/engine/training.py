"""TODO."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import keras

from training.compute import CPU, Device
from training.engine.callbacks import Progress, SameWeights
from training.engine.checkpoints import Checkpoint, Drawn
from training.layout import LOGS


@dataclass(frozen=True)
class Training:
    """How a run trains each of its networks. folder: of checkpoints and logs, None for neither. patience: in epochs,
    None to train to the end. precision: "mixed" computes in half precision where it can.
    """

    seed: int
    device: Device = CPU
    folder: Path | None = None
    patience: int | None = None
    precision: Literal["float32", "mixed"] = "float32"

    def checkpoint(self, name: str, batches: Drawn, patience: int | None = None) -> Checkpoint:
        """Of one network."""
        return Checkpoint(self.folder / f"{name}.npz" if self.folder else None, batches, patience)

    def callbacks(self, name: str) -> list[keras.callbacks.Callback]:
        """A progress bar, and TensorBoard's log where TensorFlow is there to write it."""
        told: list[keras.callbacks.Callback] = [Progress(name)]
        if self.folder and self.device.process == 0 and find_spec("tensorflow"):  # which writes the log
            told.append(keras.callbacks.TensorBoard(self.folder.parent / LOGS / name, write_graph=False))
        if self.device.processes > 1:
            told.append(SameWeights())
        return told
