"""Writes the generated part of docs/commands.md and docs/python-api.md: `python -m tests.support.generated_pages`.

The part above MARK in each page is written by hand and stays as it is.
"""

import argparse
import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.support import ROOT

MARK = "<!-- The rest of this page is generated. Renew it with: python -m tests.support.generated_pages -->"
PARSERS = {"fingerspell": "live.cli.main", "fingerspell-train": "training.cli.main"}  # each has build_parser()
PUBLIC = "live"  # the package whose __all__ is the public API
WIDTH = 100  # characters of a signature on one line
INDENT = "    "


def parser(command: str) -> argparse.ArgumentParser:
    """The parser of `fingerspell` or `fingerspell-train`."""
    made = import_module(PARSERS[command]).build_parser()
    assert isinstance(made, argparse.ArgumentParser)
    return made


def subcommands(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of its commands, by name; empty for a command without any."""
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def commands_page() -> str:
    """Every command with its options, as Markdown."""
    return "\n".join(line for name in PARSERS for line in _command(name, parser(name), 2))


def _command(name: str, of: argparse.ArgumentParser, level: int) -> Iterator[str]:
    own = [action for action in of._actions if not isinstance(action, argparse._SubParsersAction)]
    shown = [action for action in own if action.help != argparse.SUPPRESS and action.dest != "help"]
    shown.sort(key=lambda action: bool(action.option_strings))
    arguments = [_placeholder(action) for action in shown if not action.option_strings]
    has_options = len(arguments) < len(shown)
    if any(isinstance(action, argparse._SubParsersAction) and action.required for action in of._actions):
        arguments.append("COMMAND")
    yield f"{'#' * level} {name}\n"
    yield f"{of.description}\n"
    yield f"```text\n{' '.join([name, *arguments])}{' [OPTIONS]' if has_options else ''}\n```\n"
    if shown:
        yield "| argument | meaning |\n| --- | --- |"
        yield from (_row(of, action) for action in shown)
        yield ""
    for command, made in subcommands(of).items():
        yield from _command(f"{name} {command}", made, level + 1)


def _placeholder(action: argparse.Action) -> str:
    shown = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return f"{shown}..." if action.nargs == "+" else shown


def _row(of: argparse.ArgumentParser, action: argparse.Action) -> str:
    name = ", ".join(action.option_strings) or _placeholder(action)
    if action.choices is not None:
        name += f" {{{','.join(map(str, action.choices))}}}"
    elif action.option_strings and action.nargs != 0:
        name += f" {_placeholder(action)}"
    meaning = (action.help or "") % (vars(action) | {"prog": of.prog})
    needed = " (required)" if action.required and action.option_strings else ""
    return f"| `{name}` | {meaning.replace('|', chr(92) + '|')}{needed} |"


def python_api_page() -> str:
    """Every public name with its signature and docstring, as Markdown."""
    package = import_module(PUBLIC)
    public = {name: getattr(package, name) for name in package.__all__}
    return "\n".join(line for name, value in public.items() for line in _public_name(name, value))


def _public_name(name: str, value: Any) -> Iterator[str]:
    yield f"## `{PUBLIC}.{name}`\n\n```text"
    if inspect.isclass(value) and issubclass(value, Exception):
        yield _documented(f"exception {name}", value)
    elif inspect.isclass(value):
        yield _documented(f"class {_class_signature(value)}", value)
        yield from (f"\n{_documented(signature, member)}" for signature, member in _members(value))
    elif inspect.isfunction(value):
        yield _documented(_signature(value), value)
    else:
        yield f"{name} = {value!r}"
    yield "```\n"


def _members(owner: type) -> Iterator[tuple[str, Any]]:
    """Signature and object of the public methods and properties that a class itself defines."""
    for name, member in vars(owner).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property | cached_property):
            getter: Any = member.fget if isinstance(member, property) else member.func
            yield f"{owner.__name__}.{_signature(getter).replace('()', '', 1).replace(' ->', ':', 1)}", member
        elif isinstance(member, classmethod | staticmethod) or inspect.isfunction(member):
            function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
            yield f"{owner.__name__}.{_signature(function)}", member


def _documented(signature: str, value: Any) -> str:
    return f"{signature}\n{textwrap.indent(inspect.getdoc(value) or '', INDENT)}".rstrip()


def _node(value: Any) -> ast.stmt:
    """The definition as the source has it: its annotations read the same in every version of Python and NumPy."""
    return ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]


def _signature(function: Callable[..., Any], name: str = "") -> str:
    """name: of the class that this is the __init__ of."""
    node = _node(function)
    assert isinstance(node, ast.FunctionDef)
    returns = "" if name or node.returns is None else f" -> {ast.unparse(node.returns)}"
    arguments = [text for text in _arguments(node.args) if text not in ("self", "cls")]
    line = f"{name or node.name}({', '.join(arguments)}){returns}"
    if len(line) > WIDTH:
        line = f"{name or node.name}(\n{INDENT}{f',{chr(10)}{INDENT}'.join(arguments)},\n){returns}"
    return _unquoted(line)


def _arguments(node: ast.arguments) -> Iterator[str]:
    """Each as `name: type = default`."""
    positional = [*node.posonlyargs, *node.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(node.defaults))
    yield from map(_argument, positional, [*missing, *node.defaults])
    if node.vararg or node.kwonlyargs:
        yield f"*{ast.unparse(node.vararg) if node.vararg else ''}"
    yield from map(_argument, node.kwonlyargs, node.kw_defaults)
    if node.kwarg:
        yield f"**{ast.unparse(node.kwarg)}"


def _argument(node: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(node) + (f" = {ast.unparse(default)}" if default else "")


def _class_signature(owner: type) -> str:
    if not is_dataclass(owner):
        initialise = vars(owner).get("__init__")
        return _signature(initialise, owner.__name__) if initialise else owner.__name__
    node = _node(owner)
    assert isinstance(node, ast.ClassDef)
    lines = [ast.unparse(line) for line in node.body if isinstance(line, ast.AnnAssign)]
    return _unquoted(f"\n{INDENT}".join([f"{owner.__name__}:", *lines])) + "\n"


def _unquoted(text: str) -> str:
    """Names of types that the source has to quote, without their quotes."""
    return re.sub(r"'([A-Z]\w*(?: \| None)?)'", r"\1", text)


PAGES: dict[Path, Callable[[], str]] = {
    ROOT / "docs" / "commands.md": commands_page,
    ROOT / "docs" / "python-api.md": python_api_page,
}


def renewed(page: Path) -> str:
    """What the page should hold: its own introduction, then what the code says today."""
    introduction, mark, _ = page.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise SystemExit(f"{page} lacks the line {MARK}")
    return f"{introduction}{MARK}\n\n{PAGES[page]().rstrip()}\n"


def main(pages: Sequence[Path] = tuple(PAGES)) -> None:
    """Renew the pages."""
    for page in pages:
        page.write_text(renewed(page), encoding="utf-8")
        print(page.relative_to(ROOT))


if __name__ == "__main__":
    main()
