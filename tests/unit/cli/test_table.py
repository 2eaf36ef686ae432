"""The table of commands, and the functions that carry them out."""

from __future__ import annotations

import importlib
import inspect

import pytest

from runner.cli.syntax.options import BEFORE_COMMAND
from runner.cli.syntax.table import COMMANDS

SOURCE = {"file", "variables", "variable_files"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_what_the_table_gives_it(name: str) -> None:
    taken = set(inspect.signature(importlib.import_module(f"runner.cli.commands.{name}").run).parameters)
    given = {row.name for row in COMMANDS[name].parameters}
    if "host" in given:
        given = given - {row.name for row in BEFORE_COMMAND} | {"context"}
    if "variables" in given:
        given = given - SOURCE | {"source"}
    assert taken == given


@pytest.mark.parametrize("name", COMMANDS)
def test_a_name_and_a_spelling_mean_one_thing_and_what_takes_the_rest_is_last(name: str) -> None:
    command = COMMANDS[name]
    names = [row.name for row in command.parameters]
    spellings = [spelling for row in command.options for spelling in row.spellings]
    assert len(set(names)) == len(names)
    assert len(set(spellings)) == len(spellings)
    assert not any(row.takes_rest for row in command.arguments[:-1])
