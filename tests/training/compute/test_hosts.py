"""Processes that train one network together, and what happens when one is lost."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.readers.contract import read_contract
from tests.support.app import free_port
from tests.support.wait import wait_for_file
from training.cli.main import main
from training.compute.devices import Device
from training.engine.checkpoints import RandomBatches

pytestmark = pytest.mark.slow

EPOCHS = 5
TWO_REPLICAS = """
import sys
from pathlib import Path
import numpy as np
import tensorflow as tf
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
from training.compute import Device
from training.data import read_split
from training.engine import RECIPES, MemoryDataset, Training, scaled
from training.networks import build, train_cnn
from training.runs.export import to_litert

crops = read_split(Path(sys.argv[1]), "train")
dataset = MemoryDataset(crops, validation=crops)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
assert strategy.num_replicas_in_sync == 2
device = Device("2 x CPU", strategy=strategy)
how = Training(0, device, Path(sys.argv[2]) / "checkpoints")
train_cnn("lesson-pooled", dataset, RECIPES["lesson"], 6, how)
saved = how.folder / "lesson-pooled.npz"
told = dict(np.load(saved))
told["told"] = np.array(str(told["told"]).replace('"over": true', '"over": false'))
np.savez(saved, **told)  # as if it had been broken off
model, curves = train_cnn("lesson-pooled", dataset, RECIPES["lesson"], 12, how)
assert len(curves) == 12
right = (model.predict(scaled(crops.images), verbose=0).argmax(1) == crops.labels).mean()
assert abs(right - curves["val_accuracy"].iloc[-1]) < 1e-6, (right, curves)
assert to_litert(model)
print(right)
"""


@given(n=st.integers(0, 200), processes=st.integers(1, 7))
def test_every_process_has_equally_many_pictures_and_none_has_anothers(n: int, processes: int) -> None:
    masks = [Device("", processes=processes, process=process).share(n) for process in range(processes)]
    assert {int(mask.sum()) for mask in masks} == {n // processes}
    assert np.sum(masks, axis=0).max(initial=0) <= 1


def test_processes_draw_apart_and_each_goes_on_from_what_process_0_saved() -> None:
    class Numbers(RandomBatches):
        def draw(self) -> None:
            self.drawn = self.rng.random(5)

    first, second = Numbers(3), Numbers(3, process=1)
    for each in (first, second):
        each.on_epoch_end()
        each.on_epoch_end()
    assert not np.isin(first.drawn, second.drawn).any()
    again = Numbers(3, process=1)
    again.draw_again(first.drawn_from)
    np.testing.assert_array_equal(again.drawn, second.drawn)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--processes", "2"], "need --processes N, --process-id I"),
        (
            ["--processes", "2", "--process-id", "2", "--coordinator", "127.0.0.1:9"],
            "--process-id: 2 is not one of 0 to 1",
        ),
        (
            ["--processes", "1", "--process-id", "0", "--coordinator", "127.0.0.1:9"],
            "--processes: 1 process is no group",
        ),
        (["--processes", "2", "--process-id", "0", "--coordinator", "nowhere"], "is not HOST:PORT"),
        (["--processes", "2", "--process-id", "0", "--coordinator", "192.0.2.1:9911"], "cannot listen at"),
    ],
)
def test_what_cannot_be_is_one_line(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "--data", str(tmp_path), "--out", str(tmp_path / "run"), *options]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_nobody_at_the_coordinators_address_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("training.compute.hosts.WAIT_S", 0.1)
    address = f"127.0.0.1:{free_port()}"
    options = ["--processes", "2", "--process-id", "1", "--coordinator", address]
    assert main(["fit", "--data", str(tmp_path), "--out", str(tmp_path / "run"), *options]) == 1
    assert "start process 0, and check the address" in capsys.readouterr().err


def test_several_gpus_of_one_host_train_one_network_and_go_on_with_it(small_sign_mnist: Path, tmp_path: Path) -> None:
    # by the same strategy, on two halves of a CPU
    done = subprocess.run(
        [sys.executable, "-c", TWO_REPLICAS, str(small_sign_mnist), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) > 0.5  # by chance, 0.04


def test_two_processes_come_to_the_same_weights_and_go_on_after_one_was_killed(
    small_sign_mnist: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    settings = ["--data", str(small_sign_mnist), "--architecture", "lesson-strided", "--epochs", str(EPOCHS)]
    with two_processes(out, *settings) as processes:
        wait_for_file(out / "checkpoints" / "lesson-strided.npz", *processes)
        processes[1].kill()
        said, error = processes[0].communicate(timeout=600)
    assert processes[0].returncode == 1, said
    assert error.splitlines()[-1].startswith("fingerspell-train: process 0 of 2: ")
    assert f"start all processes again; continue with: fingerspell-train fit --resume --out {out}" in error
    assert "Traceback" not in error
    assert not (out / "model.json").exists()

    with two_processes(out, "--resume") as processes:
        told = [each.communicate(timeout=600) for each in processes]
    assert [each.returncode for each in processes] == [0, 0], told
    weights = [[line for line in said.splitlines() if line.startswith("epoch ")] for said, _ in told]
    assert weights[0] == weights[1]
    assert weights[0][-1].startswith(f"epoch {EPOCHS}: all processes have the weights ")
    assert len(pd.read_csv(out / "history.csv")) == EPOCHS
    assert "2 processes, Keras on JAX" in read_contract(out).training["device"]
    assert read_contract(out).measurements


@contextmanager
def two_processes(out: Path, *rest: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes 0 and 1 of a training."""
    command = [sys.executable, "-m", "training", "fit", *rest, "--out", str(out), "--device", "cpu"]
    command += ["--processes", "2", "--coordinator", f"127.0.0.1:{free_port()}", "--process-id"]
    with ExitStack() as stack:
        processes = []
        for number in ("0", "1"):
            started = subprocess.Popen([*command, number], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            processes.append(stack.enter_context(started))
            stack.callback(started.kill)
        yield processes
