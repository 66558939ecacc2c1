"""Runs a command for a terminal or a script: an error, and an output that takes nothing more, become one line."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import TextIOWrapper
from typing import Any, TextIO

from live.errors import FingerspellError


class _OutputError(Exception):
    """Standard output takes nothing more. Not an OSError: argparse ignores those."""


class _Output:
    """Standard output, whose errors differ from those of other files."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with _as_output_error():
            return self._stream.write(text)

    def flush(self) -> None:
        with _as_output_error():
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _as_output_error() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _OutputError(error.strerror or str(error)) from error


def run_command(
    program: str,
    command: Callable[[], int],
    faults: tuple[type[Exception], ...] = (FingerspellError,),
    describe: Callable[[Exception], str] = str,
) -> int:
    """Run a command and return its exit status.

    faults: the errors that become a line on stderr, with the message that `describe` gives.
    """
    if sys.stderr is None:  # print would write errors to stdout instead
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stdout is None:
        return _fail(program, f"standard output is closed; send it to a file, or to {os.devnull}")
    _take_all_characters()
    try:
        with redirect_stdout(_Output(sys.stdout)):
            try:
                return command()
            except faults as error:
                return _fail(program, describe(error))
            finally:  # also after --help, which ends in SystemExit
                sys.stdout.flush()
    except _OutputError as error:
        # Python tries to write the rest once more at its end, so it goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        broken_pipe = isinstance(error.__cause__, BrokenPipeError)  # `… | head`, which is no fault
        return 1 if broken_pipe else _fail(program, f"standard output: {error}")


def _take_all_characters() -> None:
    r"""Write characters that the output's encoding lacks, and bytes of file names that are no characters, as \u…."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _fail(program: str, message: str) -> int:
    print(f"{program}: {message}", file=sys.stderr)
    return 1
