from pathlib import Path

import numpy as np
import pytest

from live.errors import DataError
from live.hand.landmarks import MIDDLE_MCP, PALM_CENTRE_JOINTS, WRIST, Side
from live.letters import HELD_LETTERS
from live.readers.strokes import OUTPUTS, StrokeReader
from live.readers.trajectory import N_INPUTS
from tests.support import drawn
from training.cli.main import main
from training.data.hands import read_npz
from training.data.synthetic.motion import (
    J_STYLES,
    KINDS,
    ON_THE_SPOT,
    RATE,
    SLOW_AND_LEVEL,
    ByLetter,
    MotionMaker,
    by_letter,
)
from training.data.synthetic.tracking import synthetic_frames, tracked_frames
from training.networks.strokes import StrokeRecipe, labelled_windows
from training.runs.motion.strokes import fit_strokes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def landmarks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All letters by ten sources, each drawn as one of the hands there are."""
    rng, folder = np.random.default_rng(0), tmp_path_factory.mktemp("landmarks")
    letters = np.tile(HELD_LETTERS, 10)
    still = [np.column_stack((drawn.joints("DILWY"[n % 5]), np.zeros(21))) for n in range(len(letters))]
    np.savez(
        folder / "hands.npz",
        landmarks=(np.array(still) + rng.normal(0, 4, (len(letters), 21, 3))).astype(np.float32),
        letter=letters,
        source=np.repeat([f"source_{n:02}" for n in range(10)], len(HELD_LETTERS)),
        handedness=np.array(["Right"] * len(letters)),
    )
    return folder


@pytest.fixture(scope="module")
def hands(landmarks: Path) -> ByLetter:
    return by_letter(read_npz(landmarks / "hands.npz"))


@pytest.mark.parametrize("kind", KINDS)
def test_hands_move_without_a_jump_and_stay_hands(hands: ByLetter, kind: str) -> None:
    for seed in range(20):
        made = MotionMaker(hands, np.random.default_rng(seed)).make(kind)
        assert np.isfinite(made.poses).all()
        steps = np.linalg.norm(np.diff(made.poses[:, :, :2], axis=0), axis=2)
        assert np.median(steps, axis=1).max() < 1.5  # palm lengths in a sixtieth of a second
        assert made.letter == (kind if kind in "JZ" else None)
        if made.letter:
            assert 0 <= made.start_s < made.stop_s <= len(made.poses) / 60


def test_a_j_ends_below_and_a_z_to_the_signers_right_of_where_it_began(hands: ByLetter) -> None:
    for letter, tip in (("J", 20), ("Z", 8)):
        ways = []
        for seed in range(60):
            made = MotionMaker(hands, np.random.default_rng(seed)).make(letter)
            start, stop = (made.poses[min(round(at * 60), len(made.poses) - 1)] for at in (made.start_s, made.stop_s))
            ways.append(stop[tip, :2] - start[tip, :2])
        right, down = np.median(ways, axis=0)
        assert down > 0.3
        assert right > 0 if letter == "J" else right < -0.3


@pytest.mark.parametrize("style", J_STYLES)
def test_a_j_of_the_two_quiet_kinds_ends_level_and_one_on_the_spot_keeps_its_palm_in_place(
    hands: ByLetter, style: str
) -> None:
    ways, level = [], 0
    for seed in range(40):
        made = MotionMaker(hands, np.random.default_rng(seed)).make("J", style)
        drawn_poses = made.poses[round(made.start_s * RATE) : round(made.stop_s * RATE)]
        palms = drawn_poses[:, PALM_CENTRE_JOINTS, :2].mean(axis=1)
        ways.append(np.linalg.norm(palms - palms[0], axis=1).max())
        along, down = drawn_poses[-1, MIDDLE_MCP, :2] - drawn_poses[-1, WRIST, :2]  # as an upright little finger
        level += abs(down) < along
        if style == SLOW_AND_LEVEL:
            assert 2.4 < made.stop_s - made.start_s < 5.1
    assert (np.median(ways) < 0.15) == (style == ON_THE_SPOT)
    if style in (ON_THE_SPOT, SLOW_AND_LEVEL):
        assert level >= 32


def test_the_hand_is_upright_again_in_the_letter_after_a_j_on_the_spot(hands: ByLetter) -> None:
    for seed in range(20):
        maker = MotionMaker(hands, np.random.default_rng(seed))
        upright = maker.hands["I"][0]
        maker.trajectory.add(upright, np.zeros(3), np.zeros((1, 2)))
        maker.trajectory.add(upright, np.zeros(3), np.zeros((2, 2)), spin=np.array((0.0, 120.0, 90.0)))
        maker._become(upright, 0.3, np.zeros(2))
        last = maker.trajectory.poses(np.zeros(3), 0.5)[-1]
        assert np.abs((last - last[0]) - upright).max() < 1e-6


def test_the_same_seed_makes_the_same_film(hands: ByLetter) -> None:
    (_, first), (_, second), (_, other) = (synthetic_frames(hands, (seed, 1)) for seed in (7, 7, 8))
    assert [each.time_s for each in first] == [each.time_s for each in second]
    assert [each.time_s for each in first] != [each.time_s for each in other]


def test_a_mirrored_film_shows_the_other_hand(hands: ByLetter) -> None:
    made = MotionMaker(hands, np.random.default_rng(0)).make("letters")
    sides: tuple[Side, Side] = ("right", "left")
    for mirrored, side in zip((False, True), sides, strict=True):
        frames = tracked_frames(made, 30, np.random.default_rng(1), mirrored)
        seen = [each.hand.side for each in frames if each.hand]
        assert seen.count(side) > 0.5 * len(seen)


def test_only_whole_strokes_are_taken_for_strokes(hands: ByLetter) -> None:
    strokes = 0
    for seed in range(30):
        made, frames = synthetic_frames(hands, (seed,))
        windows, labels = labelled_windows(made, frames, np.random.default_rng(0))
        assert windows.shape == (len(labels), N_INPUTS)
        assert np.isfinite(windows).all()
        assert set(labels) <= {0, OUTPUTS.index(made.letter or OUTPUTS[0])}
        strokes += int(np.count_nonzero(labels))
        # a hand that has only come to where the stroke begins has drawn nothing
        before = [each for each in frames if each.time_s < made.start_s]
        assert not labelled_windows(made, before, np.random.default_rng(0))[1].any()
    assert strokes > 50


def test_training_leaves_a_folder_that_live_reads_with(landmarks: Path, tmp_path: Path) -> None:
    figures = fit_strokes([landmarks], tmp_path / "strokes", recipe=StrokeRecipe(films=12, epochs=1, measured=1))
    assert set(figures["read"]["30 frames a second"]) == {"J", "Z"}
    assert set(figures["j_read"]["30 frames a second"]) == {ON_THE_SPOT, SLOW_AND_LEVEL}
    assert (tmp_path / "strokes" / "made_strokes.json").exists()
    reader = StrokeReader.load(tmp_path / "strokes")
    assert reader.update(None, 0.0).stroke is None


def test_too_few_sources_are_told_in_one_line(landmarks: Path, tmp_path: Path) -> None:
    away = [f"source_{n:02}" for n in range(4, 10)]
    with pytest.raises(DataError, match="too few sources with the letter A: every 5th source is kept apart"):
        fit_strokes([landmarks], tmp_path / "strokes", away)
    assert not (tmp_path / "strokes").exists()


def test_a_source_that_is_not_there_cannot_be_left_out(
    landmarks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["strokes", "--data", str(landmarks), "--leave-out", "nobody", "--out", str(tmp_path / "strokes")]
    assert main(told) == 1
    assert "--leave-out: nobody is the source of no hand in the data" in capsys.readouterr().err
