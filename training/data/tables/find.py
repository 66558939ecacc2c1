"""Finds the table of a split: the file that is named, or the one in a folder that its name says."""

import re
from pathlib import Path

from live.errors import DataError
from training.data.shards import INDEX_FILE
from training.data.tables.arrays import LANDMARKS, arrays_in, holds_pictures, labels_file
from training.data.tables.names import SPLIT_WORDS, Split, names_split, preference
from training.data.tables.text import csvs_in_zip

# In this order, if a folder holds several.
SUFFIXES = (".csv", ".tsv", ".csv.gz", ".zip", ".parquet", ".npz", ".npy", ".arrow")
STATE_FILE = "state.json"  # in a folder that Hugging Face's save_to_disk has written
ARROW_NAME = re.compile(r"(data-00000-of-\d{5}|dataset)\.arrow")  # its data; the other *.arrow files are caches
KINDS = ".csv, .csv.gz, .zip, .parquet, .npz or .npy"


def find_table(path: Path, split: Split) -> Path:
    """The file itself, or the one in a folder that holds a split, a CSV before all others. Raises DataError."""
    if (path if path.is_dir() else path.parent).joinpath(INDEX_FILE).is_file():
        raise DataError(f"{path} holds shards, which only fit reads, as a folder")
    if path.is_file():
        return _given(path)
    if not path.is_dir():
        raise DataError(
            f"{path} is not a folder or a file; name a folder with sign_mnist_train.csv and sign_mnist_test.csv "
            f"(`fingerspell-train download` fetches them), with pictures as LETTER/*.jpg, or with *.npz files; or a "
            f"table: {KINDS}"
        )
    files = [file for file in path.rglob("*") if _is_table(file)]
    files.sort(key=lambda file: (preference(file.name, split), file))
    if saved := [file for file in files if file.parent == path and (path / STATE_FILE).is_file() and _is_saved(file)]:
        return saved[0]
    for suffix in SUFFIXES:
        for file in files:
            if file.name.lower().endswith(suffix) and _holds(file, split):
                return file
    raise DataError(
        f"{path} has no table named {' or '.join(SPLIT_WORDS[split][:2])} ({KINDS}), no pictures as LETTER/*.jpg and "
        "no *.npz files; name the file itself, or get Sign-MNIST with `fingerspell-train download`"
    )


def has_table(path: Path, split: Split) -> bool:
    """Whether find_table finds a table."""
    try:
        return bool(find_table(path, split))
    except DataError:
        return False


def find_test(path: Path) -> Path:
    """The test table that belongs to training data: in the same folder or file, or beside a file. Raises DataError."""
    if path.is_dir():
        return find_table(path, "test")
    if _names_inside(path, "test"):
        return path
    beside = [path.with_name(re.sub("train", word, path.name, flags=re.I)) for word in SPLIT_WORDS["test"]]
    for file in beside:
        if file != path and file.is_file():
            return file
    raise DataError(f"{path} has no test file beside it, with test in its name where the training file has train")


def _given(path: Path) -> Path:
    """A file that was named. Raises DataError if it is none that could be a table."""
    if not path.name.lower().endswith(SUFFIXES):
        raise DataError(f"{path} is no table ({KINDS}); name one, or a folder")
    if path.suffix.lower() == ".npz" and LANDMARKS in arrays_in(path):
        raise DataError(f"{path} holds landmarks, without pictures")
    return path


def _is_table(path: Path) -> bool:
    # macOS leaves hidden companions (._name.csv) that are not CSV files
    return path.name.lower().endswith(SUFFIXES) and not path.name.startswith(".") and path.is_file()


def _is_saved(path: Path) -> bool:
    return ARROW_NAME.fullmatch(path.name) is not None


def _holds(path: Path, split: Split) -> bool:
    """Whether a file in a folder is the table of a split, by its name or by the names in it."""
    named = names_split(path.name, split)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        damaged = named and not arrays_in(path)  # reading it says so
        return damaged or holds_pictures(path, None if named else split)
    if suffix == ".npy":
        return named and labels_file(path) is not None
    if suffix == ".arrow":
        return _is_saved(path) and names_split(path.parent.name, split)
    return named or _names_inside(path, split)


def _names_inside(path: Path, split: Split) -> bool:
    """Whether a file of several tables has one that is named as the split."""
    if path.suffix.lower() == ".zip":
        return any(names_split(Path(name).name, split) for name in csvs_in_zip(path))
    return path.suffix.lower() == ".npz" and holds_pictures(path, split)
