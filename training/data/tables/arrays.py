"""Reads tables that NumPy has saved: .npz with pictures and labels, or two .npy files. Never loads a pickle."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.hand import CROP_SIZE
from training.data.tables.names import Split, choose, names_split, pairs
from training.data.tables.table import N_PIXELS, Table, file_bytes, to_images
from training.data.types import NUMPY_FAULTS, numpy_reason

LANDMARKS = "landmarks"  # an array of files of hands, which are no tables


def arrays_in(path: Path) -> tuple[str, ...]:
    """The names of the arrays in a .npz; none if it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(name.removesuffix(".npy") for name in archive.namelist())
    except NUMPY_FAULTS:
        return ()


def holds_pictures(path: Path, split: Split | None = None) -> bool:
    """Whether a .npz holds pictures with labels, rather than hands. split: whether arrays are named so, too."""
    names = arrays_in(path)
    pictures = pairs(names)
    return LANDMARKS not in names and any(split is None or names_split(name, split) for name in pictures)


def labels_file(path: Path) -> Path | None:
    """The .npy file of labels that belongs to one of pictures: y_train.npy to x_train.npy."""
    stems = {other.stem: other for other in path.parent.iterdir() if other.suffix.lower() == ".npy"}
    partner = pairs(stems).get(path.stem)
    return stems[partner] if partner else None


def read_npz(path: Path, split: Split) -> Table:
    """Read the pictures of a split, or the only ones, from a .npz. Raises DataError."""
    content = file_bytes(path)
    names = arrays_in(path)
    found = pairs(names)
    chosen = choose(found, split)
    if names and chosen is None:
        raise DataError(
            f"{path}: holds {', '.join(names)}, and no pictures for {split}ing: name two arrays x_{split} and "
            f"y_{split}, or x and y"
        )
    return _table(path, content, str(chosen), found.get(str(chosen), ""))


def read_npy(path: Path) -> Table:
    """Read pictures from a .npy, and their labels from the one beside it. Raises DataError."""
    labels = labels_file(path)
    if labels is None:
        raise DataError(f"{path}: has no file of labels beside it; name the pictures x.npy and the labels y.npy")
    content, more = file_bytes(path), file_bytes(labels)
    x, y = _load(path, content, None), _load(labels, more, None)
    return _checked(path, x, y, (path.name, labels.name), hashlib.sha256(content + more).hexdigest())


def _table(path: Path, content: bytes, x: str, y: str) -> Table:
    return _checked(path, _load(path, content, x), _load(path, content, y), (x, y), hashlib.sha256(content).hexdigest())


def _load(path: Path, content: bytes, name: str | None) -> NDArray[Any]:
    """One array of a .npz, or, without a name, that of a .npy."""
    try:
        saved = np.load(io.BytesIO(content), allow_pickle=False)
        array: NDArray[Any] = saved if name is None else saved[name]
        if not isinstance(array, np.ndarray):  # bytes, if the file inside is none of NumPy's
            raise ValueError(f"{name} is no array")
    except NUMPY_FAULTS as error:
        if "Object arrays" in str(error):
            raise DataError(
                f"{path}: {name or 'the array'} holds Python objects, which could run code and are not read; save "
                "pictures as uint8 and labels as numbers or text"
            ) from error
        raise DataError(
            f"{path}: cannot be read as NumPy's {path.suffix} ({numpy_reason(error)}); get the file again"
        ) from error
    return array


def _checked(path: Path, x: NDArray[Any], y: NDArray[Any], names: tuple[str, str], sha256: str) -> Table:
    if tuple(side for side in x.shape[1:] if side != 1) not in ((CROP_SIZE, CROP_SIZE), (N_PIXELS,)):
        raise DataError(
            f"{path}: {names[0]} must be (n, 28, 28), (n, 28, 28, 1) or (n, {N_PIXELS}) gray pictures, not {x.shape}"
        )
    if x.dtype.kind not in "iuf":
        raise DataError(f"{path}: {names[0]} must be numbers, 0 to 255 or 0 to 1, not {x.dtype}")
    labels = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if labels.shape != (len(x),):
        raise DataError(
            f"{path}: {names[1]} must be ({len(x)},) numbers or letters, not {y.shape}; of one-hot rows, save "
            f"{Path(names[1]).stem}.argmax(axis=1)"
        )

    def place(row: int, pixel: int | None) -> str:
        return f"{names[1]}[{row}]" if pixel is None else f"{names[0]}[{row}], pixel {pixel + 1}"

    images, scaled = to_images(path, x.reshape(len(x), N_PIXELS), place)
    return Table(path, images, labels, place, sha256, scaled)
