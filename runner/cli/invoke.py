"""Run a command that was read: its options become a context and a source, and its module is imported."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

from runner.app.source import Source, workflow_path
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext, Options
from runner.cli.syntax.options import BEFORE_COMMAND
from runner.cli.syntax.rows import Reading
from runner.cli.syntax.table import COMMANDS
from runner.core.compose_options import ComposeOptions

_GLANCE: Final = 4096
"""Bytes of a file in which its head is looked for."""


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
            given["context"].ask_ahead(swarm=_seems_for_swarm(given))
    if "file" in given:
        given["source"] = source_of(given)
    code = import_module(f"runner.cli.commands.{reading.command}").run(**given)
    return int(code or 0)


def _seems_for_swarm(given: dict[str, Any]) -> bool:
    """Return whether a swarm is to run what a line is about, at a glance; a wrong answer only costs time."""
    if given.get("engine"):
        return bool(given["engine"] == "swarm")
    file = given.get("file", ("",))
    path = workflow_path(file if isinstance(file, str) else file[0])
    if not os.path.isfile(path):  # noqa: PTH113 - never raises; a pipe can be read only once
        return False
    try:
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123
            return b"\nengine: swarm" in stream.read(_GLANCE)
    except OSError:
        return False


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
