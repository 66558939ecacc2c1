"""What a training runs on: the CPU, a GPU, all GPUs of this host; or, beside other processes, as one of several.

By the library that Keras computes with, its backend: TensorFlow, JAX or PyTorch. TensorFlow alone exports.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from live.errors import FingerspellError

Backend = Literal["tensorflow", "jax", "torch"]
BACKENDS: tuple[Backend, ...] = ("tensorflow", "jax", "torch")
BACKEND_NAMES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
BACKEND_VARIABLE = "KERAS_BACKEND"


def environment(backend: str, device: str) -> dict[str, str]:
    """The variables by which a process has Keras compute so. device: as of choose_device. Keras reads them once."""
    told = {BACKEND_VARIABLE: backend, "XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
    return told | ({"JAX_PLATFORMS": "cpu", "KERAS_TORCH_DEVICE": "cpu"} if device == "cpu" else {})


@dataclass(frozen=True)
class Device:
    """name: as model.json tells it. gpu: computes on one or more. backend: of Keras. strategy: tf.distribute's, for
    several GPUs of this host. processes: that train together, each on its share of the data; process: which of them
    this is.
    """

    name: str
    gpu: bool = False
    backend: Backend = "tensorflow"
    strategy: Any = None
    processes: int = 1
    process: int = 0

    def scope(self) -> AbstractContextManager[Any]:
        """Networks built and compiled inside are trained on all of it."""
        return self.strategy.scope() if self.strategy else nullcontext()

    @property
    def compiles(self) -> bool:
        """Whether to have XLA compile. JAX always does; TensorFlow on a CPU was many times slower with it."""
        return self.backend == "jax" or (self.backend == "tensorflow" and self.gpu and self.strategy is None)

    @property
    def exports(self) -> bool:
        """Whether a model folder can be written here, of which LiteRT's file is a part; else only a checkpoint."""
        return self.backend == "tensorflow"

    def share(self, n: int) -> NDArray[np.bool_]:
        """(n,) mask of this process's rows. Every process has equally many, so up to processes - 1 are nobody's."""
        mask = np.zeros(n, np.bool_)
        mask[self.process : n - n % self.processes : self.processes] = True
        return mask


CPU = Device("CPU")


def choose_device(wanted: str) -> Device:
    """Make Keras' backend use "cpu", "gpu" or, with "auto", a GPU where there is one; TensorFlow uses all there are.

    Raises FingerspellError for "gpu" where there is none. JAX and PyTorch obey only an environment() of "cpu".
    """
    import keras

    backend = keras.backend.backend()
    gpus = {"tensorflow": _gpus_of_tensorflow, "jax": _gpus_of_jax, "torch": _gpus_of_torch}[backend]()
    if wanted == "gpu" and not gpus:
        raise FingerspellError(
            f"--device gpu: {BACKEND_NAMES[backend]} sees no GPU; install its version for this GPU (of TensorFlow: the "
            "extra train-gpu) and the driver, try another --backend, or use --device cpu"
        )
    if backend != "tensorflow":
        by = f"Keras on {BACKEND_NAMES[backend]} {version(backend)}"
        return Device(f"GPU ({gpus[0]}), {by}" if gpus else f"CPU, {by}", bool(gpus), backend)
    return _of_tensorflow(gpus if wanted != "cpu" else [])


def _gpus_of_tensorflow() -> list[str]:
    import tensorflow as tf

    found = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(each).get("device_name", each.name) for each in found]


def _gpus_of_jax() -> list[str]:
    import jax

    return [each.device_kind for each in jax.local_devices() if each.platform == "gpu"]


def _gpus_of_torch() -> list[str]:
    import keras
    import torch

    if keras.ops.zeros(1).device.type != "cuda":
        return []
    return [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]


def _of_tensorflow(names: list[str]) -> Device:
    import tensorflow as tf

    if not names:
        tf.config.set_visible_devices([], "GPU")
        return CPU
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    if len(names) == 1:
        return Device(f"GPU ({names[0]})", gpu=True)
    return Device(f"{len(names)} x GPU ({names[0]})", gpu=True, strategy=tf.distribute.MirroredStrategy())


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
