"""`bench`: times the recogniser's CNN beside Keras's predict and MediaPipe."""

import argparse
import json
from pathlib import Path

from training.cli.arguments import add_json, add_model
from training.compute import import_keras


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `bench`."""
    add_model(parser)
    parser.add_argument(
        "--picture",
        type=Path,
        metavar="FILE",
        help="a picture of a hand: also compare the time of a whole frame with MediaPipe's",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print times and ratios."""
    import_keras()
    from live.files import default_model
    from training.studies.bench import bench

    figures = bench(args.model or default_model(), args.picture)
    if args.json:
        print(json.dumps(figures.to_json()))
        return 0
    for title, comparison in (("one crop through the CNN", figures.crop), ("one frame with a hand", figures.frame)):
        if comparison is None:
            continue
        print(title)
        ratios = comparison.times_slower_than_live
        for name, times in comparison.times.items():
            ratio = f"   {ratios[name]:,.1f} times slower" if name in ratios else ""
            print(f"{name:>22}  p50 {times['p50_ms']:8.3f} ms   p95 {times['p95_ms']:8.3f} ms{ratio}")
    return 0
