import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.hand.tint import TINTS, balanced, in_light, is_gray, tinted
from live.hand.tracker import LiteRTHandTracker
from tests.support import drawn


def in_gray(frame_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return cv2.cvtColor(cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8)


def compressed(frame_bgr: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    packed = cv2.imencode(".jpg", frame_bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize("quality", [95, 30])
@pytest.mark.parametrize("brightness", [1.0, 0.3])
def test_a_frame_without_colour_is_gray_however_dark_and_compressed(quality: int, brightness: float) -> None:
    frame = cv2.convertScaleAbs(drawn.signed("L"), alpha=brightness).astype(np.uint8)
    assert is_gray(compressed(in_gray(frame), quality))
    assert not is_gray(compressed(frame, quality))


def test_a_small_hand_in_colour_before_a_gray_wall_is_no_gray_frame() -> None:
    frame = np.full((480, 640, 3), 180, np.uint8)
    frame[200:260, 300:340] = (120, 140, 200)
    assert not is_gray(frame)


@given(st.integers(0, len(TINTS) - 1), st.integers(0, 254))
def test_a_tint_keeps_what_is_brighter_brighter(number: int, gray: int) -> None:
    pair = np.array([gray, gray + 1], np.uint8)[None, :, None].repeat(3, axis=2)
    darker, brighter = tinted(pair, number)[0].astype(int)
    assert (brighter >= darker).all()


def test_the_first_tint_changes_nothing() -> None:
    frame = in_gray(drawn.signed("L"))
    assert (tinted(frame, 0) == frame).all()


def test_hands_in_gray_are_found_as_in_colour(tracker: LiteRTHandTracker) -> None:
    found = 0
    for letter in drawn.SIGNED:
        frame = drawn.signed(letter)
        colour, gray = tracker.detect(frame), tracker.detect(in_gray(frame))
        assert colour is not None
        if gray is not None:
            found += 1
            apart = np.linalg.norm(colour.landmarks[:, :2] - gray.landmarks[:, :2], axis=1)
            assert np.median(apart) < 0.1 * np.ptp(colour.landmarks[:, :2], axis=0).max()
    assert found >= len(drawn.SIGNED) - 1


def test_a_gray_camera_is_followed(tracker: LiteRTHandTracker) -> None:
    frames = [in_gray(drawn.signed("Y", 0.8, (shift, 0))) for shift in range(-60, 60, 6)]
    found = [tracker.find(frame) is not None for frame in frames]
    assert all(found[2 * len(TINTS) :])


@pytest.mark.parametrize("gray", [0, 60, 200, 255])
def test_a_gray_wall_shows_no_hand(tracker: LiteRTHandTracker, gray: int) -> None:
    noise = np.random.default_rng(gray).integers(-4, 5, (480, 640, 1))
    wall = np.clip(gray + noise, 0, 255).astype(np.uint8).repeat(3, axis=2)
    assert tracker.detect(wall) is None


def test_a_balanced_frame_has_the_colours_that_it_had_in_white_light() -> None:
    frame = np.random.default_rng(0).integers(40, 200, (48, 64, 3)).astype(np.uint8)
    cold = (frame * np.array((1.1, 0.95, 0.7))).astype(np.uint8)
    before, after = balanced(frame), balanced(cold)
    assert np.abs(after - before * (after.mean() / before.mean())).mean() < 2
    assert np.ptp(after.mean(axis=(0, 1))) < 8


def test_lifted_shadows_are_brighter_and_black_and_white_stay() -> None:
    ramp = np.arange(256, dtype=np.uint8)[None, :, None].repeat(3, axis=2)
    lifted = in_light(ramp, "lifted")[0, :, 0].astype(int)
    assert (lifted[0], lifted[255]) == (0, 255)
    assert (lifted[10:100] > np.arange(10, 100) + 10).all()
    assert (np.diff(lifted) >= 0).all()
    assert in_light(ramp, "plain") is ramp


@pytest.mark.parametrize("value", [0, 255])
def test_a_black_or_white_frame_stays_as_it_is_when_balanced(value: int) -> None:
    frame = np.full((48, 64, 3), value, np.uint8)
    assert (balanced(frame) == frame).all()
