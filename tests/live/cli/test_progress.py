"""The progress bar of `fingerspell video`, in a terminal of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import pytest

from live.files import shipped_models
from tests.support import ROOT, drawn

termios = pytest.importorskip("termios", reason="the system has no terminals as POSIX has")
pty = pytest.importorskip("pty", reason="the system has no pseudo-terminals")

FLAT = ("--square", "--model", str(shipped_models() / "sign_mnist"))


def on_a_terminal(arguments: Sequence[str | Path], stdout: bool = False) -> tuple[str, str]:
    """What a command writes to stdout, and what it shows on a terminal that is its stderr; with stdout, both."""
    ours, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    os.set_blocking(ours, False)
    command = [sys.executable, "-m", "live", "video", *FLAT, *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=terminal if stdout else subprocess.PIPE, stderr=terminal,
        env={**os.environ, "TQDM_MININTERVAL": "0"},
    ) as reader:  # fmt: skip
        printed = reader.stdout.read() if reader.stdout else b""
        assert reader.wait(timeout=60) == 0
    os.close(terminal)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # all that was written has been read
        pass
    os.close(ours)
    return printed.decode(), shown.decode()


def left_on_screen(shown: str) -> str:
    """The characters that are still there when each carriage return has gone back to the beginning of the line."""
    line = ""
    for part in shown.split("\r"):
        line = part + line[len(part) :]
    return line.strip()


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_a_film_shows_the_time_left_and_leaves_nothing_behind(film: Path, options: tuple[str, ...]) -> None:
    printed, shown = on_a_terminal([*options, film])
    assert "/30 [" in shown
    assert "%|" in shown
    assert left_on_screen(shown) == ""
    last = printed.splitlines()[-1] if options else printed.splitlines()[0]
    assert (json.loads(last)["text"] if options else last) == drawn.WORD


def test_a_folder_shows_the_number_of_pictures(tmp_path: Path) -> None:
    for n in range(12):
        cv2.imwrite(str(tmp_path / f"{n}.png"), drawn.frame("B"))
    assert "/12 [" in on_a_terminal([tmp_path])[1]


def test_lines_of_json_on_the_terminal_stay_whole(film: Path) -> None:
    shown = on_a_terminal(["--json", film], stdout=True)[1]
    assert len([json.loads(line) for line in shown.splitlines()]) == 31


def test_without_a_terminal_nothing_is_shown(film: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "live", "video", *FLAT, str(film)], cwd=ROOT, capture_output=True, check=True
    )
    assert ended.stderr == b""
