"""Simulates what a hand tracker sees of a synthetic motion: noise, blur, lost frames, and wrong sides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGERTIPS, KNUCKLES, WRIST, Hand, Side
from training.data.synthetic.motion import KINDS, RATE, ByLetter, Floats, HandMotion, MotionMaker


@dataclass(frozen=True)
class TrackerNoise:
    """How a tracker errs. Distances are in palm lengths, shares are 0..1, speeds in palm lengths a second.

    still: standard deviations of a landmark of a hand at rest; a film has one of them. fingertips: such deviations of
    fingertips in fingertips_share of the films. strays: the share of frames in which some landmarks are far off.
    strays_by_speed: at most how much larger that share is for each palm length a second. shaking: at most how far the
    hand shakes.
    """

    still: tuple[float, ...]
    fingertips: tuple[float, float]
    fingertips_share: float
    strays: float
    strays_by_speed: float
    shaking: float


# For strokes: worse than any tracker that was seen, so that the network learns to look at the whole movement.
ROUGH = TrackerNoise((0.01, 0.02, 0.03), (0.05, 0.3), 0.2, 0.02, 0.03, 0.06)
# As measured on 976 frames of held hands at 30 frames a second (source_07_user1 and source_07_user3): 0.01 for a
# landmark (root mean square), half of it in the median frame, and half as much again for fingertips.
MEASURED = TrackerNoise((0.003, 0.005, 0.008, 0.013), (0.01, 0.06), 0.3, 0.002, 0.01, 0.05)


@dataclass(frozen=True)
class TrackedFrame:
    """One frame: its time, and the hand that the tracker found in it, if any."""

    time_s: float
    hand: Hand | None


def tracked_frames(
    motion: HandMotion,
    frames_per_s: float,
    rng: np.random.Generator,
    mirrored: bool | None = None,
    errors: TrackerNoise = ROUGH,
) -> list[TrackedFrame]:
    """What a hand tracker sees of a motion. mirrored: whether the hand is a left one; None chooses at random."""
    left = bool(rng.random() < 0.5) if mirrored is None else mirrored
    scale, offset = rng.uniform(40, 160), rng.uniform(-3, 3, 2)
    noise, wildness = rng.choice(errors.still), rng.uniform(0, errors.strays_by_speed)
    dropped = rng.choice((0, 0, 0.1, 0.2))
    wrong_side, confused_behind = rng.uniform(0, 0.06), bool(rng.random() < 0.6)
    duration_s = len(motion.poses) / RATE
    time = np.arange(len(motion.poses))[:, None] / RATE
    shaking = rng.uniform(0, errors.shaking) * np.sin(time * rng.uniform(12, 56, 2) + rng.uniform(0, 6, 2))
    lost_s = rng.uniform(0.2, 0.8) * (motion.stop_s - motion.start_s or duration_s) + motion.start_s
    found_s = lost_s + (rng.uniform(0.05, 0.4) if rng.random() < 0.25 else 0)
    fingertip_noise = rng.uniform(*errors.fingertips) if rng.random() < errors.fingertips_share else 0.0
    behind = _seen_from_behind(motion.poses) != _seen_from_behind(motion.poses[:1])
    frames: list[TrackedFrame] = []
    time_s = 0.0
    while time_s < duration_s:
        at = int(time_s * RATE)
        near = motion.poses[max(0, at - 3) : at + 4]
        speed = float(np.linalg.norm(near[-1, :, :2] - near[0, :, :2], axis=1).mean()) * RATE / max(1, len(near) - 1)
        points = motion.poses[at] + rng.normal(0, noise * (1 + 0.25 * speed), (21, 3))
        points[FINGERTIPS] += rng.normal(0, fingertip_noise, (5, 3))
        points[:, :2] += shaking[at] + offset
        if rng.random() < errors.strays + wildness * speed:
            stray = rng.integers(1, 21, rng.integers(1, 12))
            points[stray] += rng.normal(0, 0.5, (len(stray), 3))
        if left:
            points[:, 0] *= -1
        mistaken = (confused_behind and behind[at]) != (rng.random() < wrong_side)
        side: Side = "left" if left != mistaken else "right"
        if rng.random() >= dropped or not frames:
            lost = lost_s <= time_s < found_s or any(start <= time_s < stop for start, stop in motion.lost_s)
            hand = None if lost else Hand((points * scale).astype(np.float32), side, 1.0)
            frames.append(TrackedFrame(time_s, hand))
        time_s += rng.uniform(0.85, 1.15) / frames_per_s
    return frames


def _seen_from_behind(poses: Floats) -> NDArray[np.bool_]:
    """(n,) whether the knuckles of index and little finger lie in the opposite order around the wrist."""
    index, little = (poses[:, KNUCKLES[finger], :2] - poses[:, WRIST, :2] for finger in (0, -1))
    behind: NDArray[np.bool_] = index[:, 0] * little[:, 1] < index[:, 1] * little[:, 0]
    return behind


def synthetic_frames(
    hands: ByLetter, seed: Sequence[int], kind: str | None = None
) -> tuple[HandMotion, list[TrackedFrame]]:
    """One motion and its frames; the same for the same seed. kind: one of KINDS; None chooses at random."""
    rng = np.random.default_rng(seed)
    motion = MotionMaker(hands, rng).make(kind or str(rng.choice(list(KINDS), p=list(KINDS.values()))))
    return motion, tracked_frames(motion, rng.uniform(9, 31), rng)
