"""The published experiments name commands and options that exist. Running them takes hours."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from training.cli.main import build_parser
from training.studies import experiments


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The `fingerspell-train` commands that an experiment gives, which are parsed and not run."""
    given: list[list[str]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        if "training" in command:
            arguments = command[command.index("training") + 1 :]
            build_parser().parse_args(arguments)
            given.append(arguments)
        return subprocess.CompletedProcess(command, 0, stdout=b"{}")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "copyfile", lambda source, target: target.parent.mkdir(parents=True, exist_ok=True))
    (tmp_path / "models" / "sign_mnist").mkdir(parents=True)
    return given


@pytest.mark.parametrize(
    ("name", "subcommands"),
    [
        ("sign_mnist", ["fit", "fit", "fit", "evaluate", "evaluate"]),
        ("lessons", ["fit", "fit", "fit", "compare"]),
        ("course", ["fit", "fit"]),
        ("words", ["spell", "spell"]),
    ],
)
def test_an_experiment_is_made_of_commands_that_parse(
    name: str, subcommands: list[str], commands: list[list[str]]
) -> None:
    experiments.EXPERIMENTS[name](Path("data"), Path("fake_camera.py"))
    assert [arguments[0] for arguments in commands] == subcommands


def test_a_command_that_fails_ends_the_experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        experiments.lessons(tmp_path / "no such folder", Path("fake_camera.py"))
    assert not (tmp_path / "runs").exists()


def test_words_are_of_letters_and_of_known_signers() -> None:
    lines = [line.split() for line in experiments.WORDS.read_text(encoding="utf-8").splitlines()]
    assert [signer for signer, *_ in lines] == [f"signer_{number:02}" for number in range(1, 9)]
    assert all(word.isalpha() and word.isupper() for _, *words in lines for word in words)
