"""What a made hand looks like: its skin and sleeve, the light, the camera and what is behind it, drawn at random."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.synthetic.rendered.mesh import Numbers

Rgb = tuple[float, float, float]  # 0..1

# The ten tones of the Monk Skin Tone scale (skintone.google, Ellis Monk), lightest first: red, green and blue, 0..255.
MONK_TONES = tuple(
    (tone >> 16 & 255, tone >> 8 & 255, tone & 255)
    for tone in (0xF6EDE4, 0xF3E7DB, 0xF7EAD0, 0xEADABA, 0xD7BD96, 0xA07E56, 0x825C43, 0x604134, 0x3A312A, 0x292420)
)
# Palms hold less melanin. Their colour is mixed with this one, by these shares.
PALE: Rgb = (0.90, 0.69, 0.60)
PALM_SHARES = (0.25, 0.55)  # of the lightest tone and of the darkest

BARE_M = 1.0  # a sleeve that begins so far from the wrist is not in the picture
SIDE_PX = 256  # of a picture
FINGER_M = 0.02  # how much wider a hand is than its landmarks


@dataclass(frozen=True)
class Look:
    """What a hand looks like in one picture.

    skin: the back's colour. palm: the palm's. sleeve: the sleeve's, and sleeve_m where it begins, from the wrist;
    BARE_M is a bare arm. arm_bend: of the wrist, in radians about its x and y.
    lights: directions towards them, in the picture's axes (x right, y down, z away from the camera), with strengths.
    ambient: the light from everywhere, 0..1. shine: 0..1. distance_m: from the camera. share: of the picture's side
    that the hand's longer side takes. shift: of the hand's middle from the picture's, in shares of its side.
    background_bgr: (256, 256, 3) uint8. noise: standard deviation in gray levels. blur_px: standard deviation.
    """

    skin: Rgb
    palm: Rgb
    sleeve: Rgb
    sleeve_m: float
    arm_bend: tuple[float, float]
    lights: tuple[tuple[Rgb, float], ...]
    ambient: float
    shine: float
    distance_m: float
    share: float
    shift: tuple[float, float]
    background_bgr: NDArray[np.uint8]
    noise: float = 0.0
    blur_px: float = 0.0
    seed: int = 0


def in_tone(look: Look, tone: float, tint: Sequence[float] = (1, 1, 1)) -> Look:
    """The same with another skin. tone: on the Monk scale, 1..10. tint: factors of red, green and blue."""
    scale = np.arange(1, len(MONK_TONES) + 1)
    channels = zip(zip(*MONK_TONES, strict=True), tint, strict=True)
    red, green, blue = (min(1.0, float(np.interp(tone, scale, channel)) / 255 * factor) for channel, factor in channels)
    palm_share = float(np.interp(tone, (1, len(MONK_TONES)), PALM_SHARES))
    return replace(look, skin=(red, green, blue), palm=mixed((red, green, blue), PALE, palm_share))


def lit(look: Look, factor: float) -> Look:
    """The same with this many times as much light on the hand."""
    lights = tuple((direction, strength * factor) for direction, strength in look.lights)
    return replace(look, lights=lights, ambient=look.ambient * factor)


def random_look(rng: np.random.Generator) -> Look:
    """A look drawn at random, in any skin tone."""
    tint = rng.normal(1, (0.03, 0.03, 0.04)) * rng.normal(1, 0.04)
    exposure, ambient, side = rng.uniform(0.75, 1.05), rng.uniform(0.15, 0.45), max(0.0, rng.uniform(-0.3, 0.4))
    key = exposure * (1 - ambient)
    lights = ((_direction(rng, front=0.3), float(key * (1 - side))), (_direction(rng, front=0.0), float(key * side)))
    sleeve = tuple(float(value) for value in rng.uniform(0.03, 0.95) * rng.uniform(0.6, 1, 3))
    look = Look(
        PALE,
        PALE,
        (sleeve[0], sleeve[1], sleeve[2]),
        float(rng.uniform(0.03, 0.1)) if rng.random() < 0.6 else BARE_M,
        (float(rng.normal(0, 0.2)), float(rng.normal(0, 0.15))),
        lights,
        float(exposure * ambient),
        float(rng.uniform(0, 0.2)),
        float(rng.uniform(0.35, 1.2)),
        float(rng.uniform(0.35, 0.6)),
        (float(rng.normal(0, 0.05)), float(rng.normal(0, 0.05))),
        random_background(rng),
        float(rng.uniform(0, 5)),
        float(rng.uniform(0, 1.0)),
        int(rng.integers(2**32)),
    )
    return in_tone(look, float(rng.uniform(1, len(MONK_TONES))), tint.tolist())


def random_background(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A plain wall, or blurred blotches with a few rectangles: (256, 256, 3) uint8."""
    base = rng.uniform(20, 240) * rng.uniform(0.85, 1.1, 3)
    picture = np.tile(base, (SIDE_PX, SIDE_PX, 1))
    slope = rng.normal(0, 25, 2)
    ramp = np.linspace(-1, 1, SIDE_PX)
    picture += (slope[0] * ramp[:, None] + slope[1] * ramp[None, :])[..., None]
    if rng.random() < 0.6:
        for cells in (4, 12):
            gray, colours = rng.normal(size=(cells, cells, 1)), rng.normal(0, 0.3, (cells, cells, 3))
            blotches = (rng.uniform(5, 40) * (gray + colours)).astype(np.float32)
            picture += cv2.resize(blotches, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
        for _ in range(rng.integers(0, 6)):
            x, y = rng.integers(-50, SIDE_PX, 2)
            width, height = rng.integers(20, 200, 2)
            picture[max(y, 0) : y + height, max(x, 0) : x + width] = rng.uniform(0, 255) * rng.uniform(0.7, 1, 3)
    return cv2.GaussianBlur(picture.clip(0, 255).astype(np.uint8), (0, 0), float(rng.uniform(0.5, 4))).astype(np.uint8)


def mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    """A colour between two. share: of the other, 0..1."""
    red, green, blue = ((1 - share) * a + share * b for a, b in zip(one, other, strict=True))
    return red, green, blue


def project(landmarks: Numbers, look: Look) -> Numbers:
    """(21, 2) where a hand's landmarks lie in its picture, in pixels. landmarks: (21, 3) in metres."""
    centre, field_m = view(landmarks, look)
    away = landmarks - centre
    pixels: Numbers = SIDE_PX * (0.5 + away[:, :2] / field_m * look.distance_m / (look.distance_m + away[:, 2:]))
    return pixels


def view(landmarks: Numbers, look: Look) -> tuple[Numbers, float]:
    """The point that the camera looks at, and how many metres the picture's side shows there."""
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    field_m = float((high - low)[:2].max() + FINGER_M) / look.share
    centre = (low + high) / 2
    centre[:2] -= np.array(look.shift) * field_m
    return centre, field_m


def _direction(rng: np.random.Generator, front: float) -> Rgb:
    """Where a light may stand: in front of the hand, at least this far (0..1), and rather above than below it."""
    while True:
        x, y, z = rng.normal(size=3)
        length = float(np.sqrt(x * x + y * y + z * z))
        if z / length < -front and y / length < 0.3:
            return float(x / length), float(y / length), float(z / length)
