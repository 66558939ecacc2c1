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
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from live.errors import FingerspellError
from live.files import write_file
from live.hand import CROP_SIZE, N_LANDMARKS, Hand, cut_out
from live.letters import HELD_LETTERS, MOVING_LETTERS

MAX_NAME = 16  # characters of a sign's name
BETWEEN = " -'\N{RIGHT SINGLE QUOTATION MARK}"  # in a name, between letters and digits
# Letters and marks of Unicode that nobody sees: two names could look the same, or a name could look empty.
INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# Windows has no folders of these names, and recordings can be moved between machines.
WINDOWS_DEVICES = re.compile("con|prn|aux|nul|(com|lpt)[0-9]")
EVERY_S = 0.1  # frames closer together than this are too similar
ROUNDING_S = 1e-6  # frame times are sums of fractions: 0.1 must not miss 0.1 by a rounding error
MAX_HANDS = 300  # in one recording
LOOKALIKE_SHARE = 0.5  # of a sign's hands that are read as one letter, from which on the person is told


class RecordingError(FingerspellError):
    """A recording cannot be written or read, or a sign cannot be recorded."""


def default_recordings_folder() -> Path:
    """The folder in which recordings are kept by default: inside the user's data folder."""
    from platformdirs import user_data_path  # here, because a machine that only trains does not have it

    return user_data_path("fingerspell", appauthor=False) / "signs"


def sign_name(text: str, known: Iterable[str] = ()) -> str:
    """Check the name that a person typed for a sign, and return it. Raises RecordingError if it is not a valid name.

    A name is kept exactly, in its case and script. Only what nobody sees changes: a row of spaces becomes one, none is
    left at the ends, and accents are joined with their letters (Unicode's NFC). known: the signs that are recorded
    already; a name that differs from one of them, or from a letter, only in its case or width is refused.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not 1 <= len(name) <= MAX_NAME:
        raise RecordingError(f"A sign's name has 1 to {MAX_NAME} characters; {_quoted(name)} has {len(name)}")
    if bad := [character for character in name if not (_is_letter(character) or character in BETWEEN)]:
        raise RecordingError(
            f"A sign's name has letters, digits, spaces, hyphens and apostrophes; {_quoted(name)} has {bad[0]!a}"
        )
    if name[0] in BETWEEN or name[-1] in BETWEEN or unicodedata.category(name[0])[0] == "M":
        raise RecordingError(f"A sign's name begins and ends with a letter or a digit; {_quoted(name)} does not")
    key = _key(name)
    if key.upper() in MOVING_LETTERS:
        raise RecordingError(f"{key.upper()} is drawn in the air; only signs that are held still can be recorded")
    if WINDOWS_DEVICES.fullmatch(key):
        raise RecordingError(f"Windows has no folder named {_quoted(name)}, so a sign cannot have this name")
    if same := [each for each in (*HELD_LETTERS, *known) if each != name and _key(each) == key]:
        raise RecordingError(f"{_quoted(name)} is too like {same[0]}, a sign already; use {same[0]}, or another name")
    return name


def _is_letter(character: str) -> bool:
    """Whether a character is a letter, a digit or a mark (such as a vowel sign) of any script, and visible."""
    return unicodedata.category(character)[0] in "LMN" and not INVISIBLE.match(character)


def _key(name: str) -> str:
    """Equal for names that differ only in case or width. Folders with such names are the same on some systems."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _quoted(name: str) -> str:
    """A name in an error. What cannot be printed is escaped, so the error stays one line."""
    return repr(name[:40])


def lookalike(sign: str, read: Sequence[str | None]) -> str | None:
    """A line that says which other letter or sign the hands of a new sign look like; None if fewer than half do.

    read: what a model reads in each of the hands. Always None for a letter: people record one because it is read as
    another.
    """
    counts = Counter(name for name in read if name)
    if sign in HELD_LETTERS or not counts:
        return None
    other, n = counts.most_common(1)[0]
    if other == sign or n < LOOKALIKE_SHARE * len(read):
        return None
    return (
        f"{n} of the {len(read)} hands that show {sign} look like {other}. A hand shape has one name only: a model "
        f"that learns {sign} from them will read {other} as {sign}. To keep {other}, train without this sign."
    )


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
    """Collects the hands of frames, at most one every EVERY_S seconds and MAX_HANDS in all.

    read: the letter that was read in each of the hands.
    """

    sign: str
    keep_pictures: bool = False
    pictures: list[bytes] = field(default_factory=list)
    hands: list[tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8], str]] = field(default_factory=list)
    read: list[str | None] = field(default_factory=list)
    _last_s: float = -EVERY_S

    def add_frame(
        self, frame_bgr: NDArray[np.uint8], hand: Hand | None, time_s: float, letter: str | None = None
    ) -> None:
        """Record the hand of a frame, if EVERY_S has passed since the last one.

        frame_bgr: (height, width, 3) uint8. letter: what a model reads in the pose of the hand.
        """
        if hand is None or time_s - self._last_s < EVERY_S - ROUNDING_S or len(self.hands) >= MAX_HANDS:
            return
        self._last_s = time_s
        self.hands.append((hand.landmarks, *cut_out(frame_bgr, hand), hand.side.capitalize()))
        self.read.append(letter)
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

    Another recording of the sign with this name stays; the new one is then called name-2. Returns the recording with
    its path. Raises RecordingError if it cannot be written.
    """
    path = recording.path or _unused(folder / recording.sign, name)
    if not len(recording):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise RecordingError(f"{path} cannot be deleted ({error.strerror or error})") from error
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


def _unused(folder: Path, name: str) -> Path:
    names = chain([name], (f"{name}-{n}" for n in count(2)))
    return next(path for path in (folder / f"{each}.npz" for each in names) if not path.exists())


def read(path: Path) -> Recording:
    """Read one file. Raises RecordingError if it is not a recording."""
    landmarks, crops, masks, handedness, letters = _arrays(
        path, ("landmarks", "crops", "masks", "handedness", "letter")
    )
    n, signs = len(letters), set(letters.ravel().tolist())
    shapes = [(n, N_LANDMARKS, 3), (n, CROP_SIZE, CROP_SIZE), (n, CROP_SIZE, CROP_SIZE), (n,), (n,)]
    if len(signs) != 1 or [array.shape for array in (landmarks, crops, masks, handedness, letters)] != shapes:
        raise RecordingError(f"{path} is not a recording of one sign; delete it")
    pictures, ends = _arrays(path, ("pictures", "picture_ends"), optional=True)
    jpegs = tuple(picture.tobytes() for picture in np.split(pictures, ends[:-1])) if len(ends) else ()
    return Recording(str(signs.pop()), landmarks, crops, masks, handedness, path, jpegs)


def _arrays(path: Path, names: Sequence[str], optional: bool = False) -> list[NDArray[Any]]:
    """Arrays of a file. optional: an array that the file lacks is empty. Raises RecordingError."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return [np.array([]) if optional and name not in arrays else np.atleast_1d(arrays[name]) for name in names]
    except Exception as error:  # on a damaged file, NumPy raises anything: ValueError, BadZipFile, zlib.error, …
        reason = " ".join(str(error).split())
        raise RecordingError(f"{path} cannot be read as a recording ({reason}); delete it") from error


def recorded_signs(folder: Path) -> list[str]:
    """The names of all recorded signs, sorted. They come from the files, as some systems change names of folders."""
    signs: set[str] = set()
    for path in list_files(folder):
        with suppress(RecordingError):  # the page reports it
            signs.update(map(str, _arrays(path, ["letter"])[0].tolist()))
    return sorted(signs)


def list_files(folder: Path) -> list[Path]:
    """The files of all recordings, sorted by sign and time."""
    return sorted(folder.glob("*/*.npz"))
