"""TODO."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.hand import CROP_SIZE, WHITE
from live.readers import resized
from training.compute import Device
from training.data import VIEWS, Crops, Hands, Shards, augment, shares
from training.engine.checkpoints import Drawn
from training.engine.recipes import Recipe


class Batches(Drawn):
    """Shuffled batches of (n, side, side, 1) float32 in [0, 1] and one-hot letters, varied anew in every epoch."""

    def __init__(self, letters: Sequence[str], recipe: Recipe, side: int, seed: int, process: int = 0) -> None:
        super().__init__(seed, process)
        self.n_letters, self._recipe, self._side = len(letters), recipe, side

    @property
    def n(self) -> int:
        """Pictures in an epoch."""
        raise NotImplementedError

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The epoch's pictures from one position to another, and their labels."""
        raise NotImplementedError

    def __len__(self) -> int:
        full, rest = divmod(self.n, self._recipe.batch_size)
        return max(1, full if self._recipe.drop_last_batch else full + (rest > 0))

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        first = index * self._recipe.batch_size
        images, labels = self.pictures(first, min(first + self._recipe.batch_size, self.n))
        how = self._recipe.augmentation
        pixels = augment(images, how, self.rng) if how else np.divide(images, 255, dtype=np.float32)
        return resized(pixels, self._side), one_hot(labels, self.n_letters)


class HeldBatches(Batches):
    """Of what is held in memory: crops, and views of photographed hands."""

    def __init__(
        self, crops: Crops | None, hands: Hands | None, recipe: Recipe, side: int, seed: int, process: int = 0
    ) -> None:
        letters = (crops or hands).letters  # type: ignore[union-attr]  # one of them there is
        super().__init__(letters, recipe, side, seed, process)
        self._crops, self._hands = crops, hands
        self.on_epoch_end()

    @property
    def n(self) -> int:  # noqa: D102
        return len(self._labels)

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:  # noqa: D102
        rows = self._order[first:last]
        return self._images[rows], self._labels[rows]

    def draw(self) -> None:
        """Draw an epoch's crops and their order."""
        if self._hands is None:
            if self._crops is not None:
                self._images, self._labels = self._crops.images, self._crops.labels
        else:
            self._images, self._labels = self._mix(self._hands)
        self._order = self.rng.permutation(len(self._labels))

    def _mix(self, hands: Hands) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """One epoch's crops: some of Sign-MNIST, some views of every photographed hand."""
        images, labels = other_backgrounds(hands, self._recipe.views, self.rng)
        if self._crops is None:
            return images, labels
        some = self.rng.permutation(len(self._crops))[: round(len(self._crops) * self._recipe.crops_share)]
        return np.concatenate((self._crops.images[some], images)), np.concatenate((self._crops.labels[some], labels))


class StreamedBatches(Batches):
    """Out of shards. MIXED of them, drawn by chance, are read and shuffled together, and left behind for the next."""

    in_order = True
    MIXED = 4

    def __init__(self, shards: Shards, recipe: Recipe, side: int, seed: int, device: Device) -> None:
        super().__init__(shards.letters, recipe, side, seed, device.process)
        self._shards = shards
        sizes, parts = np.array(shards.sizes), shares(shards.sizes, device.processes)
        self._own = parts[device.process]
        self._n = int(min(sizes[part].sum() for part in parts))  # processes take the same number of steps
        self.on_epoch_end()

    @property
    def n(self) -> int:  # noqa: D102
        return self._n

    def draw(self) -> None:
        """Draw which shards are mixed, and in which order."""
        order = self.rng.permutation(self._own)
        self._mixed = [order[first : first + self.MIXED] for first in range(0, len(order), self.MIXED)]
        self._ends = np.cumsum([sum(self._shards.sizes[number] for number in mixed) for mixed in self._mixed])
        self._seed = int(self.rng.integers(2**63))
        self._held: dict[int, tuple[NDArray[np.uint8], NDArray[np.int64]]] = {}

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:  # noqa: D102
        parts = []
        while first < last:
            place = int(np.searchsorted(self._ends, first, "right"))
            begin, end = (int(self._ends[place - 1]) if place else 0), min(last, int(self._ends[place]))
            images, labels = self._hold(place)
            parts.append((images[first - begin : end - begin], labels[first - begin : end - begin]))
            first = end
        return np.concatenate([each for each, _ in parts]), np.concatenate([each for _, each in parts])

    def _hold(self, place: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        if place not in self._held:
            self._held.clear()
            mixed = self._mixed[place]
            ends = np.cumsum([self._shards.sizes[number] for number in mixed])
            order = np.random.default_rng((self._seed, place)).permutation(int(ends[-1]))
            images, labels = np.empty((len(order), CROP_SIZE, CROP_SIZE), np.uint8), np.empty(len(order), np.int64)
            for number, end in zip(mixed, ends, strict=True):
                rows = order[end - self._shards.sizes[number] : end]
                try:
                    images[rows], labels[rows] = self._shards.read(number)
                except DataError as error:
                    self.fault = error
                    raise
            self._held[place] = images, labels
        return self._held[place]


def other_backgrounds(
    hands: Hands, views: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(n * views, 28, 28) uint8 crops and their labels.

    Half of them as live sees them, white behind the hand. Of the others a third as photographed, a third before another
    crop, a third before a plain wall: the mask is never quite right, and without landmarks there is none.
    """
    assert hands.crops is not None
    assert hands.masks is not None
    n = len(hands)
    rows = np.repeat(np.arange(n), views)
    chosen = rng.permuted(np.tile(np.arange(VIEWS), (n, 1)), axis=1)[:, :views].ravel()
    seen = hands.crops[rows, chosen].astype(np.float32)
    hand = hands.masks[rows, chosen].astype(np.float32) / 255
    behind = np.full_like(seen, WHITE)
    kind = rng.choice(4, len(rows), p=(1 / 2, 1 / 6, 1 / 6, 1 / 6))
    behind[kind == 1] = seen[kind == 1]
    other = seen[rng.permutation(len(rows))[: np.count_nonzero(kind == 2)]]
    contrast, shade = rng.uniform(0.3, 1.2, (len(other), 1, 1)), rng.uniform(0, 255, (len(other), 1, 1))
    behind[kind == 2] = np.clip((np.rot90(other, int(rng.integers(0, 4)), (1, 2)) - 128) * contrast + shade, 0, 255)
    behind[kind == 3] = rng.uniform(0, 255, (np.count_nonzero(kind == 3), 1, 1))
    return (seen * hand + behind * (1 - hand)).astype(np.uint8), hands.labels[rows]


def one_hot(labels: NDArray[np.int64], n_letters: int) -> NDArray[np.float32]:
    """(n,) positions among the letters to (n, n_letters)."""
    return np.eye(n_letters, dtype=np.float32)[labels]


def scaled(images: NDArray[np.uint8], side: int = CROP_SIZE) -> NDArray[np.float32]:
    """(n, 28, 28) uint8 to (n, side, side, 1) float32 in [0, 1]."""
    return resized(np.divide(images, 255, dtype=np.float32), side)
