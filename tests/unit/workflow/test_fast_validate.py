"""The quick yes: said to every document that the library finds nothing against, and to no other."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE
from runner.kinds import SECTIONS
from runner.resource.schema import workflow_schema
from runner.workflow.fast_validate import KEYWORDS, is_surely_valid
from tests.unit.examples import examples
from tests.unit.kinds.entries import entries

SCHEMA = workflow_schema(SECTIONS)
LIBRARY = Draft202012Validator(SCHEMA)
HERE = Path(__file__).parent
ODD = st.sampled_from([None, True, False, 0, 1, 1.0, 1.5, -1, 10**9, "", "x", "${X}", [], ["x"], [1], {}, {"x": 1}])


def files() -> list[Any]:
    return [pytest.param(file, id=f"{file.parent.name}-{file.stem}") for file in sorted(HERE.glob("*/*.yaml"))]


def places(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of everything in a document but itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield (*path, step)
        yield from places(item, *path, step)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a document, with something odd in the place of up to two things in it."""
    named = {f"c{number}": copy.deepcopy(entry) for number, entry in enumerate(draw(st.lists(entries(), max_size=2)))}
    document: dict[str, Any] = {"version": 1, "name": "shop", "x-mine": {"a": 1}, "containers": named}
    for _ in range(draw(st.integers(0, 2))):
        *way, last = draw(st.sampled_from(list(places(document))))
        holder: Any = document
        for step in way:
            holder = holder[step]
        if isinstance(holder, dict) and draw(st.booleans()):
            last = draw(st.sampled_from([last, "x-more", "unknown", "limits.memory", "!", "image"]))
        holder[last] = copy.deepcopy(draw(ODD))  # what is drawn next may go into it
    return document


def test_it_knows_every_keyword_that_the_schema_uses():
    """Else nothing at all would be accepted, and nobody would notice but by the time that it takes."""

    def keywords(schema: Any) -> Iterator[str]:
        for keyword, wanted in schema.items() if isinstance(schema, dict) else ():
            yield keyword
            if keyword in ("properties", "patternProperties", "$defs"):
                yield from (inner for schema in wanted.values() for inner in keywords(schema))
            elif keyword in ("items", "additionalProperties", "unevaluatedProperties"):
                yield from keywords(wanted)
            elif keyword == "anyOf":
                yield from (inner for branch in wanted for inner in keywords(branch))

    assert set(keywords(SCHEMA)) <= KEYWORDS
    assert not is_surely_valid({"maxItems": 1}, [], {})


@pytest.mark.parametrize("file", files())
def test_it_says_of_each_file_what_the_library_says(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(file.parent)
    document, _ = load(file.name, overrides={}, var_files=[], files=Files(Access(ANYWHERE)))
    if document is not None:
        assert is_surely_valid(SCHEMA, document.data, SCHEMA) == LIBRARY.is_valid(document.data)


@given(documents())
@example({"version": True, "name": "shop"})
@example({"version": 1.0, "name": "shop"})
@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_says_of_any_document_what_the_library_says(document: dict[str, Any]):
    """But for 1.0, which to the library is an integer: that is none that YAML would make of a file's 1."""
    says_yes = is_surely_valid(SCHEMA, document, SCHEMA)
    assert says_yes <= LIBRARY.is_valid(document)
    if "1.0" not in repr(document):
        assert says_yes == LIBRARY.is_valid(document)
