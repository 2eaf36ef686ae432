"""A checked workflow: every entry of every section with its values in canonical form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runner.core.address import Address
from runner.core.sensitive import Places
from runner.core.values import Value
from runner.document.document import Path
from runner.document.include import Unread
from runner.resource.kind import Section


@dataclass(frozen=True, slots=True)
class Entry:
    """One declared thing; `values` by dotted name, only what the file has."""

    section: Section
    key: str
    path: Path
    values: Mapping[str, Value]
    refused: frozenset[Path] = frozenset()
    """Where something in it was: what seems to be missing there may be what could not be read."""
    sensitive: Places = frozenset()
    """Which rows, or keys of them, a sensitive variable goes into."""

    @property
    def broken(self) -> bool:
        """True when not all of it could be read."""
        return bool(self.refused)

    def is_whole(self, path: Path) -> bool:
        """Tell whether everything at a path and below could be read."""
        return not any(refused[: len(path)] == path for refused in self.refused)


@dataclass(frozen=True, slots=True)
class Workflow:
    """What a file says, before its parts are tied together."""

    name: str
    entries: tuple[Entry, ...]
    unread_sections: frozenset[str] = frozenset()
    """Those whose section as a whole was refused."""
    unread_names: frozenset[str] = frozenset()
    """The names in sections that were refused."""
    unread_files: Unread = field(default_factory=Unread)

    def values(self) -> dict[str, dict[str, Mapping[str, Value]]]:
        """Return the values of every entry, by kind and key."""
        found: dict[str, dict[str, Mapping[str, Value]]] = {}
        for entry in self.entries:
            found.setdefault(entry.section.name, {})[entry.key] = entry.values
        return found

    def with_values(self, instead: Mapping[Address, Mapping[str, Value]]) -> Workflow:
        """Return it with other values in the entries at some addresses."""
        entries = (
            replace(entry, values=instead.get(Address(entry.section.name, entry.key), entry.values))
            for entry in self.entries
        )
        return replace(self, entries=tuple(entries))

    def is_unread(self, kind: str, name: str) -> bool:
        """Tell whether what was refused may declare something, so that a reference to it is no mistake of its own."""
        return kind in self.unread_sections or name in self.unread_names or self.unread_files.may_declare(name)
