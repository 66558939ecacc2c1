"""Real strokes are in ../shared; the other tests use drawn hands."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.errors import ModelError
from live.files import default_model
from live.hand.landmarks import PALM_CENTRE_JOINTS, Hand, Side
from live.hand.motion import N_FINGERS, between_poses, minimum_jerk
from live.hand.networks import HandNetworks
from live.hand.tracker import LiteRTHandTracker
from live.lessons import typical_hand
from live.letters import HELD_LETTERS
from live.readers.classifier import LetterClassifier
from live.readers.fluent import FluentReader
from live.readers.strokes import StrokeReader
from live.readers.trajectory import N_INPUTS, Trajectory
from live.recognizer import Recognizer
from live.sources import Frame, open_source
from live.text.distance import edit_distance
from live.text.spelling import Speller
from tests.support import SHARED, drawn
from training.data.augment import rotations
from training.data.synthetic.films import measured_film
from training.data.synthetic.motion import ON_THE_SPOT, SLOW_AND_LEVEL, ByLetter, Floats, HandMotion, MotionMaker
from training.data.synthetic.tracking import MEASURED, TrackedFrame, tracked_frames
from training.runs.motion.strokes import read

STROKES = SHARED / "data" / "bursts" / "strokes"
HELD = SHARED / "data" / "bursts" / "held"
REAL = [("signer_09", "J"), ("signer_09", "Z"), ("signer_11", "J"), ("signer_11", "Z")]


@pytest.fixture(scope="module")
def hands() -> ByLetter:
    """A drawn hand for each letter that strokes begin with, wrist at 0, palm of length 1."""
    by_letter = {letter: np.zeros((0, 21, 3)) for letter in "ABCDEFGHIKLMNOPQRSTUVWXY"}
    for letter in "DILWY":
        points = np.column_stack((drawn.joints(letter) - drawn.WRIST, np.zeros(21)))
        by_letter[letter] = (points / 135)[None]
    return by_letter


@pytest.mark.parametrize("frames_per_s", [10, 15, 30])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("letter", "JZ")
def test_drawn_hands_that_draw_are_read_at_every_frame_rate_and_side(
    hands: ByLetter, letter: str, frames_per_s: float, mirrored: bool
) -> None:
    right = 0
    for seed in range(40):
        rng = np.random.default_rng((seed, "JZ".index(letter)))
        frames = tracked_frames(MotionMaker(hands, rng).make(letter), frames_per_s, rng, mirrored)
        right += letter in read(StrokeReader.load(), frames)
    assert right >= 32


class Plays:
    """A hand tracker that returns the hands of a synthetic film."""

    def __init__(self, frames: list[TrackedFrame]) -> None:
        self._hands = iter(frames)

    def find(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        return next(self._hands).hand

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Hand | None:
        return self.find(frame_bgr)


PICTURE = np.zeros((4000, 4000, 3), np.uint8)


def playing(classifier: LetterClassifier, frames: list[TrackedFrame]) -> Recognizer:
    """A recogniser that finds the hands of a synthetic film, moved into PICTURE."""
    for each in frames:
        if each.hand:
            each.hand.landmarks[:, :2] += 2000
    return Recognizer(classifier, Plays(frames), strokes=StrokeReader.load())


@pytest.fixture(scope="module")
def typical_hands() -> ByLetter:
    """The typical hand of each held letter, in palm lengths."""
    return {letter: typical_hand(letter)[None] / 100 for letter in HELD_LETTERS}


@pytest.mark.parametrize("frames_per_s", [10, 15, 20, 30])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("style", [ON_THE_SPOT, SLOW_AND_LEVEL])
def test_a_j_turned_on_the_spot_or_drawn_slowly_is_read_once(
    typical_hands: ByLetter, style: str, frames_per_s: float, mirrored: bool
) -> None:
    right = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        frames = tracked_frames(MotionMaker(typical_hands, rng).make("J", style), frames_per_s, rng, mirrored)
        gone = [TrackedFrame(frames[-1].time_s + wait_s, None) for wait_s in (0.1, 0.2)]
        right += read(StrokeReader.load(), [*frames, *gone]) == "J"
    assert right >= 45


def turned(hand: Floats, roll: Floats, turn: Floats) -> Floats:
    """(n, 21, 3) a hand that turns about its palm's centre. roll, turn: (n,) degrees about y and z."""
    centre = hand[PALM_CENTRE_JOINTS].mean(axis=0)
    poses: Floats = np.einsum("nij,kj->nki", rotations(2, turn) @ rotations(1, roll), hand - centre) + centre
    return poses


def test_an_i_that_tilts_a_little_draws_nothing(typical_hands: ByLetter) -> None:
    tilt, seen = 20 * np.sin(np.linspace(0, 4 * np.pi, 240)), 0
    motion = HandMotion(turned(typical_hands["I"][0], tilt * 0, tilt), None, 0.0, 0.0)
    for seed in range(40):
        seen += len(read(StrokeReader.load(), tracked_frames(motion, 20, np.random.default_rng(seed))))
    assert seen <= 2


@pytest.mark.parametrize("word", ["J", "AJ", "BJ", "JB", "AJB"])
def test_a_j_turned_on_the_spot_replaces_its_i_and_no_letter_before_or_after(
    typical_hands: ByLetter, word: str
) -> None:
    done = minimum_jerk(np.linspace(0, 1, 75))
    poses = np.repeat(typical_hands["I" if word[0] == "J" else word[0]], 50, axis=0)
    for letter in word[word[0] != "J" :]:
        hand = typical_hands["I" if letter == "J" else letter][0]
        change = minimum_jerk(np.linspace(0, 1, 15))[:, None] * np.ones(N_FINGERS)
        poses = np.concatenate((poses, between_poses(poses[-1], hand, change), np.repeat(hand[None], 50, axis=0)))
        if letter == "J":
            stroke = turned(hand, 100 * done, 95 * done)
            poses = np.concatenate((poses, stroke, np.repeat(stroke[-1:], 20, axis=0)))
    letters = LetterClassifier.load(default_model(), ("shape",))
    right = 0
    for seed in range(10):
        frames = tracked_frames(HandMotion(poses, None, 0.0, 0.0), 20, np.random.default_rng(seed), errors=MEASURED)
        recognizer = playing(letters, frames)
        for each in frames:
            recognizer.process(PICTURE, each.time_s)
        right += recognizer.speller.text == word
    assert right >= 8


@pytest.mark.parametrize(("letters", "least", "most"), [("IY", 17, 20), ("AY", 0, 3), ("IYAE", 0, 3)])
def test_an_i_that_turns_may_be_read_as_one_other_letter(
    typical_hands: ByLetter, letters: str, least: int, most: int
) -> None:
    done = minimum_jerk(np.linspace(0, 1, 90))
    motion = HandMotion(turned(typical_hands["I"][0], 110 * done, 95 * done), "J", 0.0, 1.5)
    read_so = 0
    for seed in range(20):
        reader, seen = StrokeReader.load(), ""
        for each in tracked_frames(motion, 20, np.random.default_rng(seed), errors=MEASURED):
            part = min(int(each.time_s / 1.5 * len(letters)), len(letters) - 1)
            stroke = reader.update(each.hand, each.time_s, letters[part]).stroke
            seen += stroke.letter if stroke else ""
        after = [reader.update(None, 1.5 + wait_s).stroke for wait_s in (0.1, 0.2)]
        read_so += "J" in seen or any(after)
    assert least <= read_so <= most


def test_a_hand_that_shows_one_letter_after_the_other_draws_nothing(hands: ByLetter) -> None:
    drawn_so, shown = 0, 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        frames = tracked_frames(MotionMaker(hands, rng).make("Z"), 20, rng)
        for letters in (False, True):
            reader = StrokeReader.load()
            for each in frames:
                letter = "ABCEF"[int(each.time_s / 0.25) % 5] if letters else "D"
                stroke = reader.update(each.hand, each.time_s, letter).stroke
                drawn_so += stroke is not None and not letters
                shown += stroke is not None and letters
    assert drawn_so >= 14
    assert shown <= 2


def test_a_j_at_the_end_of_a_film_is_spelled(classifier: LetterClassifier, hands: ByLetter) -> None:
    at_end = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        motion = MotionMaker(hands, rng).make("J")
        frames = [each for each in tracked_frames(motion, 15, rng) if each.time_s <= motion.stop_s]
        recognizer = playing(classifier, frames)
        for each in frames:
            recognizer.process(PICTURE, each.time_s)
        recognizer.finish(frames[-1].time_s + 1 / 15)
        at_end += recognizer.speller.text.endswith("J")
    assert at_end >= 8


def test_a_stroke_is_spelled_and_shown_and_the_letter_it_set_out_from_is_not(
    classifier: LetterClassifier, hands: ByLetter
) -> None:
    drawn_once = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        frames = tracked_frames(MotionMaker(hands, rng).make("Z"), 15, rng)
        recognizer = playing(classifier, frames)
        readings = [recognizer.process(PICTURE, each.time_s) for each in frames]
        if "Z" not in recognizer.speller.text:
            continue
        drawn_once += 1
        spelled = next(n for n, reading in enumerate(readings) if "Z" in reading.text)
        assert readings[spelled].letter == "Z"
        assert readings[spelled].pose != "Z"
        assert readings[spelled].top[0] == ("Z", readings[spelled].confidence)
        assert recognizer.speller.committed[[*recognizer.speller.text].index("Z")].since_s < readings[spelled].time_s
    assert drawn_once >= 14


def hand_at(x: float, y: float, letter: str = "I", side: Side = "right") -> Hand:
    points = drawn.joints(letter) - drawn.WRIST
    landmarks = np.column_stack((points + np.array((x, y)), np.zeros(21)))
    return Hand(landmarks.astype(np.float32), side, 0.9)


def test_a_hand_that_rests_or_trembles_travels_no_distance() -> None:
    trajectory, rng = Trajectory(), np.random.default_rng(0)
    for n in range(100):
        trajectory.add(hand_at(300 + rng.normal(0, 2), 300 + rng.normal(0, 2)), n / 30)
    assert len(trajectory) == 1
    assert trajectory.windows()[0].shape == (0, N_INPUTS)


def test_a_trajectory_looks_alike_however_long_it_takes_and_wherever_it_is_and_on_either_hand() -> None:
    seen = []
    for seconds, frames_per_s, x, mirrored in ((1.0, 30, 0, False), (3.0, 30, 200, False), (1.0, 15, -90, True)):
        trajectory = Trajectory()
        for time_s in np.arange(0, seconds, 1 / frames_per_s):
            share = time_s / seconds
            hand = hand_at(300 + x + 400 * share, 300 + 90 * share)
            if mirrored:
                hand = Hand(hand.landmarks * np.array((-1, 1, 1), np.float32), "left", 0.9)
            trajectory.add(hand, float(time_s))
        seen.append(trajectory.windows()[0][3])
    assert np.abs(seen[1] - seen[0]).max() < 0.25
    assert np.abs(seen[2] - seen[0]).max() < 0.25


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.booleans(), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.sampled_from(("left", "right")),
            st.floats(0, 3),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_no_hands_and_no_clock_make_it_raise(steps: list[tuple[bool, float, float, Side, float]]) -> None:
    reader, time_s = StrokeReader.load(), 0.0
    for there, x, y, side, step_s in steps:
        time_s += step_s
        reader.update(hand_at(x, y, side=side) if there else None, time_s)
    flat = Hand(np.zeros((21, 3), np.float32), "right", 0.9)
    reader.update(flat, time_s)
    reader.update(flat, time_s)


def test_a_folder_of_another_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="reads A, B, C"):
        StrokeReader.load(default_model())
    with pytest.raises(ModelError, match="is not a folder"):
        StrokeReader.load(tmp_path / "nowhere")


def test_the_strokes_model_is_no_model_of_letters() -> None:
    with pytest.raises(ModelError, match="reads strokes, not letters"):
        LetterClassifier.load(default_model().parent / "strokes")


def frames_of(path: Path, every: int, mirrored: bool) -> Iterator[Frame]:
    with open_source(str(path)) as source:
        for n, frame in enumerate(source):
            if n % every == 0:
                image = np.ascontiguousarray(frame.image_bgr[:, ::-1]) if mirrored else frame.image_bgr
                yield Frame(image, frame.time_s)


def spelled(
    classifier: LetterClassifier, tracker: LiteRTHandTracker, path: Path, every: int = 1, mirrored: bool = False
) -> str:
    recognizer = Recognizer(classifier, tracker, Speller(), strokes=StrokeReader.load())
    time_s = 0.0
    for frame in frames_of(path, every, mirrored):
        time_s = frame.time_s
        recognizer.process(frame.image_bgr, time_s)
    recognizer.speller.finish(time_s + 0.03)
    return recognizer.speller.text


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("every", [1, 2, 3])
@pytest.mark.parametrize(("signer", "letter"), REAL)
def test_real_strokes_are_spelled_once_and_no_letter_beside_them(
    classifier: LetterClassifier, tracker: LiteRTHandTracker, signer: str, letter: str, every: int, mirrored: bool
) -> None:
    path = STROKES / f"{signer}_{letter}.mp4"
    if not path.exists():
        pytest.skip("needs ../shared/data/bursts: films of real people are not in the repository")
    assert spelled(classifier, tracker, path, every, mirrored) == letter


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("signer", "letter"), REAL)
def test_real_strokes_are_spelled_once_in_flow(
    classifier: LetterClassifier, hand_networks: HandNetworks, signer: str, letter: str, mirrored: bool
) -> None:
    path = STROKES / f"{signer}_{letter}.mp4"
    if not path.exists():
        pytest.skip("needs ../shared/data/bursts: films of real people are not in the repository")
    recognizer = Recognizer.from_networks(classifier, hand_networks)
    recognizer.flow = True
    for frame in frames_of(path, 1, mirrored):
        recognizer.process(frame.image_bgr, frame.time_s)
    recognizer.finish(frame.time_s + 0.03)
    assert recognizer.speller.text == letter


def test_strokes_in_words_that_flow_leave_the_letters_beside_them(
    classifier: LetterClassifier, typical_hands: ByLetter
) -> None:
    fluent = FluentReader.load()
    wrong = n_letters = 0
    for seed, word in enumerate(("AJAR", "ZERO", "BANJO", "MAJOR", "FROZE", "ENJOY", "PIZZA", "JOINT") * 2):
        rng = np.random.default_rng(seed)
        film = measured_film(typical_hands, typical_hands, word, 2.0, rng)
        recognizer = playing(classifier, list(film.frames))
        recognizer.fluent, recognizer.flow = fluent.for_new_hand(), True
        for each in film.frames:
            recognizer.process(PICTURE, each.time_s)
        recognizer.finish(film.frames[-1].time_s)
        wrong += edit_distance(word, recognizer.speller.text)
        n_letters += len(word)
    assert wrong / n_letters < 0.2


def test_held_letters_are_no_strokes(classifier: LetterClassifier, tracker: LiteRTHandTracker) -> None:
    if not HELD.is_dir():
        pytest.skip("needs ../shared/data/bursts: films of real people are not in the repository")
    reader, seen, seconds = StrokeReader.load(), [], 0.0
    for path in sorted(HELD.glob("*.mp4"))[::2]:
        for frame in frames_of(path, 3, False):
            motion = reader.update(tracker.find(frame.image_bgr), seconds + frame.time_s)
            seen += [path.name] if motion.stroke else []
        seconds += frame.time_s + 1
    assert len(seen) <= seconds / 180, seen
