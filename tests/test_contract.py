import json
from pathlib import Path
from typing import Any

import pytest

from live.classifier import LetterClassifier
from live.contract import default_model, read_contract, write_file
from live.errors import ModelError
from live.letters import HELD_LETTERS
from tests import models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    models.write(tmp_path / "model")
    return tmp_path / "model"


def edit(folder: Path, **fields: Any) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_the_shipped_model_keeps_its_contract() -> None:
    contract = read_contract(default_model())
    assert contract.letters == HELD_LETTERS
    assert contract.input_shape == (28, 28, 1)
    assert list(contract.pixel_range) == [0.0, 1.0]
    assert contract.parameters <= 264_049
    for kind in ("keras", "litert"):
        assert contract.weights(default_model(), kind)
    assert contract.figures
    assert contract.training["versions"]["keras"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"contract": 2}, "contract version 2, this program reads version 1"),
        ({"input_shape": [64, 64, 1]}, r"takes \[64, 64, 1\], this program's crops are \[28, 28, 1\]"),
        ({"pixel_range": [0, 255]}, r"pixels in \[0, 255\], this program gives \[0.0, 1.0\]"),
        ({"letters": ["A", "A"]}, "names a letter twice"),
        ({"letters": []}, "not a list of names"),
        ({"threshold": 2}, "threshold 2 is not in 0..1"),
        ({"threshold": "high"}, "'threshold' is 'high', which is of the wrong kind"),
        ({"files": {}}, "names no litert file"),
        ({"training": {}}, "training must have data, device, epochs"),
        ({"figures": {"x": {"mean": 1}}}, "figures 'x' must have about, answered"),
        ({"sha256": {"litert": "0"}}, r"files are of \['keras', 'litert'\], but sha256 of \['litert'\]"),
        ({"files": {"keras": "model.keras", "litert": "../../other.tflite"}}, "must be the plain name of a file"),
        ({"letters": list("ABC")}, "weights give 24 letters, model.json names 3"),
    ],
)
def test_a_mismatch_is_told_with_both_sides(folder: Path, fields: dict[str, Any], said: str) -> None:
    edit(folder, **fields)
    with pytest.raises(ModelError, match=said) as caught:
        LetterClassifier.load(folder)
    assert "\n" not in str(caught.value)


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    models.write(tmp_path, models.tiny(side=32))
    with pytest.raises(
        ModelError, match=r"weights take float32 \(1, 32, 32, 1\), model.json says float32 \(1, 28, 28, 1\)"
    ):
        LetterClassifier.load(tmp_path)


def test_a_missing_field_a_missing_file_and_a_swapped_file_are_told(folder: Path) -> None:
    weights = folder / read_contract(folder).files["litert"]
    content = weights.read_bytes()
    weights.write_bytes(content[:-1])
    with pytest.raises(ModelError, match=r"sha256 is \w{12}…, model.json says \w{12}…"):
        LetterClassifier.load(folder)
    weights.unlink()
    with pytest.raises(ModelError, match=r"is missing, though model\.json names it"):
        LetterClassifier.load(folder)
    told = json.loads((folder / "model.json").read_text())
    del told["letters"]
    (folder / "model.json").write_text(json.dumps(told))
    with pytest.raises(ModelError, match="has no 'letters'"):
        LetterClassifier.load(folder)


def test_what_is_no_model_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a folder"):
        LetterClassifier.load(tmp_path / "nowhere")
    with pytest.raises(ModelError, match=r"has no model\.json"):
        LetterClassifier.load(tmp_path)
    for text in ("{", "[]", "\udcff"):
        (tmp_path / "model.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(ModelError, match=r"is not JSON|holds a list"):
            LetterClassifier.load(tmp_path)


def test_weights_that_are_no_litert_file_are_refused(folder: Path) -> None:
    contract = read_contract(folder)
    with pytest.raises(ModelError, match="LiteRT cannot load the model's weights"):
        LetterClassifier(contract, b"no flatbuffer at all")


def test_a_write_that_fails_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.json"
    write_file(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["model.json"]
