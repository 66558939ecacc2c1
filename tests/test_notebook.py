"""The notebook in docs/ is valid, needs only what Fingerspell requires, and runs from top to bottom."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import cv2
import pytest

from live.hand import HandNetworks
from tests.support import ROOT, drawn

NOTEBOOK = ROOT / "docs" / "fingerspell.ipynb"
# Runs the cells in order, as Jupyter does: the last expression of a cell is shown as a picture.
RUNNER = """
import ast, json, sys
names, shown = {"__name__": "__main__"}, []
for cell in json.load(sys.stdin)["cells"]:
    if cell["cell_type"] == "code":
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell["id"], "exec"), names)
        value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names) if last else None
        if value is not None:
            assert value._repr_png_()  # a picture
            shown.append(cell["id"])
print(json.dumps({"letter": names["reading"].letter, "text": names["recognizer"].speller.text, "shown": shown}))
"""


@pytest.fixture
def notebook() -> Any:
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def run(notebook: Any, folder: Path) -> Any:
    """What the notebook read and showed, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER],
        input=json.dumps(notebook),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    *printed, last = done.stdout.splitlines()
    return {**json.loads(last), "printed": printed}


def test_the_notebook_draws_a_hand_and_a_film_and_reads_both(
    notebook: Any, hand_networks: HandNetworks, tmp_path: Path
) -> None:
    done = run(notebook, tmp_path)
    assert (done["letter"], done["text"]) == ("L", "FLY")
    assert done["shown"] == ["draw", "read", "crop", "timeline"]
    likeliest = [line.split()[:2] for line in done["printed"] if "██" in line]
    assert likeliest == [["cnn", "L"], ["shape", "L"], ["both", "L"]]
    assert list(tmp_path.iterdir()) == []


def test_the_notebook_reads_the_files_that_the_user_names(
    notebook: Any, hand_networks: HandNetworks, tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "hand.jpg"), drawn.signed("Y"))
    drawn.write_film(tmp_path / "film.mp4", [drawn.signed(letter) for letter in "YL" for _ in range(20)])
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "names")
    cell["source"] = re.sub(r"None  # or (.*)", r"\1", "".join(cell["source"]))
    done = run(notebook, tmp_path)
    assert (done["letter"], done["text"]) == ("Y", "YL")


def test_the_notebook_is_valid_and_holds_no_output(notebook: Any) -> None:
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w-]{1,64}", name) for name in ids)
    for cell in notebook["cells"]:
        extra: dict[str, Any] = {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
        assert cell == {
            "cell_type": cell["cell_type"], "id": cell["id"], "metadata": {}, "source": cell["source"], **extra,
        }  # fmt: skip


def test_the_notebook_imports_only_what_fingerspell_requires(notebook: Any) -> None:
    code = "".join("".join(cell["source"]) + "\n" for cell in notebook["cells"] if cell["cell_type"] == "code")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[^\w.-]", each)[0] for each in project["dependencies"]}
    others = imported - {"live"} - sys.stdlib_module_names
    assert {"PIL", "cv2", "numpy"} <= others
    assert [name for name in others if needed.isdisjoint(packages_distributions()[name])] == []
