"""The pages of codes: complete both ways, in one form, and right, as far as that shows without an engine."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.app.explanations import all_explanations, explain
from runner.cli import main as command_line
from runner.core.codes import CODES, Code
from runner.core.diagnostic import Severity
from runner.core.explanation import FOUND, Explanation
from runner.views.explanation import markdown_table

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "runner" / "explanations"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEAD = "version: 1\nname: shop\n"
SHOWN_AS_TEXT = {
    "command-not-allowed",
    "file-outside",
    "large-secret",
    "more-mistakes",
    "too-deep",
    "unreadable-secret",
}
"""Codes that need a program around runner, or a file that is too long to be read or isn't text."""
SHOWN_AS_COMMANDS = {"control-character", "file-too-large", "file-unreadable", "not-utf8"}
"""Codes of what a page can't contain."""

Found = set[tuple[str, str]]
Validate = Callable[[str], Found]


@pytest.fixture
def validate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Validate:
    """Write the files of an example, validate them, and return the codes found, with their severities."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NAME", raising=False)

    def run(example: str) -> Found:
        arguments = ["validate"]
        for language, name, text in BLOCK.findall(example):
            if language == "sh":
                arguments = shlex.split(text)[1:]
            else:
                path = tmp_path / (name if "." in name else "workflow.yaml")
                has_head = name or re.search(r"^(- )?version:", text, re.MULTILINE)
                path.write_text(text if has_head else HEAD + text, "utf-8")
        command_line._run([*arguments, "-o", "json"])
        found = json.loads(capsys.readouterr().out)["diagnostics"]
        return {(one["code"], one["severity"]) for one in found}

    return run


def codes(*found: str) -> list[Code]:
    return [page.code for page in all_explanations() if page.found in found]


def languages(example: str) -> set[str]:
    return {language for language, _, _ in BLOCK.findall(example)}


@pytest.mark.parametrize("code", sorted({*codes("file")} - SHOWN_AS_TEXT - SHOWN_AS_COMMANDS))
def test_a_wrong_example_yields_its_code_and_a_right_one_nothing(code: str, validate: Validate) -> None:
    page = explain(code)
    assert "yaml" in languages(page.wrong)
    assert validate(page.wrong) == {(code, page.severity)}
    assert validate(page.right) == set()


@pytest.mark.parametrize("code", sorted(SHOWN_AS_COMMANDS))
def test_what_only_commands_can_write_yields_its_code(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "backup.tar.gz").write_bytes(b"0" * 10_000_001)
    *before, command = BLOCK.findall(explain(code).wrong)[0][2].strip().splitlines()
    for line in before:
        run_in_shell(line, tmp_path)
    command_line._run([*shlex.split(command)[1:], "-o", "json"])
    assert [one["code"] for one in json.loads(capsys.readouterr().out)["diagnostics"]] == [code]


def run_in_shell(line: str, folder: Path) -> None:
    import subprocess

    subprocess.run(["bash", "-c", line], cwd=folder, check=True)


@pytest.mark.parametrize("code", codes("plan", "run", "engine", "command"))
def test_files_of_what_only_an_engine_finds_are_valid(code: str, validate: Validate) -> None:
    page = explain(code)
    for example in (page.wrong, page.right):
        if "yaml" in languages(example) and "sh" not in languages(example):
            assert validate(example) == set()


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(path.stem for path in PAGES.iterdir()) == list(CODES) == sorted(set(CODES))


def test_every_code_is_used() -> None:
    used = {text for path in ROOT.glob("runner/**/*.py") if path.stem != "codes" for text in _texts(path)}
    assert [code for code in CODES if code not in used] == []


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
            yield from re.findall(r"(?:error|warning)\[([a-z0-9-]+)\]", node.value)


@pytest.mark.parametrize("page", [*all_explanations()], ids=lambda page: page.code)
def test_a_page_is_whole(page: Explanation) -> None:
    assert page.found in FOUND
    assert set(page.severity.split(" or ")) <= {severity.value for severity in Severity}
    assert page.summary[0].islower() or page.summary.startswith(("YAML", "--", "$", "<<", "Docker"))
    assert not page.summary.endswith(".")
    for text in (page.meaning, page.fix):
        assert text.endswith(".")
        assert max(map(len, text.splitlines())) <= 120
    for example in (page.wrong, page.right):
        assert BLOCK.sub("", example).strip() == "", "examples are blocks of code"
        assert languages(example) <= {"yaml", "sh", "text"}


def test_the_table_in_the_docs_is_the_one_that_the_pages_give() -> None:
    text = markdown_table(all_explanations())
    assert (ROOT / "docs" / "errors.md").read_text("utf-8") == text, "docs/errors.md is stale: run make schemas"
