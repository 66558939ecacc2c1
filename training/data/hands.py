"""Reads labelled hands: landmarks from .npz files, pictures through the recogniser's own tracker and crop."""

import hashlib
import io
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.errors import DataError
from live.hand import CROP_SIZE, N_LANDMARKS, Hand, HandTracker, cut_out, rotation
from live.letters import HELD_LETTERS, MOVING_LETTERS
from live.sources import is_picture, read_picture
from training.data.types import NOTHING, Hands, LabelledPicture
from training.progress import bar_interval_s

VIEWS = 5  # crops of each photograph: the unchanged one, then rotated, sheared and stretched ones
MAX_TURN_DEG = 15.0
MAX_SHEAR = 0.15
MAX_STRETCH = 0.13

NPZ_ARRAYS = ("landmarks", "letter", "source", "handedness")
CROP_ARRAYS = ("crops", "masks")  # in recordings made with the app, which may also be of custom signs


def read_npz(path: Path) -> Hands:
    """Read landmarks laid out like landmarks/train.npz: landmarks (n, 21, 3), letter, source and handedness (n,).

    handedness: "Left" or "Right", the signer's own hand in a picture that is not mirrored. A recording also has crops
    and masks, (n, 28, 28) uint8, mirrored to right hands, and its letter may be the name of any sign. Raises DataError.
    """
    arrays, digest = _read_arrays(path)
    landmarks, letters, sources, handedness = (arrays[name] for name in NPZ_ARRAYS)
    recorded = [arrays[name] for name in CROP_ARRAYS if name in arrays]
    n = len(letters) if letters.ndim == 1 else -1
    _check_shapes(path, n, arrays)
    names = tuple(dict.fromkeys((*HELD_LETTERS, *letters.tolist()))) if len(recorded) == 2 else HELD_LETTERS
    if moving := set(names) & set(MOVING_LETTERS):
        raise DataError(f"{path}: {min(moving)} is drawn in the air, and cannot be learned from held hands")
    _check_values(path, "letter", letters, names)
    _check_values(path, "handedness", handedness, ("Left", "Right"))
    right = landmarks.astype(np.float32)
    right[handedness == "Left", :, 0] *= -1
    labels = np.array([names.index(letter) for letter in letters], np.int64)
    crops, masks = (array[:, None].repeat(VIEWS, axis=1) for array in recorded) if len(recorded) == 2 else (None, None)
    what = "hands' landmarks" if crops is None else "recorded hands"
    about = f"{n:,} {what} of {len(np.unique(sources))} sources ({path.name})"
    return Hands(right, labels, sources, crops, masks, about, digest, names)


def _read_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], str]:
    """The arrays by name, and the file's sha256. Raises DataError if one of NPZ_ARRAYS is missing."""
    try:
        content = path.read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as saved:
            missing = [name for name in NPZ_ARRAYS if name not in saved]
            if missing:
                raise DataError(f"{path}: has no array {missing[0]}; it must hold {', '.join(NPZ_ARRAYS)}")
            arrays = {name: saved[name] for name in (*NPZ_ARRAYS, *CROP_ARRAYS) if name in saved}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: cannot be read as .npz ({error}); get the file again") from error
    return arrays, hashlib.sha256(content).hexdigest()


def _check_shapes(path: Path, n: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    landmarks = arrays["landmarks"]
    if landmarks.shape != (n, N_LANDMARKS, 3) or landmarks.dtype.kind != "f" or not np.isfinite(landmarks).all():
        raise DataError(
            f"{path}: landmarks must be ({n}, {N_LANDMARKS}, 3) finite numbers, not {landmarks.dtype} {landmarks.shape}"
        )
    for name in ("letter", "source", "handedness"):
        array = arrays[name]
        if array.shape != (n,) or array.dtype.kind != "U":
            raise DataError(f"{path}: {name} must be ({n},) text, not {array.dtype} {array.shape}")
    recorded = [arrays[name] for name in CROP_ARRAYS if name in arrays]
    if any(array.shape != (n, CROP_SIZE, CROP_SIZE) or array.dtype != np.uint8 for array in recorded):
        raise DataError(f"{path}: crops and masks must be ({n}, {CROP_SIZE}, {CROP_SIZE}) uint8")


def _check_values(path: Path, name: str, array: NDArray[np.str_], known: Sequence[str]) -> None:
    unknown = np.flatnonzero(~np.isin(array, known))
    if len(unknown):
        raise DataError(f"{path}: {name}[{unknown[0]}] is {str(array[unknown[0]])!r}, not one of {', '.join(known)}")


def labelled_pictures(folder: Path) -> list[LabelledPicture]:
    """Pictures as LETTER/*.jpg or signer/LETTER/*.jpg. Prints on stderr which pictures it skips."""
    pictures: list[LabelledPicture] = []
    skipped: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if not is_picture(path):
            continue
        letter = path.parent.name
        if letter not in HELD_LETTERS and letter != NOTHING:
            skipped[letter] = skipped.get(letter, 0) + 1
        else:
            signer = path.parent.parent
            pictures.append(LabelledPicture(path, letter, folder.name if signer == folder else signer.name))
    for name, count in skipped.items():
        reason = "a letter that is drawn in the air" if name in MOVING_LETTERS else "a folder not named after a letter"
        print(f"left out: {count} still pictures of {name}, {reason}", file=sys.stderr)
    return pictures


def read_pictures(folder: Path, labelled: Sequence[LabelledPicture], tracker: HandTracker, seed: int) -> Hands:
    """Find the hand in each labelled picture of a folder; pictures without a hand are skipped.

    seed: for the views. Raises DataError if no picture has a hand.
    """
    pictures = [picture for picture in labelled if picture.letter != NOTHING]
    rng = np.random.default_rng(seed)
    digest = hashlib.sha256()
    landmarks, labels, sources, crops, masks = [], [], [], [], []
    for picture in tqdm(pictures, desc="looking for hands", unit="picture", mininterval=bar_interval_s()):
        digest.update(picture.path.read_bytes())
        picture_bgr = read_picture(picture.path)
        hand = tracker.detect(picture_bgr)
        if hand is None:
            continue
        landmarks.append(hand.right_landmarks)
        labels.append(HELD_LETTERS.index(picture.letter))
        sources.append(picture.source)
        hand_crops, hand_masks = views(picture_bgr, hand, rng)
        crops.append(hand_crops)
        masks.append(hand_masks)
    if not landmarks:
        raise DataError(f"{folder}: no hand was found on any of {len(pictures)} pictures")
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
    """(VIEWS, 28, 28) crops of one hand and as many masks: first unchanged, then rotated, sheared and stretched."""
    height, width = picture_bgr.shape[:2]
    crops, masks = np.empty((2, VIEWS, CROP_SIZE, CROP_SIZE), np.uint8)
    centre = hand.landmarks[:, :2].mean(axis=0).astype(np.float64)
    for view in range(VIEWS):
        picture, warped_hand = picture_bgr, hand
        if view:
            angle = np.deg2rad(rng.uniform(-MAX_TURN_DEG, MAX_TURN_DEG))
            skew = np.array([[1 + rng.uniform(-MAX_STRETCH, MAX_STRETCH), rng.uniform(-MAX_SHEAR, MAX_SHEAR)], [0, 1]])
            linear = rotation(angle) @ skew
            affine = np.column_stack((linear, centre - linear @ centre))
            picture = cv2.warpAffine(picture_bgr, affine, (width, height), borderMode=cv2.BORDER_REPLICATE).astype(
                np.uint8, copy=False
            )
            points = hand.landmarks.copy()
            points[:, :2] = hand.landmarks[:, :2] @ affine[:, :2].T + affine[:, 2]
            warped_hand = replace(hand, landmarks=points)
        crops[view], masks[view] = cut_out(picture, warped_hand)
    return crops, masks
