from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.errors import ModelError
from live.files import default_model, shipped_models
from live.hand import Hand, LiteRTHandTracker
from live.hand.networks import HandNetworks
from live.lessons import typical_hand
from live.letters import HELD_LETTERS
from live.readers.classifier import LetterClassifier
from live.readers.posture import PostureCheck, edge_distances
from live.recognizer import Recognizer
from tests.support import drawn

WIDTH, HEIGHT = 640, 480
SIZES = np.array([(WIDTH, HEIGHT)])


def shown(letter: str, turn_deg: float = 0.0, centre: tuple[float, float] = (320, 240), left: bool = False) -> Hand:
    """The typical hand of a letter in a frame, 160 pixels long, turned clockwise on the screen."""
    points = typical_hand(letter).astype(np.float64)
    points -= (points.min(axis=0) + points.max(axis=0)) / 2
    points *= 160 / np.ptp(points[:, :2], axis=0).max()
    cos, sin = np.cos(np.deg2rad(turn_deg)), np.sin(np.deg2rad(turn_deg))
    points[:, :2] = points[:, :2] @ np.array([[cos, sin], [-sin, cos]])
    if left:
        points[:, 0] *= -1
    points[:, :2] += centre
    return Hand(points.astype(np.float32), "left" if left else "right", 0.99)


@pytest.fixture(scope="module")
def check() -> PostureCheck:
    return PostureCheck.load()


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("letter", HELD_LETTERS)
def test_the_typical_hand_of_every_letter_is_usual(check: PostureCheck, letter: str, left: bool) -> None:
    for turn_deg in (-10, 0, 10):
        assert check.is_usual(shown(letter, turn_deg, left=left), WIDTH, HEIGHT)


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("letter", HELD_LETTERS)
def test_no_hand_is_usual_upside_down(check: PostureCheck, letter: str, left: bool) -> None:
    assert not check.is_usual(shown(letter, 180, left=left), WIDTH, HEIGHT)


@pytest.mark.parametrize("letter", "ABEILSVWXY")
def test_fingers_outside_the_frame_are_not_usual(check: PostureCheck, letter: str) -> None:
    top = shown(letter).landmarks[:, 1].min()
    assert not check.is_usual(shown(letter, centre=(320, 240 - top - 50)), WIDTH, HEIGHT)


@given(st.floats(0.2, 5), st.floats(-500, 500), st.floats(-500, 500))
def test_distances_to_the_edges_do_not_depend_on_size_and_place(scale: float, x: float, y: float) -> None:
    hand = shown("L").landmarks[None].astype(np.float64)
    padded = hand * scale
    assert np.allclose(edge_distances(padded, SIZES * scale), edge_distances(hand, SIZES), atol=1e-4)
    moved = hand + np.array((x, y, 0))
    inside = ((moved[..., :2] >= 0) & (moved[..., :2] <= (WIDTH, HEIGHT))).all(axis=2)
    assert ((edge_distances(moved, SIZES) >= 0) == inside).all()


def turned(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return cv2.rotate(frame, cv2.ROTATE_180).astype(np.uint8)


@pytest.mark.parametrize("letter", ["L", "W"])
def test_a_hand_upside_down_gets_no_letter_and_says_why(hand_networks: HandNetworks, letter: str) -> None:
    recognizer = Recognizer.from_networks(LetterClassifier.load(default_model()), hand_networks)
    upright = recognizer.read_picture(drawn.signed(letter))
    assert (upright.letter, upright.unusual) == (letter, False)
    reading = recognizer.read_picture(turned(drawn.signed(letter)))
    assert (reading.letter, reading.unusual) == (None, True)
    assert len(reading.top) == 3


def test_a_sign_that_was_recorded_may_lie_as_it_likes(hand_networks: HandNetworks) -> None:
    classifier = LetterClassifier.load(default_model())
    recognizer = Recognizer.from_networks(classifier, hand_networks)
    reading = recognizer.read_picture(turned(drawn.signed("L")))
    assert reading.unusual
    training = classifier.contract.training | {"recorded": [reading.top[0][0]]}
    classifier.contract = replace(classifier.contract, training=training)
    assert not recognizer.read_picture(turned(drawn.signed("L"))).unusual


def test_nothing_is_spelled_from_a_hand_upside_down(hand_networks: HandNetworks) -> None:
    recognizer = Recognizer.from_networks(LetterClassifier.load(default_model()), hand_networks)
    for n in range(30):
        recognizer.process(turned(drawn.signed("L")), n / 15)
    assert recognizer.speller.text == ""
    for n in range(30, 60):
        recognizer.process(drawn.signed("L"), n / 15)
    assert recognizer.speller.text == "L"


def test_a_model_of_letters_is_no_posture_check() -> None:
    with pytest.raises(ModelError, match="not the posture of a hand"):
        PostureCheck.load(shipped_models() / "letters")
    with pytest.raises(ModelError, match="reads posture, not letters"):
        LetterClassifier.load(shipped_models() / "posture")


def test_a_recogniser_without_a_check_reads_any_hand(tracker: LiteRTHandTracker, classifier: LetterClassifier) -> None:
    reading = Recognizer(classifier, tracker).read_picture(turned(drawn.signed("L")))
    assert not reading.unusual


def test_a_missing_file_of_the_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text((shipped_models() / "posture" / "model.json").read_text())
    with pytest.raises(ModelError, match="is missing"):
        PostureCheck.load(tmp_path)
