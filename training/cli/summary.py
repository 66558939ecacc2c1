"""`summary` and `shape`: a network's layers, and the arithmetic of one layer."""

import argparse
import json

from training.cli.arguments import add_json, positive
from training.compute import import_keras


def add_summary_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `summary`."""
    parser.add_argument("architecture", metavar="NAME", help="name of an architecture, as for fit --architecture")
    add_json(parser)


def run_summary(args: argparse.Namespace) -> int:
    """Print a network's layers, output shapes and parameters."""
    import_keras()
    from training.studies.summary import summary

    layers = summary(args.architecture)
    print(json.dumps(layers.to_json()) if args.json else layers.format())
    return 0


def add_shape_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `shape`."""
    parser.add_argument("--input", type=positive, required=True, metavar="N", help="side of the input in pixels")
    parser.add_argument("--kernel", type=positive, required=True, metavar="N", help="side of the kernel in pixels")
    parser.add_argument(
        "--stride", type=positive, default=1, metavar="N", help="step of the kernel in pixels (default %(default)s)"
    )
    parser.add_argument(
        "--padding", choices=("valid", "same"), default="valid", help="as in Keras (default %(default)s)"
    )
    parser.add_argument(
        "--filters", type=positive, default=1, metavar="N", help="number of kernels (default %(default)s)"
    )
    parser.add_argument(
        "--channels", type=positive, default=1, metavar="N", help="channels of the input (default %(default)s)"
    )
    add_json(parser)


def run_shape(args: argparse.Namespace) -> int:
    """Print a convolution's output size, and the formula."""
    from training.studies.convolution import convolution

    layer = convolution(args.input, args.kernel, args.stride, args.padding, args.filters, args.channels)
    print(json.dumps(layer.to_json()) if args.json else layer.format())
    return 0
