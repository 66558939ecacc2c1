"""Finds out which device each Keras backend computes on, on this machine."""

import importlib.util
import os
import subprocess
import sys

from training.compute.devices import BACKENDS, Backend, environment

SCRIPT = "from training.compute import choose_device; print(choose_device('auto').name)"


def examine() -> dict[Backend, str]:
    """By backend: the CPU or GPU that it trains on, or why it does not work. Each is asked in its own process."""
    return {backend: _device(backend) for backend in BACKENDS}


def _device(backend: Backend) -> str:
    if importlib.util.find_spec(backend) is None:
        return "not installed"
    variables = os.environ | environment(backend, "auto") | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"it crashed with status {done.returncode}"])[-1]
        return f"does not work ({reason})"
    return done.stdout.strip()
