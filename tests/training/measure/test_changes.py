"""The changes that `evaluate --change` makes to pictures."""

import argparse
import re
from pathlib import Path

import numpy as np
import pytest

import live
from live.hand import LiteRTHandTracker
from tests.support import drawn
from training.cli.main import build_parser
from training.measure.changes import CHANGES, HAND_CHANGES, NEARER, SCALES, SENT

KEPT = [name for name in CHANGES if not name.startswith(("scaled", "tilted", "tinted"))]


@pytest.mark.parametrize("change", sorted(KEPT))
def test_a_changed_picture_is_still_a_picture(change: str) -> None:
    picture = drawn.signed("L")
    changed = CHANGES[change](picture.copy())
    assert changed.dtype == np.uint8
    side = 320 if change == "half" else int(change.split("-")[1]) if change.startswith("sent-") else 640
    size = (side, side * 3 // 4) if change in ("turned-90", "turned-270") else (side * 3 // 4, side)
    assert changed.shape == (*size, 3)
    brightness, contrast = changed.mean() / picture.mean(), changed.std() / picture.std()
    expected = {"darker": (0.5, 0.5), "brighter": (1.6, 1.3), "flatter": (brightness, 0.6)}
    assert (brightness, contrast) == pytest.approx(expected.get(change, (1, 1)), rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("scale", SCALES)
def test_a_scaled_picture_shows_the_whole_hand_in_that_size(tracker: LiteRTHandTracker, scale: float) -> None:
    picture = drawn.signed("Y", 0.5, (-120, 30))
    before = tracker.detect(picture)
    assert before is not None
    change = f"scaled-{scale}"
    changed = CHANGES[change](picture) if change in CHANGES else NEARER[change](picture, before)
    after = tracker.detect(changed)
    assert changed.shape == picture.shape
    assert after is not None
    assert after.share_inside(*drawn.SIZE) == 1
    assert np.ptp(after.landmarks[:, 0]) / np.ptp(before.landmarks[:, 0]) == pytest.approx(scale, rel=0.15)


def test_a_hand_that_fills_the_picture_is_not_cut_by_coming_nearer(tracker: LiteRTHandTracker) -> None:
    picture = drawn.signed("Y")
    hand = tracker.detect(picture)
    assert hand is not None
    nearer = tracker.detect(NEARER["scaled-1.8"](picture, hand))
    assert nearer is not None
    assert nearer.share_inside(*drawn.SIZE) == 1


@pytest.mark.parametrize(("name", "angle"), [("tilted-20", 20), ("tilted-minus-20", -20)])
def test_a_tilted_picture_is_turned_clockwise_and_nothing_of_it_is_cut_off(name: str, angle: float) -> None:
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[230:250, 100:120] = picture[230:250, 520:540] = 255  # two marks on a level line
    picture[:20, :20] = 128  # in a corner
    tilted = CHANGES[name](picture)
    marks_y, marks_x = np.nonzero(tilted[:, :, 0] > 200)
    slope = np.polyfit(marks_x, marks_y, 1)[0]  # y points down
    assert np.degrees(np.arctan(slope)) == pytest.approx(angle, abs=1)
    assert (np.abs(tilted[:, :, 0].astype(int) - 128) < 10).sum() == pytest.approx(400, rel=0.1)


@pytest.mark.parametrize(("name", "strongest"), [("tinted-cold", 0), ("tinted-warm", 2)])
def test_coloured_light_makes_a_gray_wall_blue_or_red(name: str, strongest: int) -> None:
    wall = CHANGES[name](np.full((480, 640, 3), 100, np.uint8))
    assert wall[0, 0].argmax() == strongest


def test_each_change_can_be_asked_for_and_no_other() -> None:
    (commands,) = (each for each in build_parser()._actions if isinstance(each, argparse._SubParsersAction))
    (change,) = (each for each in commands.choices["evaluate"]._actions if each.dest == "change")
    assert set(change.choices or ()) == {*CHANGES, *NEARER, *HAND_CHANGES}


def test_what_is_measured_as_sent_is_what_the_page_sends() -> None:
    pace = (Path(live.__file__).parent / "web/stage/modules/pace.js").read_text()
    ladder = re.findall(r"side: (\d+), quality: ([\d.]+)", pace)
    assert [(int(side), round(100 * float(quality))) for side, quality in ladder] == list(SENT)
