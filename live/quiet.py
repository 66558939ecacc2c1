"""Keeps libraries from writing past Python onto a user's terminal."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

_one_at_a_time = threading.RLock()


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Nothing reaches the process's stderr inside, from any thread.

    LiteRT's and TensorFlow's C++ announce themselves there at every start ("Created TensorFlow Lite XNNPACK delegate
    for CPU"), and no setting of theirs stops it.
    """
    with _one_at_a_time:  # a second thread would take the redirected stderr for the real one, and keep it
        try:
            kept = os.dup(2)
        except OSError:  # started without a stderr
            yield
            return
        try:
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
