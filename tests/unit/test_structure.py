"""The shape of the code, as far as it can be counted: no circles, no leaks, nothing too large."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from runner.cli.syntax.table import COMMANDS

ROOT = Path(__file__).parents[2]
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted((ROOT / "runner").rglob("*.py"))
}


def imports(file: Path) -> set[str]:
    """Return the modules that a file imports, at once, late or for types only."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {one if one in MODULES else node.module for one in named}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & MODULES.keys()


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return what is left when every module is put after those that it imports: circles, and what leads to them."""
    left = {module: used - {module} for module, used in graph.items()}
    while free := [module for module, used in left.items() if not used & left.keys()]:
        for module in free:
            del left[module]
    return sorted(left)


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": set()}) == []
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}) == ["a", "b", "c"]


def test_no_modules_import_each_other_not_even_late_or_for_types() -> None:
    assert circle({name: imports(file) for name, file in MODULES.items()}) == []


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {name: len(file.read_text("utf-8").splitlines()) for name, file in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def compiled_on_import(file: Path) -> list[int]:
    """Return the lines on which a module compiles a regular expression when it is imported."""
    body = ast.parse(file.read_text("utf-8")).body
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    queue: list[ast.AST] = [node for node in body if not isinstance(node, inner)]
    lines = []
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
            lines.append(node.lineno)
        queue.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, inner))
    return lines


def test_no_regular_expression_is_compiled_before_it_is_needed() -> None:
    found = {name: lines for name, file in MODULES.items() if (lines := compiled_on_import(file))}
    assert found == {}, "use runner.core.lazy_pattern"


@pytest.mark.parametrize("room", ["plan", "engine", "views"])
def test_the_stages_know_no_kind(room: str) -> None:
    texts = {file: file.read_text("utf-8") for name, file in MODULES.items() if name.startswith(f"runner.{room}")}
    assert [str(file) for file, text in texts.items() if re.search("container", text, re.IGNORECASE)] == []


def test_the_use_cases_take_nothing_from_the_process_by_themselves() -> None:
    own = re.compile(r"\bos\.environ\b|\bprint\(|\binput\(|\bclick\b|\bsys\.std|\bisatty\b|\bgetpass\b")
    texts = {file: file.read_text("utf-8") for name, file in MODULES.items() if name.startswith("runner.app.")}
    assert [str(file) for file, text in texts.items() if own.search(text)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_module_of_its_own(command: str) -> None:
    assert callable(importlib.import_module(f"runner.cli.commands.{command}").run)
