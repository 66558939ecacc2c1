"""How long a training takes, and how often a progress bar is redrawn."""

import sys
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stopwatch:
    """Measures from the moment it is created."""

    wall_s: float = field(default_factory=time.monotonic)
    cpu_s: float = field(default_factory=time.process_time)

    @property
    def seconds(self) -> dict[str, float]:
        """Elapsed seconds as written to model.json: "wall", and "cpu" of this process."""
        elapsed = {"wall": time.monotonic() - self.wall_s, "cpu": time.process_time() - self.cpu_s}
        return {name: round(seconds, 1) for name, seconds in elapsed.items()}


def bar_interval_s() -> float:
    """Seconds between two updates of a bar: a terminal shows them live, a log file should stay short."""
    return 0.2 if sys.stderr.isatty() else 30.0
