"""TODO."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGERTIPS, KNUCKLES, WRIST, Hand, Side
from training.data.synthetic.maker import KINDS, RATE, ByLetter, Floats, Made, Maker


@dataclass(frozen=True)
class Seen:
    """One frame of a made film."""

    time_s: float
    hand: Hand | None


def film(made: Made, frames_per_s: float, rng: np.random.Generator, mirrored: bool | None = None) -> list[Seen]:
    """What a hand tracker sees of it: trembling, blur, mistakes about the side, frames and hands lost now and then.

    mirrored: None leaves it to chance.
    """
    left = bool(rng.random() < 0.5) if mirrored is None else mirrored
    scale, offset = rng.uniform(40, 160), rng.uniform(-3, 3, 2)
    noise, wildness, dropped = rng.choice((0.01, 0.02, 0.03)), rng.uniform(0, 0.03), rng.choice((0, 0, 0.1, 0.2))
    wrong_side, confused_behind = rng.uniform(0, 0.06), bool(rng.random() < 0.6)
    duration_s = len(made.poses) / RATE
    time = np.arange(len(made.poses))[:, None] / RATE
    shaking = rng.uniform(0, 0.06) * np.sin(time * rng.uniform(12, 56, 2) + rng.uniform(0, 6, 2))
    lost_s = rng.uniform(0.2, 0.8) * (made.stop_s - made.start_s or duration_s) + made.start_s
    found_s = lost_s + (rng.uniform(0.05, 0.4) if rng.random() < 0.25 else 0)
    badly_seen = rng.uniform(0.05, 0.3) if rng.random() < 0.2 else 0.0  # fingertips, all the time
    behind = _seen_from_behind(made.poses) != _seen_from_behind(made.poses[:1])
    frames: list[Seen] = []
    time_s = 0.0
    while time_s < duration_s:
        at = int(time_s * RATE)
        near = made.poses[max(0, at - 3) : at + 4]
        speed = float(np.linalg.norm(near[-1, :, :2] - near[0, :, :2], axis=1).mean()) * RATE / max(1, len(near) - 1)
        points = made.poses[at] + rng.normal(0, noise * (1 + 0.25 * speed), (21, 3))
        points[FINGERTIPS] += rng.normal(0, badly_seen, (5, 3))
        points[:, :2] += shaking[at] + offset
        if rng.random() < 0.02 + wildness * speed:
            astray = rng.integers(1, 21, rng.integers(1, 12))
            points[astray] += rng.normal(0, 0.5, (len(astray), 3))
        if left:
            points[:, 0] *= -1
        mistaken = (confused_behind and behind[at]) != (rng.random() < wrong_side)
        side: Side = "left" if left != mistaken else "right"
        if rng.random() >= dropped or not frames:
            gone = lost_s <= time_s < found_s
            frames.append(Seen(time_s, None if gone else Hand((points * scale).astype(np.float32), side, 1.0)))
        time_s += rng.uniform(0.85, 1.15) / frames_per_s
    return frames


def _seen_from_behind(poses: Floats) -> NDArray[np.bool_]:
    """(n,) whether index and little finger's knuckles lie the other way round about the wrist."""
    index, little = (poses[:, KNUCKLES[each], :2] - poses[:, WRIST, :2] for each in (0, -1))
    behind: NDArray[np.bool_] = index[:, 0] * little[:, 1] < index[:, 1] * little[:, 0]
    return behind


def made_film(hands: ByLetter, seed: Sequence[int], kind: str | None = None) -> tuple[Made, list[Seen]]:
    """One film; the same for the same seed. kind: None leaves it to chance."""
    rng = np.random.default_rng(seed)
    made = Maker(hands, rng).make(kind or str(rng.choice(list(KINDS), p=list(KINDS.values()))))
    return made, film(made, rng.uniform(9, 31), rng)
