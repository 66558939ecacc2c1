"""Hands that the edge of a picture cuts through, made from pictures of whole hands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from live.hand import Hand, HandTracker, palm_length
from live.readers import edge_distances
from training.data.pictures.reading import read_each
from training.data.types import NOTHING, LabelledPicture

CutSide = Literal["left", "right", "top", "bottom"]
CUT_SHARES = (0.05, 0.6)  # of the hand's width or height
CUTS_EACH = 4  # of a picture
MIN_SIDE_PX = 65  # a smaller picture would count as a crop
FINGERS = slice(2, None)  # the joints without the wrist and the base of the thumb, which letters do not need
# With a joint this many palm lengths outside, about the length of a fingertip, a finger is not seen. Nearer to the edge
# it is unclear.
UNSEEN = 0.3


@dataclass(frozen=True)
class CutHands:
    """Hands as the tracker sees them in cut pictures.

    right_landmarks: (n, 21, 3) float32, mirrored to right hands. edges: (n, 21) float32, see edge_distances.
    whole: (n,) bool, whether all fingers are in the picture. sources: (n,) str.
    """

    right_landmarks: NDArray[np.float32]
    edges: NDArray[np.float32]
    whole: NDArray[np.bool_]
    sources: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.whole)

    def select(self, mask: NDArray[np.bool_]) -> "CutHands":
        """The hands where mask (n,) is true."""
        return CutHands(self.right_landmarks[mask], self.edges[mask], self.whole[mask], self.sources[mask])


def cut(picture_bgr: NDArray[np.uint8], hand: Hand, side: CutSide, share: float) -> tuple[int, int, NDArray[np.uint8]]:
    """Cut a share (0..1) of the hand's width or height off, with everything beyond. Returns x, y offset and picture."""
    height, width = picture_bgr.shape[:2]
    x0, y0, x1, y1 = hand.box_xyxy
    left, top, right, bottom = 0, 0, width, height
    if side == "left":
        left = max(0, round(x0 + share * (x1 - x0)))
    elif side == "right":
        right = min(width, round(x1 - share * (x1 - x0)))
    elif side == "top":
        top = max(0, round(y0 + share * (y1 - y0)))
    else:
        bottom = min(height, round(y1 - share * (y1 - y0)))
    return left, top, np.ascontiguousarray(picture_bgr[top : max(bottom, top), left : max(right, left)])


def cut_hands(pictures: Sequence[LabelledPicture], tracker: HandTracker, seed: int) -> CutHands:
    """Cut each picture CUTS_EACH times at random, and look for the hand again. Damaged pictures are left out."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[Hand, tuple[int, int], bool, str]] = []
    letters = [picture for picture in pictures if picture.letter != NOTHING]
    for labelled, picture in read_each(letters, "cutting hands"):
        hand = None if picture is None else tracker.detect(picture)
        if picture is None or hand is None:
            continue
        for _ in range(CUTS_EACH):
            side: CutSide = rng.choice(get_args(CutSide))
            left, top, part = cut(picture, hand, side, rng.uniform(*CUT_SHARES))
            seen = tracker.detect(part) if min(part.shape[:2]) >= MIN_SIDE_PX else None
            whole = _is_whole(hand.landmarks - np.array((left, top, 0), np.float32), part)
            if seen is not None and whole is not None:
                rows.append((seen, (part.shape[1], part.shape[0]), whole, labelled.source))
    landmarks = np.array([hand.landmarks for hand, *_ in rows], np.float32).reshape(-1, 21, 3)
    return CutHands(
        np.array([hand.right_landmarks for hand, *_ in rows], np.float32).reshape(-1, 21, 3),
        edge_distances(landmarks, np.array([size for _, size, *_ in rows]).reshape(-1, 2)),
        np.array([whole for *_, whole, _ in rows], np.bool_),
        np.array([source for *_, source in rows], np.str_),
    )


def _is_whole(landmarks: NDArray[np.float32], picture_bgr: NDArray[np.uint8]) -> bool | None:
    """Whether a cut picture holds all fingers of a hand with these true landmarks; None if it is unclear."""
    height, width = picture_bgr.shape[:2]
    points = landmarks[FINGERS, :2]
    outside = max(float(-points.min()), float((points - (width, height)).max())) / float(palm_length(landmarks))
    return None if 0 < outside <= UNSEEN else outside <= 0
