from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.hand import Hand, LiteRTHandTracker
from tests.support import drawn
from training.data import CutSide, LabelledPicture, cut, cut_hands

PICTURE = drawn.signed("L")
HEIGHT, WIDTH = PICTURE.shape[:2]


def hand(x0: float, y0: float, x1: float, y1: float) -> Hand:
    points = np.zeros((21, 3), np.float32)
    points[:, :2] = np.linspace((x0, y0), (x1, y1), 21)
    return Hand(points, "right", 0.9)


@given(st.sampled_from(get_args(CutSide)), st.floats(0, 1))
def test_a_cut_takes_its_share_of_the_hand_and_all_beyond(side: CutSide, share: float) -> None:
    left, top, part = cut(PICTURE, hand(100, 200, 300, 400), side, share)
    assert (part == PICTURE[top : top + part.shape[0], left : left + part.shape[1]]).all()
    edge = {"left": left - 100, "right": 300 - (left + part.shape[1]), "top": top - 200, "bottom": 400 - part.shape[0]}
    assert abs(edge[side] - share * 200) <= 1
    whole_side = part.shape[0] == HEIGHT if side in ("left", "right") else part.shape[1] == WIDTH
    assert whole_side


@pytest.mark.parametrize("side", get_args(CutSide))
def test_a_hand_that_reaches_out_of_the_picture_can_be_cut(side: CutSide) -> None:
    _, _, part = cut(PICTURE, hand(-400, -300, 1200, 900), side, 0.3)
    assert part.size > 0


def test_cut_hands_know_whether_a_finger_is_missing(tracker: LiteRTHandTracker, tmp_path: Path) -> None:
    pictures = []
    for letter in ("L", "Y", "W"):
        path = tmp_path / f"{letter}.png"
        cv2.imwrite(str(path), drawn.signed(letter))
        pictures.append(LabelledPicture(path, letter, "drawn"))
    hands = cut_hands(pictures * 4, tracker, seed=0)
    assert len(hands) > 10
    assert hands.whole.any()
    assert not hands.whole.all()
    assert hands.right_landmarks.shape == (len(hands), 21, 3)
    # the nearest finger joint of whole hands lies deeper in the picture
    nearest = hands.edges[:, 2:].min(axis=1)
    assert nearest[hands.whole].mean() > nearest[~hands.whole].mean()
    assert len(hands.select(hands.whole)) == hands.whole.sum()


def test_pictures_without_a_hand_give_no_cut_hands(tracker: LiteRTHandTracker, tmp_path: Path) -> None:
    path = tmp_path / "wall.png"
    cv2.imwrite(str(path), np.full((200, 200, 3), 180, np.uint8))
    hands = cut_hands([LabelledPicture(path, "A", "wall")], tracker, seed=0)
    assert len(hands) == 0
    assert hands.edges.shape == (0, 21)
