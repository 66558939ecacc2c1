"""A process of its own that trains: Keras computes with one library in each, and only TensorFlow exports a model."""

import os
import subprocess
import threading
from collections.abc import Sequence

from training.compute.devices import environment


def run_child(command: Sequence[str], backend: str, device: str) -> int:
    """Run a command line whose Keras computes with that backend; its exit status, negative where a signal ended it."""
    # its stdin ends with this process: a child ends with its parent, even one that was killed
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
    """Have this child end when its parent does."""

    def wait() -> None:
        os.read(0, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
