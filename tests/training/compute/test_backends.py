"""Training where TensorFlow is not: Keras on JAX trains, and TensorFlow makes a model of it later."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from live.errors import FingerspellError
from live.readers.contract import read_contract
from tests.conftest import write_landmarks, write_sign_mnist
from tests.training.runs.test_runs import broken_off, curves, same_weights
from training.cli.main import main
from training.compute.devices import Device
from training.runs.fit import fit
from training.runs.settings import Settings
from training.studies.gpu import Accuracy, EpochTime, Plan, measure

pytestmark = pytest.mark.slow

# What a machine with JAX, PyTorch and Keras has not.
GONE = ("tensorflow", "tensorboard", "ai_edge_litert", "pi_heif", "platformdirs", "streamlit", "kagglehub")
HIDE = f"""
from importlib.machinery import PathFinder
found = PathFinder.find_spec
PathFinder.find_spec = lambda name, *rest: None if name in {GONE} else found(name, *rest)
"""
COURSE = ["--architecture", "nvidia", "--recipe", "course", "--epochs", "3", "--seed", "4"]


def run_bare(tmp_path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a module on a machine that has none of GONE, and so do the processes that it starts."""
    folder = tmp_path / "bare"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(HIDE)
    paths = os.pathsep.join((str(folder), str(Path.cwd())))
    return subprocess.run(
        [sys.executable, "-m", *command],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def test_jax_trains_without_tensorflow_goes_on_after_a_break_and_tensorflow_exports_later(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    arguments = ["--data", str(small_sign_mnist), "--backend", "jax", "--device", "cpu", *COURSE]
    done = run_bare(tmp_path, "training", "fit", *arguments, "--out", str(whole))
    assert done.returncode == 0, done.stderr
    assert f"fingerspell-train export {whole}" in done.stdout
    assert not (whole / "model.json").exists()

    there = tmp_path / "another_place"
    shutil.move(small_sign_mnist, there)
    assert main(["export", str(whole), "--data", str(there)]) == 0
    contract = read_contract(whole)
    assert contract.measurements["sign_mnist"].figures.mean == pytest.approx(curves(whole)[-1][3], abs=1e-6)
    assert contract.training["device"].startswith("CPU, Keras on JAX ")
    assert main(["export", str(whole)]) == 1
    assert "nothing is left to do" in capsys.readouterr().err

    arguments[1] = str(there)
    broken_off(arguments, broken, "nvidia.npz", signal.SIGKILL)
    assert main(["export", str(broken)]) == 1
    assert "is not finished; continue with: fingerspell-train fit --resume" in capsys.readouterr().err
    assert main(["fit", "--resume", "--out", str(broken), "--device", "cpu"]) == 0
    assert curves(broken) == curves(whole)
    assert same_weights(broken, whole)


def test_a_run_is_exported_with_its_own_data_alone(
    small_sign_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, other = tmp_path / "run", tmp_path / "other"
    command = ["fit", "--data", str(small_sign_mnist), "--backend", "jax", "--device", "cpu", "--out", str(out)]
    done = run_bare(tmp_path, "training", *command, "--architecture", "lesson-pooled", "--epochs", "1")
    assert done.returncode == 0, done.stderr
    other.mkdir()
    write_sign_mnist(other / "sign_mnist_train.csv", [0, 1, 24])
    assert main(["export", str(out), "--data", str(other)]) == 1
    assert f"--data: {out} was trained on other data" in capsys.readouterr().err
    assert main(["fit", "--resume", "--out", str(out)]) == 0
    assert read_contract(out).measurements["validation"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--backend", "torch"], "training with Keras on PyTorch needs that library"),
        (
            ["--backend", "tensorflow", "--processes", "2", "--process-id", "0", "--coordinator", "127.0.0.1:9"],
            "--backend: tensorflow: several processes train with Keras on JAX",
        ),
    ],
)
def test_a_backend_that_cannot_be_is_one_line(
    options: list[str],
    said: str,
    small_sign_mnist: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["fit", "--data", str(small_sign_mnist), "--out", str(tmp_path / "run"), *options]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_what_is_more_than_one_cnn_is_trained_by_tensorflow(tmp_path: Path) -> None:
    write_landmarks(tmp_path / "hands.npz", "LY", sources=("anna",), each=2)
    settings = Settings(data=(tmp_path,), out=tmp_path / "run", backend="jax")
    with pytest.raises(FingerspellError, match="takes one process and TensorFlow"):
        fit(settings, device=Device("CPU", backend="jax"))
    assert not settings.out.exists()


def test_the_gpus_measurements_run_on_a_cpu_without_tensorflow(small_sign_mnist: Path, tmp_path: Path) -> None:
    out = tmp_path / "gpu.json"
    options = ["--device", "cpu", "--batches", "64", "--seeds", "7", "--epochs", "1"]
    done = run_bare(tmp_path, "training.studies.gpu", str(small_sign_mnist), *options, "--out", str(out))
    assert done.returncode == 0, done.stderr
    told = json.loads(out.read_text())
    assert told["device"].startswith("CPU, Keras on JAX ")
    assert [(each["network"], each["batch"], each["precision"]) for each in told["epochs"]] == [
        ("course", 64, "float32"),
        ("ours", 64, "float32"),
        ("course", 64, "mixed"),
        ("ours", 64, "mixed"),
    ]
    assert all(0 < each["epoch_s"] < each["first_epoch_s"] for each in told["epochs"])  # which compiles
    assert [(each["network"], each["seed"], each["epochs"]) for each in told["right"]] == [
        ("course", 7, 1),
        ("ours", 7, 1),
    ]
    assert all(each["right"] * 48 == pytest.approx(round(each["right"] * 48), abs=0.01) for each in told["right"])
    assert told["left_out"] == 0


def test_the_gpus_measurements_begin_nothing_once_the_time_is_over(
    small_sign_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter(np.arange(100.0) * 60)  # a minute passes between two looks at the clock
    monkeypatch.setattr("training.studies.gpu.time.monotonic", lambda: next(now))
    monkeypatch.setattr("training.studies.gpu.time_epochs", lambda *_: EpochTime("ours", 32, "float32", 1, 1))
    monkeypatch.setattr("training.studies.gpu.measure_accuracy", lambda *_: Accuracy("ours", 0, 1, 1, 1))
    *_, last = measure(small_sign_mnist, "cpu", Plan(batches=(32, 64), seeds=(0,), minutes=5))
    assert len(last.epochs) == 5
    assert (last.right, last.left_out) == ((), 5)


def test_doctor_names_what_training_computes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JAX_PLATFORMS", "none")
    assert main(["doctor"]) == 0
    tensorflow, jax, _ = capsys.readouterr().out.splitlines()
    assert tensorflow.startswith(("--backend tensorflow: CPU", "--backend tensorflow: GPU ("))
    assert jax.startswith("--backend jax: does not work (RuntimeError: ")
