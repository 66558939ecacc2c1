"""Films under names that are not UTF-8, and films from standard input."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import cv2
import pytest

from live.sources import open_source
from tests.support import ROOT, drawn
from tests.support.wait import wait_until

READ = """
import sys
from live.errors import CameraError
from live.sources import open_source
try:
    with open_source(sys.argv[1]) as source:
        print(len(list(source)))
except CameraError as error:
    print(ascii(error.args[0]))
"""


def read(source: str, **how: object) -> str:
    """What another process says of a source, which may end a process."""
    ended = subprocess.run(
        [sys.executable, "-c", READ, source], cwd=ROOT, capture_output=True, check=True, **how  # type: ignore[call-overload]
    )  # fmt: skip
    assert ended.stderr == b""
    return str(ended.stdout.decode().strip())


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder whose name is not UTF-8."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xe4l"))
    try:
        path.mkdir()
    except OSError:
        pytest.skip("the file system takes only UTF-8")
    return path


@pytest.mark.parametrize("name", [b"film.mp4", b"f\xe4lm.mp4", b"film.\xe4", b"\xe4.webm", b"\xe4.avi", b"\xe4.gif"])
def test_a_film_under_any_name_is_read(odd: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(odd) + b"/" + name))
    plain = odd.parent / f"plain{path.suffix if path.suffix in ('.webm', '.avi') else '.mp4'}"
    if path.suffix == ".gif":
        from PIL import Image

        first, *others = (Image.new("L", (64, 64), 2 * n) for n in range(30))
        first.save(path, save_all=True, append_images=others, duration=100)
    else:
        drawn.write_film(plain, drawn.frames("BY", 15, 1.0)).rename(path)
    assert read(str(path)) == "30"
    assert [file.name for file in odd.parent.iterdir() if file != odd] == []  # no link is left behind


def test_a_folder_of_pictures_under_any_name_is_read(odd: Path) -> None:
    content = cv2.imencode(".png", drawn.frame("B"))[1].tobytes()
    for n in range(3):
        Path(os.fsdecode(os.fsencode(odd) + b"/\xe4%d.png" % n)).write_bytes(content)
    assert read(str(odd)) == "3"


def test_no_name_that_is_not_utf_8_ends_the_process(odd: Path) -> None:
    (odd / "text.mp4").write_text("not a film")
    assert "is not a film that can be read" in read(str(odd / "text.mp4"))
    assert "there is no such film" in read(str(odd / "missing.mp4"))
    assert "the address is not valid Unicode" in read(os.fsdecode(b"rtsp://127.0.0.1:1/\xe4"))


def test_a_name_that_looks_like_an_address_is_a_file_s(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        Path("12:30.mp4").write_bytes(film.read_bytes())
    except OSError:
        pytest.skip("the file system takes no colon")
    with open_source("12:30.mp4") as source:
        assert len(list(source)) == 30


def with_temporary(folder: Path) -> dict[str, str]:
    """An environment whose temporary files are in this folder."""
    return {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif"])
def test_a_film_from_standard_input_is_read_and_not_kept(tmp_path: Path, suffix: str) -> None:
    path, temporary = tmp_path / f"film{suffix}", tmp_path / "temporary"
    temporary.mkdir()
    if suffix == ".gif":
        from PIL import Image

        first, *others = (Image.new("L", (64, 64), 2 * n) for n in range(30))
        first.save(path, save_all=True, append_images=others, duration=100)
    else:
        drawn.write_film(path, drawn.frames("BY", 15, 1.0))
    assert read("-", input=path.read_bytes(), env=with_temporary(temporary)) == "30"
    assert list(temporary.iterdir()) == []


def test_standard_input_without_a_film_is_one_line(tmp_path: Path) -> None:
    environment = with_temporary(tmp_path)
    assert "standard input: is empty" in read("-", stdin=subprocess.DEVNULL, env=environment)
    assert "standard input: is not a film" in read("-", input=b"nonsense", env=environment)
    assert list(tmp_path.iterdir()) == []


def test_a_film_from_standard_input_that_is_cut_short_says_so(tmp_path: Path) -> None:
    path = drawn.write_film(tmp_path / "film.avi", drawn.frames("BY" * 2, 15, 1.0))
    said = read("-", input=path.read_bytes()[: path.stat().st_size // 2])
    assert "standard input: breaks off after" in said


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal of its own")
def test_a_terminal_as_standard_input_is_one_line() -> None:
    import pty

    ours, terminal = pty.openpty()
    try:
        assert "standard input: is closed or a terminal" in read("-", stdin=terminal)
    finally:
        os.close(ours)
        os.close(terminal)


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_nothing_is_kept_of_a_film_that_ctrl_c_cut_off(film: Path, tmp_path: Path) -> None:
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # which a shell's background jobs ignore
    with subprocess.Popen(
        [sys.executable, "-m", "live", "video", "--square", "-"],
        cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=with_temporary(tmp_path),
        preexec_fn=heard,
    ) as reader:  # fmt: skip
        assert reader.stdin
        assert reader.stderr
        reader.stdin.write(film.read_bytes()[:5000])
        reader.stdin.flush()
        wait_until(lambda: bool(list(tmp_path.glob("*/film"))) or reader.poll() is not None, "the film is stored")
        reader.send_signal(signal.SIGINT)
        assert reader.wait(timeout=30) == 130
        assert reader.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []
