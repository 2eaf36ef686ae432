"""From a workflow file to desired state: read, resolved, checked, with everything that is sensitive known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import DiagnosedError, InvalidInput, UsageError
from runner.core.redact import Redactor
from runner.core.state import DesiredState
from runner.core.values import Value
from runner.document.files import Files

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.bundle.read import Bundle
    from runner.document.variables import Variable

DEFAULT_FILE: Final = "workflow.yaml"


@dataclass(frozen=True, slots=True)
class Source:
    """Which file to read, and the values of its variables."""

    file: str
    variables: tuple[str, ...] = ()
    """NAME=VALUE each."""
    variable_files: tuple[str, ...] = ()

    @property
    def overrides(self) -> dict[str, str]:
        """Return the variables that are given by value."""
        return dict(_split_variable(text) for text in self.variables)


def _split_variable(text: str) -> tuple[str, str]:
    """Split NAME=VALUE; UsageError when there is no name or no equals sign."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise UsageError(f'--var "{text}": write NAME=VALUE')
    return name, value


def workflow_path(path: str) -> Path:
    """Return the path of a workflow file: a folder stands for the default file in it."""
    found = Path(path)
    return found / DEFAULT_FILE if os.path.isdir(path) else found  # noqa: PTH112 - never raises


@dataclass(frozen=True, slots=True)
class InputOverrides:
    """Parts of a workflow that come from elsewhere than its files as they are now."""

    files: Files | None = None
    """What is read, and all that may be; None: what the workspace allows."""
    overrides: Mapping[Address, Mapping[str, Value]] = field(default_factory=dict)
    """The values of entries for which those in the file don't count."""
    is_named: bool = True
    """False where something that was read names the file, not the user: then nothing of it is quoted."""


@dataclass(frozen=True, slots=True)
class LoadedWorkflow:
    """A valid workflow, and what must never be shown of it."""

    file: str
    desired: DesiredState
    redactor: Redactor
    files: Files
    """What it was read by: all that was read, but for secrets, and what may be."""
    sources: dict[str, str] = field(default_factory=dict)
    """The texts that diagnostics point into, by file; grows with the lock file."""
    variables: Mapping[str, Variable] = field(default_factory=dict)
    """Every variable that it declares or uses."""
    bundle: Bundle | None = None
    """The bundle that it came in, if any."""
    secret_files: frozenset[str] = frozenset()
    """Those of the files in which a sensitive value itself is written."""
    warnings: tuple[Diagnostic, ...] = ()

    def is_public(self, name: str) -> bool:
        """Tell whether a variable's value may be written down: it isn't sensitive, and contains no secret."""
        variable = self.variables[name]
        value = variable.value or ""
        return not variable.sensitive and self.redactor.text(value) == value

    def invalid(self, found: Iterable[Diagnostic]) -> InvalidInput:
        """Return the error to raise for findings that make the workflow unusable, without anything sensitive."""
        return InvalidInput(list(map(self.redactor.diagnostic, found)), self.sources)

    def failed(self, message: str, found: Iterable[Diagnostic]) -> DiagnosedError:
        """Return the error to raise where findings made a command fail, without anything sensitive."""
        return DiagnosedError(message, list(map(self.redactor.diagnostic, found)), self.sources)


def load(
    source: Source, workspace: Workspace, *, contents: bool = True, inputs: InputOverrides | None = None
) -> LoadedWorkflow:
    """Read a workflow file; InvalidInput with every finding when there is an error.

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
    """Take a file from text to desired state as far as possible; return it with all findings.

    The texts of what was read go into `sources`.
    """
    from runner.daemon.proxies import proxy_secrets
    from runner.kinds import SECTIONS
    from runner.workflow.compile import read as compile_file

    file, files = str(workflow_path(source.file)), inputs.files or Files(workspace.access)
    result = compile_file(
        file,
        SECTIONS,
        files,
        variables=source.overrides,
        variable_files=[Path(path) for path in source.variable_files],
        contents=contents,
        instead=inputs.overrides,
        texts=sources,
        is_named=inputs.is_named,
    )
    document, desired = result.document, result.desired
    if document is None or desired is None:
        return None, result.findings
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
