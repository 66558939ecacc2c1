"""A tiny run of the study of flowing words. It shows that its parts fit together."""

from pathlib import Path

import pytest

from tests.support.hands import write_typical_hands
from training.networks import ShapeRecipe
from training.studies.words import ablations as study

pytestmark = pytest.mark.slow


def test_each_change_is_trained_and_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_typical_hands(tmp_path / "hands.npz", [f"source_{n}" for n in range(10)])
    monkeypatch.setattr("training.runs.motion.films.ShapeRecipe", lambda: ShapeRecipe(members=1, units=(8,), epochs=1))
    monkeypatch.setattr(study, "N_WORDS", 1)
    monkeypatch.setattr(study, "CHANGES", {"small": {"width": 16, "dilations": (1, 2)}})
    figures = study.ablations([tmp_path], ["source_1"], films=40, epochs=1, seed=0)
    assert list(figures) == ["small"]
    assert figures["small"]["weights"] < 10_000
    assert 0 <= figures["small"]["2 letters a second"] <= 2
