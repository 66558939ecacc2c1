"""How well films are spelled, and how seldom anything is spelled while nobody spells."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.bench import FRAME_SIZE, fit_to_frame
from live.errors import DataError
from live.letters import ALPHABET, MOVING_LETTERS
from live.recognizer import Recognizer
from live.sources import Frame, Frames, is_picture, open_source, read_picture
from live.text import SPACE, Committed
from training.measure import error_rate
from training.progress import bar_interval_s

FILMS = (".mp4", ".avi", ".mov")
FPS = 15.0  # of synthetic films
STILL_S = (3.0, 8.0)  # how long a picture without a hand stays, panned over
GESTURE_S = (0.1, 0.35)  # how long a hand keeps its shape when people talk with their hands
PERSON_S = 30.0  # how long one person talks
REACH = 0.25  # how far a talking hand wanders, as a share of the frame
PAN = 0.03  # standard deviation of the camera's movement, as a share of the frame
PLACE_S = 1.0  # from one random place on the way to the next
N_PLACES = 32  # then they repeat

MakeRecognizer = Callable[[], Recognizer]


@dataclass(frozen=True)
class SpelledFilm:
    """One film. word: what is signed in it. text: what was read. committed: its letters."""

    signer: str
    word: str
    text: str
    committed: tuple[Committed, ...]

    @property
    def error_rate(self) -> float:
        """Letters to correct, over the word's length."""
        return error_rate(self.text, self.word)


@dataclass(frozen=True)
class Delay:
    """Percentiles in seconds."""

    p50: float
    p95: float


@dataclass(frozen=True)
class SpellingFigures:
    """mean: letter error rate over the signers, each counting once. signers: theirs. films: texts by signer_WORD.

    commit_s: from a held letter's first steady frame until it is committed; None if no letter was held.
    """

    mean: float
    signers: dict[str, float]
    films: dict[str, str]
    commit_s: Delay | None

    def to_json(self) -> dict[str, object]:
        """The object that `fingerspell-train spell --json` prints."""
        return asdict(self)


def spell_films(folder: Path, make_recognizer: MakeRecognizer, drop: int = 0) -> SpellingFigures:
    """Spell the films named SIGNER_WORD.mp4, each with a new recogniser. Raises DataError if there are none.

    drop: leave out every drop-th frame; 0 for none.
    """
    paths = sorted(path for path in folder.glob("*_*") if path.suffix in FILMS)
    if not paths:
        raise DataError(f"{folder}: has no films named SIGNER_WORD.mp4")
    progress = tqdm(paths, desc="reading films", unit="film", mininterval=bar_interval_s())
    return summarise([_spell_film(path, make_recognizer(), drop) for path in progress])


def _spell_film(path: Path, recognizer: Recognizer, drop: int) -> SpelledFilm:
    signer, _, word = path.stem.rpartition("_")
    with open_source(str(path)) as source:
        for _ in recognizer.read_film(Dropping(source, drop) if drop else source):
            pass
    speller = recognizer.speller
    return SpelledFilm(signer, word.upper(), speller.text, speller.committed)


class Dropping:
    """A source that loses every n-th frame."""

    def __init__(self, source: Frames, n: int) -> None:
        self._source, self._n = source, n
        self.frame_s = source.frame_s

    def __iter__(self) -> Iterator[Frame]:
        return (frame for number, frame in enumerate(self._source, 1) if number % self._n)


def summarise(films: Sequence[SpelledFilm]) -> SpellingFigures:
    """Summarise films by signer."""
    signers = {
        signer: float(np.mean([film.error_rate for film in films if film.signer == signer]))
        for signer in sorted({film.signer for film in films})
    }
    letters = [letter for film in films for letter in film.committed]
    held = [letter for letter in letters if letter.letter not in (SPACE, *MOVING_LETTERS)]
    delays_s = [letter.time_s - letter.since_s for letter in held]
    return SpellingFigures(
        mean=float(np.mean(list(signers.values()))),
        signers=signers,
        films={f"{film.signer}_{film.word}": film.text for film in films},
        commit_s=Delay(*np.percentile(delays_s, (50, 95)).round(3).tolist()) if delays_s else None,
    )


@dataclass(frozen=True)
class IdleFigures:
    """What was spelled while nobody spelled.

    kind: "nobody", or "talking" for people who talk with their hands. hand: share (0..1) of the frames with a hand.
    letters: all that were spelled. per_5_min: their number in five minutes.
    """

    kind: str
    minutes: float
    hand: float
    letters: str
    per_5_min: float

    def to_json(self) -> dict[str, object]:
        """One entry of the object that `fingerspell-train idle --json` prints."""
        return asdict(self)


def idle(make_recognizer: MakeRecognizer, folders: Sequence[Path], minutes: float, seed: int) -> dict[str, IdleFigures]:
    """Read a synthetic film of each folder's pictures, each with a new recogniser. Figures by folder's name.

    Over pictures without hands the camera pans. Pictures of signing people (signer/LETTER/*.jpg) become people who talk
    with their hands: the hand changes its shape several times a second and wanders about. Raises DataError if a folder
    has no pictures, or nobody with two letters, or if two folders have one name.
    """
    check_names(folders)
    return {folder.name: _idle_folder(make_recognizer(), folder, minutes, seed) for folder in folders}


def check_names(folders: Sequence[Path]) -> None:
    """Check that no two folders have one name, under which their figures would be. Raises DataError."""
    names = Counter(folder.name for folder in folders)
    if twice := [name for name, count in names.items() if count > 1]:
        raise DataError(f"two folders are named {twice[0]}, and figures are listed by name; give one at a time")


def _idle_folder(recognizer: Recognizer, folder: Path, minutes: float, seed: int) -> IdleFigures:
    signers = _pictures_by_signer(folder)
    talking = folder not in signers
    groups = [paths for paths in signers.values() if not talking or len({path.parent for path in paths}) > 1]
    if not groups:
        raise DataError(f"{folder}: nobody in it has two letters, and people who talk change the hand's shape")
    frames = _idle_frames(groups, talking, np.random.default_rng(seed))
    total = round(minutes * 60 * FPS)
    with_hand = 0
    for n in tqdm(range(total), desc=folder.name, unit="frame", mininterval=bar_interval_s()):
        with_hand += recognizer.process(next(frames), n / FPS).hand is not None
    letters = recognizer.speller.text.replace(SPACE, "")
    kind = "talking" if talking else "nobody"
    return IdleFigures(kind, minutes, with_hand / total, letters, 5 * len(letters) / minutes)


def _pictures_by_signer(folder: Path) -> dict[Path, list[Path]]:
    """Paths by the folder that holds a signer's letters; pictures that are not in a letter's folder, by folder."""
    signers: dict[Path, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if is_picture(path):
            signers.setdefault(path.parent.parent if path.parent != folder else folder, []).append(path)
    if not signers:
        raise DataError(f"{folder}: has no pictures")
    if folder in signers and any(path.parent != folder and path.parent.name in ALPHABET for path in signers[folder]):
        raise DataError(f"{folder}: holds letters; give the folder above it, which holds it as signer/LETTER/*.jpg")
    return signers


def _idle_frames(groups: list[list[Path]], talking: bool, rng: np.random.Generator) -> Iterator[NDArray[np.uint8]]:
    """Frames without end: one person after another, or one picture after another. groups: pictures by signer."""
    while True:
        paths = groups[rng.integers(len(groups))]
        places = rng.normal(0, REACH * 0.5 if talking else PAN, (N_PLACES, 2))
        n, shape = 0, paths[0].parent
        while n < (PERSON_S * FPS if talking else FPS):
            others = [path for path in paths if path.parent != shape] if talking else paths  # another shape each time
            path = others[rng.integers(len(others))]
            shape, picture = path.parent, fit_to_frame(read_picture(path))
            for _ in range(max(1, round(rng.uniform(*(GESTURE_S if talking else STILL_S)) * FPS))):
                yield _moved(picture, places, n / FPS)
                n += 1


def _moved(picture: NDArray[np.uint8], places: NDArray[np.float64], time_s: float) -> NDArray[np.uint8]:
    """The picture moved along its places, (n, 2) shares of the frame."""
    at = time_s / PLACE_S % (len(places) - 1)
    x, y = (float(np.interp(at, np.arange(len(places)), column)) for column in places.T)
    move = np.array([(1, 0, x * FRAME_SIZE[0]), (0, 1, y * FRAME_SIZE[1])])
    moved = cv2.warpAffine(picture, move, FRAME_SIZE, borderMode=cv2.BORDER_REPLICATE)
    return moved.astype(np.uint8, copy=False)
