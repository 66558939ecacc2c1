"""`export`: writes the model folder of a run that was trained where TensorFlow is not installed."""

import argparse
from dataclasses import replace
from pathlib import Path

from training.cli.arguments import add_data
from training.cli.fit import finish
from training.compute import import_keras
from training.runs.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `export`."""
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder that fit --backend has written")
    add_data(
        parser, "folder of its training data on this machine (default: the path that fit was given)", required=False
    )


def run(args: argparse.Namespace) -> int:
    """Write the model folder."""
    import_keras()
    settings = Settings.read(args.folder)
    return finish(replace(settings, data=tuple(args.data or settings.data)), resume=True, trained=True)
