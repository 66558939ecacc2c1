"""Finds a hand and its 21 landmarks: MediaPipe's two hand networks on LiteRT, and the geometry between them.

A palm detector searches the whole frame. A landmark network then reads a square around the palm, turned so that the
hand is upright. In the next frame the square comes from the last landmarks, and the detector does not run until the
hand is lost. Networks and constants are those of MediaPipe's hand graphs (Apache-2.0,
github.com/google-ai-edge/mediapipe).
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import BundleError
from live.hand.landmarks import (
    INDEX_MCP,
    MIDDLE_MCP,
    N_LANDMARKS,
    RING_MCP,
    STEADY_JOINTS,
    WRIST,
    Floats,
    Hand,
    rotation,
)
from live.hand.networks import HandNetworks
from live.litert import Network

PALM_INPUT = 192  # pixels a side
LANDMARK_INPUT = 224
ANCHOR_GRIDS = ((24, 2), (12, 6))  # cells a side, anchors a cell: 2016 anchors in all
MIN_HAND_SCORE = 0.5  # a tracked hand is lost if the landmark network scores it lower
MAX_OVERLAP = 0.3  # palms whose intersection over union is larger are the same palm
MAX_PALMS = 5  # candidates that the landmark network reads in one pass, largest first
MAX_SPAN = 3.0  # the largest extent of a hand, as a multiple of the frame's longer side
GLANCE_SCORE = 0.1  # a palm needs this score at the first look to get a second look


@dataclass(frozen=True)
class Pass:
    """One search for a hand.

    zoom_out: side of the square that the palm detector sees, as a multiple of the frame's longer side.
    min_palm_score: minimum score (0..1) for a palm to be looked at. min_hand_score: minimum score for it to be a hand.
    """

    zoom_out: float
    min_palm_score: float
    min_hand_score: float


# The first pass is MediaPipe's. The harder ones find closed fists and hands close to the camera: the detector scores
# them low, but the landmark network recognises them. On 5,404 photographs with hands they reduce the misses from 9.5 %
# to 2.8 %. Of 676 pictures without a hand (drawn, painted over, or of other things), they find one in only 2 pictures.
FIRST_PASSES = (Pass(1.0, 0.5, 0.5),)
HARD_PASSES = (Pass(1.0, 0.1, 0.8), Pass(1.6, 0.1, 0.8))
HARD_EVERY = 5  # while there is no hand, every fifth frame gets the harder passes: they take three times as long

# The networks miss hands in the dark. If the 99th percentile of a frame's brightness is below DIM, it is raised to
# BRIGHT, by a factor of MAX_GAIN at most.
DIM, BRIGHT, MAX_GAIN = 160.0, 235.0, 3.0

# Scale from a palm's square to its hand's square, and shift in sides of the palm (negative: towards the fingers).
PALM_TO_HAND, PALM_SHIFT = 2.6, -0.5
LANDMARKS_TO_HAND, LANDMARKS_SHIFT = 2.0, -0.1  # the same, from the square around the last frame's steady joints
DEPTH_SCALE = 0.4  # the landmark network's scale of z

THREADS = 2  # two are twice as fast as one; more gain little on networks this small


class HandTracker(Protocol):
    """Finds the hand in a frame, starting from where it was in the previous frame."""

    def find(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        """The hand in the next frame. frame_bgr: (height, width, 3) uint8. None if there is no hand."""
        ...

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        """The largest hand in a single picture, independent of any frame before. None if there is no hand."""
        ...


@dataclass(frozen=True)
class Square:
    """A turned square in a frame: centre (x, y) and side in pixels, angle in radians, clockwise on the screen."""

    x: float
    y: float
    side: float
    angle: float

    def to_frame(self, input_side: int) -> NDArray[np.float64]:
        """(2, 3) affine map from pixels of the square, input_side pixels wide, to pixels of the frame."""
        turn = rotation(self.angle) * (self.side / input_side)
        return np.column_stack((turn, np.array([self.x, self.y]) - turn @ np.full(2, input_side / 2)))


class LiteRTHandTracker:
    """The tracker that live reading uses. Make one for each camera; it is not safe to share between threads."""

    def __init__(self, networks: HandNetworks) -> None:
        self._networks = networks
        self.set_threads(THREADS)
        self._last: Square | None = None
        self._frames_without_hand = 0

    def set_threads(self, threads: int) -> None:
        """Set the number of threads for each network. One is best when several cameras are read at once."""
        self._palm = _load(self._networks.palm, threads, PALM_INPUT, (2016, 18), (2016, 1))
        self._landmarks = _load(self._networks.landmarks, threads, LANDMARK_INPUT, (63,), (1,), (1,), (63,))

    def with_threads(self, threads: int) -> "LiteRTHandTracker":
        """Another tracker of the same networks, with this number of threads. Threads may share its detect()."""
        other = LiteRTHandTracker(self._networks)
        other.set_threads(threads)
        return other

    def find(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        """The hand in the next frame. frame_bgr: (height, width, 3) uint8. None if there is no hand."""
        hand = self.look(frame_bgr, self._last, MIN_HAND_SCORE) if self._last else None
        if hand is None:
            search_hard = self._frames_without_hand % HARD_EVERY == 0
            hand = self._search(frame_bgr, FIRST_PASSES + HARD_PASSES if search_hard else FIRST_PASSES)
        self._last = around_landmarks(hand.landmarks) if hand else None
        self._frames_without_hand = 0 if hand else self._frames_without_hand + 1
        return hand

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        """The largest hand in a single picture, independent of any frame before. None if there is no hand."""
        return self._search(frame_bgr, FIRST_PASSES + HARD_PASSES)

    def _search(self, frame_bgr: NDArray[np.uint8], passes: tuple[Pass, ...]) -> Hand | None:
        for search in passes:
            for square in self.palms(frame_bgr, search.zoom_out, search.min_palm_score)[:MAX_PALMS]:
                glance = self.look(frame_bgr, square, GLANCE_SCORE)
                # the second look, around the landmarks of the first, sees the hand as tracking would
                hand = glance and self.look(frame_bgr, around_landmarks(glance.landmarks), search.min_hand_score)
                if hand:
                    return hand
        return None

    def palms(self, frame_bgr: NDArray[np.uint8], zoom_out: float = 1.0, min_score: float = 0.5) -> list[Square]:
        """The squares in which hands may be, largest first. zoom_out, min_score: as in Pass."""
        height, width = frame_bgr.shape[:2]
        view = Square(width / 2, height / 2, max(height, width) * zoom_out, 0.0)
        raw_boxes, raw_scores = self._palm(
            _cut(frame_bgr, view, PALM_INPUT, cv2.BORDER_CONSTANT, brightness_gain(frame_bgr))
        )
        scores = 1 / (1 + np.exp(-np.clip(raw_scores[:, 0], -100, 100)))
        likely = np.flatnonzero(scores >= min_score)
        # for each anchor: centre, size, then seven keypoints, all relative to the anchor's centre
        points = raw_boxes[likely].reshape(-1, 9, 2) / PALM_INPUT
        points[:, [0, *range(2, 9)]] += anchors()[likely, None]
        to_frame = view.to_frame(1)
        squares = []
        for palm in _merge_overlapping(points.astype(np.float32), scores[likely].astype(np.float32)):
            (centre, wrist, middle), size = palm[[0, 2, 4]] @ to_frame[:, :2].T + to_frame[:, 2], palm[1] * view.side
            squares.append(_shifted_square(centre, float(size.max()), _tilt(wrist, middle), PALM_SHIFT, PALM_TO_HAND))
        return sorted(squares, key=lambda square: -square.side)

    def look(self, frame_bgr: NDArray[np.uint8], square: Square, min_score: float) -> Hand | None:
        """The hand in a turned square. None if the landmark network's score is below min_score (0..1)."""
        picture = _cut(frame_bgr, square, LANDMARK_INPUT, cv2.BORDER_REPLICATE, brightness_gain(frame_bgr))
        raw, score, leftness, _ = self._landmarks(picture)
        if score[0] < min_score:
            return None
        points = raw.reshape(N_LANDMARKS, 3)
        landmarks = np.empty((N_LANDMARKS, 3), np.float32)
        affine = square.to_frame(LANDMARK_INPUT)
        landmarks[:, :2] = points[:, :2] @ affine[:, :2].T + affine[:, 2]
        landmarks[:, 2] = points[:, 2] * (square.side / LANDMARK_INPUT / DEPTH_SCALE)
        if np.ptp(landmarks[:, :2], axis=0).max() > MAX_SPAN * max(frame_bgr.shape[:2]):
            return None
        # the network was trained on mirrored pictures, like selfies: its left hand is the signer's right one
        hand = Hand(landmarks, "right" if leftness[0] > 0.5 else "left", float(score[0]))
        height, width = frame_bgr.shape[:2]
        return hand if hand.share_inside(width, height) > 0 else None


def around_landmarks(landmarks: Floats) -> Square:
    """The square in which the landmark network looks for the hand in the next frame. landmarks: (21, 3)."""
    points = landmarks[:, :2].astype(np.float64)
    knuckles = (points[INDEX_MCP] + points[RING_MCP]) / 4 + points[MIDDLE_MCP] / 2
    angle = _tilt(points[WRIST], knuckles)
    turn = rotation(angle)
    upright = points[STEADY_JOINTS] @ turn
    low, high = upright.min(axis=0), upright.max(axis=0)
    return _shifted_square(
        turn @ (low + high) / 2, float((high - low).max()), angle, LANDMARKS_SHIFT, LANDMARKS_TO_HAND
    )


def _tilt(wrist: NDArray[np.floating], knuckles: NDArray[np.floating]) -> float:
    """The angle by which a hand is turned away from upright, -pi..pi."""
    x, y = knuckles - wrist
    return float(np.arctan2(x, -y))


def _shifted_square(centre: NDArray[np.floating], side: float, angle: float, shift: float, scale: float) -> Square:
    """The square with this centre, side and angle, shifted by shift sides along its own downward axis, then scaled."""
    x, y = float(centre[0]), float(centre[1])
    return Square(x - np.sin(angle) * shift * side, y + np.cos(angle) * shift * side, side * scale, angle)


@cache
def anchors() -> Floats:
    """(2016, 2) the centres of the palm detector's anchors, 0..1 of its input. Their sizes are all 1."""
    centres = []
    for cells, anchors_per_cell in ANCHOR_GRIDS:
        y, x = np.divmod(np.repeat(np.arange(cells * cells), anchors_per_cell), cells)
        centres.append((np.column_stack((x, y)) + 0.5) / cells)
    return np.concatenate(centres).astype(np.float32)


def _merge_overlapping(palms: Floats, scores: Floats) -> list[Floats]:
    """Weighted non-maximum suppression. palms: (n, 9, 2): centre, size, seven keypoints."""
    low, high = palms[:, 0] - palms[:, 1] / 2, palms[:, 0] + palms[:, 1] / 2
    area = palms[:, 1].prod(axis=1)
    remaining = np.argsort(-scores)
    merged = []
    while len(remaining):
        best = remaining[0]
        extent = np.minimum(high[best], high[remaining]) - np.maximum(low[best], low[remaining])
        overlap = np.maximum(extent, 0).prod(axis=1)
        same = overlap / (area[best] + area[remaining] - overlap) > MAX_OVERLAP
        same[0] = True  # even if its area is zero
        merged.append(np.average(palms[remaining[same]], axis=0, weights=scores[remaining[same]]))
        remaining = remaining[~same]
    return merged


def brightness_gain(frame_bgr: NDArray[np.uint8]) -> float:
    """The factor that brightens a frame for the networks: 1, unless the whole frame is dim."""
    brightest = float(np.percentile(frame_bgr[::8, ::8].max(axis=2), 99))
    return min(MAX_GAIN, BRIGHT / max(brightest, 1.0)) if brightest < DIM else 1.0


def _cut(frame_bgr: NDArray[np.uint8], square: Square, input_side: int, border: int, gain: float) -> Floats:
    """A square of the frame as a network's input: (input_side, input_side, 3) float32 RGB in [0, 1]."""
    cut = cv2.warpAffine(
        frame_bgr,
        square.to_frame(input_side),
        (input_side, input_side),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=border,
    )
    picture = np.multiply(cv2.cvtColor(cut, cv2.COLOR_BGR2RGB), np.float32(gain / 255), dtype=np.float32)
    return np.minimum(picture, 1, out=picture) if gain > 1 else picture


@lru_cache(maxsize=8)
def _load(content: bytes, threads: int, input_side: int, *outputs: tuple[int, ...]) -> Network:
    """One of the two networks, shared by all trackers. outputs: the shapes that its outputs must have."""
    network = Network(content, threads)
    if network.input_shape != (input_side, input_side, 3) or network.output_shapes != [*outputs]:
        raise BundleError("the hand networks are not the ones this program knows")
    return network
