"""What a training runs on: the CPU, a GPU, all GPUs of this host; or, beside other processes, as one of several."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from live.errors import FingerspellError


@dataclass(frozen=True)
class Device:
    """name: as model.json tells it. gpu: computes on one or more. strategy: tf.distribute's, for several GPUs of this
    host. processes: that train together, each on its share of the data; process: which of them this is.
    """

    name: str
    gpu: bool = False
    strategy: Any = None
    processes: int = 1
    process: int = 0

    def scope(self) -> AbstractContextManager[Any]:
        """Networks built and compiled inside are trained on all of it."""
        return self.strategy.scope() if self.strategy else nullcontext()

    @property
    def compiles(self) -> bool:
        """Whether to have XLA compile. JAX always does; TensorFlow on a CPU was many times slower with it."""
        return self.processes > 1 or (self.gpu and self.strategy is None)

    def share(self, n: int) -> NDArray[np.bool_]:
        """(n,) mask of this process's rows. Every process has equally many, so up to processes - 1 are nobody's."""
        mask = np.zeros(n, np.bool_)
        mask[self.process : n - n % self.processes : self.processes] = True
        return mask


CPU = Device("CPU")


def choose_device(wanted: str) -> Device:
    """Make TensorFlow use "cpu", "gpu" or, with "auto", a GPU where there is one; all of them, where there are several.

    Raises FingerspellError for "gpu" where there is none.
    """
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if wanted == "gpu" and not gpus:
        raise FingerspellError(
            "--device gpu: TensorFlow sees no GPU; install the extra train-gpu and the driver, or use --device cpu"
        )
    if wanted == "cpu" or not gpus:
        tf.config.set_visible_devices([], "GPU")
        return CPU
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    name = f"GPU ({tf.config.experimental.get_device_details(gpus[0]).get('device_name', gpus[0].name)})"
    if len(gpus) == 1:
        return Device(name, gpu=True)
    return Device(f"{len(gpus)} x {name}", gpu=True, strategy=tf.distribute.MirroredStrategy())


@contextmanager
def precision(name: Literal["float32", "mixed"]) -> Iterator[None]:
    """Networks built inside compute in half precision where name is "mixed"; their weights stay float32."""
    import keras

    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_float16" if name == "mixed" else "float32")
    try:
        yield
    finally:
        keras.mixed_precision.set_dtype_policy(before)
