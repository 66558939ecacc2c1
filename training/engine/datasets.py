"""What a CNN learns from: data in memory, or shards that are read a few at a time."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

from training.compute import Device
from training.data import Crops, Hands, Shards
from training.engine.batches import Batches, MemoryBatches, ShardBatches
from training.engine.recipes import Recipe


@dataclass(frozen=True, kw_only=True)
class Dataset(ABC):
    """Pictures to learn from. validation: the crops to validate on after every epoch, if any. about: one line."""

    validation: Crops | None = None
    about: str = ""

    @property
    @abstractmethod
    def letters(self) -> tuple[str, ...]:
        """What the labels index."""

    @abstractmethod
    def batches(self, recipe: Recipe, side: int, seed: int, device: Device) -> Batches:
        """The batches of this process, with pictures of side x side pixels.

        recipe: its batch size is that of all processes together.
        """


@dataclass(frozen=True)
class MemoryDataset(Dataset):
    """Crops, photographed hands and made ones, held in memory. A group of processes trains on crops only."""

    crops: Crops | None = None
    hands: Hands | None = None
    rendered: Hands | None = None

    @property
    def letters(self) -> tuple[str, ...]:  # noqa: D102
        part = self.crops or self.hands or self.rendered
        assert part is not None
        return part.letters

    def batches(self, recipe: Recipe, side: int, seed: int, device: Device) -> Batches:  # noqa: D102
        crops = self.crops
        if crops and device.processes > 1:
            crops = crops.select(device.share(len(crops)))
        recipe = _per_process(recipe, device)
        return MemoryBatches(crops, self.hands, self.rendered, recipe, side, seed, device.process)


@dataclass(frozen=True)
class ShardDataset(Dataset):
    """Shards in a folder."""

    shards: Shards

    @classmethod
    def open(cls, shards: Shards) -> "ShardDataset":
        """With the validation crops that were held back when the shards were written. Raises DataError."""
        return cls(shards, validation=shards.validation(), about=shards.about)

    @property
    def letters(self) -> tuple[str, ...]:  # noqa: D102
        return self.shards.letters

    def batches(self, recipe: Recipe, side: int, seed: int, device: Device) -> Batches:  # noqa: D102
        return ShardBatches(self.shards, _per_process(recipe, device), side, seed, device)


def _per_process(recipe: Recipe, device: Device) -> Recipe:
    return replace(recipe, batch_size=recipe.batch_size // device.processes)
