"""The entry point of `fingerspell-train`: the table of commands, and how errors are reported."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from live.cli.console import run_command
from live.errors import FingerspellError
from live.files import is_unicode
from training.cli import (
    alphabet,
    bench,
    compare,
    data,
    doctor,
    evaluate,
    export,
    fit,
    fluent,
    posture,
    spell,
    strokes,
    summary,
)
from training.errors import SettingError, UnfinishedRunError

FAULTS = (FingerspellError, ImportError, MemoryError, OSError)  # they become one line on stderr
OPTIONS = {"base": "--from"}  # the option of a setting, if it does not have the setting's name


@dataclass(frozen=True)
class Command:
    """A command: its name, a sentence about it, its options, and what it does."""

    name: str
    text: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = (
    Command("fit", "Train networks and write a model folder.", fit.add_arguments, fit.run),
    Command(
        "export",
        "Write the model folder of a run that was trained without TensorFlow.",
        export.add_arguments,
        export.run,
    ),
    Command(
        "shard",
        "Write crops to many files, so that fit need not hold them all in memory.",
        data.add_shard_arguments,
        data.run_shard,
    ),
    Command(
        "strokes",
        "Train the network that reads J and Z, on strokes synthesised from held hands.",
        strokes.add_arguments,
        strokes.run,
    ),
    Command(
        "fluent",
        "Train the network that reads words that flow, on films synthesised from held hands.",
        fluent.add_arguments,
        fluent.run,
    ),
    Command(
        "measure-fluent",
        "Measure how many letters of words that flow are read wrongly.",
        fluent.add_measure_arguments,
        fluent.run_measure,
    ),
    Command(
        "posture",
        "Train the network that refuses hands that are turned or cut off, which would be read wrongly.",
        posture.add_arguments,
        posture.run,
    ),
    Command("alphabet", "Compute the typical hands that the app's chart shows.", alphabet.add_arguments, alphabet.run),
    Command(
        "spell",
        "Measure how many letters of filmed words are read wrongly.",
        spell.add_spell_arguments,
        spell.run_spell,
    ),
    Command(
        "idle", "Measure how often letters are read although nobody spells.", spell.add_idle_arguments, spell.run_idle
    ),
    Command("evaluate", "Measure a model on a data folder.", evaluate.add_arguments, evaluate.run),
    Command("compare", "Print the figures of several runs side by side.", compare.add_arguments, compare.run),
    Command(
        "summary",
        "Print a network's layers, output shapes and parameters.",
        summary.add_summary_arguments,
        summary.run_summary,
    ),
    Command(
        "shape", "Print a convolution's output size, and the formula.", summary.add_shape_arguments, summary.run_shape
    ),
    Command(
        "bench",
        "Compare the speed of the recogniser's CNN with Keras' predict and MediaPipe.",
        bench.add_arguments,
        bench.run,
    ),
    Command("doctor", "Show on which CPU or GPU each library would train.", doctor.add_arguments, doctor.run),
    Command("download", "Download Sign-MNIST from Kaggle.", data.add_download_arguments, data.run_download),
)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands. Parsed arguments have `run`, the function of their command."""
    parser = argparse.ArgumentParser(prog="fingerspell-train", description="Train and measure the readers.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        subparser = commands.add_parser(command.name, help=command.text, description=command.text)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. Errors become one line on stderr."""
    args = argparse.Namespace()
    return run_command("fingerspell-train", lambda: _run(argv, args), FAULTS, lambda error: _message(error, args))


def _run(argv: Sequence[str] | None, args: argparse.Namespace) -> int:
    """Parse the arguments into args, and run their command."""
    build_parser().parse_args(argv, args)
    args.argv = list(sys.argv[1:] if argv is None else argv)
    if not is_unicode(str(getattr(args, "out", None))):
        raise SettingError("TensorFlow writes only where the name is valid Unicode; choose another folder", "out")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        return int(args.run(args))
    except KeyboardInterrupt as interrupt:
        print("; ".join(["fingerspell-train: stopped", *map(str, interrupt.args)]), file=sys.stderr)
        return 130


def _message(error: Exception, args: argparse.Namespace) -> str:
    """One line that says what is wrong and what to do, with the options and the command that do it."""
    if isinstance(error, SettingError):
        options = _options(error.settings, args)
        return f"{options}: {error.message}" if options else error.message
    if isinstance(error, UnfinishedRunError):
        return f"{error}; continue with: {fit.CONTINUE.format(error.run)}"
    if isinstance(error, ImportError):
        return (
            f"a part that training needs is not installed ({error}); run `make install`, or `pip install '.[train]'` "
            "in the project's folder"
        )
    if isinstance(error, MemoryError):
        return (
            "there is not enough memory; `fingerspell-train shard` writes data as files that fit reads a few at a time"
        )
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    return str(error)


def _options(settings: Sequence[str], args: argparse.Namespace) -> str:
    """The command's options for these settings; only those that were given, if any were."""
    known = [name for name in settings if name in vars(args)]
    given = [name for name in known if getattr(args, name)]
    return ", ".join(OPTIONS.get(name, f"--{name.replace('_', '-')}") for name in given or known)


if __name__ == "__main__":
    sys.exit(main())
