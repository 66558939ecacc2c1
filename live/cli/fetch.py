"""`fingerspell fetch`: downloads the hand networks, unless they are already in the cache."""

import argparse

from live.cli.arguments import add_model_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments: only those that every command accepts."""
    add_model_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Fetch the networks, and print their path and their licence."""
    from live.hand import LICENCE, bundle_path, fetch_networks

    fetch_networks()
    print(f"{bundle_path()}: {LICENCE}")
    return 0
