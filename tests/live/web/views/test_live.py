"""The live page: its settings, and the data that it gives the stage."""

from pathlib import Path

from live.files import default_model, shipped_models
from live.hand import HandNetworks
from live.readers import read_contract
from live.web import Options
from live.web.camera.session import find
from tests.live.web.conftest import SQUARE, RunPage, markdown_of, session_of, stage_of


def test_the_app_opens_on_the_live_page(hand_networks: HandNetworks, run_page: RunPage) -> None:
    page = run_page()
    assert [title.value for title in page.title] == ["Sign a letter"]
    data = stage_of(page)
    assert data["idle"].startswith("Press **START**")
    assert (data["spells"], data["mirror"], data["aside"], data["appCamera"]) == (True, True, None, None)
    session = find(data["token"])
    assert session is not None
    assert session is session_of(page).live["live"]


def test_a_model_that_does_not_load_is_reported_with_the_cause(run_page: RunPage, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}")
    page = run_page(options=Options(tmp_path))
    assert "The model does not load, so the app cannot read anything." in page.error[0].value
    assert "reload this page" in markdown_of(page)
    assert not page.get("bidi_component")


def test_the_settings_come_from_the_address_and_reach_the_session(run_page: RunPage) -> None:
    page = run_page("live", SQUARE, hold="0.9", mirror="false", words="true", model="sign_mnist")
    assert page.slider(key="hold").value == 0.9
    assert not page.toggle(key="mirror").value
    assert page.selectbox(key="model").value == "sign_mnist"
    assert stage_of(page)["mirror"] is False
    live = session_of(page).live["live"]
    suggests = [live.suggest is not None]
    assert session_of(page).model == shipped_models() / "sign_mnist"
    page.toggle(key="words").set_value(False).run()
    suggests.append(live.suggest is not None)
    assert suggests == [True, False]
    assert session_of(page).live["live"] is live


def test_hold_and_flow_are_a_setting_of_the_address_that_reaches_the_session(
    hand_networks: HandNetworks, run_page: RunPage
) -> None:
    page = run_page("live")
    recognizer = session_of(page).recognizers["live"]
    assert (page.button_group(key="mode").value, recognizer.flow) == ("Hold", False)
    held = stage_of(page)["running"]
    page.button_group(key="mode").set_value("Flow").run()
    assert recognizer.flow
    assert stage_of(page)["running"] != held
    assert [title.value for title in page.title] == ["Spell a word"]
    page = run_page("live", mode="Flow")
    assert session_of(page).recognizers["live"].flow


def test_without_the_hand_tracker_there_is_no_flow(run_page: RunPage) -> None:
    page = run_page("live", SQUARE, mode="Flow")
    assert page.button_group(key="mode").disabled
    assert not session_of(page).recognizers["live"].flow


def test_another_model_keeps_the_live_session_and_its_text(run_page: RunPage) -> None:
    page = run_page("live", SQUARE)
    live, first = session_of(page).live["live"], session_of(page).recognizers["live"]
    live.change({"do": "edit", "before": "", "after": "HI", "n": 1})
    page.selectbox(key="model").set_value("sign_mnist").run()
    assert session_of(page).live["live"] is live
    assert session_of(page).recognizers["live"] is not first
    assert live.text_message()["text"] == "HI"


def test_without_the_hand_tracker_the_page_warns_and_offers_the_size_of_the_square(run_page: RunPage) -> None:
    page = run_page("live", SQUARE)
    assert "The app does not look for your hand" in page.warning[0].value
    assert "started with --square" in page.warning[0].value
    assert [slider.label for slider in page.slider][-1] == "Size of the square"


def test_the_accuracy_of_the_model_is_shown_below_the_stage(run_page: RunPage) -> None:
    measurement = list(read_contract(default_model()).measurements.values())[-1]
    assert f"it read {measurement.figures.mean:.1%} of held letters correctly" in markdown_of(run_page("live"))
