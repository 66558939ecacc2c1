"""Several hands in one picture: the views in which small ones are looked for, which two are one, and their order.

The palm detector sees a hand well if the hand is about half as large as the view. So a picture of many small hands,
such as a chart of the alphabet, is searched in ever smaller views, until the hands in them are large.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.hand.crop import Box
from live.hand.landmarks import PALM_CENTRE_JOINTS, Floats, Hand, palm_length

VIEW_DIVISORS = (1, 2, 4, 6, 9)  # of the largest view's side, level by level
LONGEST = 1.5  # side of the largest view, as a multiple of the picture's shorter side
MAX_ROW = 40  # a picture's longer side is at most this many times the side of the largest view
OVERLAP = 0.5  # of two neighbouring views, as a share of their side
MIN_VIEW_PX = 96  # a hand that fills a smaller view is too small to read
MAX_VIEWS = 200  # in a level; 200 views take 1.5 s

# Two hands are one if their palms' centres are this near, in palm lengths, or if their boxes share this much of the
# smaller one.
SAME_PALM, SAME_BOX = 0.75, 0.6
PART = 1.5  # of two hands that are one, the larger one is right if it is this many times as large
# A hand is in a row if it shares this much of its height, or of the row's mean height. The hands of a row may lie much
# higher and lower: with 1/3, one in nine charts of 24 training photographs was read in the wrong order, and with this
# one in sixty.
SAME_ROW = 0.1


@dataclass(frozen=True)
class Level:
    """Views of one size that together cover a picture: their side and their centres (x, y), in pixels."""

    side: float
    centres: tuple[tuple[float, float], ...]


def levels(width: int, height: int) -> list[Level]:
    """The views of a picture of this size in pixels, largest first. The first level is one view, or a row of them."""
    longer, shorter = max(width, height), min(width, height)
    largest = min(longer, max(LONGEST * shorter, longer / MAX_ROW))
    sides = [largest / divisor for divisor in VIEW_DIVISORS]
    found = [Level(side, _centres(width, height, side)) for side in sides if side >= min(largest, MIN_VIEW_PX)]
    return [level for level in found if len(level.centres) <= MAX_VIEWS]


def _centres(width: int, height: int, side: float) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for y in _middles(height, side) for x in _middles(width, side))


def _middles(length: int, side: float) -> list[float]:
    """The middles of overlapping pieces that cover a length."""
    if length <= side:
        return [length / 2]
    n = int(np.ceil((length - side) / (side * (1 - OVERLAP)))) + 1
    middles: list[float] = np.linspace(side / 2, length - side / 2, n).tolist()
    return middles


def are_large(hands: Sequence[Hand], view_side: float, share: float) -> bool:
    """Whether there are hands, and the median of their sides is at least this share of a view's side."""
    return bool(hands) and float(np.median([_side(hand) for hand in hands])) >= share * view_side


def is_same(one: Hand, other: Hand) -> bool:
    """Whether two hands that were found in one picture are the same one."""
    middles = [hand.landmarks[PALM_CENTRE_JOINTS, :2].mean(axis=0) for hand in (one, other)]
    palm = max(float(palm_length(hand.landmarks[:, :2])) for hand in (one, other))
    if float(np.linalg.norm(middles[0] - middles[1])) < SAME_PALM * palm:
        return True
    return _shared_area(one.box_xyxy, other.box_xyxy) > SAME_BOX * min(_area(one.box_xyxy), _area(other.box_xyxy))


def add_hand(hands: list[Hand], hand: Hand) -> None:
    """Add a hand to those found before. If it is one of them, the better one stays."""
    same = [other for other in hands if is_same(hand, other)]
    if all(_is_better(hand, other) for other in same):
        hands[:] = [*(other for other in hands if not any(other is one for one in same)), hand]


def _is_better(hand: Hand, other: Hand) -> bool:
    """Which of two hands that are one is right: a much smaller one is only a part, else it is the surer one."""
    larger, smaller = _side(hand) > PART * _side(other), PART * _side(hand) < _side(other)
    return larger or (not smaller and hand.score > other.score)


def near(hands: Sequence[Hand], points: Floats, margin: float) -> NDArray[np.bool_]:
    """Which of the points, (n, 2) in pixels, lie in a hand's box. margin: widens each box, in shares of its side."""
    inside = np.zeros(len(points), bool)
    for hand in hands:
        x0, y0, x1, y1 = hand.box_xyxy
        extra = margin * _side(hand)
        inside |= ((points >= (x0 - extra, y0 - extra)) & (points <= (x1 + extra, y1 + extra))).all(axis=1)
    return inside


def reading_order(boxes_xyxy: Sequence[Box]) -> list[int]:
    """The indices of the boxes, row by row from the top, and from left to right in each row.

    A box belongs to a row if it shares a tenth of its height, or of the row's mean height, with the row.
    """
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes_xyxy)), key=lambda index: _from_top(boxes_xyxy[index])):
        if rows and _in_row(boxes_xyxy[index], [boxes_xyxy[other] for other in rows[-1]]):
            rows[-1].append(index)
        else:
            rows.append([index])
    return [index for row in rows for index in sorted(row, key=lambda index: _from_left(boxes_xyxy[index]))]


def _in_row(box: Box, row: Sequence[Box]) -> bool:
    n = len(row)  # everything is multiplied by n, so whole numbers stay exact
    tops, bottoms = sum(other[1] for other in row), sum(other[3] for other in row)
    shared = min(n * box[3], bottoms) - max(n * box[1], tops)
    return shared >= SAME_ROW * min(n * (box[3] - box[1]), bottoms - tops)


def _from_top(box: Box) -> tuple[int, ...]:
    return (box[1] + box[3], *_from_left(box))


def _from_left(box: Box) -> tuple[int, ...]:
    return (box[0] + box[2], *box)


def _side(hand: Hand) -> int:
    x0, y0, x1, y1 = hand.box_xyxy
    return max(x1 - x0, y1 - y0)


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared_area(one: Box, other: Box) -> int:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0)
