"""What is sensitive in past runs: also what was declared so only after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from runner.app.file_choice import takes_compose
from runner.app.source import Source, workflow_path
from runner.app.workflow_name import is_name
from runner.core.compose_options import ComposeOptions
from runner.core.errors import RunnerError, UnusableFile
from runner.core.redact import Redactor
from runner.core.struct import Struct, field, replace
from runner.document.files import Files
from runner.history.store import SNAPSHOT

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.history.store import StoredRun


_NOTHING: Final = (frozenset[str](), frozenset[str]())


class _Inputs(Struct):
    """The part of a snapshot that is about variables."""

    variables: Mapping[str, str] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    compose: ComposeOptions | None = None


class PastSecrets(Struct):
    """The variables that are sensitive, and a redactor of the values that they had."""

    names: frozenset[str]
    redactor: Redactor


def past_secrets(source: Source, runs: Sequence[StoredRun], workspace: Workspace) -> PastSecrets:
    """Return what any of a workflow's runs, or its file as it is today, declares sensitive.

    `source` may be the workflow's name: its file is then that of the newest run. What can't be read declares nothing.
    """
    recorded = [_inputs(run) for run in runs]
    path, options = source.file, source.compose
    if is_name(path):
        path = (runs[0].header.file if runs else None) or ""
        options = recorded[0].compose or options if runs else options
    today, texts = _today(Source(path, compose=options), workspace) if path else _NOTHING
    names = today.union(*(inputs.sensitive for inputs in recorded))
    values = (inputs.variables[name] for inputs in recorded for name in names & inputs.variables.keys())
    return PastSecrets(names, Redactor(frozenset(values) | texts))


def _inputs(run: StoredRun) -> _Inputs:
    try:
        return run.document(SNAPSHOT, _Inputs) or _Inputs()
    except UnusableFile:
        return _Inputs()


def _today(source: Source, workspace: Workspace) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the variables that a file declares sensitive, and the texts that are."""
    from runner.document.loader import load

    files = Files(replace(workspace.access, environ={}))
    with suppress(RunnerError, OSError):
        if takes_compose(source, files):
            from runner.app.load_compose import load_model

            return frozenset(), load_model(source, files)[0].sensitive
        path = str(workflow_path(source.file))
        document, _ = load(path, overrides={}, var_files=[], files=files, is_named=False)
        return (document.sensitive_names, document.sensitive) if document else _NOTHING
    return _NOTHING
