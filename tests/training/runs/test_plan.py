"""What is known from names and arguments is checked before the hand is looked for, which can take an hour."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from live.files import shipped_models
from live.letters import ALPHABET, HELD_LETTERS
from live.readers.contract import read_contract
from training.cli.main import main

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_hand_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hand networks cannot be had, so whoever begins to look for hands fails the test."""

    def fetch() -> None:
        pytest.fail("hands are looked for before everything is checked")

    monkeypatch.setattr("training.data.folders.fetch_networks", fetch)
    monkeypatch.setattr("live.hand.fetch_networks", fetch)


def write(folder: Path, names: list[str], side: int, each: int = 1) -> Path:
    """Pictures of noise in folders of these names."""
    rng = np.random.default_rng(0)
    for name in names:
        (folder / name).mkdir(parents=True)
        for number in range(each):
            noise = rng.integers(0, 256, (side, side), dtype=np.uint8)
            cv2.imwrite(str(folder / name / f"{number}.png"), noise)
    return folder


@pytest.mark.parametrize(
    ("names", "arguments", "said"),
    [
        (["A", "B"], ["--architecture", "lesson-pooled"], "--data: no pictures can be held back"),
        (["ann/A", "ben/B"], ["--recipe", "augmented"], "--data: no pictures can be held back"),
        (["ann/A", "ben/A"], ["--recipe", "augmented", "--leave-out", "ann"], "--data: no pictures can be held back"),
        (["A", "B"], ["--recipe", "lesson-by-chance"], "--data: no pictures can be held back"),
        (["ann/A", "ben/A"], [], "2 hands are too few to train on; give at least 3 of a letter"),
        (["a/A", "b/A", "c/A"], ["--letters", "AC"], "--letters: the data has no picture of C"),
        (["a/A", "b/B", "c/B"], ["--leave-out", "cem"], "--leave-out: cem is the source of no hand in the data"),
        (["a/A", "b/A", "c/A"], [f"--leave-out={n}" for n in "abc"], "--leave-out: nothing is left to train on"),
        (["A"], ["--recipe", "course"], "--recipe: course trains on Sign-MNIST's CSVs alone"),
        (["A"], ["--patience", "3"], "--patience: stopping early needs validation during training"),
        (["0", "3", "12"], [], "--labels: "),
        (["test/A"], [], "all 1 pictures are in folders named test or valid, which are not trained on"),
        (["nothing"], [], "no pictures as LETTER/*.jpg"),
    ],
)  # fmt: skip
def test_a_run_that_cannot_succeed_is_refused_before_hands_are_looked_for(
    names: list[str], arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = write(tmp_path / "photographs", names, side=80), tmp_path / "run"
    assert main(["fit", "--data", str(data), "--out", str(out), *arguments]) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("fingerspell-train:")]
    assert len(lines) == 1
    assert said in lines[0]
    assert not out.exists()


def test_strokes_of_too_few_sources_are_refused_before_hands_are_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write(tmp_path / "photographs", [f"{signer}/A" for signer in "vwxyz"], side=80)
    assert main(["strokes", "--data", str(data), "--out", str(tmp_path / "run")]) == 1
    assert "there are too few sources with the letter B" in capsys.readouterr().err
    crops = write(tmp_path / "crops", ["A"], side=28)
    assert main(["strokes", "--data", str(crops), "--out", str(tmp_path / "run")]) == 1
    assert "the data has no hands" in capsys.readouterr().err


def test_shards_of_a_folder_without_data_are_refused_before_hands_are_looked_for_in_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write(tmp_path / "photographs", ["A"], side=80)
    (tmp_path / "empty").mkdir()
    out = tmp_path / "shards"
    assert main(["shard", "--data", str(data), "--data", str(tmp_path / "empty"), "--out", str(out)]) == 1
    assert f"{tmp_path / 'empty'} has no table named train" in capsys.readouterr().err
    assert not out.exists()


def test_a_change_that_could_not_be_made_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crops = write(tmp_path / "crops", ["A"], side=28)
    np.savez(tmp_path / "a.npz", x=np.arange(784).reshape(1, 28, 28) % 256, y=[0])
    for data, change, said in (
        (crops, "painted", "--change: no hand is looked for, so none can be painted over"),
        (tmp_path / "a.npz", "darker", "--change: a table's crops are measured as they are"),
    ):
        assert main(["evaluate", "--data", str(data), "--change", change]) == 1
        assert said in capsys.readouterr().err


def test_a_run_that_is_over_or_another_is_not_resumed_by_looking_for_hands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write(tmp_path / "crops", ["A", "B"], side=28, each=6)
    arguments = ["fit", "--data", str(data), "--epochs", "1", "--out", str(tmp_path / "run")]
    assert main([*arguments, "--architecture", "lesson-pooled"]) == 0
    stored = json.loads((tmp_path / "run" / "settings.json").read_text())
    stored["data"] = [str(write(tmp_path / "photographs", ["ann/A", "ben/A"], side=80))]
    (tmp_path / "run" / "settings.json").write_text(json.dumps(stored))
    assert main(["fit", "--resume", "--out", str(tmp_path / "run")]) == 1
    assert "is finished, and nothing is left to do" in capsys.readouterr().err
    assert main(["fit", "--resume", "--out", str(tmp_path / "run"), "--seed", "4"]) == 1
    assert "was started with seed 0, not 4" in capsys.readouterr().err


def test_crops_in_folders_make_a_model_that_reads_them_without_a_hand_search(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(1)
    for letter in "ABCDEFGHIK":
        pattern = rng.integers(60, 200, (28, 28))
        for part, n in (("train", 12), ("test", 2)):
            for signer in ("ann", "ben", "cem"):
                folder = tmp_path / "ten" / part / signer / letter.lower()
                folder.mkdir(parents=True)
                for number in range(n):
                    image = (pattern + rng.integers(-40, 40, (28, 28))).astype(np.uint8)
                    cv2.imwrite(str(folder / f"{number}.png"), image)
    data, out = ["--data", str(tmp_path / "ten")], tmp_path / "run"
    ten = ["--architecture", "lesson-pooled", "--letters", "ABCDEFGHIK"]
    assert main(["fit", *data, *ten, "--epochs", "6", "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert "360 crops of 3 sources in ten" in printed.out
    assert printed.err.count("pictures of at most 64 pixels a side are read as crops of hands") == 1
    assert "left out: 60 pictures in folders named test or valid" in printed.err
    assert read_contract(out).letters == tuple("ABCDEFGHIK")
    assert main(["evaluate", *data, "--model", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["mean"] > 0.7
    assert told["no_hand"] is None
    assert {name: signer["frames"] for name, signer in told["signers"].items()} == dict.fromkeys(
        ("ann", "ben", "cem"), 20
    )


def test_a_model_of_few_letters_is_measured_on_these_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write(tmp_path / "crops", ["A", "B"], side=28, each=6)
    arguments = ["--architecture", "lesson-pooled", "--epochs", "1", "--out", str(tmp_path / "run"), "--letters", "AB"]
    assert main(["fit", "--data", str(data), *arguments]) == 0
    capsys.readouterr()
    for letter in HELD_LETTERS[2:]:
        write(data, [letter], side=28)
    assert main(["evaluate", "--data", str(data), "--model", str(tmp_path / "run"), "--json"]) == 0
    printed = capsys.readouterr()
    assert set(json.loads(printed.out)["letters"]) == {"A", "B"}
    assert "left out: 22 pictures of letters that the model does not have" in printed.err


def test_still_pictures_of_j_and_z_are_left_out_or_become_classes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(write(tmp_path / "crops", [letter.lower() for letter in ALPHABET], side=28, each=6))]
    how = ["--architecture", "lesson-pooled", "--epochs", "1"]
    for option, letters in ([], HELD_LETTERS), (["--still-j-z"], ALPHABET):
        out = tmp_path / f"run{len(letters)}"
        assert main(["fit", *data, *how, *option, "--out", str(out)]) == 0
        said = capsys.readouterr().err
        assert ("left out: 6 still pictures of j, a letter that is drawn in the air" in said) == (not option)
        assert read_contract(out).letters == letters
        assert main(["evaluate", *data, *option, "--model", str(out), "--json"]) == 0
        assert tuple(json.loads(capsys.readouterr().out)["letters"]) == letters


def test_a_personal_model_is_not_made_of_crops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write(tmp_path / "crops", ["A"], side=28)
    base = str(shipped_models() / "letters")
    assert main(["fit", "--data", str(data), "--from", base, "--out", str(tmp_path / "run")]) == 1
    assert "--data: a personal model learns from hands" in capsys.readouterr().err


def test_sign_mnist_in_folders_reads_as_its_table(
    sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.data import read_split

    crops = read_split(sign_mnist, "test")
    for letter in HELD_LETTERS:
        folder = tmp_path / letter.lower()
        folder.mkdir()
        for number, image in enumerate(crops.images[crops.labels == HELD_LETTERS.index(letter)][:10]):
            cv2.imwrite(str(folder / f"{number}.png"), image)
    for name in ("sign_mnist", "letters"):
        model = str(shipped_models() / name)
        assert main(["evaluate", "--data", str(tmp_path), "--model", model, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["mean"], told["no_hand"]) == (1.0, None)
