"""Keeps libraries from writing past Python onto the user's terminal."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

_one_at_a_time = threading.RLock()


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Inside this block nothing from any thread reaches the process's stderr.

    The C++ of LiteRT and TensorFlow announces itself there at every start ("Created TensorFlow Lite XNNPACK delegate
    for CPU"), and neither has a setting that stops it.
    """
    with _one_at_a_time:  # a second thread would save the redirected stderr as the real one
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
