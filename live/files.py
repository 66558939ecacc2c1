"""TODO."""

import os
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a crash leaves the one that was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def shipped_models() -> Path:
    """The folder of the models that ship: beside the packages in a checkout, inside live/ in an installed wheel."""
    package = Path(__file__).resolve().parent
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


def default_model() -> Path:
    """What live reads with unless --model says otherwise."""
    return shipped_models() / "letters"
