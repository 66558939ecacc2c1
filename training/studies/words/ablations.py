"""What each part of the network of flowing words is worth: `python -m training.studies.words.ablations --data DIR`.

Networks are trained on fewer films than `fingerspell-train fluent` makes, each with one change, and read films of
sources that were left out. It prints JSON: by what was changed, the number of weights and the letter error rates.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from live.readers import FluentReader, load_fluent
from training.compute import import_keras
from training.data.synthetic import ByLetter, Opinion
from training.measure import measure_left_out
from training.studies.script import run

if TYPE_CHECKING:
    from training.engine import Training
    from training.networks import FluentFilm, FluentRecipe

SPEEDS = (2.0, 4.0)  # letters a second
N_WORDS = 20  # that each source spells at each speed
CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no movement": {"motion": False},
    "no opinions": {"opinions": False},
    "no features": {"features": False},
    "no coarticulation": {"coarticulation": False},
    "96 channels": {"width": 96},
    "224 channels": {"width": 224},
    "four convolutions": {"dilations": (1, 2, 4, 8)},
}


def main() -> None:
    """Train all of them, and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, action="append", required=True, metavar="DIR", help="folder of landmarks")
    parser.add_argument("--leave-out", action="append", default=[], metavar="SOURCE", help="as for fluent")
    parser.add_argument("--films", type=int, default=8_000, help="of each training (default %(default)s)")
    parser.add_argument("--epochs", type=int, default=4, help="passes over them (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    import_keras()
    print(json.dumps(ablations(args.data, args.leave_out, args.films, args.epochs, args.seed), indent=2))


def ablations(
    data: Sequence[Path], leave_out: Sequence[str], films: int, epochs: int, seed: int
) -> dict[str, dict[str, float]]:
    """The figures by what was changed. Raises DataError, as fit_fluent."""
    from training.engine import Training
    from training.networks import FluentRecipe
    from training.runs.motion.films import by_source, cross_fitted_sources, make_films, shape_network, shape_opinion
    from training.runs.motion.kept_apart import read_kept_apart

    base = FluentRecipe(films=films, timed_epochs=epochs)
    changes = {name: replace(base, **change) for name, change in CHANGES.items()}
    training = Training(seed)
    hands = read_kept_apart(data, leave_out, seed)
    sources = cross_fitted_sources(hands.rest, training)
    opinion = shape_opinion(shape_network(hands.rest, training))
    kinds = {recipe.coarticulation for recipe in changes.values()}
    made = {kind: make_films(sources, replace(base, coarticulation=kind), seed) for kind in kinds}
    return {
        name: _figures(made[recipe.coarticulation], recipe, training, by_source(hands.test), opinion)
        for name, recipe in changes.items()
    }


def _figures(
    films: "Sequence[FluentFilm]",
    recipe: "FluentRecipe",
    training: "Training",
    test: dict[str, ByLetter],
    opinion: Opinion,
) -> dict[str, float]:
    """Train with a recipe, and read films of other sources."""
    from training.networks import step_network, train_fluent
    from training.runs.export import to_litert

    model = train_fluent(films, recipe, training)
    reader = FluentReader(load_fluent(to_litert(step_network(model))))
    read = measure_left_out(reader, test, opinion, training.seed, N_WORDS, SPEEDS)
    return {"weights": model.count_params()} | {speed: figures["mean"] for speed, figures in read.items()}


if __name__ == "__main__":
    run(main)
