"""The command line rests on what click 8.1 has: its classes are generic only in later ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

RUNNER = Path(__file__).parents[2] / "runner"


def subscripted(tree: ast.AST) -> Iterator[str]:
    """Yield each `click.X[...]` that is run when the module is: annotations aren't."""
    annotations = {
        id(inner)
        for node in ast.walk(tree)
        for outer in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if outer is not None
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and id(node) not in annotations:
            name = ast.unparse(node.value)
            if name.startswith("click."):
                yield f"line {node.lineno}: {name}"


def test_no_class_of_clicks_is_subscripted_where_it_is_run() -> None:
    found = {
        str(path.relative_to(RUNNER)): list(subscripted(ast.parse(path.read_text("utf-8"))))
        for path in RUNNER.rglob("*.py")
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_subscripted_class_is_found_wherever_it_is_run() -> None:
    text = (
        "class A(click.ParamType[int]): ...\nb = option(type=click.Choice[str]([]))\ndef f(a: click.Choice[str]): ..."
    )
    assert list(subscripted(ast.parse(text))) == ["line 1: click.ParamType", "line 2: click.Choice"]
