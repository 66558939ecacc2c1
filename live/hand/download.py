"""The two sources of the hand networks: Google's model store, and the wheel of the Python package mediapipe."""

import io
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from http.client import HTTPException
from pathlib import Path

from tqdm import tqdm

from live.errors import BundleError

STORE = "https://storage.googleapis.com/mediapipe-models/hand_landmarker/hand_landmarker/float16/1/hand_landmarker.task"
TIMEOUT_S = 15

PACKAGE = "mediapipe==0.10.21"
# The wheel is only unpacked, never run, so its Python version and system do not matter.
PACKAGE_TAGS = ("--python-version", "3.12", "--platform", "manylinux_2_28_x86_64")
PALM_IN_PACKAGE = "mediapipe/modules/palm_detection/palm_detection_full.tflite"
LANDMARKS_IN_PACKAGE = "mediapipe/modules/hand_landmark/hand_landmark_full.tflite"


def from_store() -> bytes:
    """Google's bundle. Raises BundleError if it cannot be downloaded. The caller checks its checksum."""
    try:
        with urllib.request.urlopen(STORE, timeout=TIMEOUT_S) as response:
            content = io.BytesIO()
            name, no_console = STORE.rpartition("/")[2], sys.stderr is None  # as in a program with windows
            with tqdm(
                total=response.length, unit="B", unit_scale=True, desc=name, leave=False, disable=no_console
            ) as bar:
                while chunk := response.read(1 << 16):
                    bar.update(content.write(chunk))
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise BundleError(f"Google's store: {' '.join(str(reason).split())}") from error
    return content.getvalue()


def from_package() -> tuple[bytes, bytes]:
    """Download the wheel with pip, and return its palm network and landmark network. Raises BundleError."""
    try:
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(_download_wheel(Path(folder))) as files:
            return files.read(PALM_IN_PACKAGE), files.read(LANDMARKS_IN_PACKAGE)
    except (KeyError, zipfile.BadZipFile) as error:
        raise BundleError(f"pip download {PACKAGE}: the wheel does not hold the networks ({error})") from error
    except OSError as error:
        raise BundleError(f"pip download {PACKAGE}: {error}") from error


def _download_wheel(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps", "--dest", str(folder)]
    pip += ["--retries", "1", "--timeout", str(TIMEOUT_S), "--only-binary=:all:", *PACKAGE_TAGS, PACKAGE]
    progress_bar = sys.stderr.fileno() if sys.stderr and sys.stderr.isatty() else subprocess.DEVNULL
    result = subprocess.run(pip, stdout=progress_bar, stderr=subprocess.PIPE, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if result.returncode or len(wheels) != 1:
        reason = (result.stderr.strip().splitlines() or ["it downloaded nothing"])[-1]
        raise BundleError(f"pip download {PACKAGE}: {reason}")
    return wheels[0]
