"""`compare`: prints the figures of runs side by side."""

import argparse
import json
from pathlib import Path

from live.errors import FingerspellError
from training.cli.arguments import add_json, png


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `compare`."""
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="folder that fit has written")
    parser.add_argument("--curves", type=png, metavar="PNG", help="also draw their curves into one picture")
    add_json(parser, "print one JSON object for each run")


def run(args: argparse.Namespace) -> int:
    """Print runs as columns and metrics as rows."""
    from training.layout import read_history
    from training.measure.compare import compare, format_runs

    rows = compare(args.runs)
    if args.curves:
        from training.measure.plots import plot_runs

        histories = {str(run): history for run in args.runs if (history := read_history(run)) is not None}
        if not histories:
            raise FingerspellError("--curves: none of these runs has a curve")
        plot_runs(histories, args.curves)
    print("\n".join(json.dumps(row) for row in rows) if args.json else format_runs(rows))
    return 0
