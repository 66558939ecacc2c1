"""Imports go one way: a folder uses only folders below it, by the names that they offer."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from tests.support import ROOT

# The stages of name package, lowest first. A stage uses itself and the stages on the lines above it.
STAGES = {
    "live": (
        ("errors", "letters", "quiet", "files"),
        ("litert",),
        ("hand",),
        ("readers",),
        ("text",),
        ("sources",),
        ("recognizer",),
        ("lessons",),
        ("bench",),
        ("web",),
        ("cli",),
        ("__main__",),
    ),
    "live.web": (
        ("options",),
        ("observers",),
        ("camera", "uploads"),
        ("state",),
        ("player", "resources", "stage"),
        ("views",),
        ("page",),
        ("app",),
    ),
    "training": (
        ("errors", "layout", "progress"),
        ("compute",),
        ("data",),
        ("measure",),
        ("engine",),
        ("networks",),
        ("runs",),
        ("studies",),
        ("cli",),
        ("__main__",),
    ),
}
MAX_ENTRIES = 12  # of a folder. More are hard to survey, except where name is a command of the same kind.


@dataclass(frozen=True)
class Import:
    """One name that a module imports. module: dotted, of this project."""

    file: str
    importer: str
    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.file} imports {self.name} from {self.module}"


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def python_files(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py") if "models" not in path.parts)


def imports() -> Iterator[Import]:
    for package in ("live", "training"):
        for path in python_files(package):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module:
                    for alias in node.names:
                        yield Import(str(path.relative_to(ROOT)), module_name(path), node.module, alias.name)
                elif isinstance(node, ast.Import):
                    for alias in node.names:
                        yield Import(str(path.relative_to(ROOT)), module_name(path), alias.name, "")


OURS = [imported for imported in imports() if imported.module.split(".")[0] in STAGES]


def stage(module: str, package: str) -> str:
    """The stage of a package that a module belongs to, "" for the package's own __init__."""
    return module.removeprefix(package).removeprefix(".").split(".")[0]


def folder(module: str) -> str:
    """The package that a module lies in."""
    path = ROOT.joinpath(*module.split("."))
    return module if path.is_dir() else module.rpartition(".")[0]


@pytest.mark.parametrize("package", STAGES)
def test_every_module_has_its_stage(package: str) -> None:
    there = {stage(module_name(path), package) for path in python_files(package.replace(".", "/"))} - {""}
    assert there == {name for line in STAGES[package] for name in line}


@pytest.mark.parametrize("package", STAGES)
def test_imports_go_down_the_stages(package: str) -> None:
    order = {name: number for number, line in enumerate(STAGES[package]) for name in line}
    inside = f"{package}."
    climbing = [
        str(imported)
        for imported in OURS
        if imported.importer.startswith(inside) and imported.module.startswith(inside)
        if stage(imported.importer, package) != stage(imported.module, package)
        if order[stage(imported.importer, package)] <= order[stage(imported.module, package)]
    ]
    assert climbing == []


def test_live_imports_nothing_of_training() -> None:
    assert [
        str(imported)
        for imported in OURS
        if imported.file.startswith("live/") and imported.module.startswith("training")
    ] == []


def test_no_private_name_leaves_its_folder() -> None:
    across = [imported for imported in OURS if folder(imported.importer) != folder(imported.module)]
    assert [
        str(imported) for imported in across if imported.name.startswith("_") and imported.name != "__version__"
    ] == []


def test_a_name_that_a_folder_offers_is_imported_from_the_folder() -> None:
    around = [
        str(imported)
        for imported in OURS
        if folder(imported.module) != imported.module
        and not imported.importer.startswith(folder(imported.module))
        and folder(imported.module) not in ("live", "training")  # whose own names come slowly, or not at all
        and imported.name in getattr(import_module(folder(imported.module)), "__all__", ())
    ]
    assert around == []


@pytest.mark.parametrize("package", ["live", "training"])
def test_every_folder_says_what_goes_in_and_what_comes_out(package: str) -> None:
    inits = [path for path in python_files(package) if path.name == "__init__.py"]
    silent = [str(path.relative_to(ROOT)) for path in inits if len(_docstring(path)) < 60]
    assert silent == []


def _docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


@pytest.mark.parametrize("package", ["live", "training"])
def test_no_folder_has_more_entries_than_a_reader_can_survey(package: str) -> None:
    folders = {path.parent for path in python_files(package)} - {ROOT / package}
    counts = {str(path.relative_to(ROOT)): len(_entries(path)) for path in folders if path.name != "cli"}
    assert {name: count for name, count in counts.items() if count > MAX_ENTRIES} == {}


def _entries(path: Path) -> list[Path]:
    return [entry for entry in path.iterdir() if entry.name != "__pycache__" and not entry.name.startswith(".")]


def test_the_checks_see_the_whole_project() -> None:
    assert len(OURS) > 300
