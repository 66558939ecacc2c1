"""The device that a training runs on: the CPU, one GPU, all GPUs of this host, or one process of a group.

Keras computes with one of three backends: TensorFlow, JAX or PyTorch. Only TensorFlow can export a model.
"""

import contextlib
import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from live.quiet import quiet_stderr
from training.errors import SettingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Backend = Literal["tensorflow", "jax", "torch"]
DeviceName = Literal["auto", "gpu", "cpu"]
Precision = Literal["float32", "mixed"]

BACKENDS: tuple[Backend, ...] = get_args(Backend)
DEVICES: tuple[DeviceName, ...] = get_args(DeviceName)
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
BACKEND_NAMES: dict[Backend, str] = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
BACKEND_VARIABLE = "KERAS_BACKEND"
N_SEEDS = 2**32  # of NumPy's and Keras's random numbers


def environment(backend: Backend, device: DeviceName) -> dict[str, str]:
    """The environment variables that make Keras use a backend and a device. Keras reads them once, on import."""
    variables = {
        BACKEND_VARIABLE: backend, "XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    }  # fmt: skip
    return variables | ({"JAX_PLATFORMS": "cpu", "KERAS_TORCH_DEVICE": "cpu"} if device == "cpu" else {})


def import_keras(backend: Backend = "tensorflow") -> None:
    """Import Keras with that backend, without the banners that the libraries print."""
    os.environ[BACKEND_VARIABLE] = backend
    with quiet_stderr():
        import keras  # noqa: F401

        with contextlib.suppress(ImportError):
            import tensorflow  # noqa: F401  # it writes TensorBoard's log, whatever backend trains
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns about every network after the fifth


@dataclass(frozen=True)
class Device:
    """name: as written to model.json. gpu: whether it computes on one or more GPUs. backend: of Keras. strategy:
    tf.distribute's, for several GPUs of this host. processes: how many processes train together, each on its share of
    the data. process: the number of this one, from 0.
    """

    name: str
    gpu: bool = False
    backend: Backend = "tensorflow"
    strategy: Any = None
    processes: int = 1
    process: int = 0

    def scope(self) -> AbstractContextManager[Any]:
        """Networks that are built and compiled inside are trained on all of the device."""
        return self.strategy.scope() if self.strategy else nullcontext()

    @property
    def compiles(self) -> bool:
        """Whether XLA compiles the network. JAX always does; TensorFlow on a CPU was many times slower with it."""
        return self.backend == "jax" or (self.backend == "tensorflow" and self.gpu and self.strategy is None)

    @property
    def exports(self) -> bool:
        """Whether a model folder, which includes LiteRT's file, can be written here; otherwise only a checkpoint."""
        return self.backend == "tensorflow"

    def share(self, n: int) -> "NDArray[np.bool_]":
        """(n,) mask of this process's rows. All processes get equally many; up to processes - 1 rows are unused."""
        import numpy as np

        mask = np.zeros(n, np.bool_)
        mask[self.process : n - n % self.processes : self.processes] = True
        return mask


CPU = Device("CPU")


def choose_device(wanted: DeviceName) -> Device:
    """Make Keras's backend use "cpu", "gpu" or, with "auto", a GPU if there is one; TensorFlow uses all GPUs.

    JAX and PyTorch only obey "cpu" if the process was started with environment(). Raises SettingError for "gpu" if
    there is none.
    """
    import keras

    backend: Backend = keras.backend.backend()
    gpus = {"tensorflow": _tensorflow_gpus, "jax": _jax_gpus, "torch": _torch_gpus}[backend]()
    if wanted == "gpu" and not gpus:
        raise SettingError(
            f"{BACKEND_NAMES[backend]} sees no GPU; install its version for this GPU (for TensorFlow: the extra "
            "train-gpu) and the driver, or choose another backend or the CPU",
            "device",
        )
    if backend != "tensorflow":
        from importlib.metadata import version

        library = f"Keras on {BACKEND_NAMES[backend]} {version(backend)}"
        return Device(f"GPU ({gpus[0]}), {library}" if gpus else f"CPU, {library}", bool(gpus), backend)
    return _tensorflow_device(gpus if wanted != "cpu" else [])


def _tensorflow_gpus() -> list[str]:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]


def _jax_gpus() -> list[str]:
    import jax

    return [device.device_kind for device in jax.local_devices() if device.platform == "gpu"]


def _torch_gpus() -> list[str]:
    import keras
    import torch

    if keras.ops.zeros(1).device.type != "cuda":
        return []
    return [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]


def _tensorflow_device(gpus: list[str]) -> Device:
    import tensorflow as tf

    if not gpus:
        tf.config.set_visible_devices([], "GPU")
        return CPU
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    if len(gpus) == 1:
        return Device(f"GPU ({gpus[0]})", gpu=True)
    return Device(f"{len(gpus)} x GPU ({gpus[0]})", gpu=True, strategy=tf.distribute.MirroredStrategy())


@contextmanager
def precision(name: Precision) -> Iterator[None]:
    """Networks built inside compute in half precision if name is "mixed"; their weights stay float32."""
    import keras

    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_float16" if name == "mixed" else "float32")
    try:
        yield
    finally:
        keras.mixed_precision.set_dtype_policy(before)
