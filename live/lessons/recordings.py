"""One's own signs, recorded with the app and kept on this machine: crops and landmarks, not the whole picture.

A folder of recordings holds one file a recording, SIGN/DAY-TIME.npz, and `fingerspell-train fit --data` reads it:

    landmarks   (n, 21, 3) float32, pixels of the frame        letter      (n,) the sign's name
    crops       (n, 28, 28) uint8 gray, as of right hands      source      (n,) which recording
    masks       (n, 28, 28) uint8, 255 where the hand is       handedness  (n,) "Left" or "Right"

and, only where whole pictures were asked for, pictures (bytes,) uint8, n JPEG files one after the other, and
picture_ends (n,), where in it each ends.
"""

import io
import re
import zipfile
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
EVERY_S = 0.1  # frames nearer together than that are too much alike
MAX_HANDS = 300  # of one recording
NAME = re.compile(r"[A-Z0-9]([A-Z0-9 -]*[A-Z0-9])?")


class RecordingError(FingerspellError):
    """A recording that cannot be kept or read, or a sign that cannot be recorded."""


def default_folder() -> Path:
    """Where recordings are kept unless `fingerspell --signs` says otherwise."""
    from platformdirs import user_data_path  # a machine that only trains has none

    return user_data_path("fingerspell", appauthor=False) / "signs"


def sign_name(text: str) -> str:
    """A sign's name as it is kept: in capitals. Raises RecordingError."""
    name = " ".join(text.upper().split())
    if name in MOVING_LETTERS:
        raise RecordingError(f"{name} is drawn in the air; only signs that are held still can be recorded")
    if len(name) > MAX_NAME or not NAME.fullmatch(name):
        raise RecordingError(f"A name has 1 to {MAX_NAME} letters, digits, spaces or hyphens; {text[:40]!r} is none")
    return name


@dataclass(frozen=True)
class Recording:
    """Some hands that show one sign, in the order of their frames. Arrays as in the file, which is path, once it is."""

    sign: str
    landmarks: NDArray[np.float32]
    crops: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    handedness: NDArray[np.str_]
    path: Path | None = None
    pictures: tuple[bytes, ...] = ()  # JPEG, if they were asked for

    def __len__(self) -> int:
        return len(self.crops)

    def without(self, rows: list[int]) -> "Recording":
        """The others."""
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
    """Takes the hands of frames, one every EVERY_S."""

    sign: str
    keep_pictures: bool = False
    pictures: list[bytes] = field(default_factory=list)
    hands: list[tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8], str]] = field(default_factory=list)
    _last_s: float = -EVERY_S

    def take(self, frame_bgr: NDArray[np.uint8], hand: Hand | None, time_s: float) -> None:
        """One frame. frame_bgr: (height, width, 3) uint8."""
        # frame times are sums of fractions: 0.1 must not miss 0.1 by a rounding error
        if hand is None or time_s - self._last_s < EVERY_S - 1e-6 or len(self.hands) >= MAX_HANDS:
            return
        self._last_s = time_s
        self.hands.append((hand.landmarks, *cut_out(frame_bgr, hand), hand.side.capitalize()))
        if self.keep_pictures:
            self.pictures.append(cv2.imencode(".jpg", frame_bgr)[1].tobytes())

    def recording(self) -> Recording:
        """What was taken. Raises RecordingError where it is nothing."""
        if not self.hands:
            raise RecordingError("No hand was seen, so nothing was kept; hold it up and record again")
        landmarks, crops, masks, sides = zip(*self.hands, strict=True)
        return Recording(
            self.sign, np.stack(landmarks), np.stack(crops), np.stack(masks), np.array(sides),
            pictures=tuple(self.pictures),
        )  # fmt: skip


def save(folder: Path, recording: Recording, name: str) -> Recording:
    """Keep it as folder/SIGN/name.npz, or where it was; one without hands is deleted."""
    path = recording.path or folder / recording.sign / f"{name}.npz"
    if not len(recording):
        path.unlink(missing_ok=True)
        return recording
    n, content, whole = len(recording), io.BytesIO(), {}
    if recording.pictures:
        ends = np.cumsum([len(each) for each in recording.pictures])
        whole = {"pictures": np.frombuffer(b"".join(recording.pictures), np.uint8), "picture_ends": ends}
    np.savez_compressed(
        content,
        allow_pickle=False,
        landmarks=recording.landmarks,
        letter=np.full(n, recording.sign),
        source=np.full(n, path.stem),
        handedness=recording.handedness,
        crops=recording.crops,
        masks=recording.masks,
        **whole,
    )
    try:
        write_file(path, content.getvalue())
    except OSError as error:
        raise RecordingError(
            f"{path} cannot be written ({error.strerror or error}); see `fingerspell --signs`"
        ) from error
    return replace(recording, path=path)


def read(path: Path) -> Recording:
    """One file. Raises RecordingError."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as told:
            names = ("landmarks", "crops", "masks", "handedness", "letter")
            landmarks, crops, masks, handedness, letters = (told[name] for name in names)
            whole = np.split(told["pictures"], told["picture_ends"][:-1]) if "pictures" in told else []
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise RecordingError(f"{path} cannot be read as a recording ({error}); delete it") from error
    n = len(letters)
    if landmarks.shape != (n, N_LANDMARKS, 3) or crops.shape != (n, CROP_SIZE, CROP_SIZE) or masks.shape != crops.shape:
        raise RecordingError(f"{path} is no recording; delete it")
    pictures = tuple(each.tobytes() for each in whole)
    return Recording(path.parent.name, landmarks, crops, masks, handedness, path, pictures)


def kept(folder: Path) -> list[Path]:
    """The recordings' files, by sign and time."""
    return sorted(folder.glob("*/*.npz"))
