"""What a training reports while it runs."""

import hashlib
from typing import Any

import keras
from tqdm import tqdm

from training.compute import check_agreement
from training.progress import bar_interval_s


class Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """One progress bar for the whole training: steps done, time left, and the accuracies so far.

    tqdm's own TqdmCallback draws two bars, one of them anew for every epoch, shows every metric of every step, and
    leaves its bars open when a training fails.
    """

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self._bar: Any = tqdm(disable=True)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        total = self.params["epochs"] * self.params["steps"]
        self._bar = tqdm(total=total, desc=self._label, unit="step", dynamic_ncols=True, mininterval=bar_interval_s())

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self._bar.n = epoch * self.params["steps"]  # a resumed training does not start at 0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        metrics = {"epoch": f"{epoch + 1}/{self.params['epochs']}"}
        metrics |= {name: f"{value:.4f}" for name, value in (logs or {}).items() if name.endswith("accuracy")}
        self._bar.set_postfix(metrics)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        self.close()

    def close(self) -> None:
        """Stop drawing and leave the bar on its line. Keras does not call on_train_end if a training fails."""
        self._bar.close()


class SameWeights(keras.callbacks.Callback):  # type: ignore[misc]
    """Checks after every epoch that all processes of the group have the same weights."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: D102
        content = b"".join(keras.ops.convert_to_numpy(weights).tobytes() for weights in self.model.weights)
        digest = hashlib.sha256(content).hexdigest()
        check_agreement(f"the weights after epoch {epoch + 1}", digest)
        tqdm.write(f"epoch {epoch + 1}: all processes have the weights {digest[:12]}")
