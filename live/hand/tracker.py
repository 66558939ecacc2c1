"""Finds a hand and its 21 landmarks: MediaPipe's two hand networks on LiteRT, and the geometry between them.

A palm detector searches the whole frame. A landmark network then reads a square around the palm, turned so that the
hand is upright. In the next frame the square comes from the last landmarks, and the detector does not run until the
hand is lost. Networks and constants are those of MediaPipe's hand graphs (Apache-2.0,
github.com/google-ai-edge/mediapipe).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    palm_length,
    rotation,
)
from live.hand.networks import HandNetworks
from live.hand.search import FIRST_PASS, GRAY_PASSES, HARD_PASSES, Pass, View
from live.hand.several import add_hand, are_large, levels, near, reading_order
from live.hand.tint import TINTS, Light, brightness_gain, in_light, is_gray, tinted
from live.litert import Network

PALM_INPUT = 192  # pixels a side
LANDMARK_INPUT = 224
ANCHOR_GRIDS = ((24, 2), (12, 6))  # cells a side, anchors a cell: 2016 anchors in all
MIN_HAND_SCORE = 0.5  # a tracked hand is lost if the landmark network scores it lower
MAX_OVERLAP = 0.3  # palms whose intersection over union is larger are the same palm
MAX_PALMS = 5  # candidates that the landmark network reads in one pass of a picture, largest first
MAX_LIVE_PALMS = 2  # the same in a camera's frame, which must not take longer without a hand than with one
MAX_SPAN = 3.0  # the largest extent of a hand, as a multiple of the frame's longer side
LIKELY_HAND_SCORE = 0.8  # a hand that needs a higher score may get a third look from this score on
MIN_TINTED_SCORE = 0.8  # of a hand in a tinted picture
GLANCE_SCORE = 0.1  # a palm needs this score at the first look to get a second look

# Several hands are looked for in views of the frame (several.py). Chosen on charts of training photographs.
MAX_HANDS = 30
# Minimum scores there: with 0.1 for palms, charts with 192 hands had seven false ones, with 0.3 three.
MIN_PALM_IN_VIEW, MIN_HAND_IN_VIEW = 0.3, 0.8
# Where the detector's score is at least this, there may be another hand that smaller views show better. One in ten
# pictures of one hand has such a place away from the hand, and 19 in 20 charts have.
HINT_SCORE = 0.025
SEEN_SHARE = 0.2  # the first view may not even hint at hands that are smaller, as a share of its side
LARGE_SHARE = 0.45  # smaller views show no more hands if those found are this large, as a share of the view's side
HINT_MARGIN = 0.3  # what is this near to a hand's box, in sides of the box, hints at no other hand
# A palm whose square differs no more from a hand's square is that hand's: it is not looked at again.
KNOWN_SHIFT, KNOWN_SCALE = 0.25, 1.6

# Scale from a palm's square to its hand's square, and shift in sides of the palm (negative: towards the fingers).
PALM_TO_HAND, PALM_SHIFT = 2.6, -0.5
LANDMARKS_TO_HAND, LANDMARKS_SHIFT = 2.0, -0.1  # the same, from the square around the last frame's steady joints
DEPTH_SCALE = 0.4  # the landmark network's scale of z

# The scales of the squares in which the hand of a single picture is seen again. The landmark network errs differently
# in each. Looks count that are nearly as sure of the hand as the first one, and whose landmarks are near to the middle
# look, in palm lengths. Chosen on photographs and films of people who were left out of training.
LOOKS, LESS_SURE, MAX_APART = (1.0, 1.1, 0.92), 0.05, 0.15

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
        self._light: Light = "plain"  # in which the hand was last seen
        self._turn = 0  # whose turn it is of the harder passes, and of the tints of a gray camera

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
        turn, passes = self._turn, HARD_PASSES
        if is_gray(frame_bgr):
            (turn, tint), passes = divmod(turn, len(TINTS)), GRAY_PASSES
            frame_bgr = tinted(frame_bgr, tint)
        hand = self._track(frame_bgr)
        if hand is None:
            is_first = self._turn == 0 and self._last is None  # a camera's first frame is looked at as a picture is
            turn %= len(passes)
            hard = passes if is_first else passes[turn : turn + 1]
            hand, self._light = self._search(frame_bgr, (FIRST_PASS, *hard), MAX_LIVE_PALMS)
        if hand is None:
            self._turn += 1
        self._last = around_landmarks(hand.landmarks) if hand else None
        return hand

    def _track(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        """The hand near to where it was in the last frame."""
        if self._last is None:
            return None
        return self.look(in_light(frame_bgr, self._light), self._last, MIN_HAND_SCORE)

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        """The largest hand in a single picture, independent of any frame before. None if there is no hand."""
        return self._detect(frame_bgr)[0]

    def detect_exactly(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        """As detect(), with the mean landmarks of several looks. It takes twice as long."""
        hand, frame_bgr = self._detect(frame_bgr)
        return hand and self._look_around(frame_bgr, hand, brightness_gain(frame_bgr))

    def _detect(self, frame_bgr: NDArray[np.uint8]) -> tuple[Hand | None, NDArray[np.uint8]]:
        """The largest hand, and the frame as it was seen: in the light or the tint that shows it."""
        if not is_gray(frame_bgr):
            hand, light = self._search(frame_bgr, (FIRST_PASS, *HARD_PASSES))
            return hand, in_light(frame_bgr, light)
        best: tuple[Hand | None, NDArray[np.uint8]] = (None, frame_bgr)
        for n in range(len(TINTS)):
            view = tinted(frame_bgr, n)
            hand, _ = self._search(view, (FIRST_PASS, *GRAY_PASSES))
            likely = hand and (n == 0 or hand.score >= MIN_TINTED_SCORE)
            if hand and likely and (best[0] is None or hand.score > best[0].score):
                best = hand, view
        return best

    def detect_all(self, frame_bgr: NDArray[np.uint8], limit: int = MAX_HANDS) -> list[Hand]:
        """The hands in a single picture, row by row from the top and from left to right, at most `limit` of them.

        The hand that detect_exactly() finds is one of them, unless a smaller view shows that hand better.
        """
        largest, frame_bgr = self._detect(frame_bgr)
        hands = [largest] if largest else []
        (height, width), gain = frame_bgr.shape[:2], brightness_gain(frame_bgr)
        for n, level in enumerate(levels(width, height)):
            hints = [self._add_hands(frame_bgr, Square(x, y, level.side, 0.0), gain, hands) for x, y in level.centres]
            hinted = not near(hands, np.concatenate(hints), HINT_MARGIN).all()
            unseen = n == 0 and not are_large(hands, level.side, SEEN_SHARE)
            if not (hinted or unseen) or len(hands) >= limit or are_large(hands, level.side, LARGE_SHARE):
                break
        hands = [self._look_around(frame_bgr, hand, gain) for hand in hands[:limit]]
        return [hands[index] for index in reading_order([hand.box_xyxy for hand in hands])]

    def _add_hands(self, frame_bgr: NDArray[np.uint8], view: Square, gain: float, hands: list[Hand]) -> Floats:
        """Add the hands that a view shows to those found before. Returns where hands may be, (n, 2) in pixels."""
        palms, scores = self._palms_in(frame_bgr, view, gain)
        for square in _palm_squares(palms, scores, MIN_PALM_IN_VIEW, view):
            if not any(_is_around(square, hand) for hand in hands):
                hand = self._look_twice(frame_bgr, square, MIN_HAND_IN_VIEW, gain)
                if hand:  # small palms are found less exactly, so that a third look sees the hand better
                    again = self.look(frame_bgr, around_landmarks(hand.landmarks), MIN_HAND_IN_VIEW, gain)
                    add_hand(hands, again or hand)
        to_frame = view.to_frame(1)
        hints: Floats = (palms[scores >= HINT_SCORE, 0] @ to_frame[:, :2].T + to_frame[:, 2]).astype(np.float32)
        return hints

    def _search(
        self, frame_bgr: NDArray[np.uint8], passes: Sequence[Pass], max_palms: int = MAX_PALMS
    ) -> tuple[Hand | None, Light]:
        """The hand that the first successful pass finds, and the light in which it was seen."""
        shown: View | None = None
        for search in passes:
            if search.view != shown:
                shown = search.view
                picture = in_light(frame_bgr, shown.light)
                gain, square = brightness_gain(picture), _square_of(shown, picture)
                palms, scores = self._palms_in(picture, square, gain)
            for palm in _palm_squares(palms, scores, search.min_palm_score, square)[:max_palms]:
                if hand := self._look_closely(picture, palm, search.min_hand_score, gain):
                    return hand, search.view.light
        return None, "plain"

    def _look_twice(self, frame_bgr: NDArray[np.uint8], square: Square, min_score: float, gain: float) -> Hand | None:
        """The hand in a palm's square. The second look, around the first one's landmarks, sees it as tracking would."""
        glance = self.look(frame_bgr, square, GLANCE_SCORE, gain)
        return glance and self.look(frame_bgr, around_landmarks(glance.landmarks), min_score, gain)

    def _look_closely(self, frame_bgr: NDArray[np.uint8], square: Square, min_score: float, gain: float) -> Hand | None:
        """The hand in a palm's square. If two looks make it likely, but not likely enough, a third one decides."""
        hand = self._look_twice(frame_bgr, square, min(min_score, LIKELY_HAND_SCORE), gain)
        if hand and hand.score < min_score:
            return self.look(frame_bgr, around_landmarks(hand.landmarks), min_score, gain)
        return hand

    def _look_around(self, frame_bgr: NDArray[np.uint8], hand: Hand, gain: float) -> Hand:
        """The same hand with the mean landmarks of those looks that agree."""
        around = around_landmarks(hand.landmarks)
        squares = [replace(around, side=around.side * scale) for scale in LOOKS]
        looks = [self.look(frame_bgr, square, hand.score - LESS_SURE, gain) for square in squares]
        seen = np.array([look.landmarks for look in looks if look and look.side == hand.side])
        if not len(seen):
            return hand
        apart = np.linalg.norm(seen[:, None, :, :2] - seen[:, :, :2], axis=3).mean(axis=2)
        middle = int(apart.sum(axis=0).argmin())
        agree = apart[middle] <= MAX_APART * palm_length(seen[middle])
        return replace(hand, landmarks=seen[agree].mean(axis=0))

    def palms(self, frame_bgr: NDArray[np.uint8]) -> list[Square]:
        """The squares in which the first pass looks for hands, largest first."""
        square = _square_of(FIRST_PASS.view, frame_bgr)
        palms, scores = self._palms_in(frame_bgr, square, brightness_gain(frame_bgr))
        return _palm_squares(palms, scores, FIRST_PASS.min_palm_score, square)

    def _palms_in(self, frame_bgr: NDArray[np.uint8], view: Square, gain: float) -> tuple[Floats, Floats]:
        """What the palm detector sees in a view: a palm at each anchor, and the palms' scores, (2016,) 0..1.

        A palm is (9, 2): its centre, its size and seven keypoints, as shares of the view's side.
        """
        raw_boxes, raw_scores = self._palm(_cut(frame_bgr, view, PALM_INPUT, cv2.BORDER_CONSTANT, gain))
        scores = 1 / (1 + np.exp(-np.clip(raw_scores[:, 0], -100, 100)))
        points = raw_boxes.reshape(-1, 9, 2) / PALM_INPUT
        points[:, [0, *range(2, 9)]] += anchors()[:, None]  # the network gives them relative to the anchor's centre
        return points.astype(np.float32), scores.astype(np.float32)

    def look(
        self, frame_bgr: NDArray[np.uint8], square: Square, min_score: float, gain: float | None = None
    ) -> Hand | None:
        """The hand in a turned square. None if the landmark network's score is below min_score (0..1).

        gain: the frame's brightness_gain, if it is known.
        """
        gain = gain or brightness_gain(frame_bgr)
        picture = _cut(frame_bgr, square, LANDMARK_INPUT, cv2.BORDER_REPLICATE, gain)
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


def _square_of(view: View, frame_bgr: NDArray[np.uint8]) -> Square:
    """The part of a frame that a view shows."""
    height, width = frame_bgr.shape[:2]
    longer, (right, down) = max(width, height), (view.along, 0.0) if width >= height else (0.0, view.along)
    return Square(width / 2 + right * longer, height / 2 + down * longer, view.side * longer, 0.0)


def _is_around(square: Square, hand: Hand) -> bool:
    """Whether a palm's square is nearly the one in which this hand was seen, so that it shows nothing new."""
    known = around_landmarks(hand.landmarks)
    away = np.hypot(square.x - known.x, square.y - known.y) / known.side
    return bool(away <= KNOWN_SHIFT and 1 / KNOWN_SCALE <= square.side / known.side <= KNOWN_SCALE)


def _palm_squares(palms: Floats, scores: Floats, min_score: float, view: Square) -> list[Square]:
    """The squares around the palms in a view with at least this score, largest first. palms, scores: see _palms_in."""
    likely, to_frame, squares = scores >= min_score, view.to_frame(1), []
    for palm in _merge_overlapping(palms[likely], scores[likely]):
        (centre, wrist, middle), size = palm[[0, 2, 4]] @ to_frame[:, :2].T + to_frame[:, 2], palm[1] * view.side
        squares.append(_shifted_square(centre, float(size.max()), _tilt(wrist, middle), PALM_SHIFT, PALM_TO_HAND))
    return sorted(squares, key=lambda square: -square.side)


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
