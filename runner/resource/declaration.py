"""What a kind declares from: one entry of a document, and the files and variables that it names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.sensitive import Places
from runner.core.state import (
    Resource,
)
from runner.core.struct import Struct, field
from runner.core.values import Value
from runner.resource.codec import Invalid

if TYPE_CHECKING:
    from runner.core.build import BuildContext, ChangesSince, Dockerfile


class EnvFile(Struct):
    """The variables of an env file, and its diagnostics, each with its position there."""

    values: Mapping[str, str]
    found: tuple[Diagnostic, ...]


class Inputs(Protocol):
    """The files that a declaration reads. Paths are relative to the file that declares it.

    Every method raises Invalid when a file is missing, unreadable or not permitted.
    """

    def locate(self, path: str) -> str:
        """Return the absolute path of something that is forwarded, such as a socket."""

    def mount_source(self, path: str) -> str:
        """Return the absolute path of a bind mount's source on the engine's host."""

    def read(self, path: str) -> bytes:
        """Read a whole file."""

    def read_secret(self, path: str) -> bytes:
        """Read a whole file whose content must not be cached."""

    def command(self, argv: Sequence[str]) -> bytes | None:
        """Run a command, and return its output; None if its output is not needed."""

    def fingerprint(self, pattern: str) -> str:
        """Return a short digest of the content of a file, a folder tree, or everything that matches a glob."""

    def env_file(self, path: str) -> EnvFile:
        """Read a dotenv file."""

    def dockerfile(
        self, context: str, name: str | None, inline: str | None, args: Mapping[str, str | None], target: str | None
    ) -> Dockerfile:
        """Read a Dockerfile, or use the inline text."""

    def context(self, path: str, dockerfile: str | None) -> BuildContext:
        """Read a build context."""

    def changes_since(self, contexts: Mapping[str, BuildContext]) -> ChangesSince:
        """Return a function that lists the files that changed in the contexts; the main one has the key ""."""

    def variable(self, name: str) -> str | None:
        """Return a variable of the caller's environment."""

    def commit_time(self, path: str) -> int | None:
        """Return the last commit time of a folder, in seconds since the epoch; None without a commit."""


Report: TypeAlias = Callable[[Invalid], None]


class Declaration(Struct):
    """One entry of a section, parsed by the table: the keys the file sets, by dotted name."""

    workflow: str
    key: str
    values: Mapping[str, Value]
    entries: Mapping[str, Mapping[str, Mapping[str, Value]]]
    """The values of every entry of the file, by kind and key."""
    declared: Mapping[Address, Resource]
    """The resources that earlier sections declare."""
    inputs: Inputs
    report: Report
    """Takes every error, with its path from the entry; parsing continues after it."""
    warn: Report
    """Takes every warning, likewise; it has a code."""
    report_in_file: Callable[[Diagnostic, tuple[str | int, ...]], None]
    """Takes a diagnostic positioned in another file, and the path from the entry to the key that names that file."""
    entries_with: Callable[[str, str], Mapping[str, Mapping[str, Value]]]
    """Returns the values of each entry of a kind that has a key, by the entry's own key."""
    may_be_declared: Callable[[str, str], bool]
    """Tells whether an unreadable part of the file may declare a given kind and name."""
    sensitive: Places = frozenset()
    """Which values, or keys of them, contain a sensitive variable."""
    variables: Mapping[str, str | None] = field(default_factory=dict)
    """The value of each variable that the file declares; None for one without a valid value, which was reported."""
    sensitive_variables: frozenset[str] = frozenset()
    """Names of the variables that the file marks as sensitive."""

    def entries_of(self, kind: str) -> Mapping[str, Mapping[str, Value]]:
        """Return the values of every entry of one kind, by key."""
        return self.entries.get(kind, {})

    def find(self, kind: str, name: str, *path: str | int, otherwise: str = "") -> Resource | None:
        """Resolve `name`; if nothing declares it, report that at `path`, with help as for `unknown`."""
        found = self.declared.get(Address(kind, name))
        if found is None and not self.may_be_declared(kind, name):
            self.report(unknown(kind, name, self.entries_of(kind), otherwise).within(*path))
        return found


def unknown(kind: str, name: str, known: Collection[str], otherwise: str = "") -> Invalid:
    """Make the error for an unknown name of a kind; `otherwise` extends the help, where more is possible."""
    help = did_you_mean(name, known) or f"declare it under {kind}s{otherwise}"
    return Invalid(f'unknown {kind} "{name}"', help=help, code="unknown-reference")
