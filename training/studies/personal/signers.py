"""The folders of signers that the studies of people read."""

from pathlib import Path

from live.errors import DataError


def signers_in(folder: Path) -> list[Path]:
    """The folder of each signer in a folder laid out as SIGNER/LETTER/*.jpg, by name. Raises DataError without any."""
    folders = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if not folders:
        raise DataError(f"{folder}: name a folder of signers, laid out as SIGNER/LETTER/*.jpg")
    return folders
