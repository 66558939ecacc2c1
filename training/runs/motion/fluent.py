"""Trains the network of flowing words on synthetic films, and measures it on films of sources that were left out."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from live.files import shipped_models, write_file
from live.readers import FLUENT, FLUENT_OUTPUTS, FluentReader, Fusion, load_fluent, read_contract
from live.text import MIN_CONFIDENCE
from training.compute import DeviceName, choose_device
from training.data.synthetic import ByLetter, Opinion
from training.engine import Training
from training.layout import CHECKPOINTS
from training.measure import measure_left_out
from training.networks import FluentRecipe, step_network, train_fluent
from training.runs.export import check_folder, save_model
from training.runs.motion.films import by_source, cross_fitted_sources, make_films, shape_network, shape_opinion
from training.runs.motion.kept_apart import read_kept_apart

FIGURES_FILE = "left_out.json"


def fit_fluent(
    data: Sequence[Path],
    out: Path,
    leave_out: Sequence[str] = (),
    seed: int = 0,
    recipe: FluentRecipe | None = None,
    device: DeviceName = "auto",
    resume: bool = False,
) -> dict[str, Any]:
    """Train, leave a model folder, and return the letter error rates on films of sources that were left out.

    resume: go on with an interrupted run in `out` that was started with the same arguments. Raises DataError if the
    data lacks hands of a letter, or has too few sources.
    """
    recipe = recipe or FluentRecipe()
    chosen = choose_device(device)
    if not resume:
        check_folder(out)
    hands = read_kept_apart(data, leave_out, seed)
    training = Training(seed, chosen, out / CHECKPOINTS)
    films = make_films(cross_fitted_sources(hands.rest, training), recipe, seed)
    model = train_fluent(films, recipe, training)
    record = {
        "data": "; ".join(hands.data.about),
        "data_sha256": hands.data.sha256,
        "recipe": asdict(recipe),
        "epochs": recipe.epochs,
        "seed": seed,
        "device": chosen.name,
        "left_out": list(leave_out),
        "sources_kept_apart": hands.test_sources,
    }
    contract = save_model(
        {FLUENT: model}, out, letters=FLUENT_OUTPUTS[1:], fusion={FLUENT: Fusion({FLUENT: 1.0}, MIN_CONFIDENCE)},
        training=record, live_networks={FLUENT: step_network(model)},
    )  # fmt: skip
    reader = FluentReader(load_fluent(contract.weights(out, FLUENT, "litert")))
    figures = measure_left_out(reader, by_source(hands.test), shape_opinion(shape_network(hands.rest, training)), seed)
    write_file(out / FIGURES_FILE, (json.dumps(figures, indent=2) + "\n").encode())
    return figures


def sources_left_out(data: Sequence[Path], folder: Path | None = None) -> tuple[dict[str, ByLetter], Opinion]:
    """The hands that a model was not trained on, by source, and a shape network that was not trained on them either.

    data: the folders that the model was trained on. folder: of the model, by default the shipped one. Raises DataError
    or ModelError.
    """
    record = read_contract(folder or shipped_models() / FLUENT).training
    hands = read_kept_apart(data, record["left_out"], record["seed"])
    content = shape_network(hands.rest, Training(record["seed"]))
    return by_source(hands.test), shape_opinion(content)
