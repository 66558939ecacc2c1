"""Installation: the wheel holds the weights, and the app installs and runs without TensorFlow."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import cv2
import pytest

from live.hand.networks import HandNetworks, bundle_path
from tests.support import ROOT, drawn
from tests.support.app import running_app

pytestmark = pytest.mark.slow

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
    assert {
        f"live/models/{model}/model.json" for model in ("sign_mnist", "letters", "fluent", "posture", "strokes")
    } <= set(names)
    assert sum(name.endswith(".tflite") for name in names) == 6
    assert not any("test" in name.split("/")[0] for name in names)


class Steps:
    """What the Dockerfile does, done in a folder with an environment of its own instead of an image."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.app = folder / "app"
        self.app.mkdir()
        environment = folder / "venv"
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        self.bin = environment / ("Scripts" if os.name == "nt" else "bin")
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "FINGERSPELL_CACHE": str(cache)}
        self.told: dict[str, str] = {}
        for line in (ROOT / "Dockerfile").read_text().splitlines():
            word, _, rest = line.partition(" ")
            if word == "COPY":
                *sources, target = rest.split()
                for source in sources:
                    if (ROOT / source).is_dir():
                        shutil.copytree(ROOT / source, self.app / target)
                    else:
                        (self.app / target).mkdir(parents=True, exist_ok=True)
                        shutil.copy(ROOT / source, self.app / target)
            elif word == "RUN" and not rest.startswith("useradd"):
                self.run(["sh", "-ec", rest.replace("/app/", f"{self.app}/")])
            else:
                self.told[word] = rest

    def run(self, command: list[str], check: bool = True) -> subprocess.CompletedProcess[str]:
        """In the environment."""
        return subprocess.run(
            command, cwd=self.app, env=self.environment, check=check, capture_output=True, text=True
        )  # fmt: skip


def test_the_steps_of_the_image_install_the_app_alone_without_tensorflow_and_run_it(
    hand_networks: HandNetworks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(tmp_path, bundle_path().parent)
    assert list(steps.app.iterdir()) == []  # what is left is installed
    assert steps.told["USER"] != "root"

    without = ("tensorflow", "keras", "scipy", "streamlit_webrtc", "aiortc", "av")
    find = f"import importlib.util as u; print([n for n in {without} if u.find_spec(n)])"
    assert steps.run(["python", "-c", find]).stdout.strip() == "[]"

    cv2.imwrite(str(tmp_path / "l.png"), drawn.signed("L"))
    read = steps.run(["fingerspell", "photo", "--json", str(tmp_path / "l.png")])
    assert json.loads(read.stdout)["letter"] == "L"
    assert steps.run(["fingerspell", "doctor"], check=False).returncode == 0
    monkeypatch.chdir(tmp_path)  # away from the checkout, so that python -m live is the installed one
    _, *options = json.loads(steps.told["ENTRYPOINT"])
    health = json.loads(steps.told["HEALTHCHECK"].partition("CMD ")[2])
    assert steps.run(health, check=False).returncode == 1
    with running_app(*options, python=str(steps.bin / "python")) as address:
        port = address.rpartition(":")[2]
        assert steps.run([part.replace("8501", port) for part in health], check=False).returncode == 0
    trains = steps.run(["fingerspell-train", "summary", "nvidia"], check=False)
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
