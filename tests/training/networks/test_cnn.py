"""The mean of several CNNs: what it answers, and that it is saved whole."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from live.litert import Network
from training.data import Crops
from training.engine import RECIPES, MemoryDataset, Training, scaled
from training.networks import train_cnn, train_mean_cnn
from training.runs.export import to_keras, to_litert

pytestmark = pytest.mark.slow

ONE = replace(RECIPES["lesson"], batch_size=40)
TWO = replace(ONE, members=2)


@pytest.fixture(scope="module")
def crops() -> Crops:
    """Forty pictures of each of three letters, with a bright line at a height of its own."""
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 3
    images = rng.integers(0, 60, (120, 28, 28), np.uint8)
    images[np.arange(120), 8 * labels + 4] = 255
    return Crops(images, labels, "lines", "", letters=("A", "B", "C"))


def test_the_mean_of_two_networks_is_the_geometric_mean_of_their_answers_also_once_saved(
    crops: Crops, tmp_path: Path
) -> None:
    dataset, pictures = MemoryDataset(crops), scaled(crops.images)
    mean, curves = train_mean_cnn("lesson-pooled", dataset, TWO, 2, Training(5))
    members = [train_cnn("lesson-pooled", dataset, ONE, 2, Training(seed)) for seed in (10, 11)]
    answers = [model.predict(pictures, verbose=0) for model, _ in members]
    assert np.abs(answers[0] - answers[1]).max() > 0.01  # they do differ
    geometric_mean = np.sqrt(answers[0] * answers[1])
    expected = geometric_mean / geometric_mean.sum(axis=1, keepdims=True)
    assert mean.predict(pictures, verbose=0) == pytest.approx(expected, abs=1e-5)
    assert curves["accuracy"].tolist() == pytest.approx(
        ((members[0][1] + members[1][1]) / 2)["accuracy"].tolist(), abs=1e-6
    )
    assert mean.count_params() == 2 * members[0][0].count_params()

    content = to_keras(mean)
    assert len(content) < 2.2 * 4 * members[0][0].count_params() + 100_000  # the weights alone
    (tmp_path / "mean.keras").write_bytes(content)
    again = keras.models.load_model(tmp_path / "mean.keras")
    assert again.predict(pictures, verbose=0) == pytest.approx(mean.predict(pictures, verbose=0), abs=1e-6)
    live = Network(to_litert(mean))
    assert live(pictures[0])[0] == pytest.approx(mean.predict(pictures[:1], verbose=0)[0], abs=1e-5)


def test_a_training_of_two_networks_goes_on_where_it_stopped(crops: Crops, tmp_path: Path) -> None:
    dataset, training = MemoryDataset(crops), Training(2**32 - 1, folder=tmp_path)
    whole, _ = train_mean_cnn("lesson-pooled", dataset, TWO, 2, replace(training, folder=None))
    first = replace(training, seed=2**32 - 2)  # which is twice the seed, and so within the range of seeds
    train_cnn("lesson-pooled", dataset, ONE, 2, first)  # the second network's training has not begun
    resumed, _ = train_mean_cnn("lesson-pooled", dataset, TWO, 2, training)
    for expected, weights in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, expected)
