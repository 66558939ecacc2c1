"""Turns films of spelled phrases into what the network of flowing words learns from, on disk if they are many."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from live.hand import Hand
from live.readers import FLUENT_OUTPUTS, LOOK_AHEAD_S, N_FLUENT_INPUTS, STEPS_PER_S, step_inputs
from training.data import SpelledSequence
from training.data.synthetic import Opinion, TrackedFrame, film_samples
from training.networks import FluentFilm

INPUTS_FILE = "inputs.f16"


def phrase_films(phrases: Iterable[SpelledSequence], opinion: Opinion) -> Iterator[FluentFilm]:
    """The film of each phrase. Its letters' times are not known. opinion: what the readers say of a hand."""
    for phrase in phrases:
        frames = [
            TrackedFrame(float(time_s), None if np.isnan(points).any() else Hand(points, "right", 1.0))
            for time_s, points in zip(phrase.times_s, phrase.landmarks, strict=True)
        ]
        # the network answers late, so the last letter needs steps after the film
        end_s = frames[-1].time_s
        frames += [TrackedFrame(end_s + n / STEPS_PER_S, None) for n in range(1, 3 + round(LOOK_AHEAD_S * STEPS_PER_S))]
        letters = np.array([FLUENT_OUTPUTS.index(letter) for letter in phrase.letters], np.int64)
        yield FluentFilm(step_inputs(film_samples(frames, opinion)).astype(np.float16), letters, None)


class StoredFilms(Sequence[FluentFilm]):
    """Films without times whose inputs stay on disk, and are read when they are needed."""

    def __init__(self, folder: Path, films: Iterable[FluentFilm]) -> None:
        """Write the films to a file in this folder, one after the other."""
        folder.mkdir(parents=True, exist_ok=True)
        self._letters: list[NDArray[np.int64]] = []
        ends = [0]
        with (folder / INPUTS_FILE).open("wb") as file:
            for film in films:
                file.write(np.ascontiguousarray(film.inputs).tobytes())
                self._letters.append(film.letters)
                ends.append(ends[-1] + len(film.inputs))
        self._ends = ends
        self._inputs: NDArray[np.float16] | None = None
        if ends[-1]:
            self._inputs = np.memmap(folder / INPUTS_FILE, np.float16, "r", shape=(ends[-1], N_FLUENT_INPUTS))

    def __len__(self) -> int:
        return len(self._letters)

    @overload
    def __getitem__(self, index: int) -> FluentFilm: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FluentFilm]: ...
    def __getitem__(self, index: int | slice) -> FluentFilm | Sequence[FluentFilm]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        index %= len(self)
        assert self._inputs is not None
        return FluentFilm(self._inputs[self._ends[index] : self._ends[index + 1]], self._letters[index], None)
