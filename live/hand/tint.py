"""Light and colours that the hand networks know: they miss hands in the dark, in gray and in coloured light."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

# If the 99th percentile of a frame's brightness is below DIM, it is raised to BRIGHT, by a factor of MAX_GAIN at most.
DIM, BRIGHT, MAX_GAIN = 160.0, 235.0, 3.0

# A frame is gray if the channels differ by less than this share of its brightness, on all but 0.2 % of its pixels: a
# small hand before a gray wall takes more. Compressed gray films have up to 0.02; the palest webcam picture in colour
# that was seen has 0.1.
MAX_SATURATION = 0.05

# Factors of blue, green and red for black and for white; in between, they are interpolated. The second tint colours
# everything like skin. The others colour dark parts like skin and leave bright walls neutral or cool. On 144 gray
# photographs, the networks find 30 % of the hands without a tint, at most 76 % with any one tint, and 93 % with the
# best of the four; in colour they find 97 %.
TINTS = (
    ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    ((0.75, 0.85, 1.15), (0.75, 0.85, 1.15)),
    ((0.5, 0.75, 1.3), (1.0, 1.0, 1.0)),
    ((0.6, 0.8, 1.25), (1.1, 0.95, 0.9)),
)


# How a frame's colours may be changed: not at all, to a gray mean colour, or with shadows lifted.
Light = Literal["plain", "balanced", "lifted"]
LIFTED_GAMMA = 0.6


def in_light(frame_bgr: NDArray[np.uint8], light: Light) -> NDArray[np.uint8]:
    """The frame with its colours changed."""
    if light == "balanced":
        return balanced(frame_bgr)
    return cv2.LUT(frame_bgr, _LIFTED).astype(np.uint8, copy=False) if light == "lifted" else frame_bgr


def balanced(frame_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The frame with its channels scaled until its mean colour is gray, as cameras do in coloured light."""
    means = frame_bgr[::4, ::4].reshape(-1, 3).mean(axis=0)
    factors = means.mean() / np.maximum(means, 1)
    tables = np.minimum(np.arange(256)[:, None] * factors, 255).astype(np.uint8)
    return cv2.LUT(frame_bgr, tables[None]).astype(np.uint8, copy=False)


def brightness_gain(frame_bgr: NDArray[np.uint8]) -> float:
    """The factor that brightens a frame for the networks: 1, unless the whole frame is dim."""
    brightest = float(np.percentile(frame_bgr[::8, ::8].max(axis=2), 99))
    return min(MAX_GAIN, BRIGHT / max(brightest, 1.0)) if brightest < DIM else 1.0


def is_gray(frame_bgr: NDArray[np.uint8]) -> bool:
    """Whether a frame, (height, width, 3), has no colour."""
    sample = frame_bgr[::8, ::8]
    brightest, darkest = sample.max(axis=2), sample.min(axis=2)
    spread = float(np.percentile(brightest - darkest, 99.8))
    return spread < MAX_SATURATION * float(np.percentile(brightest, 99))


def tinted(frame_bgr: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    """The frame with the colours of one of the TINTS."""
    return cv2.LUT(frame_bgr, _TABLES[number]).astype(np.uint8, copy=False)


def _table(dark: tuple[float, ...], light: tuple[float, ...]) -> NDArray[np.uint8]:
    """(1, 256, 3) the new blue, green and red for each value."""
    value = np.arange(256.0)[:, None]
    factor = np.asarray(dark) + (np.asarray(light) - dark) * value / 255
    return np.clip(value * factor, 0, 255).astype(np.uint8)[None]


_LIFTED = (255 * (np.arange(256) / 255) ** LIFTED_GAMMA).round().astype(np.uint8)
_TABLES = [_table(dark, light) for dark, light in TINTS]
