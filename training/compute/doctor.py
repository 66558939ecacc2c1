"""Says what each library that Keras can train with computes on, here."""

import importlib.util
import os
import subprocess
import sys

from training.compute.devices import BACKENDS, environment

ASK = "from training.compute.devices import choose_device; print(choose_device('auto').name)"


def examine() -> dict[str, str]:
    """By backend: the CPU or GPU that it trains on, or why it does not. Each is asked in a process of its own."""
    return {backend: _device(backend) for backend in BACKENDS}


def _device(backend: str) -> str:
    if importlib.util.find_spec(backend) is None:
        return "not installed"
    variables = os.environ | environment(backend, "auto") | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    asked = subprocess.run([sys.executable, "-c", ASK], env=variables, capture_output=True, text=True, check=False)
    if asked.returncode:
        reason = (asked.stderr.strip().splitlines() or [f"it crashed with status {asked.returncode}"])[-1]
        return f"does not work ({reason})"
    return asked.stdout.strip()
