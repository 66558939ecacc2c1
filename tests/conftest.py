"""What several tests need. Tests run without ../shared and use it where it is there."""

import csv
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from xdist.scheduler import LoadScopeScheduling

from live.errors import BundleError
from live.files import default_model, shipped_models
from live.hand.networks import HandNetworks, load_networks
from live.hand.tracker import LiteRTHandTracker
from live.letters import HELD_LETTERS
from live.readers.classifier import LetterClassifier
from tests.support import drawn
from training.data.sign_mnist import COLUMNS

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
OF_THE_PAGE = "tests/browser/"


@pytest.fixture(scope="session")
def sign_mnist() -> Path:
    """The full Sign-MNIST, as downloaded or as shared between developers."""
    for folder in (SHARED / "data" / "sign_mnist", ROOT / "data" / "sign_mnist"):
        if folder.is_dir():
            return folder
    pytest.skip("needs Sign-MNIST: fingerspell-train download")


@pytest.fixture(scope="session")
def strangers() -> Path:
    """Webcam pictures of real people."""
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
    """The CNN of Sign-MNIST alone, which reads flat drawn hands in a fixed square."""
    return LetterClassifier.load(shipped_models() / "sign_mnist")


@pytest.fixture(scope="session")
def hand_networks() -> HandNetworks:
    """MediaPipe's networks, from the cache that `make test` has filled."""
    try:
        return load_networks()
    except BundleError as error:
        pytest.skip(f"needs the hand networks: {error}")


@pytest.fixture
def tracker(hand_networks: HandNetworks) -> LiteRTHandTracker:
    return LiteRTHandTracker(hand_networks)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two drawn letters, a second each, 15 frames a second, 640x480."""
    path = tmp_path_factory.mktemp("film") / "drawn.mp4"
    drawn.write_film(path, drawn.frames(drawn.WORD, fps=15, hold_s=1.0))
    return path


def write_sign_mnist(
    path: Path, labels: Sequence[object], pixels: NDArray[np.int64] | None = None, columns: Sequence[str] = COLUMNS
) -> Path:
    """A small CSV of Sign-MNIST's form."""
    if pixels is None:
        pixels = np.random.default_rng(0).integers(0, 256, (len(labels), len(columns) - 1))
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows([label, *row.tolist()] for label, row in zip(labels, pixels, strict=True))
    return path


@pytest.fixture
def small_sign_mnist(tmp_path: Path) -> Path:
    """A folder with a training and a test file that a network can learn: each letter's pictures are alike."""
    rng = np.random.default_rng(1)
    faces = rng.integers(60, 200, (len(HELD_LETTERS), 784))
    folder = tmp_path / "small"
    folder.mkdir()
    labels = [number if number < 9 else number + 1 for number in range(len(HELD_LETTERS))]
    for name, each in (("train", 8), ("test", 2)):
        pixels = np.repeat(faces, each, axis=0) + rng.integers(-40, 40, (len(HELD_LETTERS) * each, 784))
        write_sign_mnist(folder / f"sign_mnist_{name}.csv", np.repeat(labels, each).tolist(), pixels)
    return folder


class OneBrowser(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Of `make test`'s two processes one begins with the tests of the page, whose cameras play in real time."""

    def _split_scope(self, nodeid: str) -> str:
        return OF_THE_PAGE if nodeid.startswith(OF_THE_PAGE) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowser:
    """xdist's own marker for groups does nothing under this pytest."""
    return OneBrowser(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Beside a browser whose camera plays, the other tests stand back."""
    if "PYTEST_XDIST_WORKER" in os.environ and not item.nodeid.startswith(OF_THE_PAGE) and not os.nice(0):
        os.nice(19)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A missing browser must not go unnoticed among the skips."""
    from tests.support.browser import MISSING

    if any(MISSING in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(MISSING, red=True, bold=True)


def write_landmarks(path: Path, letters: str, sources: Sequence[str], each: int) -> None:
    """Drawn hands' joints, shaken, as labelled landmarks laid out like those that `fit` trains on."""
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


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_file(path: Path, *processes: subprocess.Popen[str]) -> None:
    """Until it is there; these processes, one of which writes it, must be running meanwhile."""
    for _ in range(2400):
        if path.exists():
            return
        for each in processes:
            assert each.poll() is None, each.communicate()
        time.sleep(0.05)
    pytest.fail(f"{path} did not come")
