import pytest

pytest.importorskip("vtkmodules", reason="VTK is not installed: pip install vtk")

from training.studies.made_hands import MadeReading, shares, to_json


def test_shares_count_a_picture_without_a_hand_as_wrong() -> None:
    readings = [
        MadeReading("A", 1, "A", "A"),
        MadeReading("A", 1, "A", None),
        MadeReading("A", 2, "S", "S"),
        MadeReading("A", 2, None, None),
    ]
    assert shares(readings) == {"found": 0.75, "right": 0.5, "shown": 0.25, "shown_wrong": 0.25}
    printed = to_json(readings)
    assert printed["tones"] == {1: shares(readings[:2]), 2: shares(readings[2:])}
