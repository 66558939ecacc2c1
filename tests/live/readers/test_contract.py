import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from live.errors import ModelError
from live.files import default_model, shipped_models, write_file
from live.letters import HELD_LETTERS
from live.readers.classifier import LetterClassifier
from live.readers.contract import read_contract
from tests.support import models

SIGNER_WITHOUT_FRAMES = {
    **{"title": "Strangers", "about": "Four pictures", "mean": 1, "top3": 1, "answered": 1, "right_when_answered": 1},
    **{"letters": {}, "signers": {"anna": {"accuracy": 1, "top3": 1}}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    models.copy(tmp_path / "model", shape=True)
    return tmp_path / "model"


def edit(folder: Path, **fields: Any) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_the_shipped_model_keeps_its_contract() -> None:
    contract = read_contract(default_model())
    assert contract.letters == HELD_LETTERS
    assert contract.input_shape == (28, 28, 1)
    assert json.loads((default_model() / "model.json").read_text())["pixel_range"] == [0.0, 1.0]
    assert list(contract.readers) == ["cnn", "shape"]
    for reader in contract.readers:
        assert contract.weights(default_model(), reader, "keras")
        assert contract.weights(default_model(), reader, "litert")
    assert contract.measurements
    assert contract.training["versions"]["keras"]


def test_the_weights_that_the_app_loads_are_small() -> None:
    loaded = [path for name in ("letters", "strokes", "fluent", "posture") for path in weights_in(name)]
    assert len(loaded) == 5
    assert sum(path.stat().st_size for path in loaded) <= 8_000_000


def weights_in(model: str) -> list[Path]:
    return list((shipped_models() / model).glob("*.tflite"))


def edit_reader(folder: Path, reader: str, **fields: Any) -> None:
    readers = json.loads((folder / "model.json").read_text())["readers"]
    edit(folder, readers=readers | {reader: readers[reader] | fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"contract": 3}, "contract version 3, this program reads versions 1 and 2"),
        ({"input_shape": [64, 32, 1]}, r"takes \[64, 32, 1\], this program gives one gray square, like \[28, 28, 1\]"),
        ({"input_shape": [28, 28, 3]}, r"takes \[28, 28, 3\], this program gives one gray square"),
        ({"input_shape": ["28", "28", 1]}, "this program gives one gray square"),
        ({"input_shape": [5000, 5000, 1]}, "this program gives one gray square"),
        ({"pixel_range": [0, 255]}, r"pixels in \[0, 255\], this program gives \[0.0, 1.0\]"),
        ({"letters": ["A", "A"]}, "names a letter twice"),
        ({"letters": []}, "not a list of names"),
        ({"letters": list("ABC")}, "weights give 24 letters, model.json names 3"),
        ({"readers": {}}, r"readers \[\] must be some of"),
        ({"readers": {"nose": {}}}, r"readers \['nose'\] must be"),
        ({"readers": {"cnn": 5}}, r"fusion is given for \['cnn', 'cnn\+shape', 'shape'\], the readers need it for"),
        ({"fusion": {}}, r"fusion is given for \[\], the readers need it for"),
        ({"training": {}}, "training must have data, device, epochs"),
        ({"figures": {"x": {"mean": 1}}}, "figures 'x' must have about, answered"),
        ({"figures": {"x": 5}}, "figures 'x' must have about, answered"),
        ({"figures": {"x": SIGNER_WITHOUT_FRAMES}}, "for each signer accuracy, frames and top3"),
    ],
)
def test_a_mismatch_is_reported_with_both_sides(folder: Path, fields: dict[str, Any], message: str) -> None:
    edit(folder, **fields)
    with pytest.raises(ModelError, match=message) as caught:
        LetterClassifier.load(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"files": {}}, "reader 'shape': names no litert file"),
        ({"architecture": 5}, "reader 'shape': 'architecture' is 5, which is of the wrong kind"),
        ({"sha256": {"litert": "0"}}, r"has files for \['keras', 'litert'\], but sha256 for \['litert'\]"),
        ({"files": {"keras": "model.keras", "litert": "../../other.tflite"}}, "must be the plain name of a file"),
    ],
)
def test_a_reader_that_is_described_wrongly_is_refused(folder: Path, fields: dict[str, Any], message: str) -> None:
    edit_reader(folder, "shape", **fields)
    with pytest.raises(ModelError, match=message):
        LetterClassifier.load(folder)


@pytest.mark.parametrize(
    ("fusion", "message"),
    [
        ({"weights": {"cnn": 1.0}, "threshold": 0.5}, "are not one number above 0 for each of its readers"),
        ({"weights": {"cnn": 1.0, "shape": 0.0}, "threshold": 0.5}, "are not one number above 0"),
        ({"weights": {"cnn": 1.0, "shape": "much"}, "threshold": 0.5}, "are not one number above 0"),
        ({"weights": {"cnn": 1.0, "shape": 1.0}, "threshold": 2}, r"threshold 2 is not in 0\.\.1"),
        ({"weights": {"cnn": 1.0, "shape": 1.0}}, "has no 'threshold'"),
        (5, "is 5, which is of the wrong kind"),
    ],
)
def test_a_fusion_that_is_described_wrongly_is_refused(folder: Path, fusion: Any, message: str) -> None:
    stored = json.loads((folder / "model.json").read_text())["fusion"]
    edit(folder, fusion=stored | {"cnn+shape": fusion})
    with pytest.raises(ModelError, match=message):
        LetterClassifier.load(folder)


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    contract = models.write(tmp_path, side=32)
    assert LetterClassifier.load(tmp_path).predict(np.zeros((28, 28), np.uint8)).letters == contract.letters
    edit(tmp_path, input_shape=[28, 28, 1])
    with pytest.raises(
        ModelError, match=r"cnn's weights take float32 \(32, 32, 1\), this program gives float32 \(28, 28, 1\)"
    ):
        LetterClassifier.load(tmp_path)


def test_the_readers_of_a_model_are_one_or_both(tmp_path: Path) -> None:
    for number, (cnn, shape) in enumerate(((True, False), (False, True), (True, True))):
        contract = models.write(tmp_path / str(number), cnn=cnn, shape=shape)
        assert read_contract(tmp_path / str(number)) == contract
        assert list(contract.readers) == ["cnn"] * cnn + ["shape"] * shape


def test_the_model_of_sign_mnist_alone_is_still_read_though_of_version_1() -> None:
    contract = read_contract(shipped_models() / "sign_mnist")
    assert list(contract.readers) == ["cnn"]
    assert contract.readers["cnn"].parameters == 197_432
    assert contract.fusion["cnn"].weights == {"cnn": 1.0}
    assert LetterClassifier.load(shipped_models() / "sign_mnist").contract == contract


def test_a_missing_field_a_missing_file_and_a_swapped_file_are_reported(folder: Path) -> None:
    weights = folder / read_contract(folder).readers["cnn"].files["litert"]
    content = weights.read_bytes()
    weights.write_bytes(content[:-1])
    with pytest.raises(ModelError, match=r"sha256 is \w{12}…, model.json says \w{12}…"):
        LetterClassifier.load(folder)
    weights.unlink()
    with pytest.raises(ModelError, match=r"is missing, though model\.json names it"):
        LetterClassifier.load(folder)
    values = json.loads((folder / "model.json").read_text())
    del values["letters"]
    (folder / "model.json").write_text(json.dumps(values))
    with pytest.raises(ModelError, match="has no 'letters'"):
        LetterClassifier.load(folder)


def test_what_is_not_a_model_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a folder"):
        LetterClassifier.load(tmp_path / "nowhere")
    with pytest.raises(ModelError, match=r"has no model\.json"):
        LetterClassifier.load(tmp_path)
    for text in ("{", "[]", "\udcff"):
        (tmp_path / "model.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(ModelError, match=r"is not JSON|holds a list"):
            LetterClassifier.load(tmp_path)


def test_weights_that_are_not_a_litert_file_are_refused(folder: Path) -> None:
    contract = read_contract(folder)
    with pytest.raises(ModelError, match="LiteRT cannot load the cnn's weights"):
        LetterClassifier(contract, {"cnn": b"no flatbuffer at all"})


def test_several_may_write_a_file_at_once(tmp_path: Path) -> None:
    path, contents = tmp_path / "networks", [bytes([n]) * 1_000_000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_file(path, content), contents))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


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
