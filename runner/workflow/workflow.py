"""A checked workflow: every entry of every section with its values in canonical form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runner.core.values import Value
from runner.document.document import Path
from runner.resource.kind import Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """One declared thing; `values` by dotted name, only what the file has."""

    kind: Kind
    key: str
    path: Path
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Workflow:
    """What a file says, before its parts are tied together."""

    name: str
    entries: tuple[Entry, ...]

    def siblings(self, kind: Kind) -> dict[str, Mapping[str, Value]]:
        """Return the values of every entry of a kind, by key."""
        return {entry.key: entry.values for entry in self.entries if entry.kind is kind}
