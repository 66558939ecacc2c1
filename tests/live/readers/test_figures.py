import json

import pytest

from live.files import shipped_models
from live.readers.contract import read_contract
from live.readers.figures import Figures, NothingFigures, SignerFigures

FIGURES = Figures(
    mean=0.5,
    top3=1.0,
    no_hand=None,
    answered=0.25,
    right_when_answered=1.0,
    calibration_error=0.125,
    signers={"anna": SignerFigures(0.5, 1.0, None, 4)},
    letters={"A": 1.0, "B": 0.0},
)


@pytest.mark.parametrize("name", ["letters", "strokes"])
def test_a_model_json_is_written_as_it_was_read(name: str) -> None:
    text = (shipped_models() / name / "model.json").read_text(encoding="utf-8")
    assert read_contract(shipped_models() / name).to_json() == text


def test_figures_of_a_model_without_calibration_error_gain_no_key() -> None:
    stored = json.loads((shipped_models() / "sign_mnist" / "model.json").read_text(encoding="utf-8"))["figures"]
    assert "calibration_error" not in stored["sign_mnist"]
    measurements = read_contract(shipped_models() / "sign_mnist").measurements
    assert {key: measurement.to_json() for key, measurement in measurements.items()} == stored


@pytest.mark.parametrize("nothing", [None, NothingFigures(0.75, 8)])
def test_figures_keep_their_keys_in_order_and_come_back(nothing: NothingFigures | None) -> None:
    figures = Figures(**{**vars(FIGURES), "nothing": nothing})
    values = json.loads(json.dumps(figures.to_json()))
    keys = ["mean", "top3", "no_hand", "answered", "right_when_answered", "calibration_error", "signers", "letters"]
    assert list(values) == keys + (["nothing"] if nothing else [])
    assert values["signers"] == {"anna": {"accuracy": 0.5, "top3": 1.0, "no_hand": None, "frames": 4}}
    assert Figures.from_json(values) == figures
    if nothing:
        assert nothing.to_json() == {"nothing": values["nothing"]}
