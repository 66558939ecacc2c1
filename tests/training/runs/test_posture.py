from pathlib import Path

import cv2
import pytest

from live.errors import DataError
from live.hand.networks import HandNetworks
from live.readers.posture import PostureCheck
from tests.live.readers.test_posture import shown
from tests.support import drawn
from tests.support.hands import write_typical_hands
from training.networks import PostureRecipe
from training.runs.posture import FIGURES_FILE, fit_posture

pytestmark = pytest.mark.slow

QUICK = PostureRecipe(copies=2, cut_copies=1, epochs=6)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Typical hands of six sources, varied, and drawn pictures of two more."""
    folder = tmp_path_factory.mktemp("posture")
    write_typical_hands(folder / "hands.npz", [f"source_{n % 6}" for n in range(24)], spread=600.0)
    for n, letter in enumerate(drawn.SIGNED):
        path = folder / f"person_{n % 2}" / letter / "0.png"
        path.parent.mkdir(parents=True)
        cv2.imwrite(str(path), drawn.signed(letter))
    return folder


def test_training_leaves_a_folder_that_live_checks_with(
    hand_networks: HandNetworks, data: Path, tmp_path: Path
) -> None:
    refused = fit_posture([data], tmp_path / "posture", recipe=QUICK)
    assert refused["upright"] == pytest.approx(0.01, abs=0.005)
    assert refused["turned by 180 degrees"] > 0.8
    assert (tmp_path / "posture" / FIGURES_FILE).is_file()
    check = PostureCheck.load(tmp_path / "posture")
    assert check.is_usual(shown("B"), 640, 480)
    assert not check.is_usual(shown("B", 180), 640, 480)


def test_data_without_pictures_is_refused_before_training(data: Path, tmp_path: Path) -> None:
    landmarks = tmp_path / "landmarks"
    landmarks.mkdir()
    (landmarks / "hands.npz").write_bytes((data / "hands.npz").read_bytes())
    with pytest.raises(DataError, match="no photographs; cut hands are made of them"):
        fit_posture([landmarks], tmp_path / "posture", recipe=QUICK)
    assert not (tmp_path / "posture").exists()
