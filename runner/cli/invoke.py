"""Run a command that was read: its options become a context and a source, and its module is imported."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from runner.app.source import Source
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext, Options
from runner.cli.syntax.options import BEFORE_COMMAND
from runner.cli.syntax.rows import Reading
from runner.cli.syntax.table import COMMANDS


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
    if "variables" in given:
        given["source"] = Source(given.pop("file"), given.pop("variables"), given.pop("variable_files"))
    code = import_module(f"runner.cli.commands.{reading.command}").run(**given)
    return int(code or 0)
