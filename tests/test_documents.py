"""What the documents name exists, and what they show runs."""

import ast
import re
import shlex
import shutil
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from live.cli.main import main as fingerspell
from live.files import default_model
from live.hand import HandNetworks
from tests.support import ROOT, drawn, generated_pages
from training.cli.main import main as fingerspell_train

pytestmark = pytest.mark.slow

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (".", "docs", "models", "models/course", "training")
    for path in (ROOT / folder).glob("*.md")
)
HISTORY = "CHANGELOG.md"  # names what is gone
CURRENT = [document for document in DOCUMENTS if document != HISTORY]
EXECUTED = ("README.md", "docs/python-api.md")
README_LINES = 150
QUICK = ("fingerspell photo", "fingerspell video", "fingerspell-train shape")  # the commands that are run
COMMANDS = {"fingerspell": fingerspell, "fingerspell-train": fingerspell_train}
FOLDERS = "live|training|tests|docs|models|deploy|requirements"
OTHER_OPTIONS = {"--health-cmd", "--server.baseUrlPath"}  # of Docker and Streamlit


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def blocks(document: str) -> list[tuple[str, str]]:
    """Language and content of each fenced block."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text_of(document), re.MULTILINE | re.DOTALL)


def spans(document: str) -> list[str]:
    """Code within lines."""
    prose = re.sub(r"^```.*?^```$", "", text_of(document), flags=re.MULTILINE | re.DOTALL)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]


def code(document: str) -> list[str]:
    return [*spans(document), *(content for _, content in blocks(document))]


def block_commands(document: str) -> Iterator[list[str]]:
    """The commands of the fenced blocks, split as a shell does."""
    for language, content in blocks(document):
        if language in ("", "sh"):
            for line in content.replace("\\\n", " ").splitlines():
                yield shlex.split(line, comments=True)


def our_commands(document: str) -> Iterator[tuple[str, list[str]]]:
    """Those of this project: the command's name, and its arguments."""
    for words in block_commands(document):
        for n, word in enumerate(words[:2]):  # the first may set a variable
            name = word.removeprefix(".venv/bin/")
            if name in COMMANDS:
                yield name, [argument for argument in words[n + 1 :] if argument != "&"]
                break


def slug(heading: str) -> str:
    """The anchor that a code host gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def options() -> frozenset[str]:
    """Of all commands."""
    parsers = [generated_pages.parser(name) for name in COMMANDS]
    parsers += [made for each in parsers for made in generated_pages.subcommands(each).values()]
    return frozenset(option for each in parsers for action in each._actions for option in action.option_strings)


@pytest.fixture
def folder(hand_networks: HandNetworks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with all that the documents name. The film, which is the camera too, spells YL."""
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("hand.jpg", drawn.signed("L"))
    drawn.write_film(Path("film.mp4"), [drawn.signed(letter, 0.8) for letter in "YL" for _ in range(20)])
    Path("pictures").mkdir()
    for letter in drawn.SIGNED:
        cv2.imwrite(f"pictures/{letter}.jpg", drawn.signed(letter))
    cv2.imwrite("chart.jpg", np.hstack([drawn.signed(letter) for letter in "LY"]))
    shutil.copytree(default_model(), Path("runs", "mine"))
    capture = cv2.VideoCapture
    monkeypatch.setattr(cv2, "VideoCapture", lambda source: capture("film.mp4" if source == 0 else source))
    return tmp_path


@pytest.mark.parametrize("page", generated_pages.PAGES, ids=lambda page: page.name)
def test_generated_pages_are_up_to_date(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == generated_pages.renewed(page), (
        "renew it: python -m tests.support.generated_pages"
    )


def test_the_readme_is_short_enough_to_be_read_to_the_end() -> None:
    assert len(text_of("README.md").splitlines()) <= README_LINES


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    prose = re.sub(r"`[^`]*`", "", re.sub(r"^```.*?^```$", "", text_of(document), flags=re.MULTILINE | re.DOTALL))
    for link in re.findall(r"\]\(([^)]+)\)", prose):
        if re.match(r"https?://", link):
            continue
        target, _, anchor = link.partition("#")
        path = (ROOT / document).parent / target if target else ROOT / document
        assert path.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), link


@pytest.mark.parametrize("document", CURRENT)
def test_paths_that_are_named_exist(document: str) -> None:
    for text in code(document):
        for name in re.findall(rf"(?<![\w/.-])(?:{FOLDERS})/[\w./*-]*", text):
            pattern = name.rstrip("./")
            assert any(ROOT.glob(pattern)), name


@pytest.mark.parametrize("document", CURRENT)
def test_modules_that_are_named_exist(document: str) -> None:
    for text in code(document):
        for name in re.findall(r"\b(?:live|training|tests)(?:\.[A-Za-z_]\w*)+", text):
            assert is_defined(name.split(".")), name


def is_defined(parts: list[str]) -> bool:
    """Whether this is a module, a name in one, or one of the public API."""
    folder = ROOT
    for n, part in enumerate(parts):
        if (folder / f"{part}.py").is_file():
            rest, file = parts[n + 1 :], folder / f"{part}.py"
            break
        if not (folder / part).is_dir():
            rest, file = parts[n:], folder / "__init__.py"
            break
        folder /= part
    else:
        return True
    defined = rf"^\s*(?:def|class) {rest[0]}\b|^{rest[0]}\b|\"{rest[0]}\"" if rest else ""
    return len(rest) < 2 and re.search(defined, file.read_text(encoding="utf-8"), re.MULTILINE) is not None


@pytest.mark.parametrize("document", CURRENT)
def test_commands_are_ones_that_their_parsers_take(document: str) -> None:
    for name, arguments in our_commands(document):
        generated_pages.parser(name).parse_args(arguments)
    for span in spans(document):
        words = span.removeprefix(".venv/bin/").split()
        named = [word.partition("=")[0] for word in words if word.startswith("--")]
        if words[0] in COMMANDS or span.startswith("--"):
            assert set(named) <= options() | OTHER_OPTIONS, span
        if words[0] in COMMANDS and len(words) > 1 and not words[1].startswith("-"):
            assert words[1] in generated_pages.subcommands(generated_pages.parser(words[0])), span


@pytest.mark.parametrize("document", CURRENT)
def test_make_targets_and_variables_are_in_the_makefile(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    variables = set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))
    named = [words for span in spans(document) if (words := span.split())[0] == "make" and len(words) > 1]
    for words in [*named, *(words for words in block_commands(document) if words[:1] == ["make"])]:
        for word in words[1:]:
            name, value, _ = word.partition("=")
            assert name in (variables if value else targets), " ".join(words)


@pytest.mark.parametrize("document", CURRENT)
def test_every_selection_of_tests_that_is_named_selects_one(document: str) -> None:
    for text in code(document):
        for line in re.findall(r"\bpytest (tests/[^`\n;]*)", text):
            words = shlex.split(line)
            chosen = words[words.index("-k") + 1].split(" or ") if "-k" in words else [""]
            names = [name for word in words if word.startswith("tests/") for name in named_tests(ROOT / word)]
            for expression in chosen:
                assert any(expression in name for name in names), line


@cache
def named_tests(path: Path) -> list[str]:
    """Of a file, or of a folder's files. As pytest's -k, they include the file's name."""
    files = [path] if path.is_file() else sorted(path.rglob("test_*.py"))
    return [
        f"{file.name} {node.name}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(content, id=f"{document}-{n}")
        for document in EXECUTED
        for n, (language, content) in enumerate(blocks(document))
        if language == "python"
    ],
)
def test_python_examples_run(block: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = threading.active_count()
    exec(compile(block, "example", "exec"), {})
    assert capsys.readouterr().out.strip()
    assert threading.active_count() == threads


@pytest.mark.parametrize(
    ("section", "printed"),
    [
        ("A picture", r"^L \d+% "),
        ("A camera", r"right L \d+% "),
        ("A camera in a thread", r"L "),
        ("Pictures from other libraries", r"L$"),
        ("Many pictures", r"L.jpg L \d+%\nW.jpg W \d+%\nY.jpg Y \d+%\n"),
        ("Several hands", r"^1 L .*\n2 Y "),
        ("A film, a stream or a folder of pictures", r"s: Y\n.*s: L\n"),
        ("Your own model", r"'A', 'B'.*\ncnn \d+%\nshape \d+%\n"),
        ("Errors", "no such folder"),
    ],
)
def test_the_first_example_of_a_section_reads_what_it_shows(
    section: str, printed: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = text_of("docs/python-api.md").partition(f"\n## {section}\n")[2]
    example = text.partition("```python\n")[2].partition("```")[0]
    exec(compile(example, section, "exec"), {})
    assert re.search(printed, capsys.readouterr().out, re.MULTILINE)


def test_the_readmes_example_spells_the_film(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = (content for language, content in blocks("README.md") if language == "python")
    exec(compile(block, "README.md", "exec"), {})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 41
    assert lines[-2][0] == "L"
    assert lines[-1] == ["YL"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param(name, arguments, id=" ".join([name, *arguments]))
        for document in (*EXECUTED, "training/README.md")
        for name, arguments in our_commands(document)
        if " ".join([name, *arguments]).startswith(QUICK)
    ],
)
def test_quick_commands_run(name: str, arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS[name](arguments) == 0
    assert capsys.readouterr().out.strip()


def test_the_documents_show_each_of_the_quick_commands() -> None:
    shown = {
        f"{name} {arguments[0]}" for document in CURRENT for name, arguments in our_commands(document) if arguments
    }
    assert set(QUICK) <= shown


def test_every_block_of_the_executed_documents_is_of_a_language_that_is_checked() -> None:
    languages = {language for document in EXECUTED for language, _ in blocks(document)}
    assert languages <= {"python", "sh", "text", ""}
