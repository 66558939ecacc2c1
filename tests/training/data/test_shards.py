"""Crops in many files, and training on them a few at a time."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.readers.contract import read_contract
from training.cli.main import main
from training.compute.devices import CPU, Device
from training.data.shards import INDEX_FILE, assign, read_index, write_shards
from training.data.types import Crops
from training.engine.batches import ShardBatches
from training.engine.recipes import RECIPES
from training.errors import SettingError

LETTERS = ("A", "B", "C")
PLAIN = replace(RECIPES["lesson"], drop_last_batch=False)


def crops(n: int, first: int = 0) -> Crops:
    """Each another: its number is in its first pixels."""
    numbers = np.arange(first, first + n)
    images = np.zeros((n, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = numbers // 256, numbers % 256
    return Crops(images, numbers % len(LETTERS), "made crops", str(first), letters=LETTERS)


def numbers_of(images: NDArray[np.uint8]) -> list[int]:
    return [int(each[0, 0]) * 256 + int(each[0, 1]) for each in images]


@settings(deadline=None, max_examples=25)
@given(
    parts=st.lists(st.integers(6, 60), min_size=1, max_size=3),
    size=st.integers(1, 30),
    batch=st.integers(1, 40),
    seed=st.integers(0, 9),
)
def test_an_epoch_has_every_picture_once_with_its_label_and_validation_has_the_others(
    tmp_path_factory: pytest.TempPathFactory, parts: list[int], size: int, batch: int, seed: int
) -> None:
    out = tmp_path_factory.mktemp("shards") / "out"
    given_parts = [(crops(n, 100 * number), np.arange(n)) for number, n in enumerate(parts)]
    shards = write_shards(iter(given_parts), out, seed, 0.2, len(parts), size)
    assert set(shards.sizes[:-1]) <= {size}
    batches = ShardBatches(shards, replace(PLAIN, batch_size=batch), 28, seed, CPU)
    for _ in range(2):
        seen = []
        for index in range(len(batches)):
            first = index * batch
            images, labels = batches.pictures(first, min(first + batch, batches.n))
            assert [number % len(LETTERS) for number in numbers_of(images)] == labels.tolist()
            seen += numbers_of(images)
        everything = [100 * number + n for number, count in enumerate(parts) for n in range(count)]
        assert sorted([*seen, *numbers_of(shards.validation().images)]) == everything
        batches.on_epoch_end()


@settings(deadline=None)
@given(st.lists(st.integers(1, 99), min_size=1, max_size=20), st.data())
def test_every_file_goes_to_one_process_and_all_processes_have_nearly_equally_much(
    sizes: list[int], data: st.DataObject
) -> None:
    processes = data.draw(st.integers(1, len(sizes)))
    parts = assign(sizes, processes)
    assert sorted(np.concatenate(parts)) == list(range(len(sizes)))
    totals = [sum(sizes[number] for number in part) for part in parts]
    assert max(totals) - min(totals) <= max(sizes)


def test_files_of_equal_size_take_turns() -> None:
    assert [part.tolist() for part in assign([20, 20, 20, 20, 7], 2)] == [[0, 2, 4], [1, 3]]


def test_processes_take_equally_many_steps_on_files_of_their_own(tmp_path: Path) -> None:
    shards = write_shards([(crops(230), np.arange(230))], tmp_path / "out", 0, 0.1, 1, 20)
    batches = [ShardBatches(shards, replace(PLAIN, batch_size=8), 28, 0, Device("", processes=3, process=i))
               for i in range(3)]  # fmt: skip
    assert len({len(each) for each in batches}) == 1
    seen = [set(numbers_of(each.pictures(0, each.n)[0])) for each in batches]
    assert len(set.union(*seen)) == sum(map(len, seen))
    with pytest.raises(SettingError, match="too few for 99 processes"):
        ShardBatches(shards, PLAIN, 28, 0, Device("", processes=99))


def test_shards_are_written_and_trained_on_by_two_commands(
    tmp_path: Path, small_sign_mnist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, run = tmp_path / "shards", tmp_path / "run"
    assert main(["shard", "--data", str(small_sign_mnist), "--out", str(out), "--size", "50"]) == 0
    assert "held back" in capsys.readouterr().out
    fit = ["fit", "--data", str(out), "--out", str(run), "--architecture", "lesson-pooled", "--epochs", "12"]
    assert main(fit) == 0
    capsys.readouterr()
    contract = read_contract(run)
    assert contract.measurements["validation"].figures.mean > 0.2  # by chance 0.04
    assert contract.training["data_sha256"] == read_index(out).sha256
    for options, said in (
        (["--final"], "--final: shards are trained on as they were written"),
        (["--letters", "AB"], "--letters: this was decided"),
        (["--labels", "course"], "--labels: this was decided"),
        (["--allow-missing-hands"], "--allow-missing-hands: this was decided"),
        (["--data", str(small_sign_mnist)], "are trained on alone"),
        (["--recipe", "course"], "Sign-MNIST's CSVs alone"),
        (["--recipe", "lesson-by-chance"], "the validation set was chosen when"),
        (["--recipe", "letters"], "trains on hands"),
    ):
        assert main([*fit, "--out", str(tmp_path / "another"), *options]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert said in line
    assert main(["shard", "--data", str(small_sign_mnist), "--out", str(out)]) == 1
    assert "already exists" in capsys.readouterr().err


def test_each_folder_of_shards_may_lack_some_of_the_chosen_letters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    for folder, letter, side in (
        ("one", "A", 28),
        ("one", "B", 28),
        ("two", "B", 28),
        ("two", "C", 28),
        ("three", "D", 80),
    ):
        for signer in ("ann", "ben"):
            path = tmp_path / folder / f"{signer} {folder}" / letter / "picture.png"
            path.parent.mkdir(parents=True)
            cv2.imwrite(str(path), rng.integers(0, 256, (side, side), dtype=np.uint8))
    shard = ["shard", *(f"--data={tmp_path / name}" for name in ("one", "two", "three"))]
    assert main([*shard, "--letters", "CAB", "--out", str(tmp_path / "shards")]) == 0
    shards = read_index(tmp_path / "shards")
    validation = shards.validation()
    labels = np.concatenate([validation.labels, *(shards.read(n)[1] for n in range(len(shards.sizes)))])
    assert shards.letters == ("C", "A", "B")
    assert np.bincount(labels).tolist() == [2, 2, 4]
    capsys.readouterr()
    assert main([*shard, "--letters", "ABK", "--out", str(tmp_path / "lacks")]) == 1
    assert "--letters: the data has no picture of K" in capsys.readouterr().err
    assert not (tmp_path / "lacks").exists()


def test_whoever_is_in_two_folders_is_not_trained_on_and_validated_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    for number, folder in enumerate(("one", "two")):
        for signer in ("ben", f"ann{number}", f"cem{number}"):
            for letter in "AB":
                path = tmp_path / folder / signer / letter / "picture.png"
                path.parent.mkdir(parents=True)
                grey = 100 if signer == "ben" else 0
                cv2.imwrite(str(path), rng.integers(grey, grey + 100, (28, 28), dtype=np.uint8))
    shard = ["shard", *(f"--data={tmp_path / name}" for name in ("one", "two")), "--letters", "AB"]
    for seed in range(5):
        assert main([*shard, "--out", str(tmp_path / f"shards{seed}"), "--seed", str(seed)]) == 0
        validation = read_index(tmp_path / f"shards{seed}").validation()
        assert len(validation) == 4  # one of ann and cem of each folder
        assert validation.images.mean() < 60
    for signer in ("ann", "cem"):
        for number, folder in enumerate(("one", "two")):
            shutil.rmtree(tmp_path / folder / f"{signer}{number}")
    capsys.readouterr()
    assert main([*shard, "--out", str(tmp_path / "only")]) == 1
    assert "sources of several folders are trained on whole" in capsys.readouterr().err


@pytest.mark.parametrize("fault", ["missing", "cut", "other", "index"])
def test_a_damaged_shard_is_one_line_that_names_it(
    fault: str, small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "shards"
    assert main(["shard", "--data", str(small_sign_mnist), "--out", str(out), "--size", "20"]) == 0
    shard = out / "shard-00000.npz"
    if fault == "missing":
        shard.unlink()
    elif fault == "cut":
        shard.write_bytes(shard.read_bytes()[:500])
    elif fault == "other":
        np.savez(shard, images=np.zeros((20, 28, 28), np.uint8), labels=np.full(20, 99))
    else:
        (out / INDEX_FILE).write_text(json.dumps({"sizes": [], "letters": []}))
    capsys.readouterr()
    fit = ["fit", "--data", str(out), "--out", str(tmp_path / "run"), "--architecture", "lesson-strided"]
    assert main([*fit, "--epochs", "1"]) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert "write the shards again" in line
    assert (INDEX_FILE if fault == "index" else shard.name) in line
