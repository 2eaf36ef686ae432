"""One file with every key, as Docker Compose prints it: also its order, which JSON as data doesn't tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runner.compose.load import load
from runner.compose.output import to_json
from runner.compose.output_yaml import to_yaml
from runner.compose.phrases import expected
from runner.compose.request import ComposeRequest
from runner.compose.table import COMPOSE
from runner.compose.table.form import Either, Form, Items, Key, Named, Record
from runner.core.diagnostic import Diagnostic
from runner.document.access import Access
from runner.document.files import Files
from runner.document.nodes import MappingNode
from runner.document.root import Root

_FOLDER = Path(__file__).parent / "every_key"


def _model() -> MappingNode:
    found: list[Diagnostic] = []
    request = ComposeRequest(cwd=_FOLDER, files=("compose.yaml",), profiles=("p",))
    model = load(request, Files(Access(Root())), found, {})
    assert model is not None, found
    return model.root


def _expected(name: str) -> str:
    text = (_FOLDER / name).read_text("utf-8").rstrip("\n")
    return text.replace("@DIR@/..", str(_FOLDER.parent)).replace("@DIR@", str(_FOLDER))


def _rows(form: Form, path: str = "") -> Iterator[tuple[str, Key]]:
    if isinstance(form, Either):
        form = form.record
    if isinstance(form, Items):
        yield from _rows(form.item, path)
    elif isinstance(form, Named):
        yield from _rows(form.value, f"{path}.*")
    elif isinstance(form, Record):
        for key in form.keys:
            yield f"{path}.{key.name}".lstrip("."), key
            yield from _rows(key.form, f"{path}.{key.name}")


def test_json_has_the_text_of_compose() -> None:
    assert to_json(_model()).rstrip("\n") == _expected("expected.json")


def test_yaml_has_the_text_of_compose() -> None:
    assert to_yaml(_model()).rstrip("\n") == _expected("expected.yaml")


def test_every_row_says_what_it_expects() -> None:
    assert [path for path, key in _rows(COMPOSE) if not expected(key.form)] == []


def test_no_key_has_two_rows() -> None:
    paths = [path for path, _ in _rows(COMPOSE)]
    assert len(paths) == len(set(paths))
