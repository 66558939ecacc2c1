"""Reads labelled hands: landmarks from .npz files, pictures through the very tracker and crop that live uses."""

import hashlib
import io
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

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

VIEWS = 5  # crops of each photograph: itself, then turned, sheared and stretched
MAX_TURN_DEG = 15.0
MAX_SHEAR = 0.15
MAX_STRETCH = 0.13

NPZ_ARRAYS = ("landmarks", "letter", "source", "handedness")
CROP_ARRAYS = ("crops", "masks")  # of recordings made with the app, which may be of signs of one's own, too


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
