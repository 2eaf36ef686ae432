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
    broken: bool = False
    """True when something in it was refused: what seems to be missing may be in there."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """What a file says, before its parts are tied together."""

    name: str
    entries: tuple[Entry, ...]
    unread_kinds: frozenset[str] = frozenset()
    """Those whose section as a whole was refused."""
    unread_names: frozenset[str] = frozenset()
    """The names in sections that were refused."""

    def values(self) -> dict[str, dict[str, Mapping[str, Value]]]:
        """Return the values of every entry, by kind and key."""
        found: dict[str, dict[str, Mapping[str, Value]]] = {}
        for entry in self.entries:
            found.setdefault(entry.kind.name, {})[entry.key] = entry.values
        return found

    def is_unread(self, kind: str, name: str) -> bool:
        """Tell whether what was refused may declare something, so that a reference to it is no mistake of its own."""
        return kind in self.unread_kinds or name in self.unread_names
