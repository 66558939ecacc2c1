import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import OptimizeResult

from live.readers.classifier import fuse
from live.readers.contract import Fusion
from training.measure.fusion import (
    RIGHT_WHEN_ANSWERED,
    HeldBack,
    ThresholdPoint,
    calibrate,
    calibration_error,
    choose_threshold,
    curve,
    pair_up,
)

LETTERS = 24


def said(labels: np.ndarray, right: float, sureness: float, seed: int) -> np.ndarray:
    """(n, 24) probabilities of a reader that is right in this share of cases; sureness: the logit of its answer."""
    rng = np.random.default_rng(seed)
    answers = np.where(rng.random(len(labels)) < right, labels, rng.integers(0, LETTERS, len(labels)))
    logits = rng.normal(0, 0.3, (len(labels), LETTERS))
    logits[np.arange(len(labels)), answers] += sureness
    return np.asarray(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), np.float32)


def held(n: int = 3000, seed: int = 0) -> HeldBack:
    labels = np.random.default_rng(seed).integers(0, LETTERS, n)
    opinions = {"cnn": said(labels, 0.6, 6, seed + 1), "shape": said(labels, 0.9, 6, seed + 2)}
    return HeldBack(opinions, labels, np.array(["a", "b", "c"])[np.arange(n) % 3])


def test_two_readers_that_err_independently_beat_either_and_are_calibrated() -> None:
    learned, new = held(), held(seed=10)
    fusion = calibrate(learned)
    assert fusion.weights["shape"] > fusion.weights["cnn"] > 0
    fused = fuse(new.opinions, fusion)
    right = fused.argmax(axis=1) == new.labels
    alone = [(opinion.argmax(axis=1) == new.labels).mean() for opinion in new.opinions.values()]
    assert right.mean() >= max(alone)
    assert calibration_error(fused.max(axis=1), right) < 0.05
    over_sure = fuse(new.opinions, Fusion({"cnn": 3.0, "shape": 3.0}, 0.0)).max(axis=1)
    assert calibration_error(fused.max(axis=1), right) < calibration_error(over_sure, right)


def test_a_weight_near_nothing_is_not_rounded_to_a_zero_that_the_contract_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nearly_nothing = OptimizeResult(x=np.log([1.0, 1e-7]))  # few and easy hands lead there
    monkeypatch.setattr("training.measure.fusion.minimize", lambda *_, **__: nearly_nothing)
    assert calibrate(held()).weights == {"cnn": 1.0, "shape": 1e-4}


def test_the_threshold_is_the_least_that_keeps_its_promise() -> None:
    learned = held()
    fusion = calibrate(learned)
    points = {point.threshold: point for point in curve(learned, fusion)}
    assert points[fusion.threshold].right_when_answered >= RIGHT_WHEN_ANSWERED
    lower = [point for threshold, point in points.items() if threshold < fusion.threshold]
    assert all(point.right_when_answered < RIGHT_WHEN_ANSWERED for point in lower)
    shares = [point.answered for point in points.values()]
    assert shares == sorted(shares, reverse=True)


def test_where_no_threshold_is_good_enough_the_highest_is_taken() -> None:
    never = [ThresholdPoint(threshold, 1.0, 0.5) for threshold in (0.0, 0.5, 0.99)]
    assert choose_threshold(never) == 0.99


def test_each_source_counts_once() -> None:
    few_and_many = HeldBack({}, np.zeros(10, np.int64), np.array(["few"] * 2 + ["many"] * 8))
    assert few_and_many.weights()[:2].sum() == pytest.approx(0.5)
    assert few_and_many.weights().sum() == pytest.approx(1)


def test_hands_without_a_picture_get_the_cnns_answer_on_the_same_letter() -> None:
    learned = held(300)
    cnn = HeldBack({"cnn": learned.opinions["cnn"]}, learned.labels, learned.sources)
    labels = np.random.default_rng(5).integers(0, LETTERS, 200)
    shape = HeldBack({"shape": said(labels, 0.9, 4, 6)}, labels, np.full(200, "signer"))
    paired = pair_up(cnn, shape, seed=0)
    assert set(paired.opinions) == {"cnn", "shape"}
    for label, answer in zip(paired.labels, paired.opinions["cnn"], strict=True):
        same = learned.opinions["cnn"][learned.labels == label]
        assert not len(same) or (same == answer).all(axis=1).any()


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_calibration_error_is_a_share(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    assert 0 <= calibration_error(confidence, right) <= 1 + 1e-9


def test_calibration_error_of_calibrated_and_of_overconfident_answers() -> None:
    right = np.array([True] * 5 + [False] * 5)
    assert calibration_error(np.full(10, 0.5), right) == pytest.approx(0)
    assert calibration_error(np.full(10, 1.0), right) == pytest.approx(0.5)


def test_without_answers_there_is_no_calibration_error() -> None:
    assert calibration_error(np.zeros(0), np.zeros(0, bool)) == 0.0
