"""The `fingerspell` command, as scripts use it."""

import json
import os
import shlex
import subprocess
import sys
from functools import partial
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import cv2
import numpy as np
import pytest

from live.bench import stage_ms
from live.cli import doctor
from live.cli.app import browser_address
from live.cli.main import main
from live.errors import BundleError
from live.files import shipped_models
from live.hand.networks import HandNetworks
from tests.support import drawn, models
from tests.support.app import free_port


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "b.png"
    cv2.imwrite(str(path), drawn.frame("B"))
    return path


# Flat drawn hands are read by the CNN of Sign-MNIST alone in a fixed square; hands with joints by what ships.
FLAT = ["--square", "--model", str(shipped_models() / "sign_mnist")]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_photo_json_prints_one_line_a_file_in_order_whatever_happens(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.jpg").write_text("hello")
    (tmp_path / "empty.png").touch()
    (tmp_path / "folder").mkdir()
    files = [
        tmp_path / "text.jpg", picture, tmp_path / "missing.jpg", tmp_path / "folder", picture, tmp_path / "empty.png",
    ]  # fmt: skip
    assert main(["photo", *FLAT, "--json", *map(str, files)]) == 1
    rows = lines(capsys)
    assert [row["file"] for row in rows] == [str(path) for path in files]
    assert [row["error"] is None for row in rows] == [False, True, False, False, True, False]
    good = rows[1]
    assert list(good) == [
        "file", "letter", "confidence", "top", "hand", "unusual", "hands", "mode", "error", "warning",
    ]  # fmt: skip
    assert good["letter"] == "B"
    assert good["mode"] == "square"
    assert good["hand"] is None
    top = good["top"]
    assert isinstance(top, list)
    assert len(top) == 3
    assert top[0] == ["B", good["confidence"]]
    assert (rows[0]["letter"], rows[0]["top"], rows[0]["hand"]) == (None, [], None)


def test_photo_prints_letters_to_stdout_and_one_line_a_fault_to_stderr(
    picture: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    missing = [str(tmp_path / name) for name in ("a.jpg", "b.jpg")]
    assert main(["photo", *FLAT, missing[0], str(picture), missing[1]]) == 1
    out, err = capfd.readouterr()
    assert out.startswith(f"{picture}: B  (B ")
    assert len(out.splitlines()) == 1
    assert [line.split(":")[1].strip() for line in err.splitlines()] == missing
    assert main(["photo", *FLAT, str(picture)]) == 0


def test_a_file_name_is_repeated_as_given_and_one_that_cannot_be_stops_nothing(
    picture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(picture.parent)
    names = ["x" * 5000, f"./{picture.name}", ""]
    assert main(["photo", *FLAT, "--json", *names]) == 1
    rows = lines(capsys)
    assert [row["file"] for row in rows] == names
    assert [row["letter"] for row in rows] == [None, "B", None]


def test_video_json_prints_a_line_a_frame_and_last_the_text(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["video", *FLAT, "--json", str(film)]) == 0
    *frames, last = lines(capsys)
    assert len(frames) == 30
    assert all(list(frame) == ["time_s", "letter", "confidence", "text"] for frame in frames)
    assert frames[-1]["time_s"] == pytest.approx(29 / 15, abs=1e-3)
    assert last == {"text": drawn.WORD, "letters": [["B", 0.6], ["Y", 1.6]]}


def test_how_long_a_letter_is_held_is_a_setting(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["video", *FLAT, "--json", "--hold", "0.2", str(film)]) == 0
    assert lines(capsys)[-1] == {"text": drawn.WORD, "letters": [["B", 0.2], ["Y", 1.2]]}
    assert main(["video", *FLAT, "--json", "--hold", "3", str(film)]) == 0
    assert lines(capsys)[-1] == {"text": "", "letters": []}


@pytest.mark.parametrize("setting", ["--hold", "--space"])
@pytest.mark.parametrize("value", ["-1", "long", "nan", "61"])
def test_invalid_seconds_are_refused(film: Path, capsys: pytest.CaptureFixture[str], setting: str, value: str) -> None:
    with pytest.raises(SystemExit) as status:
        main(["video", str(film), f"{setting}={value}"])
    assert status.value.code == 2
    assert "is not a number of seconds (0 to 60)" in capsys.readouterr().err


@pytest.mark.parametrize("mirrored", [False, True])
def test_photo_says_where_the_hand_is_and_which_hand_it_is(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str], mirrored: bool
) -> None:
    hand, wall = tmp_path / "hand.png", tmp_path / "wall.png"
    picture = drawn.signed("L")
    cv2.imwrite(str(hand), picture[:, ::-1] if mirrored else picture)
    cv2.imwrite(str(wall), drawn.signed(None))
    assert main(["photo", "--json", str(hand), str(wall)]) == 0
    read, nothing = lines(capsys)
    assert (read["letter"], read["mode"]) == ("L", "hand")
    assert isinstance(read["hand"], dict)
    assert read["hand"]["side"] == ("left" if mirrored else "right")
    x0, y0, x1, y1 = read["hand"]["box"]
    assert 0 <= x0 < x1 <= 640
    assert 0 <= y0 < y1 <= 480
    assert nothing == {
        "file": str(wall), "letter": None, "confidence": 0.0, "top": [], "hand": None, "unusual": False, "hands": [],
        "mode": "hand", "error": None, "warning": None,
    }  # fmt: skip
    assert main(["photo", str(wall)]) == 0
    assert capsys.readouterr().out == f"{wall}: no letter: no hand found\n"


def test_photo_says_that_a_hand_is_upside_down(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "turned.png"
    cv2.imwrite(str(path), cv2.rotate(drawn.signed("L"), cv2.ROTATE_180))
    assert main(["photo", "--json", str(path)]) == 0
    (row,) = lines(capsys)
    assert (row["letter"], row["unusual"]) == (None, True)
    assert main(["photo", str(path)]) == 0
    assert "no letter: the hand is turned or cut off  (" in capsys.readouterr().out


def test_photo_reads_every_hand_and_its_other_keys_are_those_of_the_largest(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chart, alone = tmp_path / "chart.png", tmp_path / "alone.png"
    cv2.imwrite(str(chart), np.hstack((drawn.signed("Y", 0.6), drawn.signed("L", 1.0), drawn.signed("Y", 0.5))))
    cv2.imwrite(str(alone), drawn.signed("Y"))
    assert main(["photo", "--json", str(chart), str(alone)]) == 0
    several, one = lines(capsys)
    keys = ["letter", "confidence", "top", "hand", "unusual"]
    for row, letters in ((several, ["Y", "L", "Y"]), (one, ["Y"])):
        hands = row["hands"]
        assert isinstance(hands, list)
        assert all(list(hand) == keys for hand in hands)
        assert [hand["letter"] for hand in hands] == letters
        assert {key: row[key] for key in keys} in hands
    assert several["letter"] == "L"
    assert main(["photo", str(chart), str(alone)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert [line.split("  (")[0] for line in out] == [
        f"{chart}: hand 1 of 3: Y", f"{chart}: hand 2 of 3: L", f"{chart}: hand 3 of 3: Y", f"{alone}: Y",
    ]  # fmt: skip


def test_photo_reads_the_pictures_of_a_folder_in_natural_order(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, empty = tmp_path / "pictures", tmp_path / "empty"
    (folder / "inner").mkdir(parents=True)
    empty.mkdir()
    for name in ("10.png", "2.png", "1.PNG", "inner/3.png"):
        (folder / name).write_bytes(picture.read_bytes())
    (folder / "notes.txt").write_text("not a picture")
    assert main(["photo", *FLAT, "--json", str(folder), str(picture)]) == 0
    rows = lines(capsys)
    assert [row["file"] for row in rows] == [
        *(str(folder / name) for name in ("1.PNG", "2.png", "10.png")),
        str(picture),
    ]
    assert {row["letter"] for row in rows} == {"B"}
    assert main(["photo", *FLAT, str(empty)]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert f"{empty}: has no pictures" in err


def test_photo_says_once_that_small_pictures_are_crops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = [str(tmp_path / f"{n}.png") for n in range(3)]
    for name in small:
        cv2.imwrite(name, cv2.resize(drawn.hand("B"), (28, 28), interpolation=cv2.INTER_AREA))
    assert main(["photo", *FLAT, "--json", *small]) == 0
    out, err = capsys.readouterr()
    assert [(row["mode"], row["letter"], row["hands"]) for row in map(json.loads, out.splitlines())] == [
        ("crop", "B", [])
    ] * 3
    assert err.count("at most 64 pixels a side are taken as crops of a hand") == len(err.splitlines()) == 1


def test_photo_json_says_why_no_hand_is_looked_for(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline() -> HandNetworks:
        raise BundleError("the hand networks cannot be fetched")

    monkeypatch.setattr("live.hand.fetch_networks", offline)
    assert main(["photo", "--model", FLAT[2], "--json", str(picture), str(picture)]) == 0
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    line = "the hand networks cannot be fetched. Until then the square in the middle of the picture is read"
    assert [(row["mode"], row["letter"], row["warning"]) for row in rows] == [("square", "B", line)] * 2
    assert err == f"fingerspell: {line}\n"
    assert main(["photo", *FLAT, "--json", str(picture)]) == 0
    assert lines(capsys)[0]["warning"] is None  # the square was asked for


def test_a_film_of_hands_is_spelled(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = [drawn.signed(letter, 0.8, (-100, 30)) for letter in ("L", None, "Y") for _ in range(12)]
    assert main(["video", "--json", str(drawn.write_film(tmp_path / "film.mp4", pictures))]) == 0
    assert lines(capsys)[-1]["text"] == "LY"


def test_words_doubles_and_spaces_are_spelled_and_the_likely_word_suggested(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = [("W", 12), (None, 6), ("Y", 12), (None, 20), ("L", 12), (None, 6), ("L", 12), (None, 6), ("Y", 12)]
    pictures = [drawn.signed(letter, 0.8, (-100, 30)) for letter, times in signed for _ in range(times)]
    film, srt = str(drawn.write_film(tmp_path / "film.mp4", pictures)), tmp_path / "film.srt"
    assert main(["video", "--json", "--words", "--space", "1", "--srt", str(srt), film]) == 0
    last = lines(capsys)[-1]
    assert last["text"] == "WY LLY"
    assert [letter for letter, _ in last["letters"]] == list("WYLLY")  # type: ignore[attr-defined]
    assert list(last) == ["text", "letters", "suggestion"]
    assert srt.read_text().rstrip().endswith("WY LLY")
    assert main(["video", "--words", film]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "WYLLY"


def test_fetch_says_where_the_networks_are_and_whose(
    hand_networks: HandNetworks, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch"]) == 0
    out = capsys.readouterr().out
    assert "hand_landmarker.task" in out
    assert "Apache-2.0" in out


def test_video_writes_subtitles(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    srt = tmp_path / "film.srt"
    assert main(["video", *FLAT, str(film), "--srt", str(srt)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == drawn.WORD
    assert srt.read_text() == ("1\n00:00:00,600 --> 00:00:01,600\nB\n\n2\n00:00:01,600 --> 00:00:02,600\nBY\n\n")


def test_subtitles_that_cannot_be_written_are_reported_before_the_film_is_read(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for target in (tmp_path, tmp_path / "nowhere" / "film.srt", tmp_path / ("long" * 70)):
        assert main(["video", *FLAT, str(film), "--srt", str(target)]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"fingerspell: --srt {target}: cannot be written")
        assert len(err.splitlines()) == 1


def test_subtitles_never_replace_the_film(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "film.mp4"
    copy.write_bytes(film.read_bytes())
    assert main(["video", *FLAT, str(copy), "--srt", str(copy)]) == 1
    assert "is the film itself" in capsys.readouterr().err
    assert copy.read_bytes() == film.read_bytes()


def test_a_picture_named_as_a_film_is_refused_with_the_command_that_reads_it(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["video", *FLAT, str(picture)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "read it with `fingerspell photo`" in err


def test_a_camera_that_does_not_open_is_refused_with_the_command_that_lists_cameras(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["video", *FLAT, "93"]) == 1
    error = capsys.readouterr().err
    assert "camera 93 cannot be opened" in error
    assert "`fingerspell doctor` lists the cameras that work" in error
    assert len(error.splitlines()) == 1


def test_a_model_of_landmarks_is_refused_with_the_option_that_hinders_it(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models.write(tmp_path / "shape", cnn=False, shape=True)
    assert main(["photo", "--square", "--model", str(tmp_path / "shape"), str(picture)]) == 1
    assert "needs the hand networks; leave --square out" in capsys.readouterr().err


def test_a_source_that_breaks_off_still_gives_what_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n, frame in enumerate(drawn.frames("B", fps=15, hold_s=1.0)):
        cv2.imwrite(str(tmp_path / f"{n}.png"), frame)
    (tmp_path / "99.png").write_text("nonsense")
    assert main(["video", *FLAT, "--json", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out.splitlines()[-1])["text"] == "B"
    assert "99.png" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["video", "nowhere.mp4"],
        ["photo", "x.jpg", "--model", "nowhere"],
        ["bench", "--model", "nowhere"],
        ["bench", "--model", "nowhere" * 999],
        ["--certificate", "nowhere.pem", "--key", "nowhere.pem"],
        ["--certificate", "nowhere.pem"],
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_1(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "nowhere" in err


@pytest.fixture
def quick_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the frames."""
    monkeypatch.setattr("live.bench.stage_ms", partial(stage_ms, runs=20, warm_up=2))


@pytest.mark.usefixtures("quick_bench")
def test_bench_json_has_the_stages_that_exist(hand_networks: HandNetworks, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--json"]) == 0
    (figures,) = lines(capsys)
    assert set(figures) == {"stages", "frames_per_s", "rss_mb", "input"}
    stages = figures["stages"]
    assert isinstance(stages, dict)
    assert list(stages) == [
        "find", "track", "crop", "cnn", "shape", "fuse", "strokes", "flow", "spelling", "frame",
    ]  # fmt: skip
    assert all(0 < times["p50_ms"] <= times["p95_ms"] for times in stages.values())
    assert "a fixed frame of noise" in str(figures["input"])


@pytest.mark.usefixtures("quick_bench")
def test_bench_times_a_real_picture_or_says_that_it_shows_no_hand(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand, wall = tmp_path / "hand.png", tmp_path / "wall.png"
    cv2.imwrite(str(hand), drawn.signed("L"))
    cv2.imwrite(str(wall), drawn.signed(None))
    assert main(["bench", "--json", "--picture", str(hand)]) == 0
    assert str(hand) in str(lines(capsys)[0]["input"])
    assert main(["bench", "--picture", str(wall)]) == 1
    assert "no hand found in it" in capsys.readouterr().err
    assert main(["bench", "--square", "--picture", str(hand)]) == 1
    assert "--picture shows a hand, so it needs the hand networks" in capsys.readouterr().err


@pytest.mark.usefixtures("quick_bench")
def test_bench_of_the_fixed_square_leaves_out_what_it_does_not_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", *FLAT, "--json"]) == 0
    stages = lines(capsys)[0]["stages"]
    assert isinstance(stages, dict)
    assert list(stages) == ["crop", "cnn", "fuse", "spelling", "frame"]


def test_doctor_finds_everything_that_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "Everything that the app needs works." in capsys.readouterr().out


def test_doctor_names_what_does_not_work_and_returns_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for slow in ("_imports", "_training"):
        monkeypatch.setattr(doctor, slow, list)
    assert main(["--model", str(tmp_path), "doctor"]) == 1
    assert "problem  model: " in capsys.readouterr().out


def test_doctor_needs_what_the_distribution_requires_here_and_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = ["numpy>=2", "winonly; sys_platform == 'never'", 'keras>=3; extra == "train"', "pillow[all] >=11"]
    monkeypatch.setattr("importlib.metadata.requires", lambda name: requirements if name == "fingerspell" else None)
    assert doctor.needed_packages() == ["numpy", "pillow"]


def test_doctor_in_a_bare_checkout_reads_pyproject(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def not_installed(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.requires", not_installed)
    assert {"numpy", "pyspellchecker", "streamlit"} <= set(doctor.needed_packages())
    monkeypatch.setattr(doctor, "PYPROJECT", tmp_path / "nowhere.toml")
    assert doctor.needed_packages() == []


def test_doctor_names_a_package_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda _: ["numpy>=2", "no-such-package-here"])
    for slow in ("_imports", "_training"):
        monkeypatch.setattr(doctor, slow, list)
    assert main(["doctor"]) == 1
    assert "problem  no-such-package-here: not installed" in capsys.readouterr().out


@pytest.mark.parametrize("library", ["cv2", "numpy", "packaging"])
def test_doctor_reports_a_library_that_does_not_load(tmp_path: Path, library: str) -> None:
    (tmp_path / f"{library}.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [
        sys.executable,
        "-c",
        "import sys, live.cli.main as m; m.doctor._training = list; sys.exit(m.main(['doctor']))",
    ]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "(ImportError: libGL.so.1" in ended.stdout or library == "packaging"
    assert f"problem  {'packages' if library == 'packaging' else library}: " in ended.stdout
    assert "Traceback" not in ended.stderr


def test_model_may_stand_before_or_after_the_command(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models.copy(tmp_path / "other")
    for arguments in (["--model", str(tmp_path / "other"), "photo"], ["photo", "--model", str(tmp_path / "other")]):
        assert main([*arguments, "--square", "--json", str(picture)]) == 0
        (row,) = lines(capsys)
        assert row["confidence"] != pytest.approx(1.0, abs=0.3)  # an untrained network's


def test_the_app_takes_no_film_from_standard_input(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--camera", "-", "--port", str(free_port())]) == 1
    assert "--camera -: the app reads its source again and again" in capfd.readouterr().err


def test_a_camera_of_the_app_that_cannot_be_read_is_one_line_and_status_1(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--camera", "nowhere.mp4", "--port", str(free_port())]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("fingerspell: nowhere.mp4: there is no such film or folder")


@pytest.mark.parametrize(
    ("host", "https", "path", "address"),
    [
        ("127.0.0.1", False, "", "http://127.0.0.1:8501"),
        ("0.0.0.0", True, "/signs/asl/", "https://localhost:8501/signs/asl"),
        ("::1", False, "signs", "http://[::1]:8501/signs"),
    ],
)
def test_the_printed_address_is_the_one_to_open(
    monkeypatch: pytest.MonkeyPatch, host: str, https: bool, path: str, address: str
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_BASE_URL_PATH", path)
    assert browser_address(host, 8501, https) == address


def test_a_taken_port_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert f"choose another port: `fingerspell --port {port % 65535 + 1}`" in said


def test_an_address_of_another_machine_is_no_fault_of_the_port(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "192.0.2.1"]) == 1  # an address that no machine has (RFC 5737)
    said = capsys.readouterr().err
    assert "cannot listen on 192.0.2.1" in said
    assert "give --host an address of this machine" in said
    assert "--port" not in said


def test_output_that_is_cut_off_by_a_pipe_is_no_traceback(film: Path) -> None:
    program = f"{sys.executable} -m live video {shlex.join(FLAT)} --json {film} | head -1"
    ended = subprocess.run(program, shell=True, capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout)["time_s"] == 0
    assert ended.stderr == ""


def test_words_that_flow_are_read_with_fluent(
    hand_networks: HandNetworks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = [(None, 8), ("L", 8), ("Y", 8), ("L", 8), (None, 15)]  # too short for letters that are held
    pictures = [drawn.signed(letter, 0.8, (-100, 30)) for letter, times in signed for _ in range(times)]
    film = str(drawn.write_film(tmp_path / "film.mp4", pictures))
    assert main(["video", "--json", "--fluent", "--words", film]) == 0
    last = lines(capsys)[-1]
    assert last["text"] == "LYL"
    times_s = [time_s for _, time_s in last["letters"]]  # type: ignore[attr-defined]
    assert times_s == sorted(times_s)


def test_fluent_without_the_hand_networks_is_one_line(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["video", *FLAT, "--fluent", str(film)]) == 1
    assert "--fluent reads how the hand moves, so it needs the hand networks" in capsys.readouterr().err
