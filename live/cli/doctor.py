"""`fingerspell doctor`: checks everything that the app needs. Says what works, what does not, and what to do."""

import argparse
import platform
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

from live.cli.arguments import add_model_arguments
from live.errors import FingerspellError

State = Literal["ok", "note", "problem"]
DISTRIBUTION = "fingerspell"
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"  # in a checkout
# Modules that may fail to import although they are installed: most load shared libraries.
MODULES = ("numpy", "cv2", "ai_edge_litert.interpreter", "streamlit", "starlette", "pi_heif")
CAMERAS_TRIED = 3


@dataclass(frozen=True)
class Finding:
    """One line of the report. A "problem" keeps the app from working; a "note" does not."""

    state: State
    subject: str
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments: only those that every command accepts."""
    add_model_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print all findings. Returns 1 if one of them is a problem."""
    findings = examine(args.model)
    for finding in findings:
        print(f"{finding.state:>7}  {finding.subject}: {finding.text}")
    problems = sum(finding.state == "problem" for finding in findings)
    print("Everything that the app needs works." if not problems else f"{problems} to fix, marked `problem` above.")
    return 1 if problems else 0


def examine(model: Path) -> list[Finding]:
    """All findings, in the order in which a person would check."""
    app = [
        _python(),
        *_packages(),
        *_imports(),
        _model(model),
        _network("J and Z", "StrokeReader"),
        _network("words that flow", "FluentReader"),
        _network("posture", "PostureCheck"),
        _hand_networks(),
        *_cameras(),
        _browser(),
    ]
    return [*app, *_training()]


def needed_packages() -> list[str]:
    """The packages that the app needs: those that its distribution requires on this system, without extras.

    They come from pyproject.toml in a checkout that is not installed.
    """
    import tomllib
    from importlib.metadata import PackageNotFoundError, requires

    from packaging.requirements import Requirement

    try:
        requirements = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        requirements = tomllib.loads(PYPROJECT.read_text())["project"]["dependencies"] if PYPROJECT.is_file() else []
    parsed = map(Requirement, requirements)
    return [package.name for package in parsed if not package.marker or package.marker.evaluate({"extra": ""})]


def _python() -> Finding:
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if (3, 11) <= sys.version_info < (3, 14):
        return Finding("ok", "Python", text)
    return Finding("problem", "Python", f"{text}; Fingerspell needs 3.11, 3.12 or 3.13")


def _packages() -> list[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        packages = needed_packages()
    except ImportError as error:
        return [
            Finding("problem", "packages", f"cannot be listed ({error}); run `make app` or install fingerspell again")
        ]
    findings = []
    for package in packages:
        try:
            findings.append(Finding("ok", package, version(package)))
        except PackageNotFoundError:
            findings.append(Finding("problem", package, "not installed; run `make app` or install fingerspell again"))
    return [*findings, *_opencv_wheels()]


def _opencv_wheels() -> list[Finding]:
    from importlib.metadata import distributions

    names = {(dist.name or "").lower() for dist in distributions()}  # an upgrade that broke off leaves no name
    wheels = sorted(name for name in names if name.startswith("opencv"))
    if len(wheels) <= 1:
        return []
    others = " ".join(name for name in wheels if name != "opencv-python-headless")
    advice = f"run `pip uninstall {others}`, then `pip install --force-reinstall opencv-python-headless`"
    return [Finding("problem", "OpenCV", f"{len(wheels)} wheels overwrite one another ({', '.join(wheels)}); {advice}")]


def _imports() -> list[Finding]:
    """Import each module in its own process, because a broken shared library can crash the process."""
    import subprocess

    findings = []
    for module in MODULES:
        result = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False)
        if result.returncode:
            reason = (result.stderr.strip().splitlines() or [f"it crashed with status {result.returncode}"])[-1]
            findings.append(Finding("problem", module, f"does not import ({reason}); install fingerspell again"))
    return findings


def _not_checked(error: ImportError) -> str:
    return f"cannot be checked, because a module does not import ({error}); install fingerspell again"


def _model(folder: Path) -> Finding:
    try:
        import numpy as np

        from live.hand import CROP_SIZE, N_LANDMARKS
        from live.readers import LetterClassifier

        classifier = LetterClassifier.load(folder)
        classifier.predict(np.zeros((CROP_SIZE, CROP_SIZE), np.uint8), np.zeros((N_LANDMARKS, 3), np.float32))
    except ImportError as error:
        return Finding("problem", "model", _not_checked(error))
    except FingerspellError as error:
        return Finding("problem", "model", str(error))
    contract = classifier.contract
    return Finding("ok", "model", f"{folder}: {len(contract.letters)} letters, {contract.architecture}")


def _network(name: str, reader: str) -> Finding:
    """Whether the network of a reader loads. reader: the name of its class."""
    try:
        getattr(import_module("live.readers"), reader).load()
    except ImportError as error:
        return Finding("problem", name, _not_checked(error))
    except FingerspellError as error:
        return Finding("problem", name, str(error))
    return Finding("ok", name, "the network loads")


def _hand_networks() -> Finding:
    try:
        import numpy as np

        from live.hand import LiteRTHandTracker, bundle_path, load_networks

        LiteRTHandTracker(load_networks()).find(np.zeros((480, 640, 3), np.uint8))
    except ImportError:  # _imports() says which
        return Finding("note", "hand networks", "cannot be checked, because a module does not import")
    except FingerspellError as error:
        advice = "run `fingerspell fetch` with an internet connection"
        return Finding(
            "note", "hand networks", f"{error}: {advice}. Until then the app reads a fixed square, often wrongly"
        )
    return Finding("ok", "hand networks", str(bundle_path()))


def _cameras() -> list[Finding]:
    try:
        from live.sources import open_source
    except ImportError:  # _imports() says which
        return []
    findings = []
    for index in range(CAMERAS_TRIED):
        try:
            with open_source(str(index)) as camera:
                height, width = next(iter(camera)).image_bgr.shape[:2]
                findings.append(Finding("ok", f"camera {index}", f"{width}x{height}"))
        except FingerspellError:
            continue
    if findings:
        return findings
    return [
        Finding(
            "note",
            "camera",
            "none on this machine can be read. The page does not need it, because it uses the browser's. For "
            "`fingerspell video 0`, plug one in, close other programs, and allow the terminal to use it",
        )
    ]


def _browser() -> Finding:
    return Finding(
        "note",
        "browser",
        "a browser gives its camera only to https pages and to http://localhost or http://127.0.0.1",
    )


def _training() -> list[Finding]:
    """The devices that training computes on, if it is installed. Its own command says: live imports no training."""
    import subprocess
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("training", "keras")):
        return []
    command = [sys.executable, "-m", "training", "doctor"]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return [Finding("note" if "does not work" in line else "ok", "training", line) for line in lines]
