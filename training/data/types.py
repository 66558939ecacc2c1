"""TODO."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.hand import paint_over
from live.letters import HELD_LETTERS


@dataclass(frozen=True)
class Crops:
    """Labelled crops.

    images: (n, 28, 28) uint8 gray. labels: (n,) int64, positions in letters. about: one line that says what these are.
    sha256: of the data. numbering, path: of a Sign-MNIST file, "kaggle" or "course".
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    about: str
    sha256: str
    numbering: str = ""
    path: Path = Path()
    letters: tuple[str, ...] = HELD_LETTERS

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, mask: NDArray[np.bool_]) -> "Crops":
        """The crops where mask (n,) is true."""
        return replace(self, images=self.images[mask], labels=self.labels[mask])

    def of(self, letters: tuple[str, ...]) -> "Crops":
        """Those of these letters, labelled by their positions among them."""
        labels = relabelled(self.labels, self.letters, letters)
        return replace(self, images=self.images[labels >= 0], labels=labels[labels >= 0], letters=letters)


NOTHING = "nothing"  # the folder of pictures in which no letter should be read


@dataclass(frozen=True)
class Hands:
    """Labelled hands.

    landmarks: (n, 21, 3) float32, as of right hands. labels: (n,) int64, positions in letters. sources: (n,) str,
    which person or collection each is of. crops, masks: (n, VIEWS, 28, 28) uint8, crops with what is behind the hand
    and where in them the hand is, first of the picture as it is; None where there are landmarks alone. about: one line
    that says what these are. sha256: of the data.
    """

    landmarks: NDArray[np.float32]
    labels: NDArray[np.int64]
    sources: NDArray[np.str_]
    crops: NDArray[np.uint8] | None
    masks: NDArray[np.uint8] | None
    about: str
    sha256: str
    letters: tuple[str, ...] = HELD_LETTERS

    def __len__(self) -> int:
        return len(self.labels)

    def of(self, letters: tuple[str, ...]) -> "Hands":
        """Those of these letters, labelled by their positions among them."""
        labels = relabelled(self.labels, self.letters, letters)
        return replace(self.take(labels >= 0), labels=labels[labels >= 0], letters=letters)

    def take(self, mask: NDArray[np.bool_]) -> "Hands":
        """The hands where mask (n,) is true."""
        return replace(
            self,
            landmarks=self.landmarks[mask],
            labels=self.labels[mask],
            sources=self.sources[mask],
            crops=None if self.crops is None else self.crops[mask],
            masks=None if self.masks is None else self.masks[mask],
        )

    def without(self, sources: Sequence[str]) -> "Hands":
        """The hands of other sources."""
        left = self.take(~np.isin(self.sources, sources))
        if len(left) == len(self):
            return self
        return replace(left, about=f"{self.about}, but {len(left):,} without {', '.join(sources)}")


def relabelled(labels: NDArray[np.int64], before: tuple[str, ...], after: tuple[str, ...]) -> NDArray[np.int64]:
    """(n,) positions among the letters before, as positions among those after; -1 for letters that are not there."""
    position = np.array([after.index(letter) if letter in after else -1 for letter in before], np.int64)
    renumbered: NDArray[np.int64] = position[labels]
    return renumbered


def merge(parts: Sequence[Hands]) -> Hands:
    """All of them, in order, of the same letters; with crops only where each has some."""

    def together(arrays: list[NDArray[np.uint8] | None]) -> NDArray[np.uint8] | None:
        have = [each for each in arrays if each is not None]
        return np.concatenate(have) if len(have) == len(arrays) else None

    return Hands(
        np.concatenate([each.landmarks for each in parts]),
        np.concatenate([each.labels for each in parts]),
        np.concatenate([each.sources for each in parts]),
        together([each.crops for each in parts]),
        together([each.masks for each in parts]),
        "; ".join(each.about for each in parts),
        hashlib.sha256("".join(each.sha256 for each in parts).encode()).hexdigest(),
        parts[0].letters,
    )


def live_view(hands: Hands) -> NDArray[np.uint8]:
    """(n, 28, 28) crops of photographed hands as live sees them."""
    assert hands.crops is not None
    assert hands.masks is not None
    return paint_over(hands.crops[:, 0], hands.masks[:, 0])


@dataclass(frozen=True)
class LabelledPicture:
    """letter: of HELD_LETTERS, or NOTHING. source: the folder above the letter's."""

    path: Path
    letter: str
    source: str


@dataclass(frozen=True)
class TrainingData:
    """What --data folders hold. about: a line for each of them. sha256: of all. letters: what the labels count."""

    crops: Crops | None
    hands: tuple[Hands, ...]
    about: tuple[str, ...]
    sha256: str
    letters: tuple[str, ...] = HELD_LETTERS
