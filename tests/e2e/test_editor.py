"""What an editor makes of the schema: a real YAML language server completes, explains and underlines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.kinds import CATALOG
from tests.harness.language_server import LanguageServer

ROOT = Path(__file__).parents[2]
MODELINE = "# yaml-language-server: $schema=workflow.schema.json\n"
WORKFLOW = f"""{MODELINE}version: 1
name: shop
containers:
  web:
    image: nginx:1.27
    restart: always
    limits: {{memory: 64m}}
"""


@pytest.fixture(scope="module")
def editor() -> Iterator[LanguageServer]:
    server = LanguageServer()
    yield server
    server.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A workflow with the schema beside it, as the README advises."""
    shutil.copy(ROOT / "schemas" / "workflow.schema.json", tmp_path)
    return tmp_path / "workflow.yaml"


def place_of(text: str, word: str) -> tuple[int, int]:
    """Return the line and the column where a word begins, counted from 0."""
    before = text[: text.index(word)]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def test_inside_of_a_container_every_key_is_offered_that_it_does_not_have_yet(editor: LanguageServer, file: Path):
    text = WORKFLOW + "    # here\n"
    editor.open(file, text.replace("# here", ""))
    offered = editor.completions(file, *place_of(text, "# here"))
    known = {row.name.partition(".")[0] for row in CATALOG["container"].rows}
    assert {"healthcheck", "environment", "depends_on"} <= offered
    assert known - {"image", "restart", "limits"} <= offered


def test_inside_of_limits_its_keys_are_offered(editor: LanguageServer, file: Path):
    text = f"{WORKFLOW}  db:\n    image: postgres\n    limits:\n      # here\n"
    editor.open(file, text.replace("# here", ""))
    offered = editor.completions(file, *place_of(text, "# here"))
    assert {"cpus", "memory", "pids", "io"} <= offered


@pytest.mark.parametrize("key", ["image", "restart"])
def test_a_key_is_explained_with_the_line_of_its_row(editor: LanguageServer, file: Path, key: str):
    editor.open(file, WORKFLOW)
    row = next(row for row in CATALOG["container"].rows if row.name == key)
    assert row.doc in editor.hover(file, *place_of(WORKFLOW, f"{key}:"))


def test_a_map_of_keys_and_a_section_are_explained_too(editor: LanguageServer, file: Path):
    kind = CATALOG["container"]
    editor.open(file, WORKFLOW)
    assert kind.groups["limits"] in editor.hover(file, *place_of(WORKFLOW, "limits:"))
    assert kind.doc in editor.hover(file, *place_of(WORKFLOW, "containers:"))


def test_an_unknown_key_is_underlined(editor: LanguageServer, file: Path):
    [message] = editor.open(file, WORKFLOW.replace("restart:", "restrat:"))
    assert "restrat" in message


@pytest.mark.parametrize("example", sorted(ROOT.glob("workflows/*/workflow.yaml")), ids=lambda file: file.parent.name)
def test_nothing_is_underlined_in_an_example(editor: LanguageServer, file: Path, example: Path):
    assert editor.open(file, MODELINE + example.read_text("utf-8")) == []
