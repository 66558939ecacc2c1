"""How well films are spelled: words by their letters, and how seldom anything is spelled where nobody spells."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.bench import FRAME_SIZE, framed
from live.errors import DataError
from live.letters import MOVING_LETTERS
from live.recognizer import Recognizer
from live.sources import Frame, Frames, is_picture, open_source, read_picture
from live.text import SPACE, Committed
from training.progress import bar_interval_s

FILMS = (".mp4", ".avi", ".mov")
FPS = 15.0  # of films that are made here
STAND_S = (3.0, 8.0)  # a picture without a hand, panned over
GLANCE_S = (0.1, 0.35)  # a hand's shape, when people talk with their hands
REACH = 0.25  # how far such a hand wanders, of the frame
EVERY_S = 1.0  # seconds between the places that it wanders to


@dataclass(frozen=True)
class Spelled:
    """One film. word: what is signed in it. text: what was read. committed: letter by letter."""

    signer: str
    word: str
    text: str
    committed: tuple[Committed, ...]


def spell_films(folder: Path, recognizer: Callable[[], Recognizer], drop: int = 0) -> dict[str, Any]:
    """Letter error rates over films that are named SIGNER_WORD.mp4, each signer counting once.

    recognizer: makes a fresh one for each film. drop: leave every so many-th frame out; 0 for none. Raises DataError
    where there is no such film.
    """
    films = sorted(path for path in folder.glob("*_*") if path.suffix in FILMS)
    if not films:
        raise DataError(f"{folder}: has no films named SIGNER_WORD.mp4")
    done = []
    for path in tqdm(films, desc="reading films", unit="film", mininterval=bar_interval_s()):
        signer, _, word = path.stem.rpartition("_")
        reader = recognizer()
        with open_source(str(path)) as source:
            for _ in reader.read_film(Dropping(source, drop) if drop else source):
                pass
        done.append(Spelled(signer, word.upper(), reader.speller.text, reader.speller.committed))
    return summarise(done)


class Dropping:
    """A source that loses every n-th frame."""

    def __init__(self, source: Frames, n: int) -> None:
        self._source, self._n = source, n
        self.frame_s = source.frame_s

    def __iter__(self) -> Iterator[Frame]:
        return (frame for number, frame in enumerate(self._source, 1) if number % self._n)


def summarise(films: Sequence[Spelled]) -> dict[str, Any]:
    """The figures of `fingerspell-train spell --json`. commit_s: of held letters, from the first steady frame on."""
    signers = {
        signer: float(np.mean([error_rate(each.text, each.word) for each in films if each.signer == signer]))
        for signer in sorted({each.signer for each in films})
    }
    held = [each for film in films for each in film.committed if each.letter not in (SPACE, *MOVING_LETTERS)]
    waits = [each.time_s - each.since_s for each in held]
    return {
        "mean": float(np.mean(list(signers.values()))),
        "signers": signers,
        "films": {f"{each.signer}_{each.word}": each.text for each in films},
        "commit_s": dict(zip(("p50", "p95"), np.percentile(waits, (50, 95)).round(3).tolist(), strict=True))
        if waits
        else None,
    }


def error_rate(text: str, word: str) -> float:
    """Letters to add, drop or change to get from one to the other (Levenshtein's distance), over the word's length."""
    row = list(range(len(word) + 1))
    for n, letter in enumerate(text, 1):
        last, row[0] = row[0], n
        for k, wanted in enumerate(word, 1):
            last, row[k] = row[k], min(row[k] + 1, row[k - 1] + 1, last + (letter != wanted))
    return row[-1] / max(1, len(word))


def idle(recognizer: Callable[[], Recognizer], folders: Sequence[Path], minutes: float, seed: int) -> dict[str, Any]:
    """What is spelled while nobody spells, for so many minutes a folder of pictures.

    A folder without hands is panned over. One of signing people (signer/LETTER/*.jpg) becomes somebody who talks with
    the hands: shapes change several times a second while the picture wanders about. recognizer: makes a fresh one for
    each folder. Raises DataError where there are no pictures, or nobody with two letters.
    """
    figures = {}
    for folder in folders:
        signers: dict[Path, list[Path]] = {}
        for path in sorted(folder.rglob("*")):
            if is_picture(path):
                signers.setdefault(path.parent.parent if path.parent != folder else folder, []).append(path)
        if not signers:
            raise DataError(f"{folder}: has no pictures")
        talking = folder not in signers
        people = [own for own in signers.values() if not talking or len({path.parent for path in own}) > 1]
        if not people:
            raise DataError(f"{folder}: nobody in it has two letters, and who talks changes the hand's shape")
        frames, reader = _idle_frames(people, talking, np.random.default_rng(seed)), recognizer()
        total = round(minutes * 60 * FPS)
        with_hand = 0
        for n in tqdm(range(total), desc=folder.name, unit="frame", mininterval=bar_interval_s()):
            with_hand += reader.process(next(frames), n / FPS).hand is not None
        letters = reader.speller.text.replace(SPACE, "")
        figures[folder.name] = {
            "kind": "talking" if talking else "nobody",
            "minutes": minutes,
            "hand": with_hand / total,
            "letters": letters,
            "per_5_min": 5 * len(letters) / minutes,
        }
    return figures


def _idle_frames(people: list[list[Path]], talking: bool, rng: np.random.Generator) -> Iterator[NDArray[np.uint8]]:
    while True:
        own = people[rng.integers(len(people))]
        places = rng.normal(0, REACH * 0.5 if talking else 0.03, (32, 2))
        n, shape = 0, own[0].parent
        while n < (30 if talking else 1) * FPS:  # a person for half a minute, or one picture
            others = [path for path in own if path.parent != shape] if talking else own  # never the same one on
            path = others[rng.integers(len(others))]
            shape, picture = path.parent, framed(read_picture(path))
            for _ in range(max(1, round(rng.uniform(*(GLANCE_S if talking else STAND_S)) * FPS))):
                at = n / FPS / EVERY_S % (len(places) - 1)
                shift = [float(np.interp(at, np.arange(len(places)), column)) for column in places.T]
                move = np.array([(1, 0, shift[0] * FRAME_SIZE[0]), (0, 1, shift[1] * FRAME_SIZE[1])])
                moved = cv2.warpAffine(picture, move, FRAME_SIZE, borderMode=cv2.BORDER_REPLICATE)
                yield moved.astype(np.uint8, copy=False)
                n += 1
