"""Fixtures that several tests share, and the order of the tests. Tests use ../shared where it exists."""

import csv
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from live.errors import BundleError
from live.files import default_model, shipped_models
from live.hand.networks import HandNetworks, load_networks
from live.hand.tracker import LiteRTHandTracker
from live.letters import HELD_LETTERS
from live.readers.classifier import LetterClassifier
from tests.support import ROOT, SHARED, drawn
from training.data.tables.table import COLUMNS

# An example may be slow, because other processes use the processors, too.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Keep the main module: Streamlit's AppTest puts the page in its place, and process pools would then run it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session")
def sign_mnist() -> Path:
    """The folder of the full Sign-MNIST, downloaded or shared between developers."""
    for folder in (SHARED / "data" / "sign_mnist", ROOT / "data" / "sign_mnist"):
        if folder.is_dir():
            return folder
    pytest.skip("needs Sign-MNIST: fingerspell-train download")


@pytest.fixture(scope="session")
def strangers() -> Path:
    """The folder of webcam pictures of real people."""
    folder = SHARED / "data" / "strangers"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data/strangers: pictures of real people are not in the repository")
    return folder


@pytest.fixture
def classifier() -> LetterClassifier:
    """The shipped model."""
    return LetterClassifier.load(default_model())


@pytest.fixture
def on_sign_mnist() -> LetterClassifier:
    """The CNN trained on Sign-MNIST alone, which reads flat drawn hands in a fixed square."""
    return LetterClassifier.load(shipped_models() / "sign_mnist")


@pytest.fixture(scope="session")
def hand_networks() -> HandNetworks:
    """MediaPipe's hand networks, from the cache that `make test` fills."""
    try:
        return load_networks()
    except BundleError as error:
        pytest.skip(f"needs the hand networks: {error}")


@pytest.fixture
def tracker(hand_networks: HandNetworks) -> LiteRTHandTracker:
    return LiteRTHandTracker(hand_networks)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two drawn letters, each a second long, 15 frames a second, 640x480."""
    path = tmp_path_factory.mktemp("film") / "drawn.mp4"
    drawn.write_film(path, drawn.frames(drawn.WORD, fps=15, hold_s=1.0))
    return path


def write_sign_mnist(
    path: Path, labels: Sequence[object], pixels: NDArray[np.int64] | None = None, columns: Sequence[str] = COLUMNS
) -> Path:
    """Write a small CSV in Sign-MNIST's form. pixels: (rows, 784); by default, noise."""
    if pixels is None:
        pixels = np.random.default_rng(0).integers(0, 256, (len(labels), len(columns) - 1))
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows([label, *row.tolist()] for label, row in zip(labels, pixels, strict=True))
    return path


@pytest.fixture(scope="session")
def shared_sign_mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a training and a test file that a network can learn: the pictures of a letter are alike.

    Tests only read it. A test that changes files takes small_sign_mnist.
    """
    rng = np.random.default_rng(1)
    patterns = rng.integers(60, 200, (len(HELD_LETTERS), 784))
    folder = tmp_path_factory.mktemp("small_sign_mnist")
    labels = [number if number < 9 else number + 1 for number in range(len(HELD_LETTERS))]
    for name, n in (("train", 8), ("test", 2)):
        pixels = np.repeat(patterns, n, axis=0) + rng.integers(-40, 40, (len(HELD_LETTERS) * n, 784))
        write_sign_mnist(folder / f"sign_mnist_{name}.csv", np.repeat(labels, n).tolist(), pixels)
    return folder


@pytest.fixture
def small_sign_mnist(shared_sign_mnist: Path, tmp_path: Path) -> Path:
    """A copy of shared_sign_mnist that the test may change."""
    return shutil.copytree(shared_sign_mnist, tmp_path / "small")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first: xdist hands out whole files in this order, so no process ends with a long one.

    Browser files and other slow files alternate. So one process mostly waits for a browser while another computes.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    slow = {mark: [path for path in files if files[path][0].get_closest_marker(mark)] for mark in ("browser", "slow")}
    turns = [path for pair in zip_longest(*slow.values()) for path in pair if path]
    items[:] = [item for path in dict.fromkeys([*turns, *files]) for item in files[path]]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in red that the browser is missing, which would go unnoticed among the skipped tests."""
    from tests.support.browser import MISSING

    if any(MISSING in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(MISSING, red=True, bold=True)


def write_landmarks(path: Path, letters: str, sources: Sequence[str], each: int) -> None:
    """Write landmarks to train on: joints of drawn hands with noise. each: hands of a letter and source."""
    rng = np.random.default_rng(0)
    landmarks, named, owners = [], [], []
    for source in sources:
        for letter in letters:
            for _ in range(each):
                still = np.column_stack((drawn.joints(letter), np.zeros(21)))
                landmarks.append(still + rng.normal(0, 4, (21, 3)))
                named.append(letter)
                owners.append(source)
    np.savez(
        path,
        landmarks=np.array(landmarks, np.float32),
        letter=np.array(named),
        source=np.array(owners),
        handedness=np.array(["Right"] * len(named)),
    )
