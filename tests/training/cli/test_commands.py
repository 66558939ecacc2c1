"""The `fingerspell-train` command: its options, its errors, and what it loads."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from live.files import shipped_models
from tests.support import drawn
from training.cli import fit
from training.cli.main import COMMANDS, build_parser, main
from training.compute import doctor
from training.errors import SettingError, UnfinishedRunError
from training.layout import SETTINGS_FILE
from training.runs.settings import Settings

# An option of fit, and the setting that it must become.
OPTIONS = {
    "data": (["--data", "one", "--data", "two"], (Path("one"), Path("two"))),
    "out": (["--out", "here"], Path("here")),
    "architecture": (["--architecture", "nvidia"], "nvidia"),
    "recipe": (["--recipe", "lesson"], "lesson"),
    "epochs": (["--epochs", "7"], 7),
    "seed": (["--seed", "5"], 5),
    "device": (["--device", "cpu"], "cpu"),
    "labels": (["--labels", "course"], "course"),
    "final": (["--final"], True),
    "leave_out": (["--leave-out", "anna", "--leave-out", "ben"], ("anna", "ben")),
    "letters": (["--letters", "abc"], ("A", "B", "C")),
    "patience": (["--patience", "3"], 3),
    "precision": (["--precision", "mixed"], "mixed"),
    "base": (["--from", "models/letters"], Path("models/letters")),
    "still_j_z": (["--still-j-z"], True),
    "backend": (["--backend", "jax"], "jax"),
    "allow_missing_hands": (["--allow-missing-hands"], True),
    "stretched": (["--stretched", "anna=1.5", "--stretched", "b=en=0.5"], (("anna", 1.5), ("b=en", 0.5))),
}


def settings(*options: str) -> Settings:
    args = build_parser().parse_args(["fit", *options])
    return fit.settings_of(args, args.out or Path("out"))


def test_every_option_of_fit_is_a_setting_or_is_named_as_none() -> None:
    options = {name for name in vars(build_parser().parse_args(["fit"])) if name != "run"}
    assert options == {*Settings.names(), *fit.NOT_SETTINGS}
    assert not set(Settings.names()) & set(fit.NOT_SETTINGS)
    assert OPTIONS.keys() == set(Settings.names())


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_of_fit_becomes_its_setting_and_no_other(name: str) -> None:
    options, value = OPTIONS[name]
    default, changed = settings(), settings(*options)
    assert getattr(changed, name) == value != getattr(default, name)
    others = [other for other in Settings.names() if other != name]
    assert [getattr(changed, other) for other in others] == [getattr(default, other) for other in others]


def test_settings_are_stored_and_read_back(tmp_path: Path) -> None:
    options = [option for name, (options, _) in OPTIONS.items() if name != "out" for option in options]
    changed = settings(*options, "--out", str(tmp_path))
    (tmp_path / SETTINGS_FILE).write_text(json.dumps(changed.to_json()))
    again = Settings.read(tmp_path)
    assert again.to_json() == changed.to_json()
    resumed = settings("--resume", "--out", str(tmp_path), "--seed", "0")
    assert resumed.seed == 0  # given, though it is the default
    assert (resumed.epochs, resumed.letters, resumed.final) == (7, ("A", "B", "C"), True)


@pytest.mark.parametrize("text", ["anna", "anna=", "=1.5", "anna=wide", "anna=nan", "anna=0", "anna=-1", "anna=9"])
def test_a_stretch_that_is_none_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        settings("--stretched", text)
    assert f"{text!r} is not a source and a factor of 0.25 to 4, like SOURCE=1.33" in capsys.readouterr().err


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"usage: fingerspell-train {command}" in capsys.readouterr().out


LOADED = """
import sys
from training.cli.main import main
try:
    status = main({arguments!r})
except SystemExit as end:
    status = end.code
print(sorted(set({names!r}) & set(sys.modules)), file=sys.stderr)
sys.exit(status)
"""


def loaded(arguments: list[str], *names: str) -> str:
    """Which of these modules a command loads."""
    script = LOADED.format(arguments=arguments, names=names)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1]


def test_a_folder_that_tensorflow_cannot_write_to_is_refused_before_training(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fit", "--data", "nowhere", "--out", os.fsdecode(b"r\xfcn")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("fingerspell-train: --out: TensorFlow writes only where the name is valid Unicode")
    assert len(said.splitlines()) == 1


def test_help_loads_no_library() -> None:
    for arguments in (["--help"], ["fit", "--help"]):
        assert loaded(arguments, "numpy", "pandas", "cv2", "scipy", "keras", "tqdm", "live.hand") == "[]"


def test_runs_are_compared_and_layers_computed_without_keras() -> None:
    for arguments in (["compare", str(shipped_models() / "letters")], ["shape", "--input", "28", "--kernel", "3"]):
        assert loaded(arguments, "keras", "tensorflow", "jax") == "[]"


def test_doctor_leaves_keras_to_its_child_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_device", lambda backend: "CPU")
    script = (
        "import sys, training.cli.doctor, training.compute.doctor; assert not {'keras', 'numpy'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    assert doctor.examine() == dict.fromkeys(("tensorflow", "jax", "torch"), "CPU")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SettingError("cannot be", "leave_out"), "--leave-out: cannot be"),
        (SettingError("cannot be", "base"), "--from: cannot be"),
        (SettingError("cannot be", "processes", "backend"), "--processes, --backend: cannot be"),
        (SettingError("cannot be", "seed", "epochs"), "--epochs: cannot be"),  # only this one is given
        (SettingError("cannot be", "nowhere"), "cannot be"),
        (
            UnfinishedRunError("is not over", Path("x")),
            "is not over; continue with: fingerspell-train fit --resume --out x",
        ),
        (MemoryError(), "there is not enough memory; `fingerspell-train shard` writes data"),
        (OSError(28, "No space left on device", "x"), "x: No space left on device"),
    ],
)
def test_an_error_is_one_line_that_names_the_option(
    error: Exception, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(args: argparse.Namespace, out: Path) -> Settings:
        raise error

    monkeypatch.setattr(fit, "settings_of", fails)
    assert main(["fit", "--data", "x", "--epochs", "2"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"fingerspell-train: {line}")


def test_library_code_names_no_options() -> None:
    root = Path(fit.__file__).parents[1]
    for folder in ("compute", "data", "engine", "networks", "runs"):
        for path in (root / folder).rglob("*.py"):
            assert " --" not in path.read_text().replace(" -- ", ""), path


def test_measure_fluent_reads_films_that_flow(
    hand_networks: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = [(None, 8), ("L", 10), ("Y", 10), (None, 12)]
    pictures = [drawn.signed(letter, 0.8, (-100, 30)) for letter, times in signed for _ in range(times)]
    drawn.write_film(tmp_path / "drawn_LY.mp4", pictures)
    assert main(["measure-fluent", "--spelled", str(tmp_path), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["left_out"] is None
    assert set(figures["films"][tmp_path.name]["films"]) == {"drawn_LY"}
    assert main(["measure-fluent", "--spelled", str(tmp_path / "none")]) == 1
    assert "there is no such folder" in capsys.readouterr().err
    (tmp_path / "none").mkdir()
    assert main(["measure-fluent", "--spelled", str(tmp_path / "none")]) == 1
    assert "has no films named SIGNER_WORD.mp4" in capsys.readouterr().err
    assert main(["measure-fluent"]) == 1
    assert "needs something to read: --data, --strangers, --spelled or --nothing" in capsys.readouterr().err
