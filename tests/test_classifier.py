import os
import threading
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.classifier import LetterClassifier, Prediction
from live.contract import default_model
from live.letters import HELD_LETTERS
from tests import drawn
from training.data import read_split


def keras_model(folder: Path) -> keras.Model:
    contract = LetterClassifier.load(folder).contract
    return keras.saving.load_model(folder / contract.files["keras"], safe_mode=True)


def test_keras_and_litert_agree_on_drawn_hands(classifier: LetterClassifier) -> None:
    from live.crop import crop

    crops = np.stack([crop(drawn.hand(letter), (0, 0, 480, 480)) for letter in drawn.TIPS])
    agree(classifier, crops)


def test_keras_and_litert_agree_on_sign_mnist(classifier: LetterClassifier, sign_mnist: Path) -> None:
    agree(classifier, read_split(sign_mnist, "test").images[::7])


def agree(classifier: LetterClassifier, crops: np.ndarray) -> None:
    theirs = keras_model(default_model()).predict(crops[..., None] / np.float32(255), verbose=0)
    ours = np.stack([classifier.predict(each).probabilities for each in crops])
    assert np.abs(ours - theirs).max() < 1e-5


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
