"""What `import live` offers to other programs, and what it costs."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import live
from live.files import shipped_models
from live.hand.networks import HandNetworks
from tests.support import drawn

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


def test_frames_of_a_source_are_read_in_a_loop(film: Path) -> None:
    recognizer = live.load(shipped_models() / "sign_mnist", hand_networks=False)
    with live.open_source(str(film)) as source:
        for frame in source:
            reading = recognizer.process(frame.image_bgr, frame.time_s)
    assert reading.text == drawn.WORD
    assert reading.mode == "square"
