"""Reads labelled pictures: crops as they are, photographs through the recogniser's own tracker and crop."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.errors import DataError, PictureError
from live.hand import CROP_SIZE, Hand, HandTracker, crop, cut_out, rotation, whole_square
from live.letters import ALPHABET, HELD_LETTERS
from live.sources import read_picture
from training.data.types import NOTHING, Crops, Hands, LabelledPicture, about_unstretched
from training.errors import SettingError
from training.progress import bar_interval_s

VIEWS = 5  # crops of each photograph: the unchanged one, then rotated, sheared and stretched ones
MAX_TURN_DEG = 15.0
MAX_SHEAR = 0.15
MAX_STRETCH = 0.13


def read_crops(folder: Path, labelled: Sequence[LabelledPicture]) -> Crops | None:
    """Read the pictures that are crops already; None if there are none. Raises DataError if most are damaged."""
    pictures = [picture for picture in labelled if picture.is_crop and picture.letter != NOTHING]
    if not pictures:
        return None
    digest = hashlib.sha256()
    images, read = [], []
    for picture, picture_bgr in read_each(pictures, "reading crops", digest):
        if picture_bgr is not None:
            images.append(crop(picture_bgr, whole_square(picture_bgr.shape[1], picture_bgr.shape[0])))
            read.append(picture)
    if 2 * len(read) < len(pictures):
        raise DataError(f"{folder}: only {len(read):,} of {len(pictures):,} pictures can be read; get the others again")
    labels, letters = _labels(read)
    sources = np.array([picture.source for picture in read])
    n_sources = len(np.unique(sources))
    return Crops(
        np.stack(images),
        labels,
        f"{len(read):,} crops of {n_sources} sources in {folder.name}",
        digest.hexdigest(),
        letters=letters,
        signers=sources if n_sources > 1 else None,
        sources=sources,
    )


def read_photographs(
    folder: Path,
    labelled: Sequence[LabelledPicture],
    tracker: HandTracker,
    seed: int,
    allow_missing_hands: bool = False,
) -> Hands:
    """Find the hand in each photograph; those without a hand are left out, as is said on stderr.

    seed: for the views. allow_missing_hands: accept that most photographs have none. Raises DataError if none has one,
    and SettingError as soon as it is certain that most have none.
    """
    pictures = [picture for picture in labelled if not picture.is_crop and picture.letter != NOTHING]
    rng = np.random.default_rng(seed)
    digest = hashlib.sha256()
    found, landmarks, crops, masks = [], [], [], []
    for picture, picture_bgr, hand in _find_hands(folder, pictures, tracker, allow_missing_hands, digest):
        found.append(picture)
        landmarks.append(hand.right_landmarks)
        hand_crops, hand_masks = views(picture_bgr, hand, rng)
        crops.append(hand_crops)
        masks.append(hand_masks)
    if not found:
        raise DataError(f"{folder}: no hand was found on any of {len(pictures)} pictures")
    if missing := len(pictures) - len(found):
        print(f"left out: {missing:,} of {len(pictures):,} pictures in {folder}, without a hand", file=sys.stderr)
    labels, letters = _labels(found)
    sources = np.array([picture.source for picture in found])
    n_sources = len(np.unique(sources))
    stretched = about_unstretched(picture.source for picture in found if picture.stretch != 1)
    return Hands(
        np.stack(landmarks),
        labels,
        sources,
        np.stack(crops),
        np.stack(masks),
        f"{len(pictures):,} pictures of {n_sources} sources in {folder.name}, {len(found):,} with a hand{stretched}",
        digest.hexdigest(),
        letters,
    )


def _find_hands(
    folder: Path,
    pictures: Sequence[LabelledPicture],
    tracker: HandTracker,
    allow_missing_hands: bool,
    digest: "hashlib._Hash",
) -> Iterator[tuple[LabelledPicture, NDArray[np.uint8], Hand]]:
    """The photographs in which a hand is found. The arguments and errors are those of read_photographs."""
    missing, n = 0, len(pictures)
    for looked, (picture, picture_bgr) in enumerate(read_each(pictures, "looking for hands", digest), start=1):
        hand = None if picture_bgr is None else tracker.detect(picture_bgr)
        if picture_bgr is not None and hand is not None:
            yield picture, picture_bgr, hand
            continue
        missing += 1
        if not allow_missing_hands and 2 * missing > n:
            raise SettingError(
                f"{folder}: no hand was found on {missing:,} of the first {looked:,} pictures, so most of the {n:,} "
                "would be left out; give pictures that show a whole hand, or allow missing hands to train on the rest",
                "allow_missing_hands",
            )


def read_each(
    pictures: Sequence[LabelledPicture], what: str, digest: "hashlib._Hash | None" = None
) -> Iterator[tuple[LabelledPicture, NDArray[np.uint8] | None]]:
    """Read each picture, undo its stretch, and add its file to the digest, if there is one.

    A damaged picture has no pixels; it ends no long run.
    """
    for picture in tqdm(pictures, desc=what, unit="picture", mininterval=bar_interval_s()):
        if digest:
            digest.update(picture.path.read_bytes())
        try:
            yield picture, _unstretched(read_picture(picture.path), picture.stretch)
        except PictureError as error:
            tqdm.write(f"left out: {error}", file=sys.stderr)
            yield picture, None


def _unstretched(picture_bgr: NDArray[np.uint8], stretch: float) -> NDArray[np.uint8]:
    if stretch == 1:
        return picture_bgr
    height, width = picture_bgr.shape[:2]
    how = cv2.INTER_AREA if stretch > 1 else cv2.INTER_LINEAR
    return cv2.resize(picture_bgr, (max(1, round(width / stretch)), height), interpolation=how).astype(
        np.uint8, copy=False
    )


def _labels(pictures: Sequence[LabelledPicture]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(n,) positions in the letters, and these: the held letters, or the alphabet if there is a J or Z."""
    letters = HELD_LETTERS if all(picture.letter in HELD_LETTERS for picture in pictures) else ALPHABET
    return np.array([letters.index(picture.letter) for picture in pictures], np.int64), letters


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
