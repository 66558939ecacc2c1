"""A run of `fingerspell-train fit` that is broken off, and what stays of each."""

import json
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from live.files import shipped_models
from live.readers.contract import read_contract
from tests.conftest import write_landmarks
from tests.support.wait import wait_for_file
from training.cli.main import main
from training.data.hands import read_npz
from training.engine.callbacks import Progress
from training.engine.training import Training
from training.networks.shape import ShapeRecipe, train_shape

pytestmark = pytest.mark.slow

EPOCHS = "4"


def same_weights(one: Path, other: Path) -> bool:
    """Bit for bit."""
    read = []
    for run in (one, other):
        contract = read_contract(run)
        networks = [keras.saving.load_model(run / reader.files["keras"]) for reader in contract.readers.values()]
        read.append([array for network in networks for array in network.get_weights()])
    return all(np.array_equal(*pair) for pair in zip(*read, strict=True))


def curves(run: Path) -> list[list[float]]:
    return pd.read_csv(run / "history.csv").to_numpy().tolist()


def broken_off(arguments: list[str], out: Path, saved: str, how: signal.Signals) -> None:
    """A process that trains until that checkpoint has been written, then is stopped."""
    command = [sys.executable, "-m", "training", "fit", *arguments, "--out", str(out)]
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # which a shell's background jobs ignore
    with subprocess.Popen(command, **pipes, preexec_fn=heard) as process:
        try:
            wait_for_file(out / "checkpoints" / saved, process)
            process.send_signal(how)
            process.communicate(timeout=60)
        finally:
            process.kill()
    assert not (out / "model.json").exists()


def test_a_run_that_was_broken_off_goes_on_as_if_nothing_had_been(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(small_sign_mnist), "--architecture", "nvidia", "--epochs", EPOCHS, "--seed", "3"]
    whole = tmp_path / "whole"
    assert main(["fit", *arguments, "--out", str(whole)]) == 0
    broken = tmp_path / "broken"
    broken_off(arguments, broken, "nvidia.npz", signal.SIGKILL)
    assert main(["fit", *arguments, "--out", str(broken)]) == 1
    assert f"continue with: fingerspell-train fit --resume --out {broken}" in capsys.readouterr().err
    assert main(["fit", "--resume", "--out", str(broken)]) == 0
    assert curves(broken) == curves(whole)
    assert same_weights(broken, whole)
    assert main(["fit", "--resume", "--out", str(broken)]) == 1
    assert "is finished, and nothing is left to do" in capsys.readouterr().err


def test_the_shape_network_goes_on_too_and_what_is_done_is_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_landmarks(tmp_path / "train.npz", "LYWDI", ["ann", "bob", "cem"], 20)
    hands, recipe = read_npz(tmp_path / "train.npz"), ShapeRecipe(members=2, batch_size=32)
    whole = train_shape(hands, recipe, 4, Training(3, folder=tmp_path / "whole"))

    def break_off(progress: Progress, epoch: int, logs: object = None) -> None:
        if epoch == 2:
            raise KeyboardInterrupt

    how = Training(3, folder=tmp_path / "broken")
    with monkeypatch.context() as patch:
        patch.setattr(Progress, "on_epoch_end", break_off)
        with pytest.raises(KeyboardInterrupt):
            train_shape(hands, recipe, 4, how)
    trained = [train_shape(hands, recipe, 4, how) for _ in range(2)]
    for each in trained:
        assert all(np.array_equal(*pair) for pair in zip(each.get_weights(), whole.get_weights(), strict=True))


@pytest.fixture(scope="module")
def finished_run(shared_sign_mnist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is over. Tests only read it."""
    out = tmp_path_factory.mktemp("runs") / "finished"
    arguments = ["--data", str(shared_sign_mnist), "--architecture", "lesson-pooled", "--epochs", "1"]
    assert main(["fit", *arguments, "--out", str(out)]) == 0
    return out


def test_a_run_goes_on_with_its_own_settings_alone(
    shared_sign_mnist: Path, finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = finished_run
    arguments = ["--data", str(shared_sign_mnist), "--architecture", "lesson-pooled", "--epochs", "1"]
    assert json.loads((out / "settings.json").read_text())["architecture"] == "lesson-pooled"
    assert main(["fit", *arguments, "--out", str(out)]) == 1
    assert "holds a finished run" in capsys.readouterr().err
    assert main(["fit", "--resume", "--out", str(out), "--seed", "4"]) == 1
    assert "was started with seed 0, not 4" in capsys.readouterr().err
    assert main(["fit", "--resume", "--out", str(tmp_path / "none")]) == 1
    assert "holds no run to resume" in capsys.readouterr().err
    assert main(["fit", "--resume"]) == 1
    assert "name its folder with --out" in capsys.readouterr().err


def test_a_checkpoint_that_is_damaged_is_told(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(small_sign_mnist), "--architecture", "lesson-pooled", "--epochs", "1000"]
    out = tmp_path / "run"
    broken_off(arguments, out, "lesson-pooled.npz", signal.SIGINT)
    checkpoint = out / "checkpoints" / "lesson-pooled.npz"
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    assert main(["fit", "--resume", "--out", str(out)]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_ten_letters_make_a_network_of_ten_classes_whose_pictures_have_its_own_size(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    arguments = ["--data", str(small_sign_mnist), "--architecture", "sketch64", "--letters", "abcdefghik"]
    assert main(["fit", *arguments, "--epochs", "2", "--out", str(out)]) == 0
    contract = read_contract(out)
    assert contract.letters == tuple("ABCDEFGHIK")
    assert contract.input_shape == (64, 64, 1)
    assert contract.parameters == 1_626_250
    assert main(["evaluate", "--data", str(small_sign_mnist), "--model", str(out), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out.splitlines()[-1])["letters"]) == set("ABCDEFGHIK")


def test_training_stops_early_and_keeps_the_best(small_sign_mnist: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    arguments = ["--data", str(small_sign_mnist), "--architecture", "lesson-pooled", "--patience", "2"]
    assert main(["fit", *arguments, "--epochs", "60", "--out", str(out)]) == 0
    validation = pd.read_csv(out / "history.csv")["val_accuracy"]
    best = int(validation.argmax())
    assert len(validation) == best + 3
    assert read_contract(out).measurements["validation"].figures.mean == pytest.approx(validation[best], abs=1e-6)


def test_a_run_leaves_its_curves_its_confusion_and_its_log(finished_run: Path) -> None:
    for picture in ("curves.png", "confusion.png", "mistakes.png"):
        assert (finished_run / picture).read_bytes().startswith(b"\x89PNG")
    assert list((finished_run / "logs").rglob("events.out.tfevents.*"))
    told = json.loads((finished_run / "settings.json").read_text())
    assert told["versions"]["keras"]
    assert len(told["data_sha256"]) == 64


def test_runs_are_told_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = shipped_models()
    runs = [str(shipped / "sign_mnist"), str(shipped / "letters")]
    assert main(["compare", *runs]) == 0
    told = capsys.readouterr().out
    assert "197,432" in told
    assert main(["compare", *runs, "--json", "--curves", str(tmp_path / "curves.png")]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["epochs"], first["recipe"], second["letters"]) == (12, "augmented", 24)
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_compared_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken, bent = tmp_path / "broken", tmp_path / "bent"
    broken.mkdir()
    (broken / "settings.json").write_text("{}")
    shutil.copytree(shipped_models() / "sign_mnist", bent)
    (bent / "history.csv").write_text("no curve\n1\n")
    go_on = f"continue with: fingerspell-train fit --resume --out {broken}"
    for run, said in ((broken, go_on), (bent, "is not a training curve"), (tmp_path / "none", "none")):
        assert main(["compare", str(run)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert said in line
    (bent / "history.csv").unlink()
    assert main(["compare", str(bent), "--curves", str(tmp_path / "curves.png")]) == 1
    assert "none of these runs has a curve" in capsys.readouterr().err
