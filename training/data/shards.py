"""Crops in many files of equal size, of which training holds a few at a time: for more than fits in memory."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError, FingerspellError
from live.files import write_file
from live.hand import CROP_SIZE
from training.data.split import held_back
from training.data.types import Crops

INDEX_FILE = "shards.json"  # written last: where it is, the shards are whole
VALIDATION_FILE = "validation.npz"
SHARD_SIZE = 10_000  # pictures, 8 MB
MAX_VALIDATION = 20_000  # pictures, which are held in memory
NONE_HELD_BACK = "each letter's pictures are of one source, or too few, so none can be held back; give more sources"


@dataclass(frozen=True)
class Shards:
    """A folder of shards. sizes: pictures in each. about, sha256, letters: as of Crops."""

    folder: Path
    sizes: tuple[int, ...]
    about: str
    sha256: str
    letters: tuple[str, ...]

    def read(self, number: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """(n, 28, 28) crops and (n,) labels of one shard. Raises DataError."""
        return self._read(_name(number), self.sizes[number])

    def validation(self) -> Crops:
        """What was held back."""
        images, labels = self._read(VALIDATION_FILE)
        return Crops(images, labels, self.about, self.sha256, letters=self.letters)

    def _read(self, name: str, size: int | None = None) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        path = self.folder / name
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                images, labels = saved["images"], saved["labels"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(f"{path}: cannot be read ({error}); write the shards anew") from error
        n = len(labels) if size is None else size
        good = images.shape == (n, CROP_SIZE, CROP_SIZE) and images.dtype == np.uint8
        good = good and labels.shape == (n,) and labels.dtype == np.int64
        if not good or not np.isin(labels, np.arange(len(self.letters))).all():
            raise DataError(f"{path}: does not hold what {INDEX_FILE} says of it; write the shards anew")
        return images, labels


def write_shards(
    parts: Iterable[tuple[Crops, NDArray[np.int64]]],
    out: Path,
    seed: int,
    share: float,
    n_parts: int,
    size: int = SHARD_SIZE,
) -> Shards:
    """Write crops into a new folder, part by part, so that no more than one part is ever held.

    parts: n_parts of crops with their groups; whole groups are held back for validation, of each part's letters at
    least `share`, though of all no more than MAX_VALIDATION. size: pictures a shard. Raises FingerspellError.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FingerspellError(f"--out {out}: is there already; name a new folder")
    try:
        return _write_shards(parts, out, seed, share, n_parts, size)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _write_shards(
    parts: Iterable[tuple[Crops, NDArray[np.int64]]], out: Path, seed: int, share: float, n_parts: int, size: int
) -> Shards:
    rng = np.random.default_rng(seed)
    held: list[Crops] = []
    abouts: list[str] = []
    sizes: list[int] = []
    left: list[tuple[NDArray[np.uint8], NDArray[np.int64]]] = []
    letters: tuple[str, ...] = ()
    digest = hashlib.sha256()

    def put(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
        digest.update(_write(out / _name(len(sizes)), images, labels))
        sizes.append(len(labels))

    for crops, groups in parts:
        letters = crops.letters
        mask = held_back(crops, groups, min(share, MAX_VALIDATION / n_parts / len(crops)), seed)
        few = rng.permutation(np.flatnonzero(mask))[: max(1, MAX_VALIDATION // n_parts)]  # groups can be large
        held.append(crops.take(np.isin(np.arange(len(crops)), few)))
        abouts.append(crops.about)
        order = rng.permutation(np.flatnonzero(~mask))
        images = np.concatenate([*(each for each, _ in left), crops.images[order]])
        labels = np.concatenate([*(each for _, each in left), crops.labels[order]])
        whole = len(labels) // size * size
        for first in range(0, whole, size):
            put(images[first : first + size], labels[first : first + size])
        left = [(images[whole:], labels[whole:])]
    if left and len(left[0][1]):
        put(*left[0])
    if not sizes or not any(map(len, held)):
        raise DataError(f"--data: {NONE_HELD_BACK}")
    images, labels = np.concatenate([each.images for each in held]), np.concatenate([each.labels for each in held])
    digest.update(_write(out / VALIDATION_FILE, images, labels))
    about = f"{sum(sizes):,} pictures in {len(sizes):,} shards, and {sum(map(len, held)):,} held back, of: "
    index = {"letters": letters, "sizes": sizes, "about": about + "; ".join(dict.fromkeys(abouts)),
             "sha256": digest.hexdigest()}  # fmt: skip
    write_file(out / INDEX_FILE, (json.dumps(index, indent=2) + "\n").encode())
    return read_index(out)


def read_index(folder: Path) -> Shards:
    """The shards of a folder that has INDEX_FILE. Raises DataError."""
    path = folder / INDEX_FILE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        sizes, letters = tuple(told["sizes"]), tuple(told["letters"])
        good = sizes and all(type(each) is int and each > 0 for each in sizes) and len(letters) > 1
        if not good or not all(isinstance(each, str) for each in (*letters, told["about"], told["sha256"])):
            raise ValueError("its values are none that shards have")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); write the shards anew") from error
    for number, n in enumerate(sizes):  # hours before they are read
        shard = folder / _name(number)
        if not shard.is_file() or shard.stat().st_size < n * CROP_SIZE**2:
            raise DataError(f"{shard}: is missing or cut short; write the shards anew")
    return Shards(folder, sizes, told["about"], told["sha256"], letters)


def shares(sizes: Sequence[int], processes: int) -> list[NDArray[np.int64]]:
    """The numbers of the shards of each process. Raises DataError where there are too few."""
    if len(sizes) < processes:
        raise DataError(f"{len(sizes)} shards are too few for {processes} processes; write smaller ones with --size")
    return [np.arange(len(sizes))[process::processes] for process in range(processes)]


def _name(number: int) -> str:
    return f"shard-{number:05}.npz"


def _write(path: Path, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> bytes:
    """Returns a digest of what was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:  # whole once the index is there
        np.savez(file, allow_pickle=False, images=images, labels=labels)
    return hashlib.sha256(images.tobytes() + labels.tobytes()).digest()
