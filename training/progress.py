"""How often a progress bar is drawn."""

import sys


def bar_interval_s() -> float:
    """Seconds between two drawings on stderr: a log file wants few lines."""
    return 0.2 if sys.stderr.isatty() else 30.0
