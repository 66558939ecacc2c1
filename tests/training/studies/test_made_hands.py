from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from live.hand import HandNetworks
from live.lessons import typical_hand
from training.data import Hands, read_npz
from training.data.synthetic.rendered import made_hands

pytest.importorskip("vtkmodules", reason="VTK is not installed: pip install vtk")

from training.studies.made_hands import MadeReading, shares, to_json, write_hands


def test_shares_count_a_picture_without_a_hand_as_wrong() -> None:
    readings = [
        MadeReading("A", 1, "A", "A"),
        MadeReading("A", 1, "A", None),
        MadeReading("A", 2, "S", "S"),
        MadeReading("A", 2, None, None),
    ]
    assert shares(readings) == {"found": 0.75, "right": 0.5, "shown": 0.25, "shown_wrong": 0.25}
    assert to_json(readings)["tones"] == {1: shares(readings[:2]), 2: shares(readings[2:])}


def test_training_reads_the_hands_that_are_written(hand_networks: HandNetworks, tmp_path: Path) -> None:
    landmarks = np.stack([typical_hand(letter) for letter in "LY"]).astype(np.float32)
    typical = Hands(landmarks, np.arange(2), np.array(["anna", "ben"]), None, None, "", "", ("L", "Y"))
    write_hands(islice(made_hands(typical, np.random.default_rng(0), batch=6), 6), tmp_path / "made.npz")
    read = read_npz(tmp_path / "made.npz")
    assert len(read) > 0
    assert read.crops is not None
    assert {(read.letters[label], str(source)) for label, source in zip(read.labels, read.sources, strict=True)} <= {
        ("L", "anna"),
        ("Y", "ben"),
    }
