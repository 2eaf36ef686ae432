"""Checks of the workflow here, and of the files that it uses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.defaults import DEFAULT_FILE
from runner.app.doctor.subject import Client, Patient
from runner.core.diagnostic import Severity
from runner.core.errors import InvalidInput, RunnerError
from runner.core.examination import Finding, broken, fine, untested, warning

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.core.state import HostPath

_OTHERS: Final = 0o044
"""Mode bits with which others than the owner read a file."""


def check_workflow(client: Client) -> Iterator[Finding]:
    """Tell whether the workflow is valid, and everything it is made from can be read."""
    file, workflow = client.source.file, client.workflow
    if workflow is None:
        yield _absent(file)
    elif isinstance(workflow, InvalidInput):
        errors = sum(one.severity is Severity.ERROR for one in workflow.diagnostics)
        yield broken("workflow.invalid", file=file, errors=errors)
    elif isinstance(workflow, RunnerError):
        yield broken("workflow.unusable", file=file, error=workflow.message)
    else:
        resources = len(workflow.desired.resources)
        yield fine("workflow.valid", file=workflow.named, workflow=workflow.desired.workflow, resources=resources)


def _absent(file: str) -> Finding:
    return broken("workflow.missing", file=file) if file != DEFAULT_FILE else untested("workflow.none", file=file)


def check_secret_files(client: Client) -> Iterator[Finding]:
    """Warn of files with secrets that other users of this machine can read."""
    workflow = client.workflow
    if workflow is None or isinstance(workflow, RunnerError):
        return
    secret = workflow.secret_files | workflow.files.secrets
    readable = [path for path in sorted(secret) if _is_readable_by_others(Path(path))]
    if readable:
        yield warning("secrets.readable", *map(workflow.redactor.text, readable), number=len(readable))
    elif secret:
        yield fine("secrets.private", number=len(secret))


def _is_readable_by_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def check_paths(patient: Patient) -> Iterator[Finding]:
    """Tell whether the sources of bind mounts exist, if the engine is on this machine."""
    workflow = patient.client.workflow
    if workflow is None or isinstance(workflow, RunnerError):
        return
    paths = [path for resource in workflow.desired.resources.values() for path in resource.host_paths]
    if not paths:
        return
    if not patient.engine.capabilities.on_this_machine:
        yield untested("paths.elsewhere", number=len(paths))
        return
    missing = [path for path in paths if path.may_be_made is not True and not os.path.lexists(path.source)]
    if missing:
        yield broken("paths.missing", *_shown(missing, workflow), number=len(missing))
    else:
        yield fine("paths.found", number=len(paths))


def _shown(paths: list[HostPath], workflow: LoadedWorkflow) -> Iterator[str]:
    return (workflow.redactor.text(source) for source in dict.fromkeys(path.source for path in paths))
