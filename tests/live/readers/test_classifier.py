import os
import threading
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from live.errors import ModelError
from live.files import default_model, shipped_models
from live.hand.crop import crop
from live.letters import HELD_LETTERS
from live.litert import MAX_CONCURRENT
from live.readers.classifier import LetterClassifier, Prediction, fuse
from live.readers.contract import Fusion
from live.readers.features import features
from tests.support import drawn, models
from training.data import read_split


def keras_model(folder: Path, reader: str) -> keras.Model:
    contract = LetterClassifier.load(folder).contract
    return keras.saving.load_model(folder / contract.readers[reader].files["keras"], safe_mode=True)


@pytest.mark.parametrize("name", ["sign_mnist", "letters"])
def test_keras_and_litert_agree_on_drawn_hands(name: str) -> None:
    agree(shipped_models() / name, np.stack([crop(drawn.hand(letter), (0, 0, 480, 480)) for letter in drawn.TIPS]))


@pytest.mark.parametrize("name", ["sign_mnist", "letters"])
def test_keras_and_litert_agree_on_sign_mnist(name: str, sign_mnist: Path) -> None:
    agree(shipped_models() / name, read_split(sign_mnist, "test").images[::7])


def agree(folder: Path, crops: np.ndarray) -> None:
    theirs = keras_model(folder, "cnn").predict(crops[..., None] / np.float32(255), verbose=0)
    classifier = LetterClassifier.load(folder)
    ours = np.stack([classifier.opinions(each)["cnn"] for each in crops])
    assert np.abs(ours - theirs).max() < 1e-5


def test_keras_and_litert_agree_on_shapes(classifier: LetterClassifier) -> None:
    hands = np.random.default_rng(0).normal(0, 50, (40, 21, 3)).astype(np.float32)
    theirs = keras_model(default_model(), "shape").predict(features(hands), verbose=0)
    ours = np.stack([classifier.opinions(None, each)["shape"] for each in hands])
    assert np.abs(ours - theirs).max() < 1e-5


def test_without_landmarks_the_cnn_answers_alone_and_with_them_both_do(classifier: LetterClassifier) -> None:
    crop, landmarks = np.zeros((28, 28), np.uint8), np.random.default_rng(0).normal(0, 50, (21, 3)).astype(np.float32)
    assert list(classifier.predict(crop).opinions) == ["cnn"]
    assert list(classifier.predict(crop, landmarks).opinions) == ["cnn", "shape"]
    assert list(classifier.predict(None, landmarks).opinions) == ["shape"]
    assert classifier.predict(crop, landmarks).threshold == classifier.contract.fusion["cnn+shape"].threshold


def test_one_reader_can_be_asked_alone(tmp_path: Path) -> None:
    models.copy(tmp_path / "both", shape=True)
    alone = LetterClassifier.load(tmp_path / "both", ("shape",))
    hand = np.random.default_rng(0).normal(0, 50, (21, 3)).astype(np.float32)
    assert list(alone.predict(np.zeros((28, 28), np.uint8), hand).opinions) == ["shape"]
    models.copy(tmp_path / "cnn")
    with pytest.raises(ModelError, match="has no shape reader, only cnn"):
        LetterClassifier.load(tmp_path / "cnn", ("shape",))


def test_a_model_of_landmarks_alone_says_that_it_needs_them(tmp_path: Path) -> None:
    models.copy(tmp_path, cnn=False, shape=True)
    with pytest.raises(ModelError, match="needs the hand networks"):
        LetterClassifier.load(tmp_path).predict(np.zeros((28, 28), np.uint8))


distributions = arrays(np.float32, (2, 24), elements=st.floats(0, 1, width=32)).map(
    lambda values: (values + np.float32(1e-3)) / (values + np.float32(1e-3)).sum(axis=1, keepdims=True)
)


@given(distributions, st.floats(0.01, 5), st.floats(0.01, 5))
def test_fusion_gives_a_distribution_and_never_overrules_readers_that_agree(
    opinions: np.ndarray, weight: float, other: float
) -> None:
    fused = fuse({"cnn": opinions[0], "shape": opinions[1]}, Fusion({"cnn": weight, "shape": other}, 0.5))
    assert fused.sum() == pytest.approx(1, abs=1e-4)
    assert fused.min() >= 0
    if opinions[0].argmax() == opinions[1].argmax():
        assert fused[opinions[0].argmax()] == pytest.approx(fused.max())


@given(distributions)
def test_one_reader_with_weight_1_changes_nothing(opinions: np.ndarray) -> None:
    assert np.abs(fuse({"cnn": opinions[0]}, Fusion({"cnn": 1.0}, 0.5)) - opinions[0]).max() < 1e-4


@given(distributions, st.floats(0.01, 5), st.floats(0.01, 5))
def test_a_fusion_as_sharp_as_one_reader_tells_the_same_letter(
    opinions: np.ndarray, weight: float, other: float
) -> None:
    both, fusion = {"cnn": opinions[0], "shape": opinions[1]}, Fusion({"cnn": weight, "shape": other}, 0.5)
    sharp = fusion.as_sharp_as("shape")
    assert sharp.weights["shape"] == 1
    assert fuse(both, sharp)[fuse(both, fusion).argmax()] == pytest.approx(fuse(both, sharp).max(), rel=1e-3)


def test_probabilities_are_a_distribution(classifier: LetterClassifier) -> None:
    prediction = classifier.predict(np.zeros((28, 28), np.uint8))
    assert prediction.probabilities.shape == (24,)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_what_is_no_crop_is_refused(classifier: LetterClassifier) -> None:
    wrongs: tuple[Any, ...] = (
        np.zeros((27, 28), np.uint8),
        np.zeros((28, 28), np.float32),
        np.zeros((28, 28, 1), np.uint8),
    )
    for wrong in wrongs:
        with pytest.raises(ValueError, match="a crop is"):
            classifier.predict(wrong)


@given(st.lists(st.floats(0, 1, width=32), min_size=24, max_size=24), st.integers(1, 24))
def test_top_is_sorted_and_begins_with_the_letter(values: list[float], n: int) -> None:
    prediction = Prediction(HELD_LETTERS, np.array(values, np.float32))
    top = prediction.top(n)
    assert len(top) == n
    assert [share for _, share in top] == sorted((share for _, share in top), reverse=True)
    assert top[0][1] == prediction.confidence
    assert len({letter for letter, _ in top}) == n


def test_loading_in_several_threads_leaves_stderr_as_it_was() -> None:
    before = os.fstat(2)
    threads = [
        threading.Thread(target=lambda: [LetterClassifier.load(default_model()) for _ in range(5)]) for _ in "abc"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = os.fstat(2)
    assert (before.st_dev, before.st_ino) == (after.st_dev, after.st_ino)


def test_two_threads_may_share_one_classifier(classifier: LetterClassifier) -> None:
    seen = np.random.default_rng(0).integers(0, 256, (2, 28, 28), dtype=np.uint8)
    alone = [classifier.predict(crop).probabilities.copy() for crop in seen]
    wrong: list[int] = []

    def work(which: int) -> None:
        answers = (classifier.predict(seen[which]).probabilities for _ in range(300))
        wrong.extend(which for answer in answers if not np.array_equal(answer, alone[which]))

    threads = [threading.Thread(target=work, args=(n,)) for n in (0, 1) * (MAX_CONCURRENT + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
