"""What the data folders hold, as arrays: labelled crops and labelled hands."""

import hashlib
import re
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.hand import paint_over
from live.letters import HELD_LETTERS
from training.errors import SettingError

# What np.load raises for a damaged .npz or .npy; a RuntimeError for one with a password.
NUMPY_FAULTS = (
    *(OSError, ValueError, TypeError, KeyError, EOFError, OverflowError, RuntimeError, SyntaxError),
    *(tokenize.TokenError, zlib.error, zipfile.BadZipFile),
)
NOTHING = "nothing"  # the name of a folder of pictures that show no letter


@dataclass(frozen=True)
class Crops:
    """Labelled crops.

    images: (n, 28, 28) uint8 gray. labels: (n,) int64, positions in letters. about: a one-line description. sha256: of
    the data. numbering, path: of a table; numbering is "kaggle", "course" or "letters". signers: (n,) str, the folder
    of each crop's signer; "" if that is not known, None if no crop's is. sources: the same, but also of data that have
    one source only, which may be a signer or a collection.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    about: str
    sha256: str
    numbering: str = ""
    path: Path = Path()
    letters: tuple[str, ...] = HELD_LETTERS
    signers: NDArray[np.str_] | None = None
    sources: NDArray[np.str_] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def select(self, mask: NDArray[np.bool_]) -> "Crops":
        """The crops where mask (n,) is true."""
        return replace(
            self,
            images=self.images[mask],
            labels=self.labels[mask],
            signers=None if self.signers is None else self.signers[mask],
            sources=None if self.sources is None else self.sources[mask],
        )

    def select_letters(self, letters: tuple[str, ...]) -> "Crops":
        """The crops of these letters; labels become positions in them."""
        labels = relabelled(self.labels, self.letters, letters)
        return replace(self.select(labels >= 0), labels=labels[labels >= 0], letters=letters)

    def without_sources(self, sources: Iterable[str]) -> "Crops":
        """The crops of all other sources."""
        return self if self.sources is None else self.select(~np.isin(self.sources, list(sources)))


@dataclass(frozen=True)
class Hands:
    """Labelled hands.

    landmarks: (n, 21, 3) float32, mirrored to right hands. labels: (n,) int64, positions in letters. sources: (n,) str,
    the person or collection of each hand. crops: (n, VIEWS, 28, 28) uint8, the hand with its background; the first view
    is the picture unchanged. masks: the same shape, where the hand is. Both are None if there are only landmarks.
    about: a one-line description. sha256: of the data. rendered: whether they are made hands, which nobody has held up
    to a camera; their sources are those of the landmarks that they were posed by.
    """

    landmarks: NDArray[np.float32]
    labels: NDArray[np.int64]
    sources: NDArray[np.str_]
    crops: NDArray[np.uint8] | None
    masks: NDArray[np.uint8] | None
    about: str
    sha256: str
    letters: tuple[str, ...] = HELD_LETTERS
    rendered: bool = False

    def __len__(self) -> int:
        return len(self.labels)

    def select(self, mask: NDArray[np.bool_]) -> "Hands":
        """The hands where mask (n,) is true."""
        return replace(
            self,
            landmarks=self.landmarks[mask],
            labels=self.labels[mask],
            sources=self.sources[mask],
            crops=None if self.crops is None else self.crops[mask],
            masks=None if self.masks is None else self.masks[mask],
        )

    def select_letters(self, letters: tuple[str, ...]) -> "Hands":
        """The hands of these letters; labels become positions in them."""
        labels = relabelled(self.labels, self.letters, letters)
        return replace(self.select(labels >= 0), labels=labels[labels >= 0], letters=letters)

    def without_sources(self, sources: Sequence[str]) -> "Hands":
        """The hands of all other sources."""
        rest = self.select(~np.isin(self.sources, sources))
        if len(rest) == len(self):
            return self
        return replace(rest, about=f"{self.about}, but {len(rest):,} without {', '.join(sources)}")

    def unstretched(self, stretched: Mapping[str, float]) -> "Hands":
        """The same hands, the landmarks of some sources unstretched. stretched: factors of the width, by source.

        Made hands are posed by angles, so they have no stretch and stay as they are. Raises SettingError if a source
        has crops, whose stretch cannot be undone.
        """
        factors = np.array([stretched.get(str(name), 1.0) for name in self.sources], np.float32)
        if self.rendered or (factors == 1).all():
            return self
        sources = self.sources[factors != 1].tolist()
        if self.crops is not None:
            raise SettingError(f"{min(sources)} was recorded with crops, whose stretch cannot be undone", "stretched")
        landmarks = self.landmarks.copy()
        landmarks[:, :, 0] /= factors[:, None]
        return replace(self, landmarks=landmarks, about=self.about + about_unstretched(sources))

    def landmarks_only(self) -> "Hands":
        """The same hands without crops and masks."""
        return replace(self, crops=None, masks=None)


def about_unstretched(sources: Iterable[str]) -> str:
    """The end of a description of data: of which sources the stretch was undone, if of any."""
    names = sorted(set(sources))
    return f", {', '.join(names)} unstretched" if names else ""


def numpy_reason(error: Exception) -> str:
    """The first sentence of one of NUMPY_FAULTS. NumPy goes on to say how to run code from a file."""
    return re.split(r"\. |\n", str(error))[0]


def relabelled(labels: NDArray[np.int64], before: tuple[str, ...], after: tuple[str, ...]) -> NDArray[np.int64]:
    """(n,) positions in the letters `before` to positions in `after`; -1 for a letter that is not in `after`."""
    position = np.array([after.index(letter) if letter in after else -1 for letter in before], np.int64)
    renumbered: NDArray[np.int64] = position[labels]
    return renumbered


def merge(parts: Sequence[Hands]) -> Hands:
    """All hands, in order; the parts must share their letters. There are crops only if every part has some."""

    def concatenated(arrays: list[NDArray[np.uint8] | None]) -> NDArray[np.uint8] | None:
        present = [array for array in arrays if array is not None]
        return np.concatenate(present) if len(present) == len(arrays) else None

    return Hands(
        np.concatenate([hands.landmarks for hands in parts]),
        np.concatenate([hands.labels for hands in parts]),
        np.concatenate([hands.sources for hands in parts]),
        concatenated([hands.crops for hands in parts]),
        concatenated([hands.masks for hands in parts]),
        "; ".join(hands.about for hands in parts),
        hashlib.sha256("".join(hands.sha256 for hands in parts).encode()).hexdigest(),
        parts[0].letters,
    )


def merge_crops(parts: Sequence[Crops]) -> Crops:
    """All crops, in order; the parts must share their letters."""
    if len(parts) == 1:
        return parts[0]

    def concatenated(names: Sequence[NDArray[np.str_] | None]) -> NDArray[np.str_] | None:
        known = [np.full(len(part), "") if of is None else of for part, of in zip(parts, names, strict=True)]
        return np.concatenate(known) if any(map(np.any, known)) else None

    return Crops(
        np.concatenate([crops.images for crops in parts]),
        np.concatenate([crops.labels for crops in parts]),
        "; ".join(crops.about for crops in parts),
        hashlib.sha256("".join(crops.sha256 for crops in parts).encode()).hexdigest(),
        letters=parts[0].letters,
        signers=concatenated([crops.signers for crops in parts]),
        sources=concatenated([crops.sources for crops in parts]),
    )


def live_view(hands: Hands) -> NDArray[np.uint8]:
    """(n, 28, 28) crops of photographed hands as the recogniser sees them, with the background painted over."""
    assert hands.crops is not None
    assert hands.masks is not None
    return paint_over(hands.crops[:, 0], hands.masks[:, 0])


@dataclass(frozen=True)
class LabelledPicture:
    """letter: one of ALPHABET, or NOTHING. source: the name of the folder above the letter's folder.

    is_crop: whether the picture is so small that it already is the crop of a hand. stretch: how many times as wide it
    is as it should be.
    """

    path: Path
    letter: str
    source: str
    is_crop: bool = False
    stretch: float = 1.0


@dataclass(frozen=True)
class TrainingData:
    """What the data folders hold.

    rendered: made hands, which are apart from all others: only the CNN learns from them, and nothing is measured on
    them. about: a line for each part. sha256: of all data. letters: what labels index.
    """

    crops: Crops | None
    hands: tuple[Hands, ...]
    about: tuple[str, ...]
    sha256: str
    letters: tuple[str, ...] = HELD_LETTERS
    rendered: Hands | None = None

    def photographed(self) -> Hands | None:
        """The hands with crops, merged; None if there are none."""
        photos = [hands for hands in self.hands if hands.crops is not None]
        return merge(photos) if photos else None

    def all_hands(self) -> Hands:
        """All hands, merged, those with crops first."""
        return merge(sorted(self.hands, key=lambda hands: hands.crops is None))
