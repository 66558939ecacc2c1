"""What a training tells while it runs."""

import hashlib
from typing import Any

import keras
from tqdm import tqdm

from training.compute import agree
from training.progress import bar_interval_s


class Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """One bar for the whole run: steps done, time left, and the figures so far."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self._bar: Any = tqdm(disable=True)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        total = self.params["epochs"] * self.params["steps"]
        self._bar = tqdm(total=total, desc=self._label, unit="step", dynamic_ncols=True, mininterval=bar_interval_s())

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self._bar.n = epoch * self.params["steps"]  # of a training that goes on

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        figures = {"epoch": f"{epoch + 1}/{self.params['epochs']}"}
        figures |= {name: f"{value:.4f}" for name, value in (logs or {}).items() if name.endswith("accuracy")}
        self._bar.set_postfix(figures)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self.close()

    def close(self) -> None:
        """Leave the bar as it is, and its line: a training that fails does not come to its end."""
        self._bar.close()


class SameWeights(keras.callbacks.Callback):  # type: ignore[misc]
    """After every epoch, whether all processes that train together have come to the same weights."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        content = b"".join(keras.ops.convert_to_numpy(each).tobytes() for each in self.model.weights)
        weights = hashlib.sha256(content).hexdigest()
        agree(f"after epoch {epoch + 1} what was learned", weights)
        tqdm.write(f"epoch {epoch + 1}: all processes have the weights {weights[:12]}")
