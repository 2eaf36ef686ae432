"""The schema of workflow files that is shipped: up to date, valid, and in agreement with what runner itself takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from runner.cli.commands.schema import section_examples
from runner.cli.commands_page import commands_page
from runner.kinds import SECTIONS
from runner.resource.codec import EXPECTED
from runner.resource.reference_page import reference_page
from runner.resource.schema import HEAD, workflow_schema
from tests.harness.markdown import blocks

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "schemas" / "workflow.schema.json"
REFERENCE = ROOT / "schemas" / "README.md"
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
_KEYS = {*HEAD, *(section.section for section in SECTIONS.values())} - {"name", "include"}
_KEYS = {*HEAD, *(section.section for section in SECTIONS.values())}
VALIDATOR = Draft202012Validator(workflow_schema(SECTIONS))


def complaints(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def documented() -> Iterator[Any]:
    """Yield every workflow, and every part of one, in a code block of the project's texts; files of others aren't."""
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("workflows/**/*.md"), REFERENCE]:
        for block in blocks(page):
            data = yaml.safe_load(block.text) if block.language == "yaml" else None
            if isinstance(data, dict) and (data.keys() <= _KEYS or "version" in data):
                yield pytest.param({"version": 1, "name": "shop", **data}, "wrong" in block.given, id=block.place)


def test_the_shipped_schema_is_the_one_that_the_tables_give():
    generated = json.dumps(workflow_schema(SECTIONS), indent=2, ensure_ascii=False) + "\n"
    assert SHIPPED.read_text("utf-8") == generated, "schemas/workflow.schema.json is stale: run make schemas"


def test_the_shipped_reference_is_the_one_that_the_tables_give():
    assert REFERENCE.read_text("utf-8") == reference_page(SECTIONS, section_examples()), (
        "schemas/README.md is stale: run make schemas"
    )


def test_the_shipped_page_of_commands_is_the_one_that_the_table_gives():
    assert COMMANDS_PAGE.read_text("utf-8") == commands_page(), "docs/commands.md is stale: run make schemas"


def test_the_reference_has_a_whole_row_for_every_key():
    lines = [
        re.split(r"(?<!\\)\|", line)[1:-1] for line in REFERENCE.read_text("utf-8").splitlines() if line[:1] == "|"
    ]
    rows = [(cells[0].strip(), len(cells)) for cells in lines if cells[0].strip().startswith("`")]
    head = [(f"`{name}`", 4) for name in HEAD]
    cells = {kind.name: 7 if any(row.service for row in kind.rows) else 6 for kind in SECTIONS.values()}
    assert rows == [*head, *((f"`{row.name}`", cells[kind.name]) for kind in SECTIONS.values() for row in kind.rows)]


def test_the_schema_explains_every_key():
    """Of the head, of each kind, and of the maps in them that only hold other keys."""

    def silent(schema: Any, *path: str) -> Iterator[str]:
        for name, inner in schema.get("properties", {}).items():
            if "description" not in inner:
                yield ".".join((*path, name))
            if EXPECTED not in inner:  # a map inside of a row's value is explained by the row's phrase
                for branch in inner.get("anyOf", (inner,)):
                    yield from silent(branch, *path, name)

    definitions = VALIDATOR.schema["$defs"].items()
    assert [*silent(VALIDATOR.schema), *(gap for name, kind in definitions for gap in silent(kind, name))] == []


def test_the_schema_is_valid():
    Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("file", sorted(ROOT.glob("workflows/*/workflow.yaml")), ids=lambda file: file.parent.name)
def test_every_example_keeps_to_the_schema(file: Path):
    assert complaints(yaml.safe_load(file.read_text("utf-8"))) == []


@pytest.mark.parametrize("file", sorted(ROOT.glob("tests/unit/workflow/ok/*.yaml")), ids=lambda file: file.stem)
def test_what_runner_takes_the_schema_takes(file: Path):
    assert complaints(yaml.safe_load(file.read_text("utf-8"))) == []


@pytest.mark.parametrize(("document", "wrong"), [*documented()])
def test_every_workflow_in_the_texts_keeps_to_the_schema_unless_it_is_shown_as_wrong(document: Any, wrong: bool):
    assert bool(complaints(document)) is wrong


@pytest.mark.parametrize(
    ("section", "name", "example"),
    [
        pytest.param(kind.section, row.name, example, id=f"{kind.name}.{row.name}-{number}")
        for kind in SECTIONS.values()
        for row in kind.rows
        for number, example in enumerate(row.examples)
    ],
)
def test_every_example_of_a_row_keeps_to_the_schema_and_its_codec(section: str, name: str, example: Any):
    row = next(row for kind in SECTIONS.values() if kind.section == section for row in kind.rows if row.name == name)
    entry = example
    for key in reversed(name.split(".")):
        entry = {key: entry}
    assert complaints({"version": 1, "name": "shop", section: {"web": entry}}) == []
    row.codec.parse(example)


@pytest.mark.parametrize(
    "document",
    [
        {"x-top": 1},
        {"containers": {"web": {"image": "nginx", "x-note": [1]}, "x-template": 3}},
        {"containers": {"web": {"image": "nginx", "ports": [{"target": 80, "x-note": {}}]}}},
        {"containers": {"web": {"image": "nginx", "limits": {"x-note": 1}, "labels": {"x-note": [1]}}}},
        {"images": {"web": {"build": {"context": ".", "x-note": 1}}}},
    ],
)
def test_x_keys_may_stand_in_every_map(document: dict[str, Any]):
    assert complaints({"version": 1, "name": "shop", **document}) == []


@pytest.mark.parametrize(
    "document",
    [
        {"surprise": 1},
        {"containers": {"web": {"image": "nginx", "surprise": 1}}},
        {"containers": {"web": {"image": "nginx", "limits": {"surprise": 1}}}},
        {"containers": {"web": {"image": "nginx", "ports": [{"target": 80, "surprise": 1}]}}},
        {"images": {"web": {"build": {"surprise": 1}}}},
        {"networks": {"front": {"ipam": {"config": [{"subnet": "10.5.0.0/16", "surprise": 1}]}}}},
        {"networks": {"not a name": {}}},
    ],
)
def test_no_map_takes_other_keys(document: dict[str, Any]):
    assert len(complaints({"version": 1, "name": "shop", **document})) == 1
