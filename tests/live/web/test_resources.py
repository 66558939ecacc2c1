"""What all sessions share, and what belongs to one session."""

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from live.files import shipped_models
from live.hand import HandNetworks
from live.litert import Network
from live.web import Options
from live.web.resources import signs_folder
from tests.live.web.conftest import RunPage, session_of


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
    for page in ("live", "practice", "pictures", "quality"):
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


@pytest.mark.parametrize(
    ("headers", "local"),
    [
        ({"Host": "localhost:8501", "Origin": "http://localhost:8501"}, True),
        ({"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}, True),
        ({"Host": "[::1]:8501", "Origin": "http://[::1]:8501"}, True),
        ({"Host": "signs.example.org", "Origin": "https://signs.example.org"}, False),
        ({"Host": "127.0.0.1:8501", "Origin": "https://signs.example.org"}, False),  # a proxy has changed the host
        ({"Host": "localhost", "Origin": "http://localhost", "X-Forwarded-For": "192.0.2.1"}, False),
        ({"Host": "localhost"}, False),
        ({"Host": "[", "Origin": "http://["}, False),
        ({}, False),
    ],
)
def test_recordings_are_shown_to_a_browser_on_this_machine_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], local: bool
) -> None:
    monkeypatch.setattr("live.web.resources.st.context", SimpleNamespace(headers=headers))
    monkeypatch.setattr("live.web.resources.options", lambda: Options(signs=tmp_path))
    assert signs_folder() == (tmp_path if local else None)
