"""How a command was called, told so that other commands typed in the same place find the same workflow."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.defaults import DEFAULT_FILE
from runner.app.file_choice import is_found_again
from runner.app.plan_file_format import is_plan_file
from runner.app.source import Source, workflow_path
from runner.app.workflow_name import is_name
from runner.views.next_steps import Call

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.cli.session import CommandContext


def call_of(context: CommandContext, source: Source, workflow: LoadedWorkflow) -> Call:
    """Return how a command was called whose file and variables are `source`."""
    options = context.options
    given = [("--host", options.host), ("--context", options.context)]
    engine = [word for name, value in given if value for word in (name, value)]
    return Call(_words(engine), _workflow(source, workflow), _again(context.line, source, workflow))


def _words(words: Iterable[str]) -> str:
    """Return words as a shell reads them, each with a blank before it."""
    return "".join(f" {shlex.quote(word)}" for word in words)


def _workflow(source: Source, workflow: LoadedWorkflow) -> str | None:
    """Return the word by which the workflow is found; none for the default file.

    By its name it is found without its variables, too, but not where a file has that name.
    """
    names = [workflow.desired.workflow] if is_name(workflow.desired.workflow) else []
    files = [file for file in _files(source, workflow) if file.isprintable()]
    is_more = workflow.compose is not None and not is_found_again(source)
    has_more = source.variables or source.variable_files or is_more or source.engine or is_plan_file(source.file)
    found = [*names, *files] if has_more else [*files, *names]
    if not found:
        return None
    if found[0] == DEFAULT_FILE:  # or the files that Compose finds here
        return ""
    return _words([f"./{found[0]}" if found[0].startswith("-") else found[0]])


def _files(source: Source, workflow: LoadedWorkflow) -> Iterator[str]:
    """Yield the file that holds the workflow, as it was typed; none for a bundle, or what was a pipe."""
    if is_plan_file(source.file):
        yield workflow.file
    elif workflow.bundle is None and (_is_there(source, workflow) or is_name(source.file)):
        yield source.file


def _again(line: Iterable[str], source: Source, workflow: LoadedWorkflow) -> str:
    """Return the command line; empty for what can't be had twice, or holds something sensitive.

    A saved plan is refused once it was begun, and a pipe is empty.
    """
    is_there = _is_there(source, workflow) or is_name(source.file)
    words = list(line)
    if is_plan_file(source.file) or not is_there or not _may_be_shown(words, source, workflow):
        return ""
    return _words(words)


def _may_be_shown(words: list[str], source: Source, workflow: LoadedWorkflow) -> bool:
    """Return whether nothing on a line is, or may be, sensitive: of a workflow without its file nothing is known."""
    given = [text.partition("=")[0] for text in source.variables]
    are_public = all(name in workflow.variables and workflow.is_public(name) for name in given)
    return are_public and all(word.isprintable() and workflow.redactor.text(word) == word for word in words)


def _is_there(source: Source, workflow: LoadedWorkflow) -> bool:
    """Return whether a file can be read twice: a pipe can't."""
    return workflow_path(source.file).is_file() or (workflow.compose is not None and Path(workflow.file).is_file())
