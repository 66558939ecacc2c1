"""What `import live` offers to other programs, and what it costs."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import live
from live.files import shipped_models
from live.hand.networks import HandNetworks
from tests.support import ROOT, drawn

HEAVY = {"ai_edge_litert", "cv2", "http.client", "numpy", "subprocess", "tqdm", "urllib.request", "zipfile"}


def modules_after(statement: str) -> set[str]:
    """The modules that a fresh process has loaded after a statement."""
    program = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    return set(json.loads(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout))


def test_import_live_loads_nothing_heavy() -> None:
    assert modules_after("import live") & HEAVY == set()


@pytest.mark.parametrize("module", ["live.hand", "live.lessons.drawing", "live.hand.landmarks"])
def test_values_of_a_hand_load_no_network_and_no_http_client(module: str) -> None:
    assert modules_after(f"import {module}") & HEAVY <= {"numpy", "cv2"}


def test_the_command_is_parsed_without_numpy_and_opencv() -> None:
    assert modules_after("import live.cli.main as m; m.build_parser()") & HEAVY == set()


@pytest.mark.parametrize("name", live.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert name in dir(live)
    assert inspect.getdoc(getattr(live, name))


def test_every_public_name_is_listed_once_in_order() -> None:
    assert live.__all__ == sorted(set(live.__all__))
    assert sorted(name for names in live._MODULES.values() for name in names) == live.__all__


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'live' has no attribute 'lode'"):
        live.lode  # type: ignore[attr-defined] # noqa: B018


def test_types_are_published() -> None:
    assert (Path(live.__file__).parent / "py.typed").is_file()


def test_a_picture_is_read_in_two_lines(hand_networks: HandNetworks, tmp_path: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "l.png"), drawn.signed("L"))
    recognizer = live.load()
    reading = recognizer.read_picture(live.read_picture(tmp_path / "l.png"))
    assert (reading.letter, reading.mode) == ("L", "hand")


def test_files_and_cameras_are_named_as_python_programs_name_them(film: Path, tmp_path: Path) -> None:
    import cv2

    file = tmp_path / "l.png"
    cv2.imwrite(str(file), drawn.signed("L"))
    assert (live.read_picture(str(file)) == live.read_picture(file)).all()
    with live.open_source(film) as source:
        assert next(iter(source)).image_bgr.shape == (480, 640, 3)
    (entry,) = os.scandir(tmp_path)
    with pytest.raises(live.CameraError, match=r"l\.png: is a picture, not a film"):
        live.open_source(entry)
    with pytest.raises(live.CameraError, match="camera 987 cannot be opened"):
        live.open_source(987)


def test_frames_of_a_source_are_read_in_a_loop(film: Path) -> None:
    recognizer = live.load(shipped_models() / "sign_mnist", hand_networks=False)
    with live.open_source(str(film)) as source:
        for frame in source:
            reading = recognizer.process(frame.image_bgr, frame.time_s)
    assert reading.text == drawn.WORD
    assert reading.mode == "square"


USER_PROGRAM = """
from collections.abc import Iterator
from pathlib import Path

import cv2
import live
import numpy as np
from numpy.typing import NDArray

recognizer: live.Recognizer = live.load(Path("model"), hand_networks=False)
ok, frame = cv2.VideoCapture(0).read()
reading: live.Reading = recognizer.process(frame, 0.0)
reading = recognizer.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), time_s=1, rgb=True)
text: str = reading.text
letter: str | None = reading.letter
shares: dict[str, NDArray[np.float32]] = dict(reading.opinions)


def files() -> Iterator[NDArray[np.uint8]]:
    for name in ("a.jpg", "b.jpg"):
        yield live.read_picture(name)


confidences: list[float] = [each.confidence for each in recognizer.read_pictures(files())]
with live.open_source("film.mp4") as film:
    for reading in recognizer.read_film(film):
        if reading.hand is not None:
            x0, y0, x1, y1 = reading.hand.box_xyxy
committed: tuple[live.Committed, ...] = recognizer.speller.committed
try:
    recognizer.read_picture(np.zeros((2, 2, 3), np.uint8))
except (live.FrameError, live.FingerspellError) as error:
    print(error)
"""
WRONG_PROGRAM = """import live
recognizer = live.load(modle="letters")
live.Recognizer.process(recognizer, None, 0.0)
live.Recognizer.process(recognizer, live.read_picture("a.jpg"), "0")
letter: str = recognizer.read_picture(live.read_picture("a.jpg")).letter
live.lode()
"""


def test_a_users_program_passes_strict_type_checks_and_mistakes_are_found(tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(USER_PROGRAM)
    (tmp_path / "wrong.py").write_text(WRONG_PROGRAM)
    options = ["--strict", "--follow-imports=silent", "--config-file", os.devnull, "--no-error-summary"]
    cache = ["--cache-dir", str(ROOT / ".mypy_cache" / "program")]
    found = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *cache, "right.py", "wrong.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
    ).stdout
    errors = re.findall(r"^(\w+\.py):(\d+): error: .*\[(.*)\]$", found, re.MULTILINE)
    assert errors == [
        ("wrong.py", "2", "call-arg"),
        ("wrong.py", "3", "arg-type"),
        ("wrong.py", "4", "arg-type"),
        ("wrong.py", "5", "assignment"),
        ("wrong.py", "6", "attr-defined"),
    ], found
