"""TODO."""

from training.compute.child import end_with_parent, run_child
from training.compute.devices import (
    BACKEND_NAMES,
    BACKEND_VARIABLE,
    BACKENDS,
    CPU,
    Backend,
    Device,
    choose_device,
    environment,
    precision,
)
from training.compute.hosts import Together, agree, joined, train_in_child

__all__ = [
    "BACKENDS",
    "BACKEND_NAMES",
    "BACKEND_VARIABLE",
    "CPU",
    "Backend",
    "Device",
    "Together",
    "agree",
    "choose_device",
    "end_with_parent",
    "environment",
    "joined",
    "precision",
    "run_child",
    "train_in_child",
]
