"""Looks at everything the app needs and says what works, what does not, and what to do."""

import importlib.util
import platform
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from typing import Literal

from live.errors import FingerspellError

State = Literal["ok", "note", "problem"]
NEEDED = (
    "ai-edge-litert",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pi-heif",
    "platformdirs",
    "psutil",
    "streamlit",
    "starlette",
    "tqdm",
)
MODULES = ("numpy", "cv2", "ai_edge_litert.interpreter", "streamlit", "starlette", "pi_heif")
CAMERAS_TRIED = 3


@dataclass(frozen=True)
class Finding:
    """One line of the report. A "problem" is something that the app needs; a "note" can be done without."""

    state: State
    subject: str
    text: str


def examine(model: Path) -> list[Finding]:
    """All findings, in the order in which a person would look."""
    app = [_python(), *_packages(), *_imports(), _model(model), _strokes(), _hand_networks(), *_cameras(), _browser()]
    return [*app, *_training()]


def _python() -> Finding:
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if (3, 11) <= sys.version_info < (3, 14):
        return Finding("ok", "Python", text)
    return Finding("problem", "Python", f"{text}; Fingerspell needs 3.11, 3.12 or 3.13")


def _packages() -> list[Finding]:
    findings = []
    for package in NEEDED:
        try:
            findings.append(Finding("ok", package, version(package)))
        except PackageNotFoundError:
            findings.append(Finding("problem", package, "not installed; run `make app` or install fingerspell again"))
    wheels = sorted({dist.name.lower() for dist in distributions() if dist.name.lower().startswith("opencv")})
    if len(wheels) > 1:
        others = " ".join(name for name in wheels if name != "opencv-python-headless")
        findings.append(
            Finding(
                "problem",
                "OpenCV",
                f"{len(wheels)} wheels overwrite each other ({', '.join(wheels)}); "
                f"run `pip uninstall {others}`, then `pip install --force-reinstall opencv-python-headless`",
            )
        )
    return findings


def _imports() -> list[Finding]:
    """Each in a process of its own: a broken shared library may take the whole process with it."""
    findings = []
    for module in MODULES:
        tried = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False)
        if tried.returncode:
            reason = (tried.stderr.strip().splitlines() or [f"it crashed with status {tried.returncode}"])[-1]
            findings.append(Finding("problem", module, f"does not import ({reason}); install fingerspell again"))
    return findings


def _model(folder: Path) -> Finding:
    try:
        import numpy as np

        from live.hand import CROP_SIZE
        from live.readers import LetterClassifier

        classifier = LetterClassifier.load(folder)
        classifier.predict(np.zeros((CROP_SIZE, CROP_SIZE), np.uint8), np.zeros((21, 3), np.float32))
    except ImportError as error:
        return Finding(
            "problem", "model", f"cannot be tried, a part does not import ({error}); install fingerspell again"
        )
    except FingerspellError as error:
        return Finding("problem", "model", str(error))
    contract = classifier.contract
    return Finding("ok", "model", f"{folder}: {len(contract.letters)} letters, {contract.architecture}")


def _strokes() -> Finding:
    try:
        from live.readers import StrokeReader

        StrokeReader.load()
    except ImportError as error:
        return Finding(
            "problem", "J and Z", f"cannot be tried, a part does not import ({error}); install fingerspell again"
        )
    except FingerspellError as error:
        return Finding("problem", "J and Z", str(error))
    return Finding("ok", "J and Z", "their network loads")


def _hand_networks() -> Finding:
    try:
        import numpy as np

        from live.hand import LiteRTHandTracker, bundle_path, load_networks

        LiteRTHandTracker(load_networks()).find(np.zeros((480, 640, 3), np.uint8))
    except ImportError:
        return Finding("note", "hand networks", "cannot be tried, a part does not import")  # told above
    except FingerspellError as error:
        return Finding("note", "hand networks", f"{error}. Until then a fixed square is read, and often wrongly")
    return Finding("ok", "hand networks", str(bundle_path()))


def _cameras() -> list[Finding]:
    try:
        from live.sources import open_source
    except ImportError:
        return []  # told above
    found = []
    for index in range(CAMERAS_TRIED):
        try:
            with open_source(str(index)) as camera:
                height, width = next(iter(camera)).image_bgr.shape[:2]
                found.append(Finding("ok", f"camera {index}", f"{width}x{height}"))
        except FingerspellError:
            continue
    if found:
        return found
    return [
        Finding(
            "note",
            "camera",
            "none on this machine can be read. The page does not need one, it uses the browser's; for "
            "`fingerspell video 0` plug one in, close other programs, and allow the terminal to use it",
        )
    ]


def _browser() -> Finding:
    return Finding(
        "note",
        "browser",
        "a browser gives its camera only to https pages and to http://localhost or http://127.0.0.1",
    )


def _training() -> list[Finding]:
    """What training computes on, where it is installed: asked of its own command, which nothing here imports."""
    if any(importlib.util.find_spec(name) is None for name in ("training", "keras")):
        return []
    command = [sys.executable, "-m", "training", "doctor"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return [Finding("note" if "does not work" in line else "ok", "training", line) for line in told]
