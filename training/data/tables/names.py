"""What a file's name says: the split that it holds, and which files or arrays belong together."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

Split = Literal["train", "test"]
TEST_WORDS, VALIDATION_WORDS = ("test",), ("valid", "validation", "val")
# The course calls its test file valid; Hugging Face's data sets often have a validation split alone.
SPLIT_WORDS: dict[Split, tuple[str, ...]] = {"train": ("train",), "test": (*TEST_WORDS, *VALIDATION_WORDS)}

# What pictures are called, and what their labels are then called.
LABELS_OF = {"x": "y", "images": "labels", "image": "label"}


def words(name: str) -> set[str]:
    """The whole words in a name, in lower case: latest.csv has no word test."""
    return set(re.split(r"[^a-z]+", name.lower()))


def names_split(name: str, split: Split) -> bool:
    """Whether a name contains a word for the split."""
    return not words(name).isdisjoint(SPLIT_WORDS[split])


def preference(name: str, split: Split) -> int:
    """A number to sort names by: those with the split's first word come first, so test before valid."""
    known = SPLIT_WORDS[split]
    return next((rank for rank, word in enumerate(known) if word in words(name)), len(known))


def names_any_split(name: str) -> bool:
    """Whether a name contains a word for a split."""
    return any(names_split(name, split) for split in SPLIT_WORDS)


def pairs(names: Iterable[str]) -> Mapping[str, str]:
    """The names of pictures with those of their labels: x_train with y_train, X with Y, images with labels."""
    known = {name.lower(): name for name in names}
    partners = {name: _labels_of(lower) for lower, name in known.items()}
    return {name: known[partner] for name, partner in partners.items() if partner in known}


def _labels_of(name: str) -> str | None:
    """The name of the labels of these pictures, in lower case; None if they are called otherwise."""
    partner, changed = re.subn(r"[a-z]+", lambda word: LABELS_OF.get(word[0], word[0]), name)
    return partner if changed and partner != name else None


def choose(pictures: Iterable[str], split: Split) -> str | None:
    """The pictures of a split among those of a file: the ones named so, else the only ones that name no split."""
    names = tuple(pictures)
    named = [name for name in names if names_split(name, split)]
    plain = [name for name in names if not names_any_split(name)]
    if named:
        return min(named, key=lambda name: preference(name, split))
    return plain[0] if len(plain) == 1 else names[0] if len(names) == 1 else None
