"""Reads words that flow: tracked hands over time in, log-probabilities of letters out, STEPS_PER_S times a second.

Frames come at any rate and not evenly, so hands are first resampled on the clock. A small causal network then reads one
step after another. Its memory is a vector that each step gives to the next, so a step costs the same after an hour. The
network answers LOOK_AHEAD_S late: it has then seen what follows a pose.
"""

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.errors import ModelError
from live.hand import FINGERTIPS, INDEX_MCP, KNUCKLES, LITTLE_MCP, N_LANDMARKS, PALM_CENTRE_JOINTS, WRIST, Hand
from live.letters import ALPHABET, HELD_LETTERS
from live.litert import Network
from live.readers.classifier import Probabilities
from live.readers.features import N_FEATURES, features
from live.readers.loading import load_weights
from live.readers.side import SideVote
from live.readers.trajectory import hand_sizes

Floats = NDArray[np.float32]

FLUENT = "fluent"
BLANK = ""  # CTC's blank: no letter begins in this step
FLUENT_OUTPUTS = (BLANK, *ALPHABET)

STEPS_PER_S = 20
LOOK_AHEAD_STEPS = 4
LOOK_AHEAD_S = LOOK_AHEAD_STEPS / STEPS_PER_S
BRIDGED_S = 0.25  # between two frames with a hand at most this far apart, the hand is interpolated
KEPT_S = 0.2  # a hand that is lost stays where it was for this long
AWAY_S = 0.8  # after this much longer, the hand counts as gone; hands that talk are often lost for a shorter time
ROUNDING_S = 1e-6  # frame times are sums of fractions
FORGET_S = 0.5  # after this long without a hand, what was seen before is forgotten: a word begins anew
MAX_GAP_S = 1.0  # after a longer time without any frame, reading begins anew
# A hand counts as still once it has moved and changed less than this from step to step for so long, in palm lengths
# (see _motion). Hands that talk hardly ever are.
STILL_TRAVEL, STILL_CHANGE, STILL_S = 0.1, 0.04, 0.5

# Inputs of a step: the features of the hand, how it lies and moves (see _motion), and the readers' opinions.
N_MOTION = 13
N_FLUENT_INPUTS = N_FEATURES + N_MOTION + len(HELD_LETTERS)
DRAWING_TIPS = [FINGERTIPS[1], FINGERTIPS[4]]  # the fingertips that draw Z and J
MAX_FEATURE = 4.0  # landmarks farther from the palm's centre, in palm lengths, are a tracker's mistake
MOTION_SCALE = 10.0  # brings movements of a palm length in half a second to 1
MIN_OPINION = 1e-4  # lower probabilities of a reader make no difference


NOTHING = np.log(np.where(np.arange(len(FLUENT_OUTPUTS)) == 0, 1, 1e-9)).astype(np.float32)


@dataclass(frozen=True)
class Sample:
    """A hand at one step. landmarks: (21, 3) of a right hand, in any one unit; None if there is no hand.

    seen: whether the hand was found; if not, landmarks are the last ones. opinion: (24,) probabilities of HELD_LETTERS.
    """

    time_s: float
    landmarks: NDArray[np.float32] | None = None
    seen: bool = False
    opinion: Probabilities | None = None


@dataclass(frozen=True)
class Step:
    """What the network says at time_s. log_probabilities: (27,) float32, of FLUENT_OUTPUTS.

    hand: whether there is a hand, or was a moment ago: KEPT_S and AWAY_S. still: whether it has been still for STILL_S.
    """

    time_s: float
    log_probabilities: Floats
    hand: bool
    still: bool = False


class Resampler:
    """Turns the frames of one hand into samples, STEPS_PER_S a second."""

    def __init__(self) -> None:
        self._side = SideVote()
        self._frame: Sample | None = None  # the last frame
        self._last_hand: Sample | None = None
        self._start_s = 0.0
        self._n_samples = 0

    def add(self, hand: Hand | None, time_s: float, opinion: Probabilities | None) -> list[Sample]:
        """The samples that are due between the last frame and the frame at time_s.

        opinion: (24,) probabilities of HELD_LETTERS in this frame; None if there is no hand.
        """
        if hand:
            self._side.add(hand.side, time_s)
            mirror = np.array((-1 if self._side.is_left else 1, 1, 1), np.float32)
            frame = Sample(time_s, hand.landmarks * mirror, True, opinion)
        else:
            frame = Sample(time_s)
        if self._frame is None:
            self._frame, self._start_s = frame, time_s
        samples = []
        while (due_s := self._start_s + self._n_samples / STEPS_PER_S) <= time_s + ROUNDING_S:
            samples.append(self._at(due_s, frame))
            self._n_samples += 1
        self._frame = frame
        self._last_hand = frame if frame.seen else self._last_hand
        return samples

    def _at(self, time_s: float, frame: Sample) -> Sample:
        before = self._frame
        assert before is not None
        if frame.landmarks is not None:
            if frame.time_s - time_s <= ROUNDING_S:
                return replace(frame, time_s=time_s)
            if before.landmarks is not None and frame.time_s - before.time_s <= BRIDGED_S:
                share = (time_s - before.time_s) / (frame.time_s - before.time_s)
                landmarks = before.landmarks + (frame.landmarks - before.landmarks) * share
                opinion = frame.opinion
                if before.opinion is not None and frame.opinion is not None:
                    opinion = before.opinion + (frame.opinion - before.opinion) * np.float32(share)
                return Sample(time_s, landmarks, True, opinion)
        last = self._last_hand
        if last and time_s - last.time_s <= KEPT_S:
            return Sample(time_s, last.landmarks, False, last.opinion)
        return Sample(time_s)


def step_inputs(samples: list[Sample]) -> Floats:
    """(n - 1, N_FLUENT_INPUTS) inputs of all samples but the first, which only tells from where the hand has moved."""
    landmarks = np.zeros((len(samples), N_LANDMARKS, 3), np.float32)
    opinions = np.ones((len(samples), len(HELD_LETTERS)), np.float32)
    present = np.array([sample.landmarks is not None for sample in samples])
    seen = np.array([sample.seen for sample in samples])
    for number, sample in enumerate(samples):
        if sample.landmarks is not None:
            landmarks[number] = sample.landmarks
            if sample.opinion is not None:
                opinions[number] = sample.opinion
    return inputs_of(landmarks, present, seen, opinions)


def inputs_of(landmarks: Floats, present: NDArray[np.bool_], seen: NDArray[np.bool_], opinions: Floats) -> Floats:
    """(n - 1, N_FLUENT_INPUTS) inputs of all samples but the first.

    landmarks: (n, 21, 3). present: (n,) whether there are landmarks. seen: (n,) whether the hand was found then.
    opinions: (n, 24) probabilities.
    """
    inputs = np.zeros((len(landmarks), N_FLUENT_INPUTS), np.float32)
    rows = np.flatnonzero(present)
    if not len(rows):
        return inputs[1:]
    inputs[rows, :N_FEATURES] = np.clip(features(landmarks[rows]), -MAX_FEATURE, MAX_FEATURE)
    certainty = 1 - np.log(np.maximum(opinions[rows], MIN_OPINION)) / np.log(MIN_OPINION)
    inputs[rows, N_FEATURES + N_MOTION :] = certainty
    points = landmarks[:, :, :2]
    sizes = hand_sizes(points)
    travel = np.diff(points[:, PALM_CENTRE_JOINTS].mean(axis=1), axis=0) / np.maximum(sizes[1:], sizes[:-1])[:, None]
    growth = np.log(sizes[1:] / sizes[:-1])
    travel = np.column_stack((travel, growth)).astype(np.float32) * np.float32(MOTION_SCALE)
    motion = _motion(inputs[:, :N_FEATURES], travel)
    has_moved = present[1:] & present[:-1]
    inputs[1:, N_FEATURES : N_FEATURES + N_MOTION - 1] = np.where(has_moved[:, None], motion, 0)
    inputs[:, N_FEATURES + N_MOTION - 1] = seen
    return inputs[1:]


def _motion(hand_features: Floats, travel: Floats) -> Floats:
    """(n - 1, N_MOTION - 1) how hands lie and move: the same for all people and letters, unlike the features.

    hand_features: (n, N_FEATURES). travel: (n - 1, 3) of the palm's centre since the step before (x and y in palm
    lengths) and of the logarithm of the hand's size, times MOTION_SCALE. The other columns are the palm's direction,
    the line of the knuckles, how far the fingertips that draw have come (x and y), and how much the shape changes.
    """
    joints = hand_features[:, : 3 * N_LANDMARKS].reshape(-1, N_LANDMARKS, 3)
    palm = joints[1:, KNUCKLES, :2].mean(axis=1) - joints[1:, WRIST, :2]
    knuckles = joints[1:, INDEX_MCP, :2] - joints[1:, LITTLE_MCP, :2]
    change = np.diff(joints, axis=0) * MOTION_SCALE
    tips = change[:, DRAWING_TIPS, :2] + travel[:, None, :2]
    shape = np.abs(change).mean(axis=(1, 2))
    motion = np.column_stack((travel, palm, knuckles, tips.reshape(len(tips), -1), shape))
    clipped: Floats = np.clip(motion, -MAX_FEATURE, MAX_FEATURE).astype(np.float32)
    return clipped


def _is_still(inputs: Floats) -> bool:
    """Whether the hand hardly moves in a step. inputs: (N_FLUENT_INPUTS,)."""
    x, y, *_, change, _ = inputs[N_FEATURES : N_FEATURES + N_MOTION] / MOTION_SCALE
    return bool(np.hypot(x, y) < STILL_TRAVEL and change < STILL_CHANGE)


class FluentReader:
    """Follows one hand. Times are those of the frames."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._restart()

    @classmethod
    def load(cls, folder: Path | None = None) -> "FluentReader":
        """Load a model folder, by default the shipped one. Raises ModelError if it breaks its contract."""
        content, _ = load_weights(folder, FLUENT, FLUENT_OUTPUTS[1:], "words that flow")
        return cls(load_fluent(content))

    def for_new_hand(self) -> "FluentReader":
        """Create a reader that shares this one's network, but not its history."""
        return FluentReader(self._network)

    def _restart(self) -> None:
        self._resampler = Resampler()
        self._last = Sample(0.0)
        self._state = np.zeros(self._network.input_shape[0] - N_FLUENT_INPUTS, np.float32)
        self._frame_s: float | None = None
        self._hand_s = -math.inf  # when there last was a hand
        self._n_still = 0  # how many steps the hand has been still for

    def update(self, hand: Hand | None, time_s: float, opinion: Probabilities | None) -> list[Step]:
        """Read the frame at time_s. Returns the steps since the last frame, oldest first.

        opinion: (24,) probabilities of HELD_LETTERS, what the other readers say of this frame; None without a hand.
        """
        if self._frame_s is not None and time_s - self._frame_s > MAX_GAP_S:
            self._restart()
        self._frame_s = time_s
        steps = []
        for sample in self._resampler.add(hand, time_s, opinion):
            if sample.landmarks is not None:
                self._hand_s = sample.time_s
            elif sample.time_s - self._hand_s > FORGET_S:  # nothing to read, and nothing to remember
                self._state, self._last = np.zeros_like(self._state), sample
                steps.append(Step(sample.time_s, NOTHING, self._is_here(sample.time_s)))
                continue
            inputs = step_inputs([self._last, sample])[0]
            outputs = self._network(np.concatenate((inputs, self._state)))
            log_probabilities, self._state = sorted(outputs, key=len)
            self._n_still = self._n_still + 1 if self._last.seen and sample.seen and _is_still(inputs) else 0
            self._last = sample
            here, still = self._is_here(sample.time_s), self._n_still >= STILL_S * STEPS_PER_S
            steps.append(Step(sample.time_s, log_probabilities, here, still))
        return steps

    def _is_here(self, time_s: float) -> bool:
        """Whether there is a hand, or was a moment ago."""
        return time_s - self._hand_s <= AWAY_S + ROUNDING_S


def load_fluent(content: bytes) -> Network:
    """Load the step network from a LiteRT file. Raises ModelError if it is another network."""
    try:
        network = Network(content)
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"LiteRT cannot load the {FLUENT} reader's weights ({error})") from error
    n_state = network.input_shape[-1] - N_FLUENT_INPUTS
    if sorted(network.output_shapes) != sorted([(len(FLUENT_OUTPUTS),), (n_state,)]):
        raise ModelError(
            f"the {FLUENT} reader's weights take {network.input_shape}, not {N_FLUENT_INPUTS} inputs and a state"
        )
    return network
