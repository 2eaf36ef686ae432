"""The table of commands, the functions that carry them out, and what is loaded to read a line."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from runner.cli.click_reader import read_by_click
from runner.cli.help import help_page
from runner.cli.syntax.elsewhere import ELSEWHERE
from runner.cli.syntax.exits import MEANINGS
from runner.cli.syntax.options import BEFORE_COMMAND, COMPOSE, SHARED
from runner.cli.syntax.rows import Argument, Flag, Option
from runner.cli.syntax.table import COMMANDS, GROUPS
from runner.core.exit_code import ExitCode

ROOT = Path(__file__).parents[3]
FILE = "version: 1\nname: shop\ncontainers: {web: {image: nginx}}\n"
ROWS = dict.fromkeys(row for command in COMMANDS.values() for row in command.parameters)
SOURCE = {"file", "variables", "variable_files", *(row.name for row in COMPOSE), "engine"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_what_the_table_gives_it(name: str) -> None:
    taken = set(inspect.signature(importlib.import_module(f"runner.cli.commands.{name}").run).parameters)
    given = {row.name for row in COMMANDS[name].parameters if not getattr(row, "stands_for", "")}
    if "host" in given:
        given = given - {row.name for row in BEFORE_COMMAND} | {"context"}
    if "file" in given:
        given = given - SOURCE | {"source"}
    assert taken == given


@pytest.mark.parametrize("row", [row for row in ROWS if row.default], ids=lambda row: row.name)
def test_a_default_means_what_the_same_text_does(row: Option | Argument) -> None:
    assert not isinstance(row.kind, Flag)
    meaning = row.means if isinstance(row, Option) and row.means is not None else row.default
    assert row.kind.read(str(row.default)) == meaning


@pytest.mark.parametrize("name", COMMANDS)
def test_a_name_and_a_spelling_mean_one_thing_and_what_takes_the_rest_is_last(name: str) -> None:
    command = COMMANDS[name]
    names = [row.name for row in command.parameters]
    spellings = [spelling for row in command.options for spelling in row.spellings]
    assert len(set(names)) == len(names)
    assert len(set(spellings)) == len(spellings)
    assert not any(row.takes_rest for row in command.arguments[:-1])


@pytest.mark.parametrize(
    ("arguments", "is_loaded"),
    [
        (["validate"], False),
        (["graph", "--format=dot"], False),
        (["plan", "-H", "unix:///nowhere"], False),
        (["apply", "--yes", "-H", "unix:///nowhere"], False),
        (["validate", "missing.yaml"], False),
        (["apply", "--help"], False),
        (["--help"], False),
        (["apply", "workflow.yaml", "--help"], True),
        (["validate", "--no-such-option"], True),
    ],
)
def test_click_is_loaded_for_errors_and_rare_spellings_alone(
    tmp_path: Path, arguments: list[str], is_loaded: bool
) -> None:
    (tmp_path / "workflow.yaml").write_text(FILE, "utf-8")
    program = (
        f"import sys; from runner.cli.main import _run\n_run({arguments})\nsys.exit(7 if 'click' in sys.modules else 8)"
    )
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == (7 if is_loaded else 8), done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_two_examples_of_its_own_and_exit_codes(name: str) -> None:
    command = COMMANDS[name]
    assert len(command.examples) >= 2
    for line, text in command.examples:
        assert f"runner {name}" in line
        assert text
    assert ExitCode.INVALID in command.exits
    assert ExitCode.OK in command.exits or command.passes_on
    assert set(MEANINGS) == set(ExitCode)


def test_what_ends_as_a_command_in_a_container_did_tells_its_own_codes_apart() -> None:
    codes = " ".join(help_page("exec").partition("Exit codes:")[2].split())
    assert codes.startswith("as the command; 125 container not running")
    assert codes.endswith("1 failed, 2 invalid input, 3 no engine, 130 interrupted")
    assert "0 done" not in codes


def test_what_passes_output_on_says_that_github_reads_it() -> None:
    assert "::stop-commands::" in help_page("exec")


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_fits_80_columns_and_has_the_same_headings(name: str | None) -> None:
    lines = help_page(name).split("\n")
    assert max(map(len, lines)) <= 80
    headings = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    if name is None:
        common = ["Common options:", "Compose options:"]
        assert headings == ["Quick start:", *(f"{group}:" for group in GROUPS), *common]
    else:
        own = [heading for heading in headings if heading not in ("Options:", "Compose options:")]
        assert own == ["Examples:", "Common options:", "Exit codes:"]


@pytest.mark.parametrize("name", COMMANDS)
def test_options_that_commands_share_are_described_once(name: str) -> None:
    shared = {row.help for row in (*SHARED, *COMPOSE)}
    assert not any(text in " ".join(help_page(name).split()) for text in shared)


def test_words_of_other_tools_lead_to_commands_that_are_there() -> None:
    named = {word for text in ELSEWHERE.values() for word in re.findall(r"runner ([a-z]+)", text)}
    assert named <= COMMANDS.keys()
    assert not ELSEWHERE.keys() & COMMANDS.keys(), "a command doesn't need to be explained by another one"


@pytest.mark.parametrize("word", ["up", "down", "ps", "start", "stop", "run", "rm", "build", "pull", "top", "diff"])
def test_a_word_of_another_tool_is_answered_with_the_command_that_is_meant(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_by_click([word]) == ExitCode.INVALID
    assert f'no such command "{word}"; use runner ' in capsys.readouterr().err
