"""MediaPipe's two hand networks: fetched once into the user's cache, and checked by sha256 whenever they are loaded."""

import hashlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from live.errors import BundleError
from live.files import write_file

LICENCE = "MediaPipe's hand networks by Google, Apache-2.0"
CACHE_VARIABLE = "FINGERSPELL_CACHE"

# The bundle is a zip of two LiteRT files.
BUNDLE_FILE = "hand_landmarker.task"
PALM_FILE, LANDMARKS_FILE = "hand_detector.tflite", "hand_landmarks_detector.tflite"
# Two bundles are accepted: Google's own, and what _pack() makes from the Python package's networks.
BUNDLE_SHA256 = (
    "fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1",
    "ef3f184fa8d5e6905ea4770282627d6937975119af763054312d05985c059bda",
)


@dataclass(frozen=True)
class HandNetworks:
    """The contents of the two LiteRT files."""

    palm: bytes
    landmarks: bytes


def bundle_path() -> Path:
    """The bundle's path: in the folder that FINGERSPELL_CACHE names, or else in the user's cache folder."""
    if folder := os.environ.get(CACHE_VARIABLE):
        return Path(folder) / BUNDLE_FILE
    from platformdirs import user_cache_path  # here, because a machine that only trains does not have it

    return user_cache_path("fingerspell", appauthor=False) / BUNDLE_FILE


def load_networks() -> HandNetworks:
    """Load the networks from the cache. Raises BundleError if they are not there or fail their checksum."""
    path = bundle_path()
    try:
        bundle = path.read_bytes()
    except FileNotFoundError as error:
        raise BundleError(f"the hand networks have not been fetched yet (no {path})") from error
    except OSError as error:
        raise BundleError(f"the hand networks in {path} cannot be read ({error.strerror or error})") from error
    if not _is_known(bundle):
        raise BundleError(f"{path} is damaged or another version: its sha256 is neither of the two known ones")
    return _unpack(bundle)


def fetch_networks() -> HandNetworks:
    """Load the networks from the cache, or download them from Google's store, or else from the Python package.

    Shows its progress on stderr. Raises BundleError if neither source works; the cache is then unchanged.
    """
    try:
        return load_networks()
    except BundleError:
        pass
    from live.hand import download  # here, because it imports an HTTP client

    print(f"fetching {LICENCE} (once; 8 MB, or 36 MB if the first source fails)", file=sys.stderr, flush=True)
    faults = []
    for source in (download.from_store, lambda: _pack(*download.from_package())):
        try:
            bundle = source()
        except BundleError as error:
            faults.append(str(error))
            continue
        if _is_known(bundle):
            _write_to_cache(bundle)
            return _unpack(bundle)
        faults.append("the downloaded bundle has the wrong sha256")
    raise BundleError(f"the hand networks cannot be fetched ({'; '.join(faults)}); connect to a network and try again")


def _is_known(bundle: bytes) -> bool:
    return hashlib.sha256(bundle).hexdigest() in BUNDLE_SHA256


def _write_to_cache(bundle: bytes) -> None:
    try:
        write_file(bundle_path(), bundle)
    except OSError as error:
        raise BundleError(
            f"the hand networks cannot be written to {bundle_path().parent} ({error.strerror or error}); "
            f"set {CACHE_VARIABLE} to another folder"
        ) from error


def _unpack(bundle: bytes) -> HandNetworks:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        return HandNetworks(files.read(PALM_FILE), files.read(LANDMARKS_FILE))


def _pack(palm: bytes, landmarks: bytes) -> bytes:
    """Pack the two networks into a bundle, with the same bytes on every machine."""
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as bundle:
        for name, network in ((PALM_FILE, palm), (LANDMARKS_FILE, landmarks)):
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3  # Unix; zipfile would record the system that it runs on
            bundle.writestr(entry, network)
    return content.getvalue()
