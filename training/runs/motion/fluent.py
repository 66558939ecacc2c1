"""Trains the network of flowing words on synthetic films, and measures it on films of sources that were left out."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from live.errors import DataError
from live.files import default_model, shipped_models, write_file
from live.readers import CONTRACT_FILE, FLUENT, FLUENT_OUTPUTS, FluentReader, Fusion, load_fluent, read_contract
from live.text.ctc import greedy
from live.text.flow import MIN_CONFIDENCE
from training.compute import DeviceName, choose_device
from training.data import find_phrases
from training.data.synthetic import ByLetter, Opinion
from training.engine import Training
from training.errors import SettingError
from training.layout import CHECKPOINTS, SETTINGS_FILE, read_settings
from training.measure import error_rate, measure_left_out
from training.networks import SHAPE, FluentFilm, FluentRecipe, step_network, train_fluent
from training.runs.export import check_folder, save_model, versions
from training.runs.motion.films import by_source, cross_fitted_sources, make_films, shape_network, shape_opinion
from training.runs.motion.kept_apart import read_kept_apart
from training.runs.motion.phrases import StoredFilms, phrase_films
from training.runs.record import check_same

FIGURES_FILE = "left_out.json"
FILMS = "films"  # the folder of a run in which filmed phrases are stored


def fit_fluent(
    data: Sequence[Path],
    out: Path,
    leave_out: Sequence[str] = (),
    seed: int = 0,
    recipe: FluentRecipe | None = None,
    device: DeviceName = "auto",
    resume: bool = False,
) -> dict[str, Any]:
    """Train, leave a model folder, and return letter error rates of hands that it was not trained on.

    data: folders of hands, from which films are synthesised, and of filmed phrases. resume: go on with an interrupted
    run in `out` that was started with the same arguments. Raises DataError if the hands lack a letter, or are of too
    few sources.
    """
    recipe = recipe or FluentRecipe()
    training = Training(seed, choose_device(device), out / CHECKPOINTS)
    if not resume:
        _check_new(out)
    found = [(path, find_phrases(path)) for path in data]
    hands_in = [path for path, phrases in found if phrases is None]
    participants = {name for _, phrases in found if phrases is not None for name in phrases.sources}
    unknown = set(leave_out) - participants
    if unknown and not hands_in:  # if there are hands, read_kept_apart checks the names
        raise SettingError(f"{min(unknown)} is the participant of no phrase in the data", "leave_out")
    hands = read_kept_apart(hands_in, leave_out, seed, participants) if hands_in else None
    data_sha256 = "; ".join(
        [*([hands.data.sha256] if hands else []), *(phrases.sha256 for _, phrases in found if phrases)]
    )
    settings = {"leave_out": list(leave_out), "seed": seed, "recipe": asdict(recipe), "data_sha256": data_sha256}
    _start(out, settings | {"versions": versions()}, resume)
    films: list[FluentFilm] = []
    if hands:
        films += make_films(cross_fitted_sources(hands.rest, training), recipe, seed)
    opinion = shape_opinion(read_contract(default_model()).weights(default_model(), SHAPE, "litert"))
    held_back: list[StoredFilms] = []
    for number, phrases in enumerate(phrases for _, phrases in found if phrases is not None):
        left_out = [name for name in leave_out if name in phrases.sources]
        learned, validated = phrases.without_sources(left_out).split()
        folder = out / FILMS / str(number)
        films += StoredFilms(folder / "learned", phrase_films(learned, opinion))
        held_back.append(StoredFilms(folder / "validated", phrase_films(validated, opinion)))
    model = train_fluent(films, recipe, training)
    record = {
        "data": "; ".join([*(hands.data.about if hands else ()), *(phrases.about for _, phrases in found if phrases)]),
        "data_sha256": data_sha256,
        "recipe": asdict(recipe),
        "epochs": recipe.timed_epochs * bool(hands) + recipe.epochs * bool(held_back),
        "seed": seed,
        "device": training.device.name,
        "left_out": list(leave_out),
        "sources_kept_apart": hands.test_sources if hands else [],
    }
    contract = save_model(
        {FLUENT: model}, out, letters=FLUENT_OUTPUTS[1:], fusion={FLUENT: Fusion({FLUENT: 1.0}, MIN_CONFIDENCE)},
        training=record, live_networks={FLUENT: step_network(model)},
    )  # fmt: skip
    figures: dict[str, Any] = {}
    if hands:
        reader = FluentReader(load_fluent(contract.weights(out, FLUENT, "litert")))
        own_opinion = shape_opinion(shape_network(hands.rest, training))
        figures["synthetic"] = measure_left_out(reader, by_source(hands.test), own_opinion, seed)
    if held_back:
        figures["phrases"] = [phrases_error_rate(model, stored) for stored in held_back]
    write_file(out / FIGURES_FILE, (json.dumps(figures, indent=2) + "\n").encode())
    for name in (CHECKPOINTS, FILMS):
        shutil.rmtree(out / name, ignore_errors=True)
    return figures


def _check_new(out: Path) -> None:
    """Check that a new run can be written there. Raises FingerspellError."""
    if (out / CHECKPOINTS).is_dir() and not (out / CONTRACT_FILE).exists():
        raise SettingError(
            f"{out} holds an interrupted run; continue it with this option and those of its start, or name a new "
            "folder",
            "resume",
        )
    check_folder(out, FLUENT)


def _start(out: Path, settings: dict[str, Any], resume: bool) -> None:
    """Store what the run is, or check that the folder holds this very run. Raises FingerspellError."""
    settings = json.loads(json.dumps(settings))  # tuples become lists, as when read back
    if resume:
        return check_same(out, settings, read_settings(out))
    shutil.rmtree(out / CHECKPOINTS, ignore_errors=True)  # from an earlier run
    (out / CHECKPOINTS).mkdir(parents=True)
    write_file(out / SETTINGS_FILE, (json.dumps(settings, indent=2) + "\n").encode())


def phrases_error_rate(model: keras.Model, films: Sequence[FluentFilm]) -> float:
    """The letter error rate of filmed phrases, read without a language model."""
    wrong = n_letters = 0.0
    for film in films:
        logits = model.predict(np.asarray(film.inputs, np.float32)[None], verbose=0)[0]
        text, phrase = (
            "".join(FLUENT_OUTPUTS[output] for output in outputs)
            for outputs in ((output for output, *_ in greedy(logits)), film.letters)
        )
        wrong += error_rate(text, phrase) * len(phrase)
        n_letters += len(phrase)
    return wrong / n_letters


def sources_left_out(data: Sequence[Path], folder: Path | None = None) -> tuple[dict[str, ByLetter], Opinion]:
    """The hands that a model was not trained on, by source, and a shape network that was not trained on them either.

    data: the folders that the model was trained on. folder: of the model, by default the shipped one. Raises DataError,
    also for other data than it was trained on, or ModelError.
    """
    training = read_contract(folder or shipped_models() / FLUENT).training
    left_out = training["left_out"]  # sources of hands and participants of phrases; the data need not have the latter
    hands = read_kept_apart(data, left_out, training["seed"], elsewhere=left_out)
    if hands.test_sources != training["sources_kept_apart"]:
        apart = ", ".join(training["sources_kept_apart"]) or "none"
        raise DataError(f"the model was trained on other data, of which these sources were left out: {apart}")
    content = shape_network(hands.rest, Training(training["seed"]))
    return by_source(hands.test), shape_opinion(content)
