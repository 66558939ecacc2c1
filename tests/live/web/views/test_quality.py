"""How well it reads: the figures of model.json."""

import json
import shutil
from pathlib import Path

from live.files import default_model, shipped_models
from live.hand import HandNetworks
from live.readers import read_contract
from live.web import Options
from tests.live.web.conftest import SQUARE, RunPage, markdown_of


def test_every_figure_of_the_model_is_shown(run_page: RunPage) -> None:
    contract = read_contract(default_model())
    page = run_page("quality", SQUARE)
    titles = [header.value for header in page.header]
    shown = [metric.value for metric in page.metric]
    for measurement in contract.measurements.values():
        assert measurement.title in titles
        assert f"{measurement.figures.mean:.2%}" in shown
    assert f"{contract.parameters:,} parameters" in markdown_of(page)
    assert titles[0] == "Eight strangers at their own webcams"  # both readers, as in use
    assert [expander.label for expander in page.expander if "by" in expander.label] == [
        "Person by person (8)", "Person by person (8)", "Person by person (8)",
        "Source by source (30)", "Source by source (30)", "Source by source (3)",
    ]  # fmt: skip


def test_the_page_says_which_networks_are_in_use(hand_networks: HandNetworks, run_page: RunPage) -> None:
    fusion = read_contract(default_model()).fusion
    whole = markdown_of(run_page("quality"))
    assert "It looks at a small gray picture of the hand and where its joints are, and shows a letter" in whole
    assert f"once its confidence reaches {fusion['cnn+shape'].threshold:.0%}." in whole
    assert "Another network reads J and Z from how the hand moves." in whole


def test_with_a_fixed_square_the_page_describes_the_cnn_alone(run_page: RunPage) -> None:
    square = markdown_of(run_page("quality", SQUARE))
    assert "It looks at a small gray picture of the hand, and shows a letter" in square
    assert f"once its confidence reaches {read_contract(default_model()).fusion['cnn'].threshold:.0%}." in square
    assert "not J and Z, because the app was started with --square." in square
    assert "below are of hands that were found, not of the square." in square


def test_a_model_without_measurements_says_so(run_page: RunPage, tmp_path: Path) -> None:
    folder = shutil.copytree(shipped_models() / "sign_mnist", tmp_path / "mine")
    contract = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(contract | {"figures": {}}))
    page = run_page("quality", Options(folder))
    assert "This model has not been measured yet." in page.info[0].value
    assert not page.metric
