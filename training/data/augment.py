"""Augments crops: rotates, shifts and scales them, and changes brightness and contrast."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from live.hand import CROP_SIZE


def rotations(axis: int, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3, 3) matrices that rotate column vectors about an axis, from the next to the one after. degrees: (n,)."""
    angle = np.deg2rad(degrees)
    matrices = np.zeros((len(angle), 3, 3))
    first, second = (axis + 1) % 3, (axis + 2) % 3
    matrices[:, axis, axis] = 1
    matrices[:, first, first] = matrices[:, second, second] = np.cos(angle)
    matrices[:, first, second], matrices[:, second, first] = -np.sin(angle), np.sin(angle)
    return matrices


def viewpoints(n: int, tilt_deg: float, turn_deg: float, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Three rotations, (n, 3, 3) each, that one after another show n hands as from other viewpoints.

    tilt_deg, turn_deg: standard deviations, across the line of sight and about it.
    """
    for axis, degrees in ((0, tilt_deg), (1, tilt_deg), (2, turn_deg)):
        yield rotations(axis, rng.normal(0, degrees, n))


@dataclass(frozen=True)
class Augmentation:
    """The largest change of each kind; it is drawn uniformly, in both directions.

    Nothing is mirrored: all crops show right hands.
    """

    rotation_deg: float = 12.0
    shift_px: float = 3.0
    zoom: float = 0.15  # as a share of the size
    stretch: float = 0.10  # of the width relative to the height
    shear: float = 0.10
    contrast: float = 0.30  # as a share of the distance from the crop's mean
    brightness: float = 0.15  # as a share of the range from black to white


def augment(images: NDArray[np.uint8], how: Augmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    """(n, 28, 28) uint8 to (n, 28, 28) float32 in [0, 1]. Areas from outside the crop repeat its edge."""
    n = len(images)
    angle = np.deg2rad(rng.uniform(-how.rotation_deg, how.rotation_deg, n))
    scale = rng.uniform(1 - how.zoom, 1 + how.zoom, n)
    stretch = rng.uniform(1 - how.stretch, 1 + how.stretch, n)
    shear = rng.uniform(-how.shear, how.shear, n)
    shift = rng.uniform(-how.shift_px, how.shift_px, (n, 2))

    cos, sin = np.cos(angle), np.sin(angle)
    affine = np.empty((n, 2, 3))
    affine[:, 0, 0], affine[:, 0, 1] = scale * cos * stretch, scale * (shear - sin)
    affine[:, 1, 0], affine[:, 1, 1] = scale * sin, scale * cos / stretch
    centre = np.full(2, (CROP_SIZE - 1) / 2)
    affine[:, :, 2] = centre - affine[:, :, :2] @ centre + shift

    varied = np.empty((n, CROP_SIZE, CROP_SIZE), np.float32)
    for i in range(n):
        varied[i] = cv2.warpAffine(images[i], affine[i], (CROP_SIZE, CROP_SIZE), borderMode=cv2.BORDER_REPLICATE)
    varied /= 255

    mean = varied.mean(axis=(1, 2), keepdims=True)
    contrast = rng.uniform(1 - how.contrast, 1 + how.contrast, (n, 1, 1))
    brightness = rng.uniform(-how.brightness, how.brightness, (n, 1, 1))
    lit: NDArray[np.float32] = np.clip((varied - mean) * contrast + mean + brightness, 0, 1).astype(np.float32)
    return lit
