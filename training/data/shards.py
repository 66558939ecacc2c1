"""Crops in many files of equal size, of which training holds only a few: for more data than fits into memory."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.files import write_file
from live.hand import CROP_SIZE
from training.data.split import held_back
from training.data.types import NUMPY_FAULTS, Crops, numpy_reason
from training.errors import SettingError

INDEX_FILE = "shards.json"  # written last: if it exists, the shards are complete
VALIDATION_FILE = "validation.npz"
SHARD_SIZE = 10_000  # pictures, 8 MB
MAX_VALIDATION = 20_000  # pictures, which are all held in memory
NONE_HELD_BACK = (
    "no pictures can be held back: each letter has pictures of one source only, or too few; add more sources"
)
ALL_IN_SEVERAL = "; sources of several folders are trained on whole, so put their folders together"

Labelled = tuple[NDArray[np.uint8], NDArray[np.int64]]  # (n, 28, 28) crops and (n,) labels


@dataclass(frozen=True)
class Shards:
    """A folder of shards. sizes: pictures in each shard. about, sha256, letters: as in Crops."""

    folder: Path
    sizes: tuple[int, ...]
    about: str
    sha256: str
    letters: tuple[str, ...]

    def read(self, number: int) -> Labelled:
        """One shard. Raises DataError."""
        return self._read(_name(number), self.sizes[number])

    def validation(self) -> Crops:
        """The crops that were held back."""
        images, labels = self._read(VALIDATION_FILE)
        return Crops(images, labels, self.about, self.sha256, letters=self.letters)

    def _read(self, name: str, size: int | None = None) -> Labelled:
        path = self.folder / name
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                images, labels = saved["images"], saved["labels"]
        except NUMPY_FAULTS as error:
            raise DataError(f"{path}: cannot be read ({numpy_reason(error)}); write the shards again") from error
        n = len(labels) if size is None else size
        valid = images.shape == (n, CROP_SIZE, CROP_SIZE) and images.dtype == np.uint8
        valid = valid and labels.shape == (n,) and labels.dtype == np.int64
        if not valid or not np.isin(labels, np.arange(len(self.letters))).all():
            raise DataError(f"{path}: does not match {INDEX_FILE}; write the shards again")
        return images, labels


def write_shards(
    parts: Iterable[tuple[Crops, NDArray[np.int64]]],
    out: Path,
    seed: int,
    share: float,
    n_parts: int,
    size: int = SHARD_SIZE,
) -> Shards:
    """Write crops into a new folder, holding one part in memory at a time.

    parts: at most n_parts pairs of crops and their group numbers. Whole groups are held back for validation: at least
    `share` of each part's letters, but at most MAX_VALIDATION pictures in total. size: pictures per shard. Raises
    FingerspellError.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SettingError(f"{out} already exists; name a new folder", "out")
    try:
        return _Writer(out, size).write(parts, seed, share, n_parts)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


@dataclass
class _Writer:
    out: Path
    size: int
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    sizes: list[int] = field(default_factory=list)

    def write(self, parts: Iterable[tuple[Crops, NDArray[np.int64]]], seed: int, share: float, n_parts: int) -> Shards:
        rng = np.random.default_rng(seed)
        held: list[Crops] = []
        abouts: list[str] = []
        letters: tuple[str, ...] = ()

        def training_parts() -> Iterator[Labelled]:
            nonlocal letters
            for crops, groups in parts:
                letters = crops.letters
                mask = held_back(crops, groups, min(share, MAX_VALIDATION / n_parts / len(crops)), seed)
                few = rng.permutation(np.flatnonzero(mask))[: max(1, MAX_VALIDATION // n_parts)]  # groups can be large
                held.append(crops.select(np.isin(np.arange(len(crops)), few)))
                abouts.append(crops.about)
                order = rng.permutation(np.flatnonzero(~mask))
                yield crops.images[order], crops.labels[order]

        self._write_all(training_parts())
        n_held = sum(map(len, held))
        if not self.sizes or not n_held:
            raise SettingError(NONE_HELD_BACK + ALL_IN_SEVERAL * (n_parts > 1), "data")
        images, labels = (np.concatenate([getattr(crops, name) for crops in held]) for name in ("images", "labels"))
        self.digest.update(_write(self.out / VALIDATION_FILE, images, labels))
        about = f"{sum(self.sizes):,} pictures in {len(self.sizes):,} shards, and {n_held:,} held back, of: "
        index = {"letters": letters, "sizes": self.sizes, "about": about + "; ".join(dict.fromkeys(abouts)),
                 "sha256": self.digest.hexdigest()}  # fmt: skip
        write_file(self.out / INDEX_FILE, (json.dumps(index, indent=2) + "\n").encode())
        return read_index(self.out)

    def _write_all(self, parts: Iterable[Labelled]) -> None:
        """Write full shards; what a part leaves over goes in front of the next, and into a last, smaller shard."""
        rest = np.empty((0, CROP_SIZE, CROP_SIZE), np.uint8), np.empty(0, np.int64)
        for part_images, part_labels in parts:
            images, labels = np.concatenate((rest[0], part_images)), np.concatenate((rest[1], part_labels))
            full = len(labels) // self.size * self.size
            for first in range(0, full, self.size):
                self._write_shard(images[first : first + self.size], labels[first : first + self.size])
            rest = images[full:], labels[full:]
        if len(rest[1]):
            self._write_shard(*rest)

    def _write_shard(self, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
        self.digest.update(_write(self.out / _name(len(self.sizes)), images, labels))
        self.sizes.append(len(labels))


def read_index(folder: Path) -> Shards:
    """The shards of a folder that has INDEX_FILE. Raises DataError."""
    path = folder / INDEX_FILE
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        sizes, letters = tuple(index["sizes"]), tuple(index["letters"])
        valid = sizes and all(type(size) is int and size > 0 for size in sizes) and len(letters) > 1
        if not valid or not all(isinstance(text, str) for text in (*letters, index["about"], index["sha256"])):
            raise ValueError("its values are not those of an index")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); write the shards again") from error
    for number, n in enumerate(sizes):  # a training may read a shard only hours later
        shard = folder / _name(number)
        if not shard.is_file() or shard.stat().st_size < n * CROP_SIZE**2:
            raise DataError(f"{shard}: is missing or cut short; write the shards again")
    return Shards(folder, sizes, index["about"], index["sha256"], letters)


def assign(sizes: Sequence[int], processes: int) -> list[NDArray[np.int64]]:
    """The numbers of the files that each process reads, so that all read nearly equally much.

    The largest comes first, and each goes to the process that has least until then: files of equal size take turns.
    Raises SettingError if there are fewer files than processes.
    """
    if len(sizes) < processes:
        raise SettingError(
            f"{len(sizes)} files are too few for {processes} processes; take fewer processes, or write smaller shards",
            "data",
        )
    parts: list[list[int]] = [[] for _ in range(processes)]
    totals = [0] * processes
    for number in sorted(range(len(sizes)), key=lambda number: -sizes[number]):
        least = totals.index(min(totals))
        parts[least].append(number)
        totals[least] += sizes[number]
    return [np.array(sorted(part), np.int64) for part in parts]


def _name(number: int) -> str:
    return f"shard-{number:05}.npz"


def _write(path: Path, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> bytes:
    """Write one file and return the digest of its content. The index, written last, makes it valid."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, images=images, labels=labels)
    return hashlib.sha256(images.tobytes() + labels.tobytes()).digest()
