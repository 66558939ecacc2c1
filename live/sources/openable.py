"""Files for OpenCV: under a name that it takes, and one that holds what came over standard input."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from live.errors import CameraError
from live.files import is_unicode

STANDARD_INPUT = "standard input"  # what errors call it
PREFIX = "fingerspell-"  # of temporary folders


@contextmanager
def openable(path: Path) -> Iterator[str]:
    """A name of the file for OpenCV, which ends the process if a name is not valid Unicode.

    Such a file gets a symbolic link. It is gone after the block; a file that was opened by it stays open. The name is
    absolute, because FFmpeg takes a name like 12:30.mp4 for an address. Raises CameraError if no link can be made.
    """
    name = str(path.absolute())
    if is_unicode(name):
        yield name
        return
    try:
        with TemporaryDirectory(prefix=PREFIX) as folder:
            link = Path(folder) / f"film{path.suffix if is_unicode(path.suffix) else ''}"
            if not is_unicode(str(link)):
                raise OSError("so is the name of the folder for temporary files")
            link.symlink_to(name)
            yield str(link)
    except OSError as error:
        raise CameraError(f"{path}: the name is not valid Unicode; rename it ({error.strerror or error})") from error


def keep_standard_input() -> Path:
    """Read standard input to its end into a file, the only one of a new temporary folder, which the caller removes.

    Most films cannot be read from a pipe: their table of contents is at the end. Raises CameraError if nothing comes.
    """
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        raise CameraError(f"{STANDARD_INPUT}: is closed or a terminal; send a film into it (< film.mp4)")
    path = Path(mkdtemp(prefix=PREFIX)) / "film"
    try:
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        if not path.stat().st_size:
            raise CameraError(f"{STANDARD_INPUT}: is empty; send a film into it (< film.mp4)")
    except BaseException as error:  # Ctrl-C, too
        shutil.rmtree(path.parent, ignore_errors=True)
        if isinstance(error, OSError):
            raise CameraError(f"{STANDARD_INPUT}: cannot be kept ({error.strerror or error})") from error
        raise
    return path
