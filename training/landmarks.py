"""Reads labelled hands: landmarks from .npz files, pictures through the very tracker and crop that live uses."""

import hashlib
import io
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.contract import CROP_SIZE
from live.crop import cut_out, paint_over
from live.errors import DataError
from live.hands import N_LANDMARKS, Hand, HandTracker, rotation
from live.letters import HELD_LETTERS, MOVING_LETTERS
from live.pictures import is_picture, read_picture
from training.progress import bar_interval_s

NOTHING = "nothing"  # the folder of pictures in which no letter should be read
VIEWS = 5  # crops of each photograph: itself, then turned, sheared and stretched
MAX_TURN_DEG = 15.0
MAX_SHEAR = 0.15
MAX_STRETCH = 0.13

NPZ_ARRAYS = ("landmarks", "letter", "source", "handedness")
CROP_ARRAYS = ("crops", "masks")  # of recordings made with the app, which may be of signs of one's own, too


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


def read_npz(path: Path) -> Hands:
    """Landmarks laid out like landmarks/train.npz: landmarks (n, 21, 3), letter, source and handedness (n,).

    handedness: "Left" or "Right", the signer's own hand in a picture that is not mirrored. A recording has crops and
    masks, too, (n, 28, 28) uint8 as of right hands, and its letter may be any sign's name. Raises DataError.
    """
    try:
        content = path.read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as told:
            missing = [name for name in NPZ_ARRAYS if name not in told]
            if missing:
                raise DataError(f"{path}: has no array {missing[0]}; it must hold {', '.join(NPZ_ARRAYS)}")
            landmarks, letters, sources, handedness = (told[name] for name in NPZ_ARRAYS)
            seen = [told[name] for name in CROP_ARRAYS if name in told]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: cannot be read as .npz ({error}); get it anew") from error
    n = len(letters) if letters.ndim == 1 else -1
    if landmarks.shape != (n, N_LANDMARKS, 3) or landmarks.dtype.kind != "f" or not np.isfinite(landmarks).all():
        raise DataError(
            f"{path}: landmarks must be ({n}, {N_LANDMARKS}, 3) finite numbers, not {landmarks.dtype} {landmarks.shape}"
        )
    for name, array in (("letter", letters), ("source", sources), ("handedness", handedness)):
        if array.shape != (n,) or array.dtype.kind != "U":
            raise DataError(f"{path}: {name} must be ({n},) text, not {array.dtype} {array.shape}")
    if seen and any(each.shape != (n, CROP_SIZE, CROP_SIZE) or each.dtype != np.uint8 for each in seen):
        raise DataError(f"{path}: crops and masks must be ({n}, {CROP_SIZE}, {CROP_SIZE}) uint8")
    names = tuple(dict.fromkeys((*HELD_LETTERS, *letters.tolist()))) if len(seen) == 2 else HELD_LETTERS
    if drawn := set(names) & set(MOVING_LETTERS):
        raise DataError(f"{path}: {min(drawn)} is drawn in the air, and cannot be learned from held hands")
    for name, array, known in (("letter", letters, names), ("handedness", handedness, ("Left", "Right"))):
        strange = np.flatnonzero(~np.isin(array, known))
        if len(strange):
            raise DataError(
                f"{path}: {name}[{strange[0]}] is {str(array[strange[0]])!r}, not one of {', '.join(known)}"
            )
    right = landmarks.astype(np.float32)
    right[handedness == "Left", :, 0] *= -1
    labels = np.array([names.index(letter) for letter in letters], np.int64)
    crops, masks = (each[:, None].repeat(VIEWS, axis=1) for each in seen) if len(seen) == 2 else (None, None)
    what = "hands' landmarks" if crops is None else "recorded hands"
    about = f"{n:,} {what} of {len(np.unique(sources))} sources ({path.name})"
    return Hands(right, labels, sources, crops, masks, about, hashlib.sha256(content).hexdigest(), names)


def labelled_pictures(folder: Path) -> list[LabelledPicture]:
    """Pictures as LETTER/*.jpg or signer/LETTER/*.jpg; what is left out is said on stderr."""
    found: list[LabelledPicture] = []
    left_out: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if not is_picture(path):
            continue
        letter = path.parent.name
        if letter not in HELD_LETTERS and letter != NOTHING:
            left_out[letter] = left_out.get(letter, 0) + 1
        else:
            signer = path.parent.parent
            found.append(LabelledPicture(path, letter, folder.name if signer == folder else signer.name))
    for name, count in left_out.items():
        why = (
            "a letter that is drawn in the air" if name in MOVING_LETTERS else "a folder that is named after no letter"
        )
        print(f"left out: {count} still pictures of {name}, {why}", file=sys.stderr)
    return found


def read_pictures(folder: Path, labelled: Sequence[LabelledPicture], tracker: HandTracker, seed: int) -> Hands:
    """Every picture with a hand, of those found in a folder. Raises DataError where there is none at all."""
    pictures = [each for each in labelled if each.letter != NOTHING]
    rng = np.random.default_rng(seed)
    digest = hashlib.sha256()
    landmarks, labels, sources, crops, masks = [], [], [], [], []
    for each in tqdm(pictures, desc="looking for hands", unit="picture", mininterval=bar_interval_s()):
        digest.update(each.path.read_bytes())
        picture = read_picture(each.path)
        hand = tracker.detect(picture)
        if hand is None:
            continue
        landmarks.append(hand.right_landmarks)
        labels.append(HELD_LETTERS.index(each.letter))
        sources.append(each.source)
        seen, where = views(picture, hand, rng)
        crops.append(seen)
        masks.append(where)
    if not landmarks:
        raise DataError(f"{folder}: no hand was found on any of {len(pictures)} pictures; check --data")
    about = f"{len(pictures):,} pictures of {len(set(sources))} sources in {folder.name}, {len(labels):,} with a hand"
    return Hands(
        np.stack(landmarks),
        np.array(labels, np.int64),
        np.array(sources),
        np.stack(crops),
        np.stack(masks),
        about,
        digest.hexdigest(),
    )


def views(
    picture_bgr: NDArray[np.uint8], hand: Hand, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(VIEWS, 28, 28) crops of one hand, through the one crop, and as many masks: as it is, then turned and bent."""
    height, width = picture_bgr.shape[:2]
    crops, masks = np.empty((2, VIEWS, CROP_SIZE, CROP_SIZE), np.uint8)
    centre = hand.landmarks[:, :2].mean(axis=0).astype(np.float64)
    for view in range(VIEWS):
        turned, moved = picture_bgr, hand
        if view:
            angle = np.deg2rad(rng.uniform(-MAX_TURN_DEG, MAX_TURN_DEG))
            bend = np.array([[1 + rng.uniform(-MAX_STRETCH, MAX_STRETCH), rng.uniform(-MAX_SHEAR, MAX_SHEAR)], [0, 1]])
            turn = rotation(angle) @ bend
            affine = np.column_stack((turn, centre - turn @ centre))
            turned = cv2.warpAffine(picture_bgr, affine, (width, height), borderMode=cv2.BORDER_REPLICATE).astype(
                np.uint8, copy=False
            )
            points = hand.landmarks.copy()
            points[:, :2] = hand.landmarks[:, :2] @ affine[:, :2].T + affine[:, 2]
            moved = replace(hand, landmarks=points)
        crops[view], masks[view] = cut_out(turned, moved)
    return crops, masks


def rotations(axis: int, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3, 3) matrices that turn column vectors about an axis, from the next axis to the one after; degrees: (n,)."""
    angle = np.deg2rad(degrees)
    matrices = np.zeros((len(angle), 3, 3))
    first, second = (axis + 1) % 3, (axis + 2) % 3
    matrices[:, axis, axis] = 1
    matrices[:, first, first] = matrices[:, second, second] = np.cos(angle)
    matrices[:, first, second], matrices[:, second, first] = -np.sin(angle), np.sin(angle)
    return matrices
