"""Recordings of custom signs, made in the app and kept on this machine: crops and landmarks of hands.

Each recording is one file, SIGN/DAY-TIME.npz, that `fingerspell-train fit --data` reads:

    landmarks   (n, 21, 3) float32, pixels of the frame        letter      (n,) the sign's name
    crops       (n, 28, 28) uint8 gray, left hands mirrored   source      (n,) the recording's name
    masks       (n, 28, 28) uint8, 255 where the hand is       handedness  (n,) "Left" or "Right"

If the user asked to keep complete pictures, the file also has pictures, (bytes,) uint8: n JPEG files one after the
other, and picture_ends, (n,): where each JPEG file ends.
"""

import io
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import FingerspellError
from live.files import write_file
from live.hand import CROP_SIZE, N_LANDMARKS, Hand, cut_out
from live.letters import MOVING_LETTERS

MAX_NAME = 16  # characters of a sign's name
NAME = re.compile(r"[A-Z0-9]([A-Z0-9 -]*[A-Z0-9])?")
EVERY_S = 0.1  # frames closer together than this are too similar
ROUNDING_S = 1e-6  # frame times are sums of fractions: 0.1 must not miss 0.1 by a rounding error
MAX_HANDS = 300  # in one recording


class RecordingError(FingerspellError):
    """A recording cannot be written or read, or a sign cannot be recorded."""


def default_recordings_folder() -> Path:
    """The folder in which recordings are kept by default: inside the user's data folder."""
    from platformdirs import user_data_path  # here, because a machine that only trains does not have it

    return user_data_path("fingerspell", appauthor=False) / "signs"


def sign_name(text: str) -> str:
    """Turn text into the name of a sign, in capitals. Raises RecordingError if it is not a valid name."""
    name = " ".join(text.upper().split())
    if name in MOVING_LETTERS:
        raise RecordingError(f"{name} is drawn in the air; only signs that are held still can be recorded")
    if len(name) > MAX_NAME or not NAME.fullmatch(name):
        raise RecordingError(f"A name has 1 to {MAX_NAME} letters, digits, spaces or hyphens; {text[:40]!r} is not one")
    return name


@dataclass(frozen=True)
class Recording:
    """Hands that show one sign, in the order of their frames. Arrays as in the file.

    path: the file, None until it is saved. pictures: JPEG files, empty unless the user asked to keep them.
    """

    sign: str
    landmarks: NDArray[np.float32]
    crops: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    handedness: NDArray[np.str_]
    path: Path | None = None
    pictures: tuple[bytes, ...] = ()

    def __len__(self) -> int:
        return len(self.crops)

    def without(self, rows: list[int]) -> "Recording":
        """The recording without the hands in these rows."""
        kept = np.setdiff1d(np.arange(len(self)), rows)
        return replace(
            self,
            landmarks=self.landmarks[kept],
            crops=self.crops[kept],
            masks=self.masks[kept],
            handedness=self.handedness[kept],
            pictures=tuple(self.pictures[n] for n in kept) if self.pictures else (),
        )


@dataclass
class Recorder:
    """Collects the hands of frames, at most one every EVERY_S seconds and MAX_HANDS in all."""

    sign: str
    keep_pictures: bool = False
    pictures: list[bytes] = field(default_factory=list)
    hands: list[tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8], str]] = field(default_factory=list)
    _last_s: float = -EVERY_S

    def add_frame(self, frame_bgr: NDArray[np.uint8], hand: Hand | None, time_s: float) -> None:
        """Record the hand of a frame, if EVERY_S has passed since the last one. frame_bgr: (height, width, 3) uint8."""
        if hand is None or time_s - self._last_s < EVERY_S - ROUNDING_S or len(self.hands) >= MAX_HANDS:
            return
        self._last_s = time_s
        self.hands.append((hand.landmarks, *cut_out(frame_bgr, hand), hand.side.capitalize()))
        if self.keep_pictures:
            self.pictures.append(cv2.imencode(".jpg", frame_bgr)[1].tobytes())

    def recording(self) -> Recording:
        """What has been recorded. Raises RecordingError if there was no hand."""
        if not self.hands:
            raise RecordingError("No hand was seen, so nothing was kept; hold it up and record again")
        landmarks, crops, masks, sides = zip(*self.hands, strict=True)
        return Recording(
            self.sign, np.stack(landmarks), np.stack(crops), np.stack(masks), np.array(sides),
            pictures=tuple(self.pictures),
        )  # fmt: skip


def save(folder: Path, recording: Recording, name: str) -> Recording:
    """Write a recording to folder/SIGN/name.npz, or to its own path. Delete its file if it has no hands.

    Returns the recording with its path. Raises RecordingError if it cannot be written.
    """
    path = recording.path or folder / recording.sign / f"{name}.npz"
    if not len(recording):
        path.unlink(missing_ok=True)
        return recording
    n, content, pictures = len(recording), io.BytesIO(), {}
    if recording.pictures:
        ends = np.cumsum([len(picture) for picture in recording.pictures])
        pictures = {"pictures": np.frombuffer(b"".join(recording.pictures), np.uint8), "picture_ends": ends}
    np.savez_compressed(
        content,
        allow_pickle=False,
        landmarks=recording.landmarks,
        letter=np.full(n, recording.sign),
        source=np.full(n, path.stem),
        handedness=recording.handedness,
        crops=recording.crops,
        masks=recording.masks,
        **pictures,
    )
    try:
        write_file(path, content.getvalue())
    except OSError as error:
        reason = error.strerror or error
        raise RecordingError(
            f"{path} cannot be written ({reason}); free some space, or keep signs in another folder"
        ) from error
    return replace(recording, path=path)


def read(path: Path) -> Recording:
    """Read one file. Raises RecordingError if it is not a recording."""
    from zipfile import BadZipFile  # here, so that drawing a hand does not load it

    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            names = ("landmarks", "crops", "masks", "handedness", "letter")
            landmarks, crops, masks, handedness, letters = (arrays[name] for name in names)
            pictures = np.split(arrays["pictures"], arrays["picture_ends"][:-1]) if "pictures" in arrays else []
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise RecordingError(f"{path} cannot be read as a recording ({error}); delete it") from error
    n = len(letters)
    if landmarks.shape != (n, N_LANDMARKS, 3) or crops.shape != (n, CROP_SIZE, CROP_SIZE) or masks.shape != crops.shape:
        raise RecordingError(f"{path} is not a recording; delete it")
    jpegs = tuple(picture.tobytes() for picture in pictures)
    return Recording(path.parent.name, landmarks, crops, masks, handedness, path, jpegs)


def list_files(folder: Path) -> list[Path]:
    """The files of all recordings, sorted by sign and time."""
    return sorted(folder.glob("*/*.npz"))
