"""Reads files of landmarks or recorded hands (.npz)."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.hand import CROP_SIZE, N_LANDMARKS
from live.letters import HELD_LETTERS, MOVING_LETTERS
from training.data.pictures import VIEWS
from training.data.types import NUMPY_FAULTS, Hands, numpy_reason

NPZ_ARRAYS = ("landmarks", "letter", "source", "handedness")
CROP_ARRAYS = ("crops", "masks")  # in recordings made with the app, which may also be of custom signs
RENDERED = "rendered"  # an array that marks a file of made hands


def read_npz(path: Path) -> Hands:
    """Read landmarks laid out like landmarks/train.npz: landmarks (n, 21, 3), letter, source and handedness (n,).

    handedness: "Left" or "Right", the signer's own hand in a picture that is not mirrored. A recording also has crops
    and masks, (n, 28, 28) uint8, mirrored to right hands, and its letter may be the name of any sign. So has a file of
    made hands, which is marked by an array `rendered`. Raises DataError.
    """
    arrays, digest = _read_arrays(path)
    landmarks, letters, sources, handedness = (arrays[name] for name in NPZ_ARRAYS)
    recorded = [arrays[name] for name in CROP_ARRAYS if name in arrays]
    n = len(landmarks) if landmarks.ndim else 0
    _check_shapes(path, n, arrays)
    names = tuple(dict.fromkeys((*HELD_LETTERS, *letters.tolist()))) if len(recorded) == 2 else HELD_LETTERS
    if moving := set(names) & set(MOVING_LETTERS):
        raise DataError(f"{path}: {min(moving)} is drawn in the air, and cannot be learned from held hands")
    _check_values(path, "letter", letters, names)
    _check_values(path, "handedness", handedness, ("Left", "Right"))
    with np.errstate(over="ignore"):
        right = landmarks.astype(np.float32)
    if not np.isfinite(right).all():
        raise DataError(f"{path}: a landmark is larger than a float32 can be")
    right[handedness == "Left", :, 0] *= -1
    labels = np.array([names.index(letter) for letter in letters], np.int64)
    crops, masks = (array[:, None].repeat(VIEWS, axis=1) for array in recorded) if len(recorded) == 2 else (None, None)
    rendered = crops is not None and RENDERED in arrays
    what = "hands' landmarks" if crops is None else "made hands" if rendered else "recorded hands"
    about = f"{n:,} {what} of {len(np.unique(sources))} sources ({path.name})"
    return Hands(right, labels, sources, crops, masks, about, digest, names, rendered)


def _read_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], str]:
    """The arrays by name, and the file's sha256. Raises DataError if one of NPZ_ARRAYS is missing."""
    try:
        content = path.read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as saved:
            missing = [name for name in NPZ_ARRAYS if name not in saved]
            if missing:
                raise DataError(f"{path}: has no array {missing[0]}; it must hold {', '.join(NPZ_ARRAYS)}")
            arrays = {name: saved[name] for name in (*NPZ_ARRAYS, *CROP_ARRAYS, RENDERED) if name in saved}
        if other := [name for name, array in arrays.items() if not isinstance(array, np.ndarray)]:
            raise ValueError(f"{other[0]} is no array")
    except NUMPY_FAULTS as error:
        raise DataError(f"{path}: cannot be read as .npz ({numpy_reason(error)}); get the file again") from error
    return arrays, hashlib.sha256(content).hexdigest()


def _check_shapes(path: Path, n: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    landmarks = arrays["landmarks"]
    if landmarks.shape != (n, N_LANDMARKS, 3) or landmarks.dtype.kind != "f" or not np.isfinite(landmarks).all():
        raise DataError(
            f"{path}: landmarks must be ({n}, {N_LANDMARKS}, 3) finite numbers, not {landmarks.dtype} {landmarks.shape}"
        )
    for name in ("letter", "source", "handedness"):
        array = arrays[name]
        if array.shape != (n,) or array.dtype.kind != "U":
            raise DataError(f"{path}: {name} must be ({n},) text, not {array.dtype} {array.shape}")
    recorded = [arrays[name] for name in CROP_ARRAYS if name in arrays]
    if any(array.shape != (n, CROP_SIZE, CROP_SIZE) or array.dtype != np.uint8 for array in recorded):
        raise DataError(f"{path}: crops and masks must be ({n}, {CROP_SIZE}, {CROP_SIZE}) uint8")


def _check_values(path: Path, name: str, array: NDArray[np.str_], known: Sequence[str]) -> None:
    unknown = np.flatnonzero(~np.isin(array, known))
    if len(unknown):
        raise DataError(f"{path}: {name}[{unknown[0]}] is {str(array[unknown[0]])!r}, not one of {', '.join(known)}")
