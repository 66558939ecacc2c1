"""The hand tracker on drawn hands, on real ones if they are here, and compared with MediaPipe itself."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.errors import BundleError, FingerspellError
from live.files import default_model
from live.hand.crop import crop_hand
from live.hand.landmarks import KNUCKLES, WRIST, Hand, palm_length
from live.hand.networks import HandNetworks
from live.hand.search import HARD_PASSES, View
from live.hand.tint import MAX_GAIN, brightness_gain
from live.hand.tracker import LOOKS, MAX_HANDS, MAX_LIVE_PALMS, LiteRTHandTracker, Square, anchors, around_landmarks
from live.readers import Figures
from live.readers.classifier import LetterClassifier
from live.recognizer import Recognizer
from live.sources import read_picture
from tests.support import SHARED, drawn
from training.data import labelled_pictures
from training.measure import evaluate
from training.measure.changes import CHANGES
from training.studies import mediapipe as mediapipe_hands

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pictures_without_a_hand() -> list[NDArray[np.uint8]]:
    """Photographs of rooms, walls and outdoors."""
    folder = SHARED / "data" / "no_hand"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data/no_hand")
    return [read_picture(path) for path in sorted(folder.glob("*.jpg"))]


FOUND_SHARE, MAX_DISTANCE = 0.98, 0.05  # of the pictures on which MediaPipe finds a hand; of the palm's length


def counting_networks(tracker: LiteRTHandTracker, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list to which the names of the networks that run are added from now on."""
    runs: list[str] = []

    def noting(name: str, network: Callable[..., Any]) -> Callable[..., Any]:
        def noted(value: Any) -> Any:
            runs.append(name)
            return network(value)

        return noted

    for name in ("_palm", "_landmarks"):
        monkeypatch.setattr(tracker, name, noting(name, getattr(tracker, name)))
    return runs


@pytest.mark.parametrize("letter", drawn.SIGNED)
def test_landmarks_lie_on_the_hand_that_was_drawn(tracker: LiteRTHandTracker, letter: str) -> None:
    for scale, shift in ((1.0, (0, 0)), (0.7, (-150, 40))):
        hand = tracker.detect(drawn.signed(letter, scale, shift))
        assert hand is not None
        middle = np.array(drawn.SIZE) / 2
        there = (drawn.joints(letter) - middle) * scale + middle + shift
        palm = np.linalg.norm(there[KNUCKLES] - there[WRIST], axis=1).mean()
        off = np.linalg.norm(hand.landmarks[:, :2] - there, axis=1) / palm
        assert np.median(off) < 0.25
        x0, y0, x1, y1 = hand.box_xyxy
        assert (x0 <= hand.landmarks[:, 0]).all()
        assert (hand.landmarks[:, 1] <= y1).all()
        assert x0 < x1
        assert y0 < y1


def test_a_found_hand_is_tracked_without_looking_for_palms_again(
    tracker: LiteRTHandTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tracker.find(drawn.signed("L", 0.8))
    runs = counting_networks(tracker, monkeypatch)
    for step in range(1, 6):
        hand = tracker.find(drawn.signed("L", 0.8, (-8.0 * step, 4.0 * step)))
        assert hand is not None
        middle = drawn.SIZE[0] / 2
        there = (drawn.joints("L")[8, 0] - middle) * 0.8 + middle
        assert hand.landmarks[8, 0] == pytest.approx(there - 8 * step, abs=20)
    assert runs == ["_landmarks"] * 5


def test_a_hand_that_jumps_or_goes_is_looked_for_again(tracker: LiteRTHandTracker) -> None:
    assert tracker.find(drawn.signed("L", 0.6, (-200, 60)))
    jumped = tracker.find(drawn.signed("L", 0.6, (200, 60)))
    assert jumped is not None
    assert jumped.landmarks[:, 0].mean() > drawn.SIZE[0] / 2
    assert tracker.find(drawn.signed(None)) is None
    assert tracker.find(drawn.signed("Y"))


WALL = CHANGES["tinted-warm"](drawn.signed(None))  # a gray one would be tinted in several ways

# Drawn hands that the first pass misses, because of their size or of cold light.
UNUSUAL = {
    "near": drawn.signed("L", 1.2),
    "nearer": drawn.signed("Y", 2.0),
    "far": drawn.signed("W", 0.2),
    "in cold light": CHANGES["tinted-cold"](drawn.signed("L", 0.5)),
}


@pytest.mark.parametrize("frame", UNUSUAL.values(), ids=UNUSUAL)
def test_a_hand_of_unusual_size_or_light_is_found_within_some_frames_and_followed(
    tracker: LiteRTHandTracker, frame: NDArray[np.uint8]
) -> None:
    assert tracker.detect(frame)
    assert tracker.find(WALL) is None
    found = [tracker.find(frame) is not None for _ in range(2 * len(HARD_PASSES))]
    first = found.index(True)
    assert first < len(HARD_PASSES)
    assert all(found[first:])


def test_the_view_that_found_a_hand_is_tried_first_when_the_hand_is_lost(
    tracker: LiteRTHandTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tracker.find(WALL) is None
    found = [tracker.find(UNUSUAL["nearer"]) for _ in HARD_PASSES]
    assert found[0] is None
    assert found[-1] is not None
    tracker._last = None  # as if it was lost
    runs = counting_networks(tracker, monkeypatch)
    assert tracker.find(UNUSUAL["nearer"])
    assert runs.count("_palm") == 2  # the whole frame, then at once the view that shows the hand


def test_without_a_hand_a_frame_takes_one_more_view_and_all_have_their_turn(
    tracker: LiteRTHandTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides: list[float] = []

    def noted(frame: NDArray[np.uint8], view: Square, gain: float) -> Any:
        sides.append(view.side / frame.shape[1])
        return palms_in(frame, view, gain)

    palms_in = tracker._palms_in
    monkeypatch.setattr(tracker, "_palms_in", noted)
    assert tracker.find(WALL) is None
    sides.clear()  # the first frame is shown in all views
    assert not any(tracker.find(WALL) for _ in range(2 * len(HARD_PASSES)))
    views = [view for search in (*HARD_PASSES[1:], HARD_PASSES[0]) for view in dict.fromkeys((View(), search.view))]
    assert sides == pytest.approx([view.side for view in views] * 2)


def test_a_frame_without_a_hand_runs_few_networks(
    tracker: LiteRTHandTracker, pictures_without_a_hand: list[NDArray[np.uint8]], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = counting_networks(tracker, monkeypatch)
    tracker.find(WALL)
    runs.clear()
    for picture in pictures_without_a_hand:
        for _ in HARD_PASSES:
            tracker.find(picture)
            assert runs.count("_palm") <= 2
            assert runs.count("_landmarks") <= 1 + 5 * MAX_LIVE_PALMS
            runs.clear()


def test_pictures_without_a_hand_stay_without(
    tracker: LiteRTHandTracker, pictures_without_a_hand: list[NDArray[np.uint8]]
) -> None:
    found = [tracker.detect(picture) for picture in pictures_without_a_hand]
    assert sum(hand is not None for hand in found) <= 1


@pytest.mark.parametrize("change", ["none", "scaled-0.7", "scaled-1.4", "tilted-20", "darker", "tinted-cold"])
def test_strangers_hands_are_found_in_any_size_and_light(
    tracker: LiteRTHandTracker, strangers: Path, change: str
) -> None:
    pictures = labelled_pictures(strangers)[::40]
    figures, _ = evaluate(LetterClassifier.load(default_model()), pictures, tracker, change)
    assert isinstance(figures, Figures)
    assert figures.no_hand is not None
    assert figures.no_hand <= 0.02


def test_the_largest_of_several_hands_is_found(tracker: LiteRTHandTracker) -> None:
    two = np.hstack((drawn.signed("L", 0.6), drawn.signed("L", 1.0)))
    hand = tracker.detect(two)
    assert hand is not None
    assert hand.landmarks[:, 0].mean() > drawn.SIZE[0]


@pytest.mark.parametrize(
    ("n", "columns", "tile_px"), [(2, 2, 320), (6, 3, 320), (24, 6, 200), (24, 6, 480), (12, 12, 160)]
)
def test_all_hands_of_a_chart_are_found_in_order(
    tracker: LiteRTHandTracker, n: int, columns: int, tile_px: int
) -> None:
    hands = tracker.detect_all(drawn.chart(("LYYLLY" * 4)[:n], columns, tile_px))
    palms = [hand.landmarks[[WRIST, *KNUCKLES], :2].mean(axis=0) for hand in hands]
    tiles = [(int(x // tile_px), int(y // (tile_px * 3 / 4))) for x, y in palms]
    assert tiles == [(index % columns, index // columns) for index in range(n)]


def test_no_more_hands_are_found_than_asked_for(tracker: LiteRTHandTracker) -> None:
    chart = drawn.chart("LYY" * 12, 6, 200)
    assert len(tracker.detect_all(chart)) == MAX_HANDS
    assert len(tracker.detect_all(chart, limit=4)) == 4


def test_a_single_hand_among_all_is_the_one_that_is_found_alone_and_takes_one_view_more(
    tracker: LiteRTHandTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for letter in drawn.SIGNED:
        picture = drawn.signed(letter, 0.8)
        alone = tracker.detect_exactly(picture)
        with monkeypatch.context() as patch:
            runs = counting_networks(tracker, patch)
            (hand,) = tracker.detect_all(picture)
        assert alone is not None
        assert hand.landmarks.tolist() == alone.landmarks.tolist()
        assert runs == ["_palm", *["_landmarks"] * 2, "_palm", *["_landmarks"] * len(LOOKS)]  # one more view


def test_landmarks_in_a_picture_are_the_mean_of_several_looks_at_the_hand(tracker: LiteRTHandTracker) -> None:
    for letter in drawn.SIGNED:
        picture = drawn.signed(letter, 0.8)
        once, exact = tracker.detect(picture), tracker.detect_exactly(picture)
        assert once
        assert exact
        around = around_landmarks(once.landmarks)
        looks = [tracker.look(picture, replace(around, side=around.side * scale), 0.0) for scale in LOOKS]
        seen = np.array([look.landmarks for look in looks if look])
        assert exact.landmarks == pytest.approx(seen.mean(axis=0), abs=0.01)
        assert exact == replace(once, landmarks=exact.landmarks)
        apart = np.linalg.norm(seen[:, :, :2] - exact.landmarks[:, :2], axis=2).mean()
        assert 0 < apart < 0.2 * palm_length(exact.landmarks)


def test_a_look_that_sees_no_hand_or_the_other_side_does_not_count(
    tracker: LiteRTHandTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = drawn.signed("L")
    once = tracker.detect(picture)
    assert once
    for seen in (None, replace(once, side="left" if once.side == "right" else "right")):
        with monkeypatch.context() as patch:
            patch.setattr(tracker, "_detect", lambda frame_bgr: (once, frame_bgr))
            patch.setattr(tracker, "look", lambda *_, seen=seen: seen)
            assert tracker.detect_exactly(picture) is once


def test_hands_that_touch_are_two(tracker: LiteRTHandTracker) -> None:
    left, right = drawn.signed("Y", 0.8), drawn.signed("Y", 0.8)
    touching = np.hstack((left[:, 100:430], right[:, 215:560]))
    hands = tracker.detect_all(touching)
    assert len(hands) == 2
    assert hands[0].box_xyxy[2] >= hands[1].box_xyxy[0] - 20


def test_a_wall_has_no_hand_among_all(tracker: LiteRTHandTracker) -> None:
    assert tracker.detect_all(drawn.signed(None)) == []


@pytest.mark.parametrize("size", [(480, 640), (1, 1), (1, 2000), (2000, 3), (37, 53)])
def test_pictures_of_any_shape_without_a_hand_have_none(tracker: LiteRTHandTracker, size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    assert tracker.detect(noise) is None


def test_no_letter_in_noise_scenes_and_lettering(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> None:
    rng = np.random.default_rng(1)
    recognizer = Recognizer(classifier, tracker)
    for _ in range(40):
        coarse = rng.integers(0, 256, (*rng.integers(2, 12, 2), 3), dtype=np.uint8)
        scene = cv2.resize(coarse, drawn.SIZE, interpolation=cv2.INTER_CUBIC)
        for _ in range(int(rng.integers(0, 10))):
            colour = rng.integers(0, 256, 3).tolist()
            start, end = rng.integers(0, 640, (2, 2)).tolist()
            cv2.line(scene, start, end, colour, int(rng.integers(2, 50)))
            cv2.putText(scene, "HAND", start, 0, float(rng.uniform(1, 6)), colour, int(rng.integers(2, 20)))
        assert recognizer.read_picture(scene.astype(np.uint8)).letter is None


def test_anchors_are_those_of_the_palm_detector() -> None:
    assert anchors().shape == (2016, 2)
    assert anchors()[0].tolist() == pytest.approx([0.5 / 24, 0.5 / 24])
    assert anchors()[2].tolist() == pytest.approx([1.5 / 24, 0.5 / 24])
    assert anchors()[-1].tolist() == pytest.approx([11.5 / 12, 11.5 / 12])


@given(st.floats(-3, 3), st.floats(0.3, 3), st.floats(-500, 500), st.floats(-500, 500))
def test_the_square_around_landmarks_turns_grows_and_moves_with_the_hand(
    angle: float, scale: float, right: float, down: float
) -> None:
    still = np.column_stack((drawn.joints("Y"), np.zeros(21)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = still.copy()
    moved[:, :2] = still[:, :2] @ turn.T * scale + (right, down)
    before, after = around_landmarks(still.astype(np.float32)), around_landmarks(moved.astype(np.float32))
    assert after.side == pytest.approx(before.side * scale, rel=1e-3)
    assert np.cos(after.angle - before.angle - angle) == pytest.approx(1, abs=1e-4)
    there = turn @ (before.x, before.y) * scale + (right, down)
    assert (after.x, after.y) == pytest.approx(there.tolist(), abs=0.2)


def test_a_square_maps_its_corners_to_the_frame() -> None:
    affine = Square(100, 50, 40, np.pi / 2).to_frame(10)
    assert (affine @ (5, 5, 1)).tolist() == pytest.approx([100, 50])
    assert (affine @ (10, 5, 1)).tolist() == pytest.approx([100, 70])  # its right side points down


landmarks = st.lists(st.floats(-1024, 1024, width=32), min_size=63, max_size=63).map(
    lambda values: np.array(values, np.float32).reshape(21, 3)
)
small_ones = st.tuples(landmarks, st.floats(0, 0.01), st.floats(-5, 645), st.floats(-5, 485)).map(
    lambda how: (how[0] * how[1] + (how[2], how[3], 0)).astype(np.float32)
)


@given(landmarks)
@example(np.array([[0, 0, 0]] * 20 + [[0, -1, 0]], np.float32))
def test_a_left_hand_becomes_the_right_one_that_it_mirrors(points: NDArray[np.float32]) -> None:
    left, right = Hand(points, "left", 1.0), Hand(points * np.array((-1, 1, 1), np.float32), "right", 1.0)
    assert np.array_equal(left.right_landmarks, right.right_landmarks)
    assert 0 <= left.share_inside(640, 480) <= 1


@settings(deadline=None, max_examples=50)
@given(landmarks | small_ones)
@example(np.array([[0, 0, 0]] * 20 + [[0, -1, 0]], np.float32))
def test_wherever_in_the_frame_landmarks_are_said_to_be_a_crop_can_be_cut(points: NDArray[np.float32]) -> None:
    hand = Hand(points, "left", 1.0)
    assume(hand.share_inside(640, 480) > 0)
    assert crop_hand(drawn.signed(None), hand).shape == (28, 28)


def test_other_networks_are_refused(hand_networks: HandNetworks) -> None:
    with pytest.raises(BundleError, match="not the ones this program knows"):
        LiteRTHandTracker(HandNetworks(hand_networks.landmarks, hand_networks.palm))


def compared(tracker: LiteRTHandTracker, pictures: list[Path]) -> tuple[int, list[float], int]:
    """How many pictures have a hand by MediaPipe; where both find one, landmarks' mean distances and other sides."""
    try:
        theirs = mediapipe_hands.run(pictures)
    except FingerspellError as error:
        pytest.skip(f"needs MediaPipe: {error}")
    distances, other_sides = [], 0
    for path, found in zip(pictures, theirs, strict=True):
        picture = cv2.imread(str(path))
        assert picture is not None
        hand = tracker.detect(picture.astype(np.uint8))
        if not found.landmarks or hand is None:
            continue
        away = [np.linalg.norm(each[:, :2] - hand.landmarks[:, :2], axis=1).mean() for each in found.landmarks]
        nearest = int(np.argmin(away))
        there = found.landmarks[nearest][:, :2]
        palm = np.linalg.norm(there[KNUCKLES] - there[WRIST], axis=1).mean()
        distances.append(float(away[nearest] / palm))
        other_sides += found.sides[nearest] != hand.side
    return sum(bool(each.landmarks) for each in theirs), distances, other_sides


def test_drawn_hands_are_where_mediapipe_says(tracker: LiteRTHandTracker, tmp_path: Path) -> None:
    pictures = []
    for letter in drawn.SIGNED:
        for scale in (0.6, 0.8, 1.0):
            pictures.append(tmp_path / f"{letter}{scale}.png")
            cv2.imwrite(str(pictures[-1]), drawn.signed(letter, scale))
    found, distances, other_sides = compared(tracker, pictures)
    assert found >= 6
    assert len(distances) == found
    assert np.median(distances) <= 2 * MAX_DISTANCE  # one of the flat drawings is seen now from the palm, now the back
    assert other_sides == 0


def test_a_dim_frame_is_made_brighter_for_the_networks_and_no_other(tracker: LiteRTHandTracker) -> None:
    bright = drawn.signed("L", 0.8)
    dim = (bright * 0.35).astype(np.uint8)
    assert brightness_gain(bright) == 1.0
    assert 1.0 < brightness_gain(dim) <= MAX_GAIN
    assert brightness_gain(np.zeros((10, 10, 3), np.uint8)) == MAX_GAIN
    seen, unseen = tracker.detect(bright), tracker.detect(dim)
    assert seen is not None
    assert unseen is not None
    assert np.abs(seen.landmarks - unseen.landmarks).mean() < 10


def test_strangers_hands_are_where_mediapipe_says(tracker: LiteRTHandTracker, strangers: Path) -> None:
    pictures = sorted(strangers.glob("*/[!JZ]/*.jpg"))[::16]
    photos = SHARED / "data" / "photos"
    pictures += sorted(photos.glob("*/[!JZ]/*.jpg"))[::80]
    found, distances, other_sides = compared(tracker, pictures)
    print(
        f"MediaPipe finds a hand on {found} of {len(pictures)}, the tracker on {len(distances)} of those; mean "
        f"distance {np.mean(distances):.4f} palm lengths, median {np.median(distances):.4f}; {other_sides} other sides",
        file=sys.stderr,
    )
    assert len(distances) >= FOUND_SHARE * found
    assert np.mean(distances) <= MAX_DISTANCE
    assert other_sides <= 0.02 * found


@pytest.mark.parametrize("place", [(-400, 240), (1100, 240), (320, -400), (320, 900)])
def test_what_lies_wholly_outside_the_frame_is_no_hand(tracker: LiteRTHandTracker, place: tuple[float, float]) -> None:
    assert tracker.look(drawn.signed("L"), Square(*place, 200, 0.0), min_score=0.0) is None
