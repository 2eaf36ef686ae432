"""Run a command that was read: its options become a context and a source, and its module is imported."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from runner.app.source import Source
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext, Options
from runner.cli.syntax.options import BEFORE_COMMAND
from runner.cli.syntax.rows import Reading
from runner.cli.syntax.table import COMMANDS
from runner.core.compose_options import ComposeOptions


def invoke(reading: Reading, line: Sequence[str], contexts: list[CommandContext]) -> int:
    """Run a command that was read from a line and return its exit code.

    Its context, if it has one, is appended to `contexts`.
    """
    given = dict(reading.given)
    if "host" in given:
        options = Options(**{row.name: given.pop(row.name) for row in BEFORE_COMMAND if row.name in given})
        if options.host and options.context:
            raise Misuse(reading.command, "--host and --context are mutually exclusive")
        given["context"] = CommandContext(options, line)
        contexts.append(given["context"])
        if COMMANDS[reading.command].observes:
            given["context"].ask_ahead()
    if "file" in given:
        given["source"] = source_of(given)
    code = import_module(f"runner.cli.commands.{reading.command}").run(**given)
    return int(code or 0)


def source_of(given: dict[str, Any]) -> Source:
    """Take what tells the workflow out of the values of a command."""
    first = given.pop("file")
    files = (first,) if isinstance(first, str) else first
    options = ComposeOptions(
        more_files=files[1:],
        project=given.pop("project"),
        profiles=given.pop("profiles"),
        env_files=given.pop("env_files"),
        folder=given.pop("project_directory"),
        strict=given.pop("strict"),
    )
    more = (given.pop("variables", ()), given.pop("variable_files", ()), options, given.pop("engine", None))
    return Source(files[0], *more)
