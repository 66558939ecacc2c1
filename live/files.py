"""Where the shipped models are, how files are written safely, and which names are valid Unicode."""

import os
import uuid
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Write a file atomically: a crash leaves the old file as it was, and several processes may write it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def is_unicode(name: str) -> bool:
    """Whether the name of a file is valid Unicode. Others come from bytes of another encoding than UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def shipped_models() -> Path:
    """The folder of the shipped models: beside the packages in a checkout, inside live/ in an installed wheel."""
    package = Path(__file__).resolve().parent
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


def default_model() -> Path:
    """The model folder that is used by default."""
    return shipped_models() / "letters"
