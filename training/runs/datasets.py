"""Turns what the data folders hold into the dataset of a single CNN, or into shards."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.errors import DataError
from live.letters import ALPHABET, HELD_LETTERS
from training.data import (
    SHARD_SIZE,
    STAYS,
    Crops,
    Shards,
    TrainingData,
    check_present,
    find_data,
    find_test,
    groups_apart,
    held_back,
    joined,
    live_view,
    merge_crops,
    read_table,
    read_training_data,
    write_shards,
)
from training.engine import MemoryDataset
from training.errors import SettingError
from training.progress import bar_interval_s
from training.runs.plan import NetworkPlan, none_held_back

VALIDATION_SHARE = 0.2  # of each letter's pictures, in whole groups of near-duplicates


def cnn_dataset(plan: NetworkPlan, data: TrainingData) -> MemoryDataset:
    """The crops that a single CNN learns from, and those that it is validated on. Raises SettingError."""
    if plan.recipe.validation == "test file":
        assert data.crops is not None
        return MemoryDataset(data.crops, validation=read_test_file(plan, data.letters), about=data.crops.about)
    crops, groups = all_crops(data)
    if plan.settings.final:
        return MemoryDataset(crops, about=crops.about)
    if plan.recipe.validation == "chance":
        groups = np.arange(len(crops))
    mask = held_back(crops, groups, VALIDATION_SHARE, plan.seed)
    validation = crops.select(mask)
    if not len(validation):
        raise none_held_back()
    held = f"{len(validation):,} of them in {len(np.unique(groups[mask])):,} groups held back for validation"
    return MemoryDataset(crops.select(~mask), validation=validation, about=f"{crops.about}, {held}")


def read_test_file(plan: NetworkPlan, letters: tuple[str, ...]) -> Crops:
    """The test table, like Sign-MNIST's. Raises DataError."""
    assert plan.test_source is not None
    chosen = plan.settings
    return read_table(find_test(plan.test_source), "test", chosen.labels, chosen.still_j_z).select_letters(letters)


def all_crops(data: TrainingData) -> tuple[Crops, NDArray[np.int64]]:
    """All crops and their (n,) groups: near-duplicates and signers of crops, sources of photographed hands.

    Crops and photographs of one person, whose folders have one name, are in one group. Raises SettingError for made
    hands: their groups would be those of the hands that posed them.
    """
    if data.rendered:
        raise SettingError("made hands are learned from with the recipe letters only; leave them out", "data")
    photographed = data.photographed()
    parts, groups, n_groups = [], [], 0
    if data.crops is not None:
        parts.append(data.crops)
        groups.append(groups_apart(data.crops))
        n_groups = int(groups[0].max()) + 1
    if photographed is not None:
        about, sha256, letters = photographed.about, photographed.sha256, photographed.letters
        sources, labels = photographed.sources, photographed.labels
        parts.append(Crops(live_view(photographed), labels, about, sha256, letters=letters, sources=sources))
        groups.append(n_groups + np.unique(sources, return_inverse=True)[1])
    if not parts:
        raise SettingError("the data has only landmarks, and this recipe trains on pictures; use letters", "recipe")
    return merge_crops(parts), joined(parts, groups)


def cut_in_shards(
    folders: Sequence[Path],
    out: Path,
    numbering: str = "auto",
    letters: tuple[str, ...] | None = None,
    seed: int = 0,
    size: int | None = None,
    still_j_z: bool = False,
    allow_missing_hands: bool = False,
) -> Shards:
    """Write the crops of data folders as shards, reading one folder after another. size: pictures per shard.

    letters: write only these, in this order; a folder may lack some of them. still_j_z, allow_missing_hands: as in
    read_training_data. Raises FingerspellError.
    """
    found = {folder: find_data([folder], numbering, still_j_z) for folder in folders}  # all, before one is read
    known = ALPHABET if still_j_z else HELD_LETTERS
    several = [sources for files in found.values() if len(sources := files.sources()) > 1]  # otherwise a collection
    in_several = [name for name, count in Counter(chain.from_iterable(several)).items() if count > 1]
    classes = letters or known
    if all(not (files.table or files.archives) for files in found.values()):  # names tell enough
        check_present(letters, set().union(*(files.letters() for files in found.values())))
    present: set[str] = set()

    def parts() -> Iterator[tuple[Crops, NDArray[np.int64]]]:
        for folder in tqdm(found, desc="folders", unit="folder", mininterval=bar_interval_s()):
            files = found[folder].select((), letters)
            if not (files.table or files.archives or files.pictures):
                continue
            data = read_training_data(
                files, numbering, seed, still_j_z=still_j_z, allow_missing_hands=allow_missing_hands
            )
            if not letters and data.letters != known:
                raise DataError(f"{folder} holds custom signs, which are few and need no shards")
            crops, groups = all_crops(data)
            if crops.sources is not None:  # whoever is held back here would be trained on in another folder
                groups[np.isin(groups, groups[np.isin(crops.sources, in_several)])] = STAYS
            names = np.array(crops.letters)[crops.labels]
            present.update(names.tolist())
            chosen = np.isin(names, classes)
            if chosen.any():
                yield crops.select(chosen).select_letters(classes), groups[chosen]
        check_present(letters, present)

    return write_shards(parts(), out, seed, VALIDATION_SHARE, len(found), size or SHARD_SIZE)
