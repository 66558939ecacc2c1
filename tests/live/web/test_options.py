"""The app's options, from the command to the page."""

import dataclasses
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.files import default_model
from live.web import Options
from live.web.options import options

# Python 3.11's argparse loses the value "--". No model, folder or camera has that name.
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20).filter(
    lambda name: name != "--"
)
paths = names.map(Path)


@settings(deadline=None)
@given(st.builds(Options, paths, st.booleans(), st.none() | paths, st.integers(1, 1000), st.none() | names))
def test_the_page_reads_what_the_command_wrote(given_options: Options) -> None:
    assert Options.from_argv(given_options.to_argv()) == given_options


def test_without_arguments_the_options_are_the_defaults() -> None:
    assert Options.from_argv([]) == Options(default_model(), square=False, signs=None, people=8, camera=None)


def test_arguments_of_other_programs_are_ignored() -> None:
    assert Options.from_argv(["--people=3", "-q", "tests", "--cam"]) == Options(people=3)


def test_each_option_has_an_argument(tmp_path: Path) -> None:
    given_options = Options(tmp_path / "model", square=True, signs=tmp_path, people=2, camera="-1")
    arguments = {argument.split("=")[0].removeprefix("--") for argument in given_options.to_argv()}
    assert arguments == {option.name for option in dataclasses.fields(Options)}


def test_options_are_the_arguments_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py", "--square"])
    options.cache_clear()
    try:
        assert options().square
    finally:
        options.cache_clear()
