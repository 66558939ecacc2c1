"""`fingerspell bench`: prints how long each stage of a frame takes."""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

from live.cli.arguments import add_model_arguments, fetch_hand_networks
from live.errors import FingerspellError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_model_arguments(parser)
    parser.add_argument("--picture", type=Path, metavar="FILE", help="a picture of a hand to read (default: noise)")
    parser.add_argument("--json", action="store_true", help="print a JSON object")


def run(args: argparse.Namespace) -> int:
    """Time the stages, and print the figures."""
    from live.bench import bench
    from live.hand import LiteRTHandTracker
    from live.readers import LetterClassifier

    networks = fetch_hand_networks(args)
    if args.picture and not networks:
        raise FingerspellError("--picture shows a hand, so it needs the hand networks; leave --picture or --square out")
    tracker = LiteRTHandTracker(networks) if networks else None
    classifier = LetterClassifier.load(args.model)
    if not args.json:
        print("timing each stage, which takes about ten seconds ...", flush=True)
    figures = bench(classifier, tracker, args.picture)
    if tracker and not args.picture:
        figures = replace(figures, input=f"{figures.input} (--picture FILE times a real one)")
    if args.json:
        print(json.dumps(asdict(figures)))
        return 0
    print(f"input: {figures.input}")
    for stage, times in figures.stages.items():
        print(f"{stage:>8}  p50 {times['p50_ms']:7.3f} ms   p95 {times['p95_ms']:7.3f} ms")
    print(f"{figures.frames_per_s:.0f} frames a second, {figures.rss_mb:.0f} MB resident")
    return 0
