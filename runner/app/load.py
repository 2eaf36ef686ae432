"""Load a workflow file into desired state: resolved, validated, and with all sensitive values known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.file_choice import refuse_compose_options, takes_compose
from runner.app.source import Source, workflow_path
from runner.core.address import Address
from runner.core.compose_options import ComposeOptions
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import DiagnosedError, InvalidInput
from runner.core.redact import Redactor
from runner.core.state import DesiredState
from runner.core.struct import Struct, field, replace
from runner.core.values import Value
from runner.document.files import Files

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.bundle.read import Bundle
    from runner.document.variables import Variable


class InputOverrides(Struct):
    """Parts of a workflow that don't come from its current files."""

    files: Files | None = None
    """The reader of accessible files; None: of those that the workspace allows."""
    overrides: Mapping[Address, Mapping[str, Value]] = field(default_factory=dict)
    """Values of entries that replace those in the file."""
    is_named: bool = True
    """False if the path comes from other input, not from the user: then the file is never quoted."""


class LoadedWorkflow(Struct):
    """A workflow with its desired state and the redactor of its sensitive values."""

    file: str
    desired: DesiredState
    redactor: Redactor
    files: Files
    """The reader it was loaded with: holds all files read, except secrets, and the access rules."""
    sources: dict[str, str] = field(default_factory=dict)
    """The texts that diagnostics point into, by file; reading the lock file adds its text."""
    variables: Mapping[str, Variable] = field(default_factory=dict)
    """Every variable that it declares or uses."""
    bundle: Bundle | None = None
    """The bundle it was loaded from, if any."""
    secret_files: frozenset[str] = frozenset()
    """The files that contain a sensitive value literally."""
    warnings: tuple[Diagnostic, ...] = ()
    compose: ComposeOptions | None = None
    """What a Compose project is read with again, besides `file`; None for a workflow file."""

    @property
    def shown_files(self) -> str:
        """Return what it was read from, for people."""
        more = self.compose.more_files if self.compose else ()
        return ", ".join((self.file, *map(os.path.relpath, more)))

    def is_public(self, name: str) -> bool:
        """Return whether a variable's value may be stored: it isn't sensitive and contains no secret."""
        variable = self.variables[name]
        value = variable.value or ""
        return not variable.sensitive and self.redactor.text(value) == value

    def invalid(self, found: Iterable[Diagnostic]) -> InvalidInput:
        """Return the error to raise for findings that make the workflow unusable, redacted."""
        return InvalidInput(list(map(self.redactor.diagnostic, found)), self.sources)

    def failed(self, message: str, found: Iterable[Diagnostic]) -> DiagnosedError:
        """Return the error to raise if findings make a command fail, redacted."""
        return DiagnosedError(message, list(map(self.redactor.diagnostic, found)), self.sources)


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
    from runner.daemon.proxies import proxy_secrets
    from runner.kinds import SECTIONS
    from runner.workflow.compile import read as compile_file

    file = str(workflow_path(source.file))
    result = compile_file(
        file,
        SECTIONS,
        files,
        variables=source.overrides,
        variable_files=[Path(path) for path in source.variable_files],
        contents=contents,
        entry_overrides=inputs.overrides,
        texts=sources,
        is_named=inputs.is_named,
    )
    document, desired = result.document, result.desired
    if document is None or desired is None:
        return None, _with_help(result.findings, file, files)
    secrets = document.sensitive | desired.sensitive | proxy_secrets(workspace.environ)
    redactor = Redactor(secrets, document.sensitive_spots())
    loaded = LoadedWorkflow(
        file,
        desired,
        redactor,
        files,
        sources,
        document.variables,
        secret_files=frozenset(str(Path(name).absolute()) for name in document.secret_files),
    )
    return loaded, list(map(redactor.diagnostic, result.findings))


def _with_help(found: list[Diagnostic], file: str, files: Files) -> list[Diagnostic]:
    """Return the findings of a file that can't be read: if it is missing, with help."""
    from runner.app.missing_file import with_help

    return with_help(found, Path(file), files.access.root)
