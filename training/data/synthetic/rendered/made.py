"""Makes pictures of hands that sign letters: real poses on a rigged hand that looks different each time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from live.hand import Hand, palm_length
from training.data.augment import viewpoints
from training.data.synthetic.rendered.fit import fit_pose
from training.data.synthetic.rendered.look import Look, project, random_look
from training.data.synthetic.rendered.pose import Pose
from training.data.types import Hands

BATCH = 256
MAX_POSE_MISS = 0.08  # palm lengths; of 20 hands, the fit misses the landmarks of one by more
THICKNESS = (1.0, 1.3)  # of fingers; the mesh's are slender
TILT_DEG, TURN_DEG = 12.0, 8.0  # how far hands are turned out of their poses: across the line of sight, and about it


@dataclass(frozen=True)
class MadeHand:
    """A hand to render. pose: of one hand. letter: what it signs. source: whose landmarks it was posed by."""

    pose: Pose
    look: Look
    letter: str
    source: str

    def missed_by(self, hand: Hand) -> float:
        """How far a hand that was found in the picture lies from this one: the mean over landmarks, in palm lengths."""
        asked = project(self.pose.landmarks()[0], self.look)
        away = np.linalg.norm(hand.landmarks[:, :2] - asked, axis=1).mean()
        return float(away / palm_length(asked))


def made_hands(hands: Hands, rng: np.random.Generator, batch: int = BATCH) -> Iterator[MadeHand]:
    """Hands without end, posed by landmarks. Each letter comes equally often, and each source of a letter.

    batch: poses that are fitted at once.
    """
    while True:
        rows = np.array([_draw(hands, label, rng) for label in rng.permutation(np.arange(batch) % len(hands.letters))])
        letters = [hands.letters[label] for label in hands.labels[rows]]
        poses, missed = fit_pose(hands.landmarks[rows], letters)
        for n in np.flatnonzero(missed <= MAX_POSE_MISS):
            pose = poses.select(slice(n, n + 1))
            pose = replace(pose, build=replace(pose.build, thickness=rng.uniform(*THICKNESS, 1)))
            yield MadeHand(_turned(pose, rng), random_look(rng), letters[n], str(hands.sources[rows[n]]))


def _turned(pose: Pose, rng: np.random.Generator) -> Pose:
    """The same hand as from another viewpoint."""
    facing = pose.facing
    for turns in viewpoints(len(pose), TILT_DEG, TURN_DEG, rng):
        facing = turns @ facing
    return replace(pose, facing=facing)


def _draw(hands: Hands, label: int, rng: np.random.Generator) -> int:
    of_letter = np.flatnonzero(hands.labels == label)
    source = rng.choice(np.unique(hands.sources[of_letter]))
    return int(rng.choice(of_letter[hands.sources[of_letter] == source]))
