"""Where the output goes wrong: narrow encodings, full disks, closed streams, names that are not UTF-8."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import pytest

from live.cli.main import main
from live.files import shipped_models
from tests.support import ROOT, drawn

pytestmark = pytest.mark.slow

FLAT = ("--square", "--model", str(shipped_models() / "sign_mnist"))
FULL = Path("/dev/full")  # a file that takes nothing, as on a full disk
needs_full = pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="closes a stream as a POSIX shell does")


def run(arguments: Sequence[str | Path], after: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m …` in a shell, with `after` behind the command."""
    command = ["sh", "-c", f'"$@" {after}', "sh", sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "b.png"
    cv2.imwrite(str(path), drawn.frame("B"))
    return path


@pytest.mark.parametrize("as_json", [False, True])
def test_a_name_that_the_output_s_encoding_lacks_is_written_with_escapes(picture: Path, as_json: bool) -> None:
    hand = picture.rename(picture.with_name("hand_🖐.png"))
    options = ("--json",) if as_json else ()
    ended = run(["live", "photo", *FLAT, *options, hand], PYTHONIOENCODING="cp1252")
    assert (ended.returncode, ended.stderr) == (0, b"")
    if as_json:
        assert json.loads(ended.stdout)["file"] == str(hand)
    else:
        assert ended.stdout.decode("cp1252").startswith(str(hand.with_name("hand_\\U0001f590.png: B  (")))


def odd_name(path: Path) -> Path:
    """Rename the file so that its name is not UTF-8."""
    try:
        return path.rename(os.fsdecode(os.fsencode(path.parent) + b"/f\xe4 " + os.fsencode(path.name)))
    except OSError:
        pytest.skip("the file system takes only UTF-8")


def test_a_picture_whose_name_is_not_utf_8_is_read(picture: Path) -> None:
    odd = odd_name(picture)
    ended = run(["live", "photo", *FLAT, odd])
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"f\\udce4 b.png: B  (" in ended.stdout
    ended = run(["live", "photo", *FLAT, "--json", odd])
    row = json.loads(ended.stdout)
    assert (row["file"], row["letter"]) == (str(odd), "B")
    ended = run(["live", "photo", *FLAT, odd.with_name(f"no{odd.name}")])
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1


def test_a_film_whose_name_is_not_utf_8_is_read_and_so_are_its_subtitles_written(film: Path, tmp_path: Path) -> None:
    copy = tmp_path / "film.mp4"
    copy.write_bytes(film.read_bytes())
    odd = odd_name(copy)
    ended = run(["live", "video", *FLAT, odd, "--srt", odd.with_suffix(".srt")])
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.splitlines()[0].decode() == drawn.WORD
    assert odd.with_suffix(".srt").read_text().endswith(f"{drawn.WORD}\n\n")
    ended = run(["live", "video", *FLAT, odd.with_suffix(".mkv")])
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1


COMMANDS = (
    ("live", "--help"),
    ("live", "photo", *FLAT, "PICTURE"),
    ("live", "photo", *FLAT, "--json", "PICTURE"),
    ("live", "video", *FLAT, "FILM"),
    ("live", "video", *FLAT, "--json", "FILM"),
    ("training", "fit", "--help"),
    ("training", "shape", "--input", "28", "--kernel", "3"),
)
NAMES = {"live": "fingerspell", "training": "fingerspell-train"}


@needs_full
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_output_to_a_full_disk_is_one_line_and_status_1(
    command: tuple[str, ...], unbuffered: str, film: Path, picture: Path
) -> None:
    files = {"PICTURE": picture, "FILM": film}
    ended = run([files.get(word, word) for word in command], f"> {FULL}", PYTHONUNBUFFERED=unbuffered)
    assert ended.returncode == 1
    assert ended.stderr.decode() == f"{NAMES[command[0]]}: standard output: No space left on device\n"


@needs_posix
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_closed_output_is_one_line_and_status_1(command: tuple[str, ...], film: Path, picture: Path) -> None:
    files = {"PICTURE": picture, "FILM": film}
    ended = run([files.get(word, word) for word in command], ">&-")
    assert ended.returncode == 1
    assert ended.stderr.decode().startswith(f"{NAMES[command[0]]}: standard output is closed")
    assert len(ended.stderr.splitlines()) == 1


@needs_posix
def test_errors_stay_out_of_the_output_if_stderr_is_closed(picture: Path) -> None:
    ended = run(["live", "photo", *FLAT, "--json", "missing.png", picture], "2>&-")
    assert ended.returncode == 1
    assert [json.loads(line)["letter"] for line in ended.stdout.splitlines()] == [None, "B"]
    assert run(["live", "photo", *FLAT, "missing.png"], "2>&-").stdout == b""


@needs_full
def test_subtitles_on_a_full_disk_are_one_line_and_the_text_is_printed(
    film: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["video", *FLAT, str(film), "--srt", str(FULL)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == drawn.WORD
    assert err == f"fingerspell: --srt {FULL}: cannot be written (No space left on device)\n"
