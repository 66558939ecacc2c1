"""How flowing hands are resampled and read; how well is measured by `fingerspell-train measure-fluent`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.errors import ModelError
from live.files import shipped_models
from live.hand import Hand
from live.lessons import typical_hand
from live.letters import HELD_LETTERS
from live.readers import (
    FLUENT_OUTPUTS,
    N_FEATURES,
    N_FLUENT_INPUTS,
    STEPS_PER_S,
    FluentReader,
    Resampler,
    Sample,
    step_inputs,
)
from live.readers.fluent import AWAY_S, KEPT_S, MAX_GAP_S, STILL_S

EVEN = np.full(len(HELD_LETTERS), 1 / len(HELD_LETTERS), np.float32)
rates = st.floats(10, 60)


def shown(letter: str = "B", x: float = 0.0, side: str = "right") -> Hand:
    """A typical hand, 100 pixels large, moved to the right by x palm lengths."""
    points = typical_hand(letter) + np.array((100 * x + 300, 300, 0))
    if side == "left":
        points = points * np.array((-1, 1, 1))
    return Hand(points.astype(np.float32), "left" if side == "left" else "right", 1.0)


def samples_of(frames: Sequence[tuple[float, Hand | None]]) -> list[Sample]:
    resampler, samples = Resampler(), []
    for time_s, hand in frames:
        samples += resampler.add(hand, time_s, EVEN if hand else None)
    return samples


@given(rates, st.floats(0.5, 3), st.floats(0, 1e6))
def test_samples_come_on_the_clock_whatever_the_frame_rate(rate: float, seconds: float, start_s: float) -> None:
    frames = [(start_s + n / rate, shown()) for n in range(int(seconds * rate) + 1)]
    samples = samples_of(frames)
    assert len(samples) == pytest.approx((frames[-1][0] - start_s) * STEPS_PER_S + 1, abs=1)
    assert np.allclose(np.diff([sample.time_s for sample in samples]), 1 / STEPS_PER_S, atol=1e-6)


@given(rates)
def test_a_movement_looks_the_same_at_every_frame_rate(rate: float) -> None:
    frames = [(n / rate, shown(x=n / rate)) for n in range(int(rate) + 1)]  # a palm length a second
    inputs = step_inputs(samples_of(frames))
    motion = inputs[:, N_FEATURES : N_FEATURES + 3]
    assert np.allclose(motion[:, 0], 10 / STEPS_PER_S, atol=0.05)
    assert np.allclose(motion[:, 1:], 0, atol=0.05)


def test_a_left_hand_and_a_mirrored_right_hand_look_the_same() -> None:
    right, left = (samples_of([(n / 20, shown("L", n / 20, side)) for n in range(20)]) for side in ("right", "left"))
    assert np.allclose(step_inputs(right), step_inputs(left), atol=1e-4)


def test_a_side_that_is_mistaken_for_one_frame_changes_nothing() -> None:
    frames = [(n / 20, shown("L", n / 20)) for n in range(20)]
    mistaken = [(time_s, Hand(hand.landmarks, "left" if n == 10 else "right", 1.0)) for n, (time_s, hand) in
                enumerate(frames)]  # fmt: skip
    assert np.allclose(step_inputs(samples_of(frames)), step_inputs(samples_of(mistaken)), atol=1e-4)


def test_a_hand_that_is_lost_stays_for_a_moment_and_is_then_gone() -> None:
    frames = [(n / 20, shown() if n < 10 else None) for n in range(30)]
    samples = samples_of(frames)
    last_s = 9 / 20
    for sample in samples[10:]:
        kept = sample.time_s - last_s <= KEPT_S + 1e-9
        assert (sample.landmarks is not None) == kept
        assert not sample.seen
    inputs = step_inputs(samples)
    assert not inputs[-1].any()
    assert inputs.shape == (29, N_FLUENT_INPUTS)


def test_a_hand_that_is_lost_counts_as_gone_only_after_a_second() -> None:
    reader = FluentReader.load()
    frames = [(n / STEPS_PER_S, shown() if 20 <= n < 30 or n >= 70 else None) for n in range(80)]
    steps = [step for time_s, hand in frames for step in reader.update(hand, time_s, EVEN if hand else None)]
    gone_s = [step.time_s for step in steps if not step.hand]
    last_s = 29 / STEPS_PER_S + KEPT_S + AWAY_S
    assert last_s == pytest.approx(29 / STEPS_PER_S + 1)
    assert gone_s == pytest.approx([n / STEPS_PER_S for n in (*range(20), *range(50, 70))])


def test_a_hand_that_is_lost_for_one_frame_is_bridged() -> None:
    frames = [(n / 20, shown(x=n / 20) if n != 10 else None) for n in range(20)]
    resampled = samples_of([frame for n, frame in enumerate(frames) if n != 10])  # the frame never came
    assert all(sample.seen for sample in resampled)
    assert resampled[10].landmarks is not None
    assert np.allclose(resampled[10].landmarks, shown(x=0.5).landmarks, atol=0.01)


def test_a_step_is_the_same_after_an_hour() -> None:
    reader, later = FluentReader.load(), FluentReader.load()
    frames = [(n / 30, shown("ABCL"[n // 30 % 4])) for n in range(120)]
    for n in range(20):
        later.update(None, n / 20, None)
    fresh = [step for time_s, hand in frames for step in reader.update(hand, time_s, EVEN)]
    again = [step for time_s, hand in frames for step in later.update(hand, time_s + 3600, EVEN)]
    assert len(fresh) == pytest.approx(len(again), abs=1)
    for one, other in zip(fresh, again, strict=False):
        assert other.log_probabilities == pytest.approx(one.log_probabilities, abs=0.01)


def test_every_step_gives_a_probability_for_each_letter_and_none() -> None:
    reader = FluentReader.load()
    for n in range(40):
        for step in reader.update(shown("L") if n > 10 else None, n / 20, EVEN if n > 10 else None):
            assert step.log_probabilities.shape == (len(FLUENT_OUTPUTS),)
            assert np.exp(step.log_probabilities).sum() == pytest.approx(1, abs=1e-4)


def is_still(moved: Sequence[float]) -> list[bool]:
    """Whether each step's hand counts as still. moved: how far it has come by each step, in palm lengths."""
    reader = FluentReader.load()
    frames = [(n / STEPS_PER_S, shown(x=x)) for n, x in enumerate(moved)]
    return [step.still for time_s, hand in frames for step in reader.update(hand, time_s, EVEN)]


def test_a_hand_that_trembles_is_still_after_a_moment() -> None:
    still = is_still([0.02 * (n % 2) for n in range(30)])
    assert still.index(True) == pytest.approx(STILL_S * STEPS_PER_S, abs=1)
    assert all(still[still.index(True) :])


def test_a_hand_that_wanders_or_comes_and_goes_is_never_still() -> None:
    assert not any(is_still([0.15 * n for n in range(30)]))
    reader = FluentReader.load()
    frames = [(n / STEPS_PER_S, shown() if n % 8 else None) for n in range(60)]
    assert not any(step.still for time_s, hand in frames for step in reader.update(hand, time_s, EVEN))


def test_a_hand_whose_fingers_move_is_never_still() -> None:
    reader = FluentReader.load()
    frames = [(n / STEPS_PER_S, shown("BCLY"[n // 6 % 4])) for n in range(60)]
    assert not any(step.still for time_s, hand in frames for step in reader.update(hand, time_s, EVEN))


def test_after_a_gap_reading_begins_anew() -> None:
    reader = FluentReader.load()
    reader.update(shown("L"), 0.0, EVEN)
    assert len(reader.update(shown("L"), 10 * MAX_GAP_S, EVEN)) == 1


def test_a_folder_with_another_model_is_refused() -> None:
    with pytest.raises(ModelError, match="not words that flow"):
        FluentReader.load(shipped_models() / "strokes")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a folder"):
        FluentReader.load(tmp_path / "none")
