"""What a training computes on.

In goes the name of a device or of a Keras backend; out comes a `Device` on this process, a child process that trains
with another backend, or a group of processes that train one network together. Importing this folder loads neither
Keras nor NumPy: `import_keras` does, once the backend is known.
"""

from training.compute.child import end_with_parent, run_child
from training.compute.devices import (
    BACKEND_NAMES,
    BACKENDS,
    CPU,
    DEVICES,
    N_SEEDS,
    PRECISIONS,
    Backend,
    Device,
    DeviceName,
    Precision,
    choose_device,
    environment,
    import_keras,
    precision,
)
from training.compute.hosts import ProcessGroup, check_agreement, join_group, train_in_child

__all__ = [
    "BACKENDS",
    "BACKEND_NAMES",
    "CPU",
    "DEVICES",
    "N_SEEDS",
    "PRECISIONS",
    "Backend",
    "Device",
    "DeviceName",
    "Precision",
    "ProcessGroup",
    "check_agreement",
    "choose_device",
    "end_with_parent",
    "environment",
    "import_keras",
    "join_group",
    "precision",
    "run_child",
    "train_in_child",
]
