"""A workflow as it was loaded: its desired state, what masks its sensitive values, and what it was read from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.compose_options import ComposeOptions
from runner.core.diagnostic import Diagnostic
from runner.core.errors import DiagnosedError, InvalidInput
from runner.core.redact import Redactor
from runner.core.state import DesiredState
from runner.core.struct import Struct, field
from runner.core.values import Value
from runner.document.files import Files

if TYPE_CHECKING:
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
    engine: str | None = None
    """What is to run it instead of what the file says; None: what that says."""

    @property
    def own_files(self) -> tuple[str, ...]:
        """Return the files that it was read from, as they are told: of a Compose project there may be several."""
        more = self.compose.more_files if self.compose else ()
        return (self.file, *(more if os.path.isabs(self.file) else map(os.path.relpath, more)))  # noqa: PTH117 - a text

    @property
    def named(self) -> str:
        """Return its files in words."""
        return " and ".join(filter(None, (", ".join(self.own_files[:-1]), self.own_files[-1])))

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
