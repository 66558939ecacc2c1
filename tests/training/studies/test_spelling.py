import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.hand.networks import HandNetworks
from tests.support import ROOT, drawn
from training.cli.main import main
from training.measure import error_rate

TEXT = st.text("ABC", max_size=8)


@pytest.mark.parametrize(
    ("text", "word", "rate"),
    [("HELLO", "HELLO", 0), ("HELO", "HELLO", 0.2), ("HELLLO", "HELLO", 0.2), ("", "JAZZ", 1), ("IAZZ", "JAZZ", 0.25)],
)
def test_the_error_rate_counts_letters_to_change(text: str, word: str, rate: float) -> None:
    assert error_rate(text, word) == pytest.approx(rate)


@given(TEXT, TEXT)
def test_the_error_rate_is_a_distance(text: str, word: str) -> None:
    letters = error_rate(text, word) * max(1, len(word))
    assert letters == pytest.approx(error_rate(word, text) * max(1, len(text)))
    assert abs(len(text) - len(word)) - 1e-9 <= letters <= max(len(text), len(word)) + 1e-9
    assert (letters == 0) == (text == word)


def test_films_of_words_are_spelled_and_measured(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, letters in (("anna_LY", "LY"), ("ben_LLY", "LY")):
        pictures = [drawn.signed(shown, 0.8, (-100, 30)) for letter in letters for shown in [letter] * 12 + [None] * 6]
        drawn.write_film(tmp_path / f"{name}.mp4", pictures)
    assert main(["spell", str(tmp_path), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["films"] == {"anna_LY": "LY", "ben_LLY": "LY"}
    assert figures["signers"] == {"anna": 0, "ben": pytest.approx(1 / 3)}
    assert figures["mean"] == pytest.approx(1 / 6)
    assert 0 < figures["commit_s"]["p50"] <= figures["commit_s"]["p95"] < 1
    assert main(["spell", str(tmp_path), "--drop", "3"]) == 0
    assert "anna_LY" in capsys.readouterr().out


def test_films_under_names_that_are_not_utf_8_are_spelled(hand_networks: HandNetworks, tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xe4lme"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("the file system takes only UTF-8")
    film = drawn.write_film(tmp_path / "film.mp4", [drawn.signed("L", 0.8)] * 15)
    film.rename(folder / os.fsdecode(b"j\xf6rg_L.mp4"))
    for options in ([], ["--json"]):
        command = [sys.executable, "-m", "training", "spell", str(folder), *options]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # the process might end
        assert ended.returncode == 0, ended.stderr
        assert b"j\\udcf6rg_L" in ended.stdout
    assert json.loads(ended.stdout)["films"] == {os.fsdecode(b"j\xf6rg_L"): "L"}


def test_a_folder_without_films_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spell", str(tmp_path)]) == 1
    assert "has no films named SIGNER_WORD.mp4" in capsys.readouterr().err


def test_letters_are_counted_where_nobody_spells(
    hand_networks: HandNetworks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("training.studies.words.spelling.FPS", 5.0)
    walls, people = tmp_path / "walls", tmp_path / "people"
    walls.mkdir()
    cv2.imwrite(str(walls / "1.png"), drawn.signed(None))
    for letter in "LY":
        (people / "anna" / letter).mkdir(parents=True)
        cv2.imwrite(str(people / "anna" / letter / "1.png"), drawn.signed(letter))
    assert main(["idle", "--data", str(walls), "--data", str(people), "--minutes", "1", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["walls"]["kind"], figures["people"]["kind"]) == ("nobody", "talking")
    assert (figures["walls"]["hand"], figures["walls"]["letters"]) == (0, "")
    assert figures["people"]["hand"] > 0.5


def test_folders_whose_figures_could_not_be_told_apart_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder / "hands" / "L").mkdir(parents=True)
        cv2.imwrite(str(tmp_path / folder / "hands" / "L" / "1.png"), drawn.signed("L"))
    one, other = (f"--data={tmp_path / folder / 'hands'}" for folder in "ab")
    assert main(["idle", one, other]) == 1
    assert "two folders are named hands" in capsys.readouterr().err
    assert main(["idle", one]) == 1
    assert "hands: holds letters; give the folder above it" in capsys.readouterr().err


def test_not_every_frame_can_be_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["spell", str(tmp_path), "--drop", "1"])
    assert "'1' is not a whole number of at least 2" in capsys.readouterr().err


def test_people_who_talk_need_two_letters(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "anna" / "L").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "anna" / "L" / "1.png"), drawn.signed("L"))
    assert main(["idle", "--data", str(tmp_path)]) == 1
    assert "nobody in it has two letters" in capsys.readouterr().err
