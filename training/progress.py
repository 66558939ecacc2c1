"""How long a training takes, and how often a progress bar is drawn."""

import sys
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stopwatch:
    """Runs from when it is made."""

    wall_s: float = field(default_factory=time.monotonic)
    cpu_s: float = field(default_factory=time.process_time)

    @property
    def seconds(self) -> dict[str, float]:
        """As model.json tells them: "wall", and "cpu" of this process."""
        taken = {"wall": time.monotonic() - self.wall_s, "cpu": time.process_time() - self.cpu_s}
        return {name: round(each, 1) for name, each in taken.items()}


def bar_interval_s() -> float:
    """Seconds between two drawings on stderr: a log file wants few lines."""
    return 0.2 if sys.stderr.isatty() else 30.0
