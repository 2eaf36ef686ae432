"""A validated workflow: every entry of every section with its values in canonical form."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.address import Address
from runner.core.sensitive import Places
from runner.core.struct import Struct, field, replace
from runner.core.values import Value
from runner.document.document import Path
from runner.document.include import Unread
from runner.resource.kind import Section


class Entry(Struct):
    """One declared entry; `values` by dotted name, only those in the file."""

    section: Section
    key: str
    path: Path
    values: Mapping[str, Value]
    refused: frozenset[Path] = frozenset()
    """The rejected paths in it: what seems to be missing there may be what could not be read."""
    sensitive: Places = frozenset()
    """The rows, or keys of them, that a sensitive variable goes into."""

    @property
    def broken(self) -> bool:
        """True if not all of it could be read."""
        return bool(self.refused)

    def is_whole(self, path: Path) -> bool:
        """Return whether everything at and below a path could be read."""
        return not any(refused[: len(path)] == path for refused in self.refused)


class Workflow(Struct):
    """The content of a file, before its references are resolved."""

    name: str
    entries: tuple[Entry, ...]
    unread_sections: frozenset[str] = frozenset()
    """The kinds whose section was rejected as a whole."""
    unread_names: frozenset[str] = frozenset()
    """The names in rejected sections."""
    unread_files: Unread = field(default_factory=Unread)

    def values(self) -> dict[str, dict[str, Mapping[str, Value]]]:
        """Return the values of every entry, by kind and key."""
        found: dict[str, dict[str, Mapping[str, Value]]] = {}
        for entry in self.entries:
            found.setdefault(entry.section.name, {})[entry.key] = entry.values
        return found

    def with_values(self, entry_overrides: Mapping[Address, Mapping[str, Value]]) -> Workflow:
        """Return the workflow with other values in the entries at some addresses."""
        entries = (
            replace(entry, values=entry_overrides.get(Address(entry.section.name, entry.key), entry.values))
            for entry in self.entries
        )
        return replace(self, entries=tuple(entries))

    def may_be_declared(self, kind: str, name: str) -> bool:
        """Return whether a rejected part may declare a name, so that a reference to it is no error of its own."""
        return kind in self.unread_sections or name in self.unread_names or self.unread_files.may_declare(name)
