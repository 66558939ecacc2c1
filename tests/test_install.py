"""What a user installs: a wheel with its weights, and the app's part alone, without TensorFlow."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import cv2
import pytest

from live.bundle import HandNetworks
from tests import drawn
from tests.conftest import ROOT
from tests.web.conftest import running_app

LOCKS = (ROOT / "requirements" / "app.txt", ROOT / "requirements" / "dev.txt")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what git would give a newcomer."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("live", "training", "models", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_weights(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"live/models/{model}/model.json" for model in ("sign_mnist", "letters", "strokes")} <= set(names)
    assert sum(name.endswith(".tflite") for name in names) == 4
    assert not any("test" in name.split("/")[0] for name in names)


def test_the_apps_part_alone_installs_without_tensorflow_and_runs(
    wheel: Path, hand_networks: HandNetworks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCKS[0])], check=True, capture_output=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, capture_output=True)

    find = "import importlib.util as u; print([n for n in ('tensorflow', 'keras', 'scipy') if u.find_spec(n)])"
    assert subprocess.run([python, "-c", find], capture_output=True, text=True, check=True).stdout.strip() == "[]"

    picture = tmp_path / "b.png"
    cv2.imwrite(str(picture), drawn.signed("L"))
    command = python.with_name("fingerspell")
    read = subprocess.run(
        [command, "photo", "--json", picture], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(read.stdout)["letter"] == "L"
    assert subprocess.run([command, "doctor"], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    monkeypatch.chdir(tmp_path)  # away from the checkout, so that python -m live is the installed one
    with running_app(python=str(python)):
        pass
    trains = subprocess.run(
        [python.with_name("fingerspell-train"), "summary", "nvidia"], capture_output=True, text=True, check=False
    )
    assert trains.returncode == 1
    assert "make install" in trains.stderr
    assert len(trains.stderr.splitlines()) == 1


def test_every_requirement_is_locked_with_hashes_and_no_address() -> None:
    for lock in LOCKS:
        text = lock.read_text()
        assert "://" not in text
        assert "--index" not in text
        packages = [block for block in text.replace("\\\n", " ").splitlines() if block.strip()]
        assert all("==" in package and "--hash=sha256:" in package for package in packages)
    app = {line.split()[0] for line in LOCKS[0].read_text().splitlines() if "==" in line}
    everything = {line.split()[0] for line in LOCKS[1].read_text().splitlines() if "==" in line}
    assert app <= everything
