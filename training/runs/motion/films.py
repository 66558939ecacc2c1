"""Makes the films of words that a network learns from, in several processes.

The readers' opinions that it sees are those of networks that were trained without the film's source, since on a
stranger's hand the readers are less sure than on hands that they know.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.litert import Network
from live.readers import FLUENT_OUTPUTS, features, step_inputs
from training.data import Hands
from training.data.synthetic import (
    ByLetter,
    Opinion,
    Vocabulary,
    by_letter,
    film_samples,
    spikes,
    vocabulary,
    word_film,
)
from training.engine import Training
from training.networks import SHAPE, FluentFilm, FluentRecipe, ShapeRecipe, train_shape
from training.progress import bar_interval_s
from training.runs.cross_fitting import FOLDS, folds_by_source
from training.runs.export import to_litert


@dataclass(frozen=True)
class FilmSources:
    """Whose hands films are made of.

    hands: by source. others: all hands, for letters that a source lacks. shapes: by source, the LiteRT file of a shape
    network that was trained without it.
    """

    hands: dict[str, ByLetter]
    others: ByLetter
    shapes: dict[str, bytes]

    @property
    def weights(self) -> NDArray[np.float64]:
        """(n,) how often each source is chosen: by the square root of the number of its hands."""
        numbers = np.array([sum(map(len, hands.values())) for hands in self.hands.values()])
        weights: NDArray[np.float64] = np.sqrt(numbers) / np.sqrt(numbers).sum()
        return weights


def cross_fitted_sources(hands: Hands, training: Training) -> FilmSources:
    """The sources of hands, each with a shape network that was trained on the sources of other folds."""
    folds = folds_by_source(hands, np.zeros(len(hands), np.bool_), training.seed)
    shapes: dict[str, bytes] = {}
    for fold in range(FOLDS):
        content = shape_network(hands.select(folds != fold), training, f"shape, fold {fold + 1}")
        shapes |= dict.fromkeys(np.unique(hands.sources[folds == fold]).tolist(), content)
    return FilmSources(by_source(hands), by_letter(hands), shapes)


def shape_network(hands: Hands, training: Training, label: str = SHAPE) -> bytes:
    """Train a shape network. Returns its LiteRT file."""
    recipe = ShapeRecipe()
    return to_litert(train_shape(hands, recipe, recipe.epochs, training, label))


def shape_opinion(content: bytes) -> Opinion:
    """What a shape network says of a hand. content: its LiteRT file."""
    network = Network(content)
    return lambda hand: network(features(hand.right_landmarks[None])[0])[0]


def by_source(hands: Hands) -> dict[str, ByLetter]:
    """Each source's hands by letter."""
    return {str(source): by_letter(hands.select(hands.sources == source)) for source in np.unique(hands.sources)}


class _FilmMaker:
    """Makes numbered films in a process of its own, which holds the networks."""

    def __init__(self, sources: FilmSources, words: Vocabulary, recipe: FluentRecipe, seed: int) -> None:
        self._sources, self._words, self._recipe, self._seed = sources, words, recipe, seed
        self._opinions: dict[bytes, Opinion] = {}

    def make(self, number: int) -> FluentFilm:
        rng = np.random.default_rng((self._seed, number))
        source = str(rng.choice(list(self._sources.hands), p=self._sources.weights))
        film = word_film(
            self._sources.hands[source], self._sources.others, self._words, rng, self._recipe.coarticulation
        )
        inputs = step_inputs(film_samples(film.frames, self._opinion(self._sources.shapes[source])))
        letters = np.array([FLUENT_OUTPUTS.index(letter) for letter in film.text], np.int64)
        return FluentFilm(inputs.astype(np.float16), letters, spikes(film.spelled, len(inputs)))

    def _opinion(self, content: bytes) -> Opinion:
        if content not in self._opinions:
            self._opinions[content] = shape_opinion(content)
        return self._opinions[content]


_maker: _FilmMaker


def _start_process(sources: FilmSources, words: Vocabulary, recipe: FluentRecipe, seed: int) -> None:
    global _maker  # a process of the pool has no other place
    _maker = _FilmMaker(sources, words, recipe, seed)


def _make(number: int) -> FluentFilm:
    return _maker.make(number)


def make_films(sources: FilmSources, recipe: FluentRecipe, seed: int) -> list[FluentFilm]:
    """The films to learn from."""
    given = (sources, vocabulary(), recipe, seed)
    # TensorFlow does not survive a fork
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_start_process, initargs=given) as pool:
        films = pool.map(_make, range(recipe.films), chunksize=50)
        return list(tqdm(films, "making films", recipe.films, unit="film", mininterval=bar_interval_s()))
