"""What all sessions share, and what belongs to one session."""

import json
import os
import shutil
from pathlib import Path

import pytest

from live.files import default_model, shipped_models
from live.hand import HandNetworks
from live.litert import Network
from live.readers import LetterClassifier
from live.web import Options
from tests.live.web.conftest import SQUARE, RunPage, session_of


def test_sessions_share_networks_but_not_recognisers(hand_networks: HandNetworks, run_page: RunPage) -> None:
    one, other = (session_of(run_page("live")) for _ in range(2))
    assert one.recognizers["live"] is not other.recognizers["live"]
    assert one.recognizers["live"].classifier is other.recognizers["live"].classifier
    assert one.recognizers["live"].tracker is not other.recognizers["live"].tracker
    assert one.recognizers["live"].strokes is not other.recognizers["live"].strokes
    assert one.live["live"].token != other.live["live"].token


def test_a_second_session_loads_no_network(
    hand_networks: HandNetworks, run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Network] = []
    load = Network.__init__

    def counting_load(network: Network, content: bytes, threads: int = 1) -> None:
        loaded.append(network)
        load(network, content, threads)

    monkeypatch.setattr(Network, "__init__", counting_load)
    run_page("live")
    first = len(loaded)
    assert first >= 3  # the CNN, the shape network, the stroke network
    for page in ("live", "practice", "pictures"):
        run_page(page)
    assert len(loaded) == first


def test_a_model_folder_that_has_changed_is_loaded_again(run_page: RunPage, tmp_path: Path) -> None:
    folder = shutil.copytree(shipped_models() / "sign_mnist", tmp_path / "mine")
    page = run_page("quality", Options(folder, square=True))
    before = page.metric[0].value
    contract = json.loads((folder / "model.json").read_text())
    figures = {name: measured | {"mean": 0.4321} for name, measured in contract["figures"].items()}
    (folder / "model.json").write_text(json.dumps(contract | {"figures": figures}))
    os.utime(folder / "model.json", ns=(1, 1))
    assert before != "43.21%"
    assert page.run().metric[0].value == "43.21%"


def test_networks_are_loaded_once(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    load = LetterClassifier.load

    def counting_load(folder: str) -> LetterClassifier:
        loaded.append(folder)
        return load(folder)

    monkeypatch.setattr("live.web.resources.LetterClassifier.load", counting_load)
    for page in ("live", "practice", "quality", "live"):
        run_page(page, SQUARE)
    assert loaded == [str(default_model())]
