"""What is sensitive in past runs: also what was declared so only after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from runner.app.source import workflow_path
from runner.app.workflow_name import is_name
from runner.core.errors import RunnerError, UnusableFile
from runner.core.redact import Redactor
from runner.core.struct import Struct, field, replace
from runner.history.store import SNAPSHOT

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.document.document import Document
    from runner.history.store import StoredRun


class _Inputs(Struct):
    """The part of a snapshot that is about variables."""

    variables: Mapping[str, str] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()


class PastSecrets(Struct):
    """The variables that are sensitive, and a redactor of the values that they had."""

    names: frozenset[str]
    redactor: Redactor


def past_secrets(file: str, runs: Sequence[StoredRun], workspace: Workspace) -> PastSecrets:
    """Return what any of a workflow's runs, or its file as it is today, declares sensitive.

    `file` may be the workflow's name: its file is then that of the newest run. What can't be read declares nothing.
    """
    path = (runs[0].header.file if runs else None) if is_name(file) else file
    today = _load(path, workspace) if path else None
    recorded = [_inputs(run) for run in runs]
    names = frozenset().union(today.sensitive_names if today else (), *(inputs.sensitive for inputs in recorded))
    values = (inputs.variables[name] for inputs in recorded for name in names & inputs.variables.keys())
    return PastSecrets(names, Redactor(frozenset(values) | (today.sensitive if today else frozenset())))


def _inputs(run: StoredRun) -> _Inputs:
    try:
        return run.document(SNAPSHOT, _Inputs) or _Inputs()
    except UnusableFile:
        return _Inputs()


def _load(path: str, workspace: Workspace) -> Document | None:
    from runner.document.files import Files
    from runner.document.loader import load

    files = Files(replace(workspace.access, environ={}))
    with suppress(RunnerError, OSError):
        return load(str(workflow_path(path)), overrides={}, var_files=[], files=files, is_named=False)[0]
    return None
