"""Trains in a child process: Keras uses one backend per process, and only TensorFlow exports a model."""

import os
import subprocess
import threading
from collections.abc import Sequence

from training.compute.devices import Backend, DeviceName, environment


def run_child(command: Sequence[str], backend: Backend, device: DeviceName) -> int:
    """Run a command line with that Keras backend. Returns its exit status, negative if a signal ended it."""
    # The child reads from this pipe, which closes with this process: a child ends with its parent, even a killed one.
    variables = os.environ | environment(backend, device)
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=variables) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            assert child.stdin is not None
            child.stdin.close()
            child.wait()
            raise


def end_with_parent() -> None:
    """End this child process when its parent ends."""

    def wait() -> None:
        os.read(0, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
