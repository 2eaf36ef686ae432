"""Load a workflow file into desired state: resolved, validated, and with all sensitive values known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.file_choice import refuse_compose_options, takes_compose
from runner.app.loaded_workflow import InputOverrides, LoadedWorkflow
from runner.app.source import Source, workflow_path
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import InvalidInput
from runner.core.redact import Redactor
from runner.core.struct import replace
from runner.document.files import Files

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.state import DesiredState
    from runner.document.document import Document


def load(
    source: Source, workspace: Workspace, *, contents: bool = True, inputs: InputOverrides | None = None
) -> LoadedWorkflow:
    """Load a workflow file; InvalidInput with all findings if one is an error.

    Without `contents`, build contexts are not read.
    """
    sources: dict[str, str] = {}
    loaded, found = read(source, workspace, sources, contents=contents, inputs=inputs or InputOverrides())
    if loaded is None or any(one.severity is Severity.ERROR for one in found):
        raise InvalidInput(found, sources)
    return replace(loaded, warnings=tuple(found))


def read(
    source: Source, workspace: Workspace, sources: dict[str, str], *, contents: bool, inputs: InputOverrides
) -> tuple[LoadedWorkflow | None, list[Diagnostic]]:
    """Load a file into desired state as far as possible; return it with all findings.

    The texts of the files read are added to `sources`.
    """
    files = inputs.files or Files(workspace.access)
    if takes_compose(source, files):
        from runner.app.load_compose import read_compose

        return read_compose(source, workspace, sources, files, contents=contents, inputs=inputs)
    refuse_compose_options(source)
    return _read_workflow(source, workspace, sources, files, contents=contents, inputs=inputs)


def _read_workflow(
    source: Source,
    workspace: Workspace,
    sources: dict[str, str],
    files: Files,
    *,
    contents: bool,
    inputs: InputOverrides,
) -> tuple[LoadedWorkflow | None, list[Diagnostic]]:
    from runner.kinds import sections_of
    from runner.workflow.compile import read as compile_file

    file = str(workflow_path(source.file))
    result = compile_file(
        file,
        sections_of,
        files,
        variables=source.overrides,
        variable_files=[Path(path) for path in source.variable_files],
        contents=contents,
        entry_overrides=inputs.overrides,
        texts=sources,
        is_named=inputs.is_named,
        head=source.head,
    )
    if result.document is None or result.desired is None:
        return None, _with_help(result.findings, file, files)
    loaded = _loaded(source, workspace, sources, files, result.document, result.desired)
    return loaded, list(map(loaded.redactor.diagnostic, result.findings))


def _loaded(
    source: Source,
    workspace: Workspace,
    sources: dict[str, str],
    files: Files,
    document: Document,
    desired: DesiredState,
) -> LoadedWorkflow:
    """Return a workflow that was read, with what masks its sensitive values."""
    from runner.daemon.proxies import proxy_secrets

    secrets = document.sensitive | desired.sensitive | proxy_secrets(workspace.environ)
    redactor = Redactor(secrets, document.sensitive_spots())
    return LoadedWorkflow(
        str(workflow_path(source.file)),
        desired,
        redactor,
        files,
        sources,
        document.variables,
        secret_files=frozenset(str(Path(name).absolute()) for name in document.secret_files),
        engine=source.engine,
    )


def _with_help(found: list[Diagnostic], file: str, files: Files) -> list[Diagnostic]:
    """Return the findings of a file that can't be read: if it is missing, with help."""
    from runner.app.missing_file import with_help

    return with_help(found, Path(file), files.access.root)
