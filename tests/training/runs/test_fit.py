"""The `fingerspell-train` command on data small enough to train on here."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.errors import DataError, FingerspellError
from live.files import default_model, shipped_models
from live.hand.networks import HandNetworks
from live.readers.classifier import LetterClassifier
from live.readers.contract import FIGURES_KEYS, read_contract
from tests.conftest import write_landmarks, write_sign_mnist
from tests.support import drawn, models
from training.cli.main import main
from training.compute import choose_device
from training.data.augment import Augmentation, augment
from training.data.pictures import VIEWS
from training.data.split import recordings
from training.data.types import Crops, Hands, TrainingData
from training.engine.batches import MemoryBatches
from training.engine.datasets import MemoryDataset
from training.engine.recipes import RECIPES
from training.measure.figures import about_test_table
from training.networks.architectures import build
from training.networks.shape import ShapeRecipe
from training.runs.cross_fitting import FOLDS, HandsInFolds, folds_by_source

pytestmark = pytest.mark.slow


def test_the_courses_network_has_the_courses_layers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "nvidia", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["total"], told["trainable"]) == (264_049, 263_749)
    assert [(layer["kind"], layer["output_shape"], layer["parameters"]) for layer in told["layers"]] == [
        ("Conv2D", [28, 28, 75], 750),
        ("BatchNormalization", [28, 28, 75], 300),
        ("MaxPooling2D", [14, 14, 75], 0),
        ("Conv2D", [14, 14, 50], 33_800),
        ("Dropout", [14, 14, 50], 0),
        ("BatchNormalization", [14, 14, 50], 200),
        ("MaxPooling2D", [7, 7, 50], 0),
        ("Conv2D", [7, 7, 25], 11_275),
        ("BatchNormalization", [7, 7, 25], 100),
        ("MaxPooling2D", [4, 4, 25], 0),
        ("Flatten", [400], 0),
        ("Dense", [512], 205_312),
        ("Dropout", [512], 0),
        ("Dense", [24], 12_312),
    ]


def test_the_courses_network_has_the_courses_settings() -> None:
    layers = build("nvidia", 24).layers
    first, second, third = (layer for layer in layers if isinstance(layer, keras.layers.Conv2D))
    for conv in (first, second, third):
        assert (conv.kernel_size, conv.strides, conv.padding) == ((3, 3), (1, 1), "same")
        assert conv.activation is keras.activations.relu
    assert [layer.rate for layer in layers if isinstance(layer, keras.layers.Dropout)] == [0.2, 0.3]
    for pool in (layer for layer in layers if isinstance(layer, keras.layers.MaxPooling2D)):
        assert (pool.pool_size, pool.strides, pool.padding) == ((2, 2), (2, 2), "same")
    course = RECIPES["course"]
    optimizer = course.optimizer(1)
    assert isinstance(optimizer, keras.optimizers.RMSprop)
    assert float(optimizer.learning_rate) == pytest.approx(0.001)
    assert (course.batch_size, course.augmentation, course.label_smoothing) == (32, None, 0)


@pytest.mark.parametrize("name", ["compact", "nvidia", "steady"])
def test_what_reads_letters_takes_a_crop_and_fits_the_limit(name: str) -> None:
    model = build(name, 24)
    assert model.input_shape == (None, 28, 28, 1)
    assert model.output_shape == (None, 24)
    assert model.count_params() <= 264_049


def test_summary_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "nvidia"]) == 0
    out = capsys.readouterr().out
    assert "205,312" in out
    assert out.splitlines()[-1] == "total 264,049 parameters, 263,749 of them trainable"


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_augmentation_keeps_shape_and_range_and_follows_its_seed(seed: int, n: int) -> None:
    images = np.random.default_rng(seed).integers(0, 256, (n, 28, 28), dtype=np.uint8)
    varied = augment(images, Augmentation(), np.random.default_rng(seed))
    assert varied.shape == (n, 28, 28)
    assert varied.dtype == np.float32
    assert varied.min() >= 0
    assert varied.max() <= 1
    assert np.array_equal(varied, augment(images, Augmentation(), np.random.default_rng(seed)))


def test_no_augmentation_at_all_is_the_picture_itself() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    still = augment(images, Augmentation(0, 0, 0, 0, 0, 0, 0), np.random.default_rng(0))
    assert np.abs(still - images / 255).max() < 1 / 255


def test_fit_leaves_a_model_that_reads_what_it_was_trained_on(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    arguments = ["--data", str(small_sign_mnist), "--out", str(out), "--epochs", "8", "--seed", "5"]
    assert main(["fit", *arguments, "--recipe", "course", "--architecture", "nvidia"]) == 0
    printed = capsys.readouterr()
    assert "on the CPU" in printed.out or "on the GPU" in printed.out
    assert "100%" in printed.err
    contract = read_contract(out)
    assert (contract.architecture, contract.training["seed"], contract.training["epochs"]) == ("nvidia", 5, 8)
    history = pd.read_csv(out / "history.csv")
    assert list(history["epoch"]) == list(range(1, 9))
    assert (out / "curves.png").read_bytes().startswith(b"\x89PNG")

    assert main(["evaluate", "--data", str(small_sign_mnist), "--model", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == FIGURES_KEYS - {"title", "about"} | {"no_hand", "calibration_error"}
    assert told["mean"] == contract.measurements["sign_mnist"].figures.mean
    assert told["mean"] == pytest.approx(history["val_accuracy"].iloc[-1], abs=1e-6)
    assert told["no_hand"] is None
    assert told["signers"]["sign_mnist"]["frames"] == 48
    assert len(told["letters"]) == 24


def test_fit_holds_groups_back_and_leaves_the_test_file_unread(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small_sign_mnist / "sign_mnist_test.csv").write_text("not to be read")
    arguments = ["--data", str(small_sign_mnist), "--out", str(tmp_path / "run"), "--epochs", "1"]
    assert main(["fit", *arguments]) == 0
    assert set(read_contract(tmp_path / "run").measurements) == {"validation"}
    assert "groups held back" in capsys.readouterr().out


def test_final_trains_on_everything_and_reads_the_test_file_once(small_sign_mnist: Path, tmp_path: Path) -> None:
    arguments = ["--data", str(small_sign_mnist), "--out", str(tmp_path / "run"), "--epochs", "1"]
    assert main(["fit", *arguments, "--final"]) == 0
    contract = read_contract(tmp_path / "run")
    assert set(contract.measurements) == {"sign_mnist"}
    assert "held back" not in contract.training["data"]


def in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fold and two members less, and no graphs, which take Keras longer than these few steps."""
    compiled = keras.Model.compile
    monkeypatch.setattr(keras.Model, "compile", lambda *args, **how: compiled(*args, **how, run_eagerly=True))
    monkeypatch.setattr("training.runs.cross_fitting.FOLDS", 2)
    monkeypatch.setattr("training.runs.cross_fitting.ShapeRecipe", partial(ShapeRecipe, members=2, learning_rate=0.01))


def test_fit_on_landmarks_and_sign_mnist_trains_both_readers_and_calibrates_them(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_short(monkeypatch)
    (tmp_path / "hands").mkdir()
    write_landmarks(tmp_path / "hands" / "hands.npz", "LWY", sources=("anna", "ben", "carl", "dora"), each=30)
    out = tmp_path / "run"
    data = ["--data", str(small_sign_mnist), "--data", str(tmp_path / "hands")]
    assert main(["fit", *data, "--out", str(out), "--epochs", "3", "--final"]) == 0
    printed = capsys.readouterr()
    assert "360 hands' landmarks of 4 sources" in printed.out
    assert "shape, fold 2" in printed.err
    contract = read_contract(out)
    assert (contract.architecture, contract.training["recipe"]) == ("steady and shape", "letters")
    assert set(contract.fusion) == {"cnn", "shape", "cnn+shape"}
    assert set(contract.measurements) == {"validation_cnn", "validation_shape", "validation_cnn+shape", "sign_mnist"}
    assert set(contract.measurements["validation_shape"].figures.signers) == {"anna", "ben", "carl", "dora"}
    threshold = pd.read_csv(out / "threshold.csv")
    assert list(threshold["readers"].unique()) == ["cnn", "shape", "cnn+shape"]
    assert (out / "threshold.png").read_bytes().startswith(b"\x89PNG")
    said = LetterClassifier.load(out).predict(np.zeros((28, 28), np.uint8), joints("L"))
    assert list(said.opinions) == ["cnn", "shape"]


def test_fit_on_pictures_alone_makes_a_model_that_reads_them(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_short(monkeypatch)
    one_cnn = replace(RECIPES["letters"], batch_size=16, members=1)  # small batches: more steps in an epoch
    monkeypatch.setitem(RECIPES, "letters", one_cnn)
    for source, shift, degrees in (("anna", -60, -15), ("ben", 0, 0), ("carl", 60, 15)):
        for letter in drawn.SIGNED:
            folder = tmp_path / "pictures" / source / letter
            folder.mkdir(parents=True)
            for number in range(3):
                picture = drawn.signed(letter, 0.7 + 0.1 * number, (shift, 10 * number))
                height, width = picture.shape[:2]
                turn = cv2.getRotationMatrix2D((width / 2 + shift, height / 2), degrees, 1)
                turned = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
                cv2.imwrite(str(folder / f"{number}.png"), turned)
    (tmp_path / "pictures" / "anna" / "nothing").mkdir()
    cv2.imwrite(str(tmp_path / "pictures" / "anna" / "nothing" / "0.png"), drawn.signed(None))
    out = tmp_path / "run"
    assert main(["fit", "--data", str(tmp_path / "pictures"), "--out", str(out), "--epochs", "8"]) == 0
    # each source was read by a CNN that had not seen it; one of three letters is right by chance
    assert read_contract(out).measurements["validation_cnn"].figures.mean > 0.7
    capsys.readouterr()
    for reader in ("both", "cnn", "shape"):
        chosen = ["--model", str(out), "--reader", reader, "--confusion", str(tmp_path / f"{reader}.png")]
        assert main(["evaluate", "--data", str(tmp_path / "pictures"), *chosen, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["no_hand"] <= 0.05
        assert told["nothing"] == {"right": 1.0, "frames": 1}
        assert (tmp_path / f"{reader}.png").read_bytes().startswith(b"\x89PNG")
        assert told["mean"] > 0.6
    assert (
        main(["evaluate", "--data", str(tmp_path / "pictures"), "--model", str(out), "--change", "flipped", "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["mean"] > 0.6


def test_photographs_most_of_which_show_no_hand_are_refused_with_the_option_that_takes_them(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pictures" / "A").mkdir(parents=True)
    for number in range(4):
        cv2.imwrite(str(tmp_path / "pictures" / "A" / f"{number}.png"), drawn.signed(None))
    command = ["fit", "--data", str(tmp_path / "pictures"), "--final", "--out", str(tmp_path / "run")]
    assert main(command) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("fingerspell-train: --allow-missing-hands: ")
    assert "no hand was found on 3 of the first 3 pictures, so most of the 4 would be left out" in said
    assert main([*command, "--allow-missing-hands"]) == 1
    assert "no hand was found on any of 4 pictures" in capsys.readouterr().err


def test_pictures_whose_hand_is_painted_over_get_no_letter(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for letter in drawn.SIGNED:
        cv2.imwrite(str(tmp_path / f"{letter}.png"), drawn.signed(letter))
    command = ["evaluate", "--data", str(tmp_path), "--change", "painted", "--nothing"]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"nothing": {"right": 1.0, "frames": len(drawn.SIGNED)}}
    assert main(command) == 0
    assert "no letter read in 100.00% of 3 pictures" in capsys.readouterr().out
    assert main(["evaluate", "--data", str(tmp_path), "--nothing", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["nothing"]["right"] == 0  # with its hand each is a letter


def joints(letter: str) -> NDArray[np.float32]:
    return np.column_stack((drawn.joints(letter), np.zeros(21))).astype(np.float32)


def test_a_recipe_that_does_not_suit_the_data_is_refused_in_one_line(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_landmarks(tmp_path / "hands.npz", "LY", sources=("anna",), each=2)
    for data, recipe, said in (
        (small_sign_mnist, "letters", "--recipe: letters trains on hands, and the data has none"),
        (tmp_path, "course", "--recipe: course trains on Sign-MNIST's CSVs alone"),
    ):
        out = tmp_path / "runs" / recipe
        assert main(["fit", "--data", str(data), "--recipe", recipe, "--out", str(out)]) == 1
        assert said in capsys.readouterr().err


def unlike(n: int) -> NDArray[np.float32]:
    """(n, 21, 3) landmarks, no two of which are near-duplicates."""
    return np.random.default_rng(0).normal(size=(n, 21, 3)).astype(np.float32)


def test_sources_are_left_out_whole_and_every_fold_has_photographs() -> None:
    names = np.array([f"signer{n}" for n in range(7)] + ["photos_a", "photos_b", "photos_c"]).repeat(5)
    hands = Hands(unlike(50), np.zeros(50, np.int64), names, None, None, "", "")
    on_photos = np.char.startswith(names, "photos")
    folds = folds_by_source(hands, on_photos, seed=0)
    for name in np.unique(names):
        assert len(set(folds[names == name])) == 1
    assert set(folds[on_photos]) == set(range(FOLDS)) == set(folds)


def test_landmarks_of_photographs_are_left_out_with_the_photographs() -> None:
    names = np.array(["photos_a", "photos_b", "photos_c", "marks_a", "marks_b", "anna"]).repeat(8)
    landmarks = unlike(48)
    landmarks[24:28] = landmarks[:4] + 0.001  # half of marks_a is photos_a, found by another tracker
    landmarks[32] = landmarks[8] * 3  # the size does not matter
    hands = Hands(landmarks, np.zeros(48, np.int64), names, None, None, "", "")
    same = dict(zip(names.tolist(), recordings(hands).tolist(), strict=True))
    assert same == {name: name for name in same} | {"photos_a": "marks_a", "photos_b": "marks_b"}
    folds = folds_by_source(hands, np.char.startswith(names, "photos"), seed=0)
    for photos, marks in (("photos_a", "marks_a"), ("photos_b", "marks_b")):
        assert len(set(folds[(names == photos) | (names == marks)])) == 1
    assert set(folds[:24]) == set(range(FOLDS))


def made(of: Sequence[str]) -> Hands:
    """Made hands of L, one posed by each of these sources."""
    crops = np.arange(len(of), dtype=np.uint8)[:, None, None, None] * np.ones((1, VIEWS, 28, 28), np.uint8)
    return Hands(unlike(len(of)), np.zeros(len(of), np.int64), np.array(of), crops, crops, "", "", rendered=True)


def test_a_cnn_that_judges_a_source_has_not_seen_made_hands_posed_by_it() -> None:
    real = Hands(unlike(40), np.zeros(40, np.int64), np.array(list("abcde")).repeat(8), None, None, "", "")
    hands = HandsInFolds.of(TrainingData(None, (real,), (), "", rendered=made(list("abcdez"))), seed=0)
    for fold in range(FOLDS):
        left_out = set(real.sources[hands.folds == fold])
        rest = hands.rendered_without(fold)
        assert rest is not None
        assert set(rest.sources) == set("abcdez") - left_out
    assert len(hands.all) == 40  # the shape network and the figures know no made hand


def test_an_epoch_shows_each_made_hand_once_beside_crops_and_photographs() -> None:
    white = np.full((10, 28, 28), 255, np.uint8)
    crops = Crops(white, np.ones(10, np.int64), "", "")
    recipe = replace(RECIPES["letters"], augmentation=None)
    batches = MemoryDataset(crops, rendered=made(list("abcdefgh"))).batches(recipe, 28, 0, choose_device("cpu"))
    assert isinstance(batches, MemoryBatches)
    images, labels = batches.pictures(0, batches.n)
    assert batches.n == 4 + 8  # the recipe's share of the crops
    assert (labels == 1).sum() == 4
    assert (images[labels == 1] == 255).all()


@pytest.mark.parametrize(
    ("recipe", "data", "said"),
    [
        ("letters", ("made.npz", "hands.npz"), "--data: made hands are learned from beside photographs or crops"),
        ("augmented", ("made.npz", "."), "--data: made hands are learned from with the recipe letters only"),
    ],
)
def test_made_hands_where_they_are_of_no_use_are_refused_in_one_line(
    small_sign_mnist: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    recipe: str,
    data: Sequence[str],
    said: str,
) -> None:
    write_landmarks(tmp_path / "hands.npz", "LY", sources=("anna",), each=2)
    write_landmarks(tmp_path / "made.npz", "LY", sources=("anna",), each=2)
    crops = np.zeros((4, 28, 28), np.uint8)
    marked = dict(np.load(tmp_path / "made.npz")) | {"crops": crops, "masks": crops, "rendered": np.True_}
    np.savez(tmp_path / "made.npz", **marked)
    chosen = [str(small_sign_mnist if name == "." else tmp_path / name) for name in data]
    command = ["fit", *(argument for path in chosen for argument in ("--data", path)), "--recipe", recipe]
    assert main([*command, "--out", str(tmp_path / "run")]) == 1
    assert said in capsys.readouterr().err


def test_photographs_of_few_sources_are_in_every_fold_all_the_same() -> None:
    names = np.array(["album"] * 12 + ["anna", "ben", "carl", "dora"] * 3)
    hands = Hands(unlike(24), np.arange(24) % 3, names, None, None, "", "")
    folds = folds_by_source(hands, names == "album", seed=0)
    assert set(folds[:12]) == set(range(FOLDS))
    for name in ("anna", "ben", "carl", "dora"):
        assert len(set(folds[names == name])) == 1


@pytest.mark.parametrize("n", [1, 2])
def test_too_few_hands_to_train_on_are_told_in_one_line(n: int) -> None:
    hands = Hands(np.zeros((n, 21, 3), np.float32), np.zeros(n, np.int64), np.full(n, "me"), None, None, "", "")
    with pytest.raises(DataError, match="too few to train on; give at least 3 of a letter"):
        folds_by_source(hands, np.ones(n, bool), seed=0)


def test_several_models_are_told_with_their_mean_and_spread(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        models.write(folder)
    chosen = [argument for folder in folders for argument in ("--model", str(folder))]
    assert main(["evaluate", "--data", str(small_sign_mnist), *chosen, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    means = [each["mean"] for each in told["models"].values()]
    assert told["mean"] == pytest.approx(np.mean(means))
    assert (told["min"], told["max"]) == (min(means), max(means))
    assert told["sd"] == pytest.approx(np.std(means, ddof=1))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fit", "--data", "nowhere"], "nowhere is not a folder"),
        (
            ["fit", "--data", "{data}", "--architecture", "nope"],
            "there is no architecture 'nope'; there are steady, compact, nvidia",
        ),
        (["fit", "--data", "{data}", "--recipe", "nope"], "there is no recipe 'nope'; there are course"),
        (["fit", "--data", "{data}", "--final", "--out", "{data}/sign_mnist_train.csv"], "cannot be written"),
        (["fit", "--data", "{data}", "--out", "{data}"], "holds other files and no model; name a new folder"),
        (["fit", "--data", "{data}/only", "--final"], "has no table named test"),
        (["evaluate", "--data", "{data}", "--record", "x", "--model", "/proc/nowhere"], "nowhere"),
        (["summary", "nope"], "there is no architecture 'nope'"),
        (["evaluate", "--data", "nowhere"], "nowhere"),
        (["evaluate", "--data", "{data}", "--model", "nowhere"], "nowhere is not a folder"),
        (["bench", "--model", "nowhere"], "nowhere is not a folder"),
    ],
)
def test_bad_input_is_one_line_and_status_1(
    arguments: list[str], said: str, small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (small_sign_mnist / "only").mkdir()
    shutil.copy(small_sign_mnist / "sign_mnist_train.csv", small_sign_mnist / "only")
    assert main([argument.format(data=small_sign_mnist) for argument in arguments]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_a_gpu_that_is_not_there_is_an_error_before_anything_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    import tensorflow as tf

    if tf.config.list_physical_devices("GPU"):
        pytest.skip("this machine has a GPU")
    assert main(["fit", "--data", "nowhere", "--device", "gpu"]) == 1
    assert "TensorFlow sees no GPU" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "least"), [("sign_mnist", 0.999), ("letters", 0.995)])
def test_the_shipped_cnns_read_the_test_file(
    sign_mnist: Path, capsys: pytest.CaptureFixture[str], name: str, least: float
) -> None:
    folder = shipped_models() / name
    assert main(["evaluate", "--data", str(sign_mnist), "--model", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["signers"]["sign_mnist"]["frames"] == 7172
    assert told["mean"] >= least
    published = read_contract(folder).measurements["sign_mnist"].figures
    assert told["mean"] == pytest.approx(published.mean, abs=2 / 7172)


def test_pictures_are_evaluated_by_signer_and_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for signer, letter, shown in [
        ("ann", "B", "B"), ("ann", "Y", "B"), ("ben", "B", "B"), ("ben", "J", "B"), ("ben", "nothing", None),
        ("ben", "foo", "B"),
    ]:  # fmt: skip
        folder = tmp_path / signer / letter
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "0.png"), drawn.frame(shown))
    model = ["--square", "--model", str(shipped_models() / "sign_mnist")]
    assert main(["evaluate", "--data", str(tmp_path), *model, "--json"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert {name: each["accuracy"] for name, each in told["signers"].items()} == {"ann": 0.5, "ben": 1.0}
    assert told["mean"] == 0.75
    assert told["letters"] == {"B": 1.0, "Y": 0.0}
    assert told["nothing"] == {"right": 1.0, "frames": 1}
    assert "left out: 1 still pictures of J, a letter that is drawn in the air" in printed.err
    assert "left out: 1 still pictures of foo, a folder not named after a letter" in printed.err


def test_an_ambiguous_numbering_is_resolved_by_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_sign_mnist(tmp_path / "test.csv", [0, 3, 12])
    assert main(["evaluate", "--data", str(tmp_path)]) == 1
    assert "say which it is, kaggle or course" in capsys.readouterr().err
    assert main(["evaluate", "--data", str(tmp_path), "--labels", "course", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["letters"]) == {"A", "D", "N"}


def test_a_model_named_twice_is_measured_once_and_one_picture_shows_one_model(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(shipped_models() / "sign_mnist")
    evaluate = ["evaluate", "--data", str(small_sign_mnist), "--json", "--model", model, "--model"]
    assert main([*evaluate, f"{model}/"]) == 0
    assert "mean" in json.loads(capsys.readouterr().out)
    drawn_to = tmp_path / "confusion.png"
    assert main([*evaluate, str(default_model()), "--confusion", str(drawn_to)]) == 1
    assert "--confusion draws the matrix of one model" in capsys.readouterr().err
    assert not drawn_to.exists()


def test_bench_compares_with_keras_in_the_same_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("training.studies.bench.KERAS_RUNS", 10)
    assert main(["bench", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["stages"]) == {"live", "keras_call", "keras_predict"}
    assert told["times_slower_than_live"]["keras_predict"] > 1


def test_download_says_what_to_do_where_kaggle_cannot_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(_: str) -> str:
        raise ConnectionError("Name or service not known\nsecond line")

    monkeypatch.setattr("kagglehub.dataset_download", unreachable)
    assert main(["download", "--out", str(tmp_path / "data")]) == 1
    err = capsys.readouterr().err
    assert "kaggle.com/datasets/datamunge/sign-language-mnist" in err
    assert "archive.zip" in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_download_leaves_the_two_csvs_where_fit_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    (cache / "sign_mnist_train").mkdir(parents=True)
    for folder in (cache, cache / "sign_mnist_train"):
        write_sign_mnist(folder / "sign_mnist_train.csv", [0])
    write_sign_mnist(cache / "sign_mnist_test.csv", [0])
    monkeypatch.setattr("kagglehub.dataset_download", lambda _: str(cache))
    assert main(["download", "--out", str(tmp_path / "data")]) == 0
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        "sign_mnist_test.csv",
        "sign_mnist_train.csv",
    ]


def test_figures_are_recorded_beside_the_ones_that_are_there(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model"
    models.write(model)
    for title in ("One look", "Another look", "One look"):
        command = ["evaluate", "--data", str(small_sign_mnist), "--model", str(model), "--json", "--record", title]
        assert main(command) == 0
    measured = json.loads(capsys.readouterr().out.splitlines()[-1])
    measurements = read_contract(model).measurements
    assert list(measurements) == ["one_look", "another_look"]
    assert measurements["one_look"].to_json() == {"title": "One look", "about": about_test_table(48)[1], **measured}


def test_an_unknown_architecture_names_those_that_are_there() -> None:
    with pytest.raises(FingerspellError, match="steady, compact, nvidia"):
        build("lenet", 24)
