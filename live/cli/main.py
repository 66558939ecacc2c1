"""The entry point of `fingerspell`, and its table of commands."""

import argparse
import sys
from collections.abc import Sequence

from live import __version__
from live.cli import app, bench, doctor, fetch, photo, video
from live.cli.console import run_command

COMMANDS = {
    "photo": (photo, "Read the letter in each picture."),
    "video": (video, "Read a film, camera, stream or folder of pictures, and print the text."),
    "bench": (bench, "Measure how long each stage of reading a frame takes."),
    "fetch": (fetch, "Download the hand networks if they are missing. Other commands do so, too."),
    "doctor": (doctor, "Say what works, what does not, and what to do."),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. An error becomes one line on stderr."""
    return run_command("fingerspell", lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands. Without a command, `fingerspell` starts the app."""
    parser = argparse.ArgumentParser(
        prog="fingerspell",
        description="Read American Sign Language letters. Without a command, start the app and open it in the browser.",
    )
    parser.add_argument("--version", action="version", version=f"fingerspell {__version__}")
    app.add_arguments(parser)
    parser.set_defaults(run=app.run)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, (module, text) in COMMANDS.items():
        command = subparsers.add_parser(name, help=text, description=text)
        command.set_defaults(run=module.run)
        module.add_arguments(command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
