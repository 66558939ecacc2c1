"""Batches for a CNN, augmented anew in every epoch: from memory, or from shards."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.hand import CROP_SIZE, WHITE
from live.readers import resize_crops
from training.compute import Device
from training.data import VIEWS, Crops, Hands, Shards, assign, augment
from training.engine.checkpoints import RandomBatches
from training.engine.recipes import Recipe


class Batches(RandomBatches):
    """Shuffled batches: (n, side, side, 1) float32 in [0, 1] and one-hot letters (n, letters) float32."""

    def __init__(self, letters: Sequence[str], recipe: Recipe, side: int, seed: int, process: int = 0) -> None:
        super().__init__(seed, process)
        self.n_letters, self._recipe, self._side = len(letters), recipe, side

    @property
    def n(self) -> int:
        """Pictures in an epoch."""
        raise NotImplementedError

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """(m, 28, 28) pictures of the epoch's positions first to last, excluding last, and their (m,) labels."""
        raise NotImplementedError

    def __len__(self) -> int:
        full, rest = divmod(self.n, self._recipe.batch_size)
        return max(1, full if self._recipe.drop_last_batch else full + (rest > 0))

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        first = index * self._recipe.batch_size
        images, labels = self.pictures(first, min(first + self._recipe.batch_size, self.n))
        changes = self._recipe.augmentation
        pixels = augment(images, changes, self.rng) if changes else np.divide(images, 255, dtype=np.float32)
        return resize_crops(pixels, self._side), one_hot(labels, self.n_letters)


class MemoryBatches(Batches):
    """Batches of crops, and of views of photographed and made hands, that are held in memory."""

    def __init__(
        self,
        crops: Crops | None,
        hands: Hands | None,
        rendered: Hands | None,
        recipe: Recipe,
        side: int,
        seed: int,
        process: int = 0,
    ) -> None:
        letters = (crops or hands or rendered).letters  # type: ignore[union-attr]  # one of them is given
        super().__init__(letters, recipe, side, seed, process)
        self._crops, self._hands, self._rendered = crops, hands, rendered
        self.on_epoch_end()

    @property
    def n(self) -> int:  # noqa: D102
        return len(self._labels)

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:  # noqa: D102
        rows = self._order[first:last]
        return self._images[rows], self._labels[rows]

    def draw(self) -> None:
        """Draw the crops of an epoch and their order."""
        if self._crops is not None and self._hands is None and self._rendered is None:
            self._images, self._labels = self._crops.images, self._crops.labels
        else:
            self._images, self._labels = self._mix()
        self._order = self.rng.permutation(len(self._labels))

    def _mix(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The crops of an epoch: a share of Sign-MNIST's, some views of every photographed hand, one of every made."""
        parts = []
        for hands, views in ((self._hands, self._recipe.views), (self._rendered, 1)):
            if hands is not None:
                parts.append(replace_backgrounds(hands, views, self.rng))
        if self._crops is not None:
            some = self.rng.permutation(len(self._crops))[: round(len(self._crops) * self._recipe.crops_share)]
            parts.insert(0, (self._crops.images[some], self._crops.labels[some]))
        images, labels = zip(*parts, strict=True)
        return np.concatenate(images), np.concatenate(labels)


class ShardBatches(Batches):
    """Batches from shards. MIXED randomly chosen shards are read and shuffled together, then replaced by the next."""

    in_order = True
    MIXED = 4

    def __init__(self, shards: Shards, recipe: Recipe, side: int, seed: int, device: Device) -> None:
        super().__init__(shards.letters, recipe, side, seed, device.process)
        self._shards = shards
        sizes, numbers = np.array(shards.sizes), assign(shards.sizes, device.processes)
        self._numbers = numbers[device.process]
        self._n = int(min(sizes[part].sum() for part in numbers))  # all processes must take equally many steps
        self.on_epoch_end()

    @property
    def n(self) -> int:  # noqa: D102
        return self._n

    def draw(self) -> None:
        """Draw which shards are mixed, and in which order."""
        order = self.rng.permutation(self._numbers)
        self._mixes = [order[first : first + self.MIXED] for first in range(0, len(order), self.MIXED)]
        self._ends = np.cumsum([sum(self._shards.sizes[number] for number in mix) for mix in self._mixes])
        self._seed = int(self.rng.integers(2**63))
        self._held: dict[int, tuple[NDArray[np.uint8], NDArray[np.int64]]] = {}

    def pictures(self, first: int, last: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:  # noqa: D102
        parts = []
        while first < last:
            index = int(np.searchsorted(self._ends, first, "right"))
            begin, end = (int(self._ends[index - 1]) if index else 0), min(last, int(self._ends[index]))
            images, labels = self._read_mix(index)
            parts.append((images[first - begin : end - begin], labels[first - begin : end - begin]))
            first = end
        return np.concatenate([images for images, _ in parts]), np.concatenate([labels for _, labels in parts])

    def _read_mix(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The shuffled pictures and labels of one mix, which is the only one held in memory."""
        if index not in self._held:
            self._held.clear()
            mix = self._mixes[index]
            ends = np.cumsum([self._shards.sizes[number] for number in mix])
            order = np.random.default_rng((self._seed, index)).permutation(int(ends[-1]))
            images, labels = np.empty((len(order), CROP_SIZE, CROP_SIZE), np.uint8), np.empty(len(order), np.int64)
            for number, end in zip(mix, ends, strict=True):
                rows = order[end - self._shards.sizes[number] : end]
                try:
                    images[rows], labels[rows] = self._shards.read(number)
                except DataError as error:
                    self.error = error
                    raise
            self._held[index] = images, labels
        return self._held[index]


def replace_backgrounds(
    hands: Hands, views: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(n * views, 28, 28) uint8 crops and their labels.

    Half of them are as the recogniser sees them, with white behind the hand. The others keep their background, or get
    another crop or a plain wall as one, a third each: a mask is never exact, and without landmarks there is none.
    """
    assert hands.crops is not None
    assert hands.masks is not None
    n = len(hands)
    rows = np.repeat(np.arange(n), views)
    chosen = rng.permuted(np.tile(np.arange(VIEWS), (n, 1)), axis=1)[:, :views].ravel()
    crops = hands.crops[rows, chosen].astype(np.float32)
    opacity = hands.masks[rows, chosen].astype(np.float32) / 255
    background = np.full_like(crops, WHITE)
    kind = rng.choice(4, len(rows), p=(1 / 2, 1 / 6, 1 / 6, 1 / 6))
    background[kind == 1] = crops[kind == 1]
    other = crops[rng.permutation(len(rows))[: np.count_nonzero(kind == 2)]]
    contrast, shade = rng.uniform(0.3, 1.2, (len(other), 1, 1)), rng.uniform(0, 255, (len(other), 1, 1))
    rotated = np.rot90(other, int(rng.integers(0, 4)), (1, 2))
    background[kind == 2] = np.clip((rotated - 128) * contrast + shade, 0, 255)
    background[kind == 3] = rng.uniform(0, 255, (np.count_nonzero(kind == 3), 1, 1))
    return (crops * opacity + background * (1 - opacity)).astype(np.uint8), hands.labels[rows]


def one_hot(labels: NDArray[np.int64], n_letters: int) -> NDArray[np.float32]:
    """(n,) positions in the letters to (n, n_letters) float32."""
    return np.eye(n_letters, dtype=np.float32)[labels]


def scaled(images: NDArray[np.uint8], side: int = CROP_SIZE) -> NDArray[np.float32]:
    """(n, 28, 28) uint8 to (n, side, side, 1) float32 in [0, 1]."""
    return resize_crops(np.divide(images, 255, dtype=np.float32), side)
