"""Keeps the C++ code of libraries from writing to the user's terminal."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

_lock = threading.RLock()


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Silence the process's stderr inside this block, for all threads.

    LiteRT and TensorFlow log to it at every start ("Created TensorFlow Lite XNNPACK delegate for CPU"), and neither has
    a setting that stops it.
    """
    with _lock:  # a second thread would save the redirected stderr as the real one
        try:
            real_stderr = os.dup(2)
        except OSError:  # started without a stderr
            yield
            return
        try:
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(real_stderr, 2)
            os.close(real_stderr)
