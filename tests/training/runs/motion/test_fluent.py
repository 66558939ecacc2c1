"""Tiny trainings of the network of flowing words. They show that all parts fit together, not how well it reads."""

import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from live.errors import DataError
from live.files import default_model
from live.lessons import typical_hand
from live.letters import HELD_LETTERS
from live.readers import CONTRACT_FILE, FluentReader, read_contract
from tests.support.hands import write_typical_hands
from tests.training.data.test_phrases import film, one
from training.cli.main import main
from training.errors import SettingError
from training.layout import CHECKPOINTS
from training.networks import FluentRecipe, ShapeRecipe
from training.runs.motion.fluent import FIGURES_FILE, fit_fluent, sources_left_out
from training.runs.motion.phrases import StoredFilms, phrase_films

pytestmark = pytest.mark.slow

TINY = FluentRecipe(films=40, width=16, dilations=(1, 2), timed_epochs=1, epochs=1)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Typical hands of ten sources, varied."""
    folder = tmp_path_factory.mktemp("hands")
    write_typical_hands(folder / "hands.npz", [f"source_{n}" for n in range(10)])
    return folder


@pytest.fixture
def phrases(tmp_path: Path) -> Path:
    """One filmed phrase of each of six participants."""
    folder = tmp_path / "phrases"
    folder.mkdir()
    _write_phrases(folder, "".join(f"f/{n}.parquet,{n},{n},{n},hello\n" for n in range(6)))
    return folder


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.runs.motion.films.ShapeRecipe", lambda: ShapeRecipe(members=1, units=(8,), epochs=1))
    monkeypatch.setattr("training.measure.flow.N_WORDS", 1)


def test_training_on_hands_and_phrases_leaves_a_folder_that_live_reads_with(
    data: Path, phrases: Path, tmp_path: Path
) -> None:
    out, other_data = tmp_path / "fluent", tmp_path / "other"
    other_data.mkdir()
    write_typical_hands(other_data / "hands.npz", [f"source_{n}" for n in range(2, 12)])
    figures = fit_fluent([data, phrases], out, ["source_1", "3"], recipe=TINY)
    assert set(figures) == {"synthetic", "phrases"}
    assert json.loads((out / FIGURES_FILE).read_text()) == figures
    reader, contract = FluentReader.load(out), read_contract(out)
    assert len(reader.update(None, 0.0, None)) == 1
    model = keras.saving.load_model(out / contract.readers["fluent"].files["keras"], safe_mode=True)
    assert model.count_params() == contract.parameters
    training = contract.training
    assert training["sources_kept_apart"] == ["source_5"]
    assert training["left_out"] == ["source_1", "3"]
    sources, _ = sources_left_out([data], out)
    assert sorted(sources) == ["source_5"]
    with pytest.raises(DataError, match="was trained on other data, of which these sources were left out: source_5"):
        sources_left_out([other_data], out)


def test_filmed_phrases_alone_are_learned_from_and_validated_on(phrases: Path, tmp_path: Path) -> None:
    out = tmp_path / "fluent"
    figures = fit_fluent([phrases], out, recipe=TINY)
    assert set(figures) == {"phrases"}
    assert figures["phrases"][0] >= 0
    assert FluentReader.load(out)
    with pytest.raises(SettingError, match="is finished, and nothing is left to do"):
        fit_fluent([phrases], out, recipe=TINY, resume=True)
    (out / CHECKPOINTS).mkdir()  # as if it had been interrupted
    with pytest.raises(SettingError, match="was started with seed 0, not 1"):
        fit_fluent([phrases], out, seed=1, recipe=TINY, resume=True)
    (out / CONTRACT_FILE).rename(out / "model.txt")
    with pytest.raises(SettingError, match="holds an interrupted run"):
        fit_fluent([phrases], out, recipe=TINY)


def test_a_second_run_in_a_folder_trains_anew(phrases: Path, tmp_path: Path) -> None:
    weights = []
    for seed in (0, 1):
        fit_fluent([phrases], tmp_path / "fluent", seed=seed, recipe=TINY)
        weights.append(read_contract(tmp_path / "fluent").readers["fluent"].sha256["litert"])
    assert weights[0] != weights[1]


def test_a_model_of_another_kind_is_not_overwritten(phrases: Path, tmp_path: Path) -> None:
    letters = shutil.copytree(default_model(), tmp_path / "letters")
    before = sorted(path.name for path in letters.iterdir())
    with pytest.raises(SettingError, match="holds another kind of model"):
        fit_fluent([phrases], letters, recipe=TINY)
    assert sorted(path.name for path in letters.iterdir()) == before


def test_whoever_is_not_in_the_data_cannot_be_left_out(data: Path, phrases: Path, tmp_path: Path) -> None:
    for folders, of in (([phrases], "the participant of no phrase"), ([data, phrases], "the source of no hand")):
        with pytest.raises(SettingError, match=f"TYPO is {of} in the data"):
            fit_fluent(folders, tmp_path / "fluent", ["3", "TYPO"], recipe=TINY)


def _write_phrases(folder: Path, rows: str) -> None:
    from tests.training.data.test_phrases import NO_HAND, table, write

    files = {f"f/{n}.parquet": table({n: (film(40, n), NO_HAND)}) for n in range(6)}
    write(folder, rows, files)


def test_stored_films_are_what_was_stored(tmp_path: Path) -> None:
    from training.data import find_phrases

    (tmp_path / "one").mkdir()
    phrases = find_phrases(one(tmp_path / "one", film()))
    assert phrases

    def even(hand: object) -> np.ndarray:
        return np.full(len(HELD_LETTERS), 1 / len(HELD_LETTERS), np.float32)

    films = list(phrase_films(phrases, even))
    stored = StoredFilms(tmp_path / "stored", iter(films))
    assert len(stored) == len(films) == 1
    assert np.array_equal(stored[0].inputs, films[0].inputs)
    assert np.array_equal(stored[-1].letters, films[0].letters)
    assert len(stored[:1]) == 1
    with pytest.raises(IndexError):
        stored[1]


def test_too_few_sources_are_refused_before_training(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "hands.npz", landmarks=np.stack([typical_hand("A")] * 4).astype(np.float32),
        letter=np.array(["A"] * 4), source=np.array(["one"] * 4), handedness=np.array(["Right"] * 4),
    )  # fmt: skip
    with pytest.raises(DataError, match="too few sources with the letter"):
        fit_fluent([tmp_path], tmp_path / "fluent", recipe=TINY)


def test_the_command_names_what_it_cannot_write(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["fluent", "--data", str(data), "--out", str(tmp_path)]) == 1
    assert "holds other files and no model" in capsys.readouterr().err
