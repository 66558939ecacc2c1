"""`doctor`: shows what training computes on."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    """Print the device of every Keras backend."""
    from training.compute.doctor import examine

    for backend, device in examine().items():
        print(f"--backend {backend}: {device}")
    return 0
