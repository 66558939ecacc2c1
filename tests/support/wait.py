"""Waiting for a condition, with a deadline."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def wait_until(holds: Callable[[], bool], what: str, timeout_s: float = 60.0, every_s: float = 0.05) -> None:
    """Poll until the condition holds. Raises TimeoutError, which names what did not happen, after timeout_s."""
    deadline_s = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"after {timeout_s:.0f} s still not: {what}")
        time.sleep(every_s)


def wait_for_file(path: Path, *processes: subprocess.Popen[Any]) -> None:
    """Wait until the file exists. These processes, one of which writes it, must keep running until then."""

    def exists() -> bool:
        if path.exists():
            return True
        for process in processes:
            assert process.poll() is None, process.communicate()
        return False

    wait_until(exists, f"{path} exists", timeout_s=120)
