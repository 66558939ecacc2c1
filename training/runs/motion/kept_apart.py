"""Reads hands, and keeps every fifth source apart to measure on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.letters import HELD_LETTERS
from training.data import Hands, TrainingData, find_data, merge, read_training_data

TEST_EVERY = 5  # every fifth source is left out of training, to measure on


@dataclass(frozen=True)
class KeptApart:
    """rest: the hands to train on. test: those of the sources kept apart. data: where both are from."""

    rest: Hands
    test: Hands
    data: TrainingData

    @property
    def test_sources(self) -> list[str]:
        """The sources kept apart."""
        return sorted(set(self.test.sources.tolist()))


def read_kept_apart(
    data: Sequence[Path], leave_out: Sequence[str], seed: int, elsewhere: Collection[str] = ()
) -> KeptApart:
    """Read the hands of data folders. Raises DataError if they lack a letter, or have too few sources.

    elsewhere: sources of other data, which may be left out although no hand here is theirs.
    """
    found = find_data(data)
    if elsewhere:
        own = found.sources()
        leave_out = [name for name in leave_out if name not in elsewhere or name in own]
    photographs = found.select(leave_out, None).photographs
    if photographs and not found.archives:  # names tell enough, before hands are looked for
        kept_apart([picture.source for picture in photographs], [picture.letter for picture in photographs])
    read_data = read_training_data(found, seed=seed, leave_out=leave_out)
    if not read_data.hands:
        raise DataError("the data has no hands; moving hands are made of landmarks (*.npz) or pictures of held letters")
    hands = merge([part.landmarks_only() for part in read_data.hands])
    is_test = kept_apart(hands.sources.tolist(), [hands.letters[label] for label in hands.labels])
    return KeptApart(hands.select(~is_test), hands.select(is_test), read_data)


def kept_apart(sources: Sequence[str], letters: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) mask of the hands to measure on. Raises DataError if they, or the others, lack a letter.

    sources, letters: of each hand.
    """
    names = sorted(set(sources))[TEST_EVERY - 1 :: TEST_EVERY]
    is_test = np.array([source in names for source in sources], np.bool_)
    both = [{letter for letter, test in zip(letters, is_test, strict=True) if test == part} for part in (True, False)]
    if missing := [letter for letter in HELD_LETTERS if not all(letter in part for part in both)]:
        raise DataError(
            f"there are too few sources with the letter {missing[0]}: every {TEST_EVERY}th source is kept apart to "
            "measure on, and both parts need the letter"
        )
    return is_test
