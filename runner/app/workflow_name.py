"""The workflow that an argument refers to, which may be a file or a workflow's name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.defaults import DEFAULT_FILE
from runner.app.file_choice import found_in, refuse_compose_options, takes_compose
from runner.app.load import read
from runner.app.loaded_workflow import InputOverrides, LoadedWorkflow
from runner.app.missing_file import with_help
from runner.app.source import Source, workflow_path
from runner.app.sources import load_workflow
from runner.core.diagnostic import Severity
from runner.core.errors import InvalidInput, UsageError
from runner.core.lazy_pattern import lazy_pattern
from runner.core.redact import Redactor
from runner.core.state import DesiredState
from runner.core.struct import replace
from runner.daemon.proxies import proxy_secrets
from runner.document.files import Files
from runner.resource.orchestrator_names import DOCKER, orchestrator_of

if TYPE_CHECKING:
    from runner.app.workspace import Workspace

_NAME = lazy_pattern(r"[a-z0-9][a-z0-9_-]{0,62}")


def load_file_or_name(source: Source, workspace: Workspace) -> LoadedWorkflow:
    """Load the file, or return an empty workflow of that name if it isn't a file."""
    if is_name(source.file):
        refuse_compose_options(source)
        desired, redactor = DesiredState(source.file, {}), Redactor(proxy_secrets(workspace.environ))
        return LoadedWorkflow(source.file, desired, redactor, Files(workspace.access), engine=source.engine)
    return load_workflow(source, workspace.without_commands(), contents=False)


def workflow_name_and_redactor(source: Source, workspace: Workspace) -> tuple[str, Redactor, DesiredState | None]:
    """Return the workflow's name, its redactor, and its desired state if it is given by file.

    Other errors in the file only cause a warning: logs are needed most when something is wrong.
    """
    is_compose = takes_compose(source, Files(workspace.access))
    name = "" if is_compose else workflow_name(source, workspace)
    proxies_only = Redactor(proxy_secrets(workspace.environ))
    if name and is_name(source.file):
        return name, proxies_only, None
    loaded, found = read(source, workspace.without_commands(), {}, contents=False, inputs=InputOverrides())
    if is_compose:  # reading its name takes as long as reading all of it
        name = loaded.desired.workflow if loaded else workflow_name(source, workspace)
    if wrong := next((one for one in found if one.severity is Severity.ERROR), None):
        workspace.warn("sensitive-unmasked", f"sensitive values may not all be masked: {wrong.message}")
    return name, loaded.redactor if loaded else proxies_only, loaded.desired if loaded else None


def workflow_name(source: Source, workspace: Workspace) -> str:
    """Return the workflow's name, despite other errors in its file; errors as in `name_and_orchestrator`."""
    return name_and_orchestrator(source, workspace)[0]


def name_and_orchestrator(source: Source, workspace: Workspace) -> tuple[str, str | None]:
    """Return the workflow's name, despite other errors in its file, and what runs it, unless only the name is given.

    InvalidInput if the file can't be read, UsageError if its name is missing or invalid.
    """
    if takes_compose(source, Files(workspace.access)):
        return _project_name(source, workspace), source.engine or DOCKER
    refuse_compose_options(source)
    if is_name(source.file):
        return source.file, source.engine
    name, orchestrator = _head_of(source.file, workspace)
    return name, source.engine or orchestrator


def _project_name(source: Source, workspace: Workspace) -> str:
    from runner.app.load_compose import load_model

    return source.compose.project or load_model(source, Files(workspace.access))[0].name


def _head_of(text: str, workspace: Workspace) -> tuple[str, str]:
    from runner.document.loader import load

    file, sources = workflow_path(text), dict[str, str]()
    files = Files(replace(workspace.access, environ={}))
    document, found = load(str(file), overrides={}, var_files=[], files=files, texts=sources)
    if document is None:
        raise InvalidInput(with_help(found, file, workspace.access.root), sources)
    if document.unread.texts:
        raise InvalidInput(found, sources)
    name = str(document.data.get("name", ""))
    if not _NAME.fullmatch(name):
        quoted = "its name" if str(file) in document.unquoted else f'"{name}"'
        lack = f"{quoted} is not a valid workflow name" if name else "has no name"
        raise UsageError(f"{file}: {lack}; use the workflow's name instead of its file", code="wrong-name")
    return name, orchestrator_of(document.data)


def is_name(text: str) -> bool:
    """Return whether an argument is a possible workflow name, and not an existing file."""
    return text != DEFAULT_FILE and _NAME.fullmatch(text) is not None and not _is_there(text)


def _is_there(text: str) -> bool:
    """Return whether a text is a file, or a folder with one that is found by its name."""
    return workflow_path(text).exists() or bool(found_in(Path(text)))
