"""Streams fingerspelled phrases as sequences of hands, from as many files as there are."""

import hashlib
import itertools
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.errors import DataError
from training.data.phrases.landmarks import SequenceRows, check_landmarks, read_landmarks
from training.data.phrases.listing import ListedPhrase, find_listings, read_listing
from training.data.shards import assign
from training.data.tables.table import file_bytes, shown
from training.errors import SettingError

RATE_HZ = 30.0  # The files number frames and give no times. The films have about 30 frames a second.

# Width by height of the picture. x and y are shares of these, and the data does not say them. This is an assumption:
# the films are from the front camera of a phone that was held upright, and such cameras have sensors of 4:3. If the
# films were cut to 9:16, every hand comes out three quarters as tall as it is.
ASPECT = 3 / 4

# CTC needs a step for each letter, and one between two equal letters; the network takes 20 steps a second. The
# competition's own example asks for more than two frames with a hand for each character: many sequences are so short
# that nobody can have spelled their phrase. Two frames for each letter are 15 letters a second.
FRAMES_A_LETTER = 2
MOST_GAPS = 10  # frames that are counted for each frame that is there; more, and the numbers are damaged
VALIDATION_EVERY = 10  # participants
MAX_PHRASE_LETTERS, MAX_S = 48, 19.0  # of a phrase; the network of flowing words learns from no longer films

NO_SEQUENCE = "that are in none of their files"
NO_HAND = "without a hand"
NO_FRAMES = "whose frames are not numbered one after the other"
TOO_LONG = f"of more than {MAX_PHRASE_LETTERS} letters or {MAX_S:.0f} seconds"
TOO_SHORT = f"with a hand on fewer than {FRAMES_A_LETTER} frames for each letter"


@dataclass(frozen=True)
class SpelledSequence:
    """One fingerspelled phrase.

    times_s: (n,) float64, of each frame, strictly increasing. landmarks: (n, 21, 3) float32, the spelling hand as a
    right hand, in MediaPipe's order: x, y and z in widths of the picture, x to the right for a right hand, y down, z
    smaller nearer to the camera; NaN in frames where it was not found. letters: "A" to "Z", without spaces.
    source: the participant. path, sequence_id: where it was read.
    """

    times_s: NDArray[np.float64]
    landmarks: NDArray[np.float32]
    letters: str
    source: str
    path: Path
    sequence_id: int


@dataclass(frozen=True)
class Phrases:
    """Phrases that can be learned from, read anew in each iteration, with one file in memory at a time.

    An iteration yields `SpelledSequence`s. It leaves out what is damaged, and says on stderr how much and why, once. It
    raises DataError if nothing is left. len() is the number of phrases listed, so it yields at most as many.

    folder: or the CSV. files: the phrases in each Parquet file. sha256: of the CSVs. aspect: width by height of the
    films' pictures.
    """

    folder: Path
    files: Mapping[Path, Sequence[ListedPhrase]]
    sha256: str
    aspect: float = ASPECT
    _said: set[str] = field(default_factory=set, compare=False, repr=False)

    def __len__(self) -> int:
        return sum(map(len, self.files.values()))

    @property
    def about(self) -> str:
        """A one-line description."""
        letters = sum(len(listed.letters or "") for part in self.files.values() for listed in part)
        return (
            f"{len(self):,} phrases, {letters:,} letters, of {len(self.sources):,} participants in {self.folder.name}"
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """The participants."""
        return tuple(sorted({listed.source for part in self.files.values() for listed in part}))

    def __iter__(self) -> Iterator[SpelledSequence]:
        n, left_out = 0, Counter[str]()
        for path, listed in self.files.items():
            for sequence in self._read(path, listed):  # which holds the file, and frees it before the next is read
                if isinstance(sequence, str):
                    left_out[sequence] += 1
                else:
                    n += 1
                    yield sequence
        for reason, count in left_out.items():
            self._say(f"left out: {count:,} of {len(self):,} sequences, {reason}")
        if not n:
            why = "; ".join(f"{count:,} {reason}" for reason, count in left_out.items()) or "no file can be read"
            raise DataError(f"{self.folder}: no phrase can be learned from ({why}); get the data again")

    def _read(self, path: Path, listed: Sequence[ListedPhrase]) -> Iterator[SpelledSequence | str]:
        """Each sequence of a file, or the reason to leave it out."""
        try:
            file = read_landmarks(path, [each.sequence_id for each in listed])
        except DataError as error:  # a single damaged file ends no long run
            self._say(f"left out: {len(listed):,} of {len(self):,} sequences: {error}")
            return
        for each in listed:
            yield self._sequence(each, file.sequence(each.sequence_id))

    def without_sources(self, leave_out: Sequence[str]) -> "Phrases":
        """The phrases of all other participants. Raises SettingError if one of these spells none, or none is left."""
        if unknown := set(leave_out) - set(self.sources):
            raise SettingError(f"{min(unknown)} is the participant of no phrase in the data", "leave_out")
        rest = self._of(set(self.sources) - set(leave_out))
        if not rest.files:
            raise SettingError("nothing is left to train on", "leave_out")
        return rest

    def split(self) -> tuple["Phrases", "Phrases"]:
        """Phrases to train on, and those of every tenth participant to validate on.

        A hash of the name alone decides, so that a participant stays on one side whoever else is left out. With so few
        participants that this gives an empty side, one is held back. Raises SettingError if there is only one.
        """
        numbers = {source: int.from_bytes(hashlib.sha256(source.encode()).digest()[:8]) for source in self.sources}
        if len(numbers) < 2:
            raise SettingError("all phrases are of one participant, so that none can be held back; add others", "data")
        held = {source for source, number in numbers.items() if number % VALIDATION_EVERY == 0}
        if not held or len(held) == len(numbers):
            held = {min(numbers, key=numbers.__getitem__)}
        return self._of(set(numbers) - held), self._of(held)

    def share(self, process: int, processes: int) -> "Phrases":
        """The files that one of several processes reads. All processes get nearly equally many phrases.

        They yield as many sequences only nearly: what is damaged is found while it is read. Raises SettingError if
        there are fewer files than processes.
        """
        paths = list(self.files)
        numbers = assign([len(self.files[path]) for path in paths], processes)[process]
        return replace(self, files={paths[number]: self.files[paths[number]] for number in numbers})

    def shuffled(self, seed: int) -> "Phrases":
        """The same phrases in another order: of the files, and in each file."""
        rng = np.random.default_rng(seed)
        paths = [list(self.files)[number] for number in rng.permutation(len(self.files))]
        parts = {path: self.files[path] for path in paths}
        return replace(
            self, files={path: [part[n] for n in rng.permutation(len(part))] for path, part in parts.items()}
        )

    def _of(self, sources: set[str]) -> "Phrases":
        parts = {path: [each for each in part if each.source in sources] for path, part in self.files.items()}
        return replace(self, files={path: part for path, part in parts.items() if part})

    def _sequence(self, listed: ListedPhrase, rows: SequenceRows | None) -> SpelledSequence | str:
        """A sequence, or the reason to leave it out."""
        if rows is None:
            return NO_SEQUENCE
        frames, letters = rows.frames, listed.letters or ""
        if not (np.isfinite(frames).all() and (frames == np.rint(frames)).all()):
            return NO_FRAMES
        if not (np.diff(frames) > 0).all() or frames[-1] - frames[0] > MOST_GAPS * len(frames):
            return NO_FRAMES
        if len(letters) > MAX_PHRASE_LETTERS or (frames[-1] - frames[0]) / RATE_HZ > MAX_S:
            return TOO_LONG
        counts = rows.found.sum(axis=0)
        side = int(counts.argmax())
        if not counts[side]:
            return NO_HAND
        doubles = sum(first == second for first, second in itertools.pairwise(letters))
        if counts[side] < FRAMES_A_LETTER * (len(letters) + doubles):
            return TOO_SHORT
        unit = np.array((-1 if side else 1, 1 / self.aspect, 1), np.float32)  # a left hand is mirrored
        landmarks = rows.hands[:, side] * unit
        return SpelledSequence(frames / RATE_HZ, landmarks, letters, listed.source, listed.path, listed.sequence_id)

    def _say(self, line: str) -> None:
        """Say something on stderr, but not again in the next iteration."""
        if line not in self._said:
            self._said.add(line)
            tqdm.write(line, file=sys.stderr)


def find_phrases(folder: Path, aspect: float = ASPECT) -> Phrases | None:
    """Find the phrases that a folder lists, in train.csv and supplemental_metadata.csv; or a single such CSV.

    Says on stderr what is left out. Reads the CSVs and the end of each Parquet file, so that a missing, cut or
    unsuitable one is found now and not after hours. aspect: width by height of the films' pictures. None if there is no
    CSV of this layout. Raises DataError, and SettingError for an aspect that cannot be.
    """
    listings = find_listings(folder)
    if not listings:
        return None
    if not (math.isfinite(aspect) and aspect > 0):
        raise SettingError(f"{aspect} is no width by height of a picture; {ASPECT} is a phone held upright", "aspect")
    rows = _read(listings)
    phrases = _to_learn(folder, rows)
    files: dict[Path, list[ListedPhrase]] = {}
    for listed in phrases:
        files.setdefault(listed.path, []).append(listed)
    _check(listings, list(files))
    digest = hashlib.sha256(b"".join(map(file_bytes, listings))).hexdigest()
    return Phrases(folder, files, digest, aspect)


def _read(listings: Sequence[Path]) -> list[ListedPhrase]:
    rows: list[ListedPhrase] = []
    seen: dict[tuple[Path, int], Path] = {}
    for listing in listings:
        before = len(rows)
        for listed in read_listing(listing):
            where = seen.setdefault((listed.path, listed.sequence_id), listing)
            if where != listing:
                raise DataError(
                    f"{listing}: lists sequence {listed.sequence_id} of {listed.path.name}, as {where.name} does; name "
                    "one of the two files instead of the folder"
                )
            rows.append(listed)
        if len(rows) == before:
            raise DataError(f"{listing}: there are no rows; get the file again")
    twice = [key for key, count in Counter((each.path, each.sequence_id) for each in rows).items() if count > 1]
    if twice:
        path, number = twice[0]
        raise DataError(f"{seen[twice[0]]}: lists sequence {number} of {path.name} twice; get the file again")
    return rows


def _to_learn(folder: Path, rows: Sequence[ListedPhrase]) -> list[ListedPhrase]:
    """The phrases of letters and spaces. Says how many others there are. Raises DataError if all are."""
    kept = [listed for listed in rows if listed.letters]
    empty = sum(not listed.phrase for listed in rows)
    others = [listed.phrase for listed in rows if listed.letters is None]
    if not kept:
        example = f", like {shown(others[0])}" if others else ""
        raise DataError(f"{folder}: none of {len(rows):,} phrases is of letters alone{example}; get other data")
    if others:
        count = f"{len(others):,} of {len(rows):,} phrases ({sum(map(len, others)):,} characters)"
        print(
            f"left out: {count} in {folder}, with digits or signs, like {shown(others[0])}; the network knows only "
            "letters, and hands of digits look like them",
            file=sys.stderr,
        )
    if empty:
        print(f"left out: {empty:,} empty phrases in {folder}", file=sys.stderr)
    if spaces := sum(listed.phrase.count(" ") for listed in kept):
        print(f"left out: {spaces:,} spaces between words in {folder}, which no hand shows", file=sys.stderr)
    return kept


def _check(listings: Sequence[Path], paths: Sequence[Path]) -> None:
    missing = [path for path in paths if not path.is_file()]
    if missing:
        n_others = len(missing) - 1
        others = f" and {n_others:,} other file{'s' if n_others > 1 else ''} are" if n_others else " is"
        advice = "; or name the CSV whose files you have instead of the folder" if len(listings) > 1 else ""
        raise DataError(f"{missing[0]}{others} listed, but missing; download what {listings[0].parent} lacks{advice}")
    for path in paths:
        check_landmarks(path)
