"""`extends`: services that start from another one, of the same file or of another."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname

from runner.compose.canonical import canonical
from runner.compose.context import Scope
from runner.compose.merge import merge, merge_service
from runner.compose.node_edit import child, inner, mapping, with_entry, with_value, without
from runner.compose.paths import resolve_paths
from runner.compose.reset import Document, without_paths
from runner.compose.unique import unique
from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.struct import Struct
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode

_EXTENDS = "extends"


class _Group(Struct, eq=False):
    """The services of one file, before any of them is extended."""

    file: str
    folder: str
    services: Mapping[str, Entry]
    resets: frozenset[tuple[str, ...]]


class _Base(Struct):
    """What a service extends."""

    service: ScalarNode
    file: ScalarNode | None


class Extender:
    """Extends services, each once."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._groups: dict[str, _Group | None] = {}
        self._done: dict[tuple[_Group, str], Node] = {}

    def extended(self, file: str, document: Document) -> MappingNode:
        """Return a document with each service put on top of the one that it extends."""
        services = child(document.root, "services")
        if not isinstance(services, MappingNode):
            return document.root
        if not any(child(entry.value, _EXTENDS) for entry in services.entries.values()):
            return document.root
        group = _Group(file, self._scope.folder, services.entries, document.resets)
        entries = {name: with_value(entry, self._service(group, name, ())) for name, entry in services.entries.items()}
        return with_entry(document.root, "services", mapping(services, entries))

    def _service(self, group: _Group, name: str, trail: tuple[tuple[str, str], ...]) -> Node:
        done = self._done.get((group, name))
        if done is None:
            done = self._extend(group, name, trail)
            self._done[group, name] = done
        return done

    def _extend(self, group: _Group, name: str, trail: tuple[tuple[str, str], ...]) -> Node:
        service = group.services[name].value
        written = service.entries.get(_EXTENDS) if isinstance(service, MappingNode) else None
        if written is None or not isinstance(service, MappingNode):
            return service
        own = without(service, _EXTENDS)
        step = (group.file, name)
        if step in trail:
            cycle = " → ".join(one for _, one in (*trail[trail.index(step) :], step))
            self._refuse(written.key, f'service "{name}" extends itself', f"cycle: {cycle}")
            return own
        base = self._base(group, written.value, (*trail, step))
        if not isinstance(base, MappingNode):
            return own
        paths = frozenset(path[2:] for path in group.resets if path[:2] == ("services", name) and len(path) > 2)
        return merge_service(without_paths(base, paths), own, self._scope.found)

    def _base(self, group: _Group, written: Node, trail: tuple[tuple[str, str], ...]) -> Node | None:
        """Return the service that is extended, itself extended; None when there is none."""
        base = self._read(written)
        if base is None:
            return None
        other: _Group | None = group
        if base.file is not None:
            other = self._group(self._scope.path(base.file.text, group.folder), base.file)
        if other is None:
            return None
        name = base.service.text
        if name not in other.services:
            message = f'no service "{name}" in "{other.file}" to extend'
            self._refuse(base.service, message, did_you_mean(name, list(other.services)))
            return None
        return self._service(other, name, trail)

    def _read(self, written: Node) -> _Base | None:
        if isinstance(written, ScalarNode) and isinstance(written.value, str):
            return _Base(written, None)
        service, file = child(written, "service"), child(written, "file")
        if not isinstance(service, ScalarNode) or not isinstance(service.value, str):
            self._refuse(service or written, "expected the name of a service", "such as {service: base}")
            return None
        if isinstance(file, ScalarNode) and file.is_null:
            file = None
        if file is not None and (not isinstance(file, ScalarNode) or not isinstance(file.value, str)):
            self._refuse(file, "expected the name of a file", None)
            return None
        return _Base(service, file)

    def _group(self, path: str, named: ScalarNode) -> _Group | None:
        """Return the services of another file, with its relative paths resolved from its own folder."""
        if path not in self._groups:
            self._groups[path] = self._read_group(path, named)
        return self._groups[path]

    def _read_group(self, path: str, named: ScalarNode) -> _Group | None:
        file, found = self._scope.reading.shown(path), self._scope.found
        documents = self._scope.documents(file, named.span)
        if documents is None:
            return None
        root = mapping(named, {})
        resets: set[tuple[str, ...]] = set()
        for document in documents:
            # Extending comes last, when it is known which services are asked for.
            root = unique(canonical(unique(merge(document.applied(root), document.root, found)), found))
            resets |= document.resets
        folder = dirname(path)
        services = inner(resolve_paths(root, folder, self._scope.home), "services")
        return _Group(file, folder, services, frozenset(resets))

    def _refuse(self, place: Node, message: str, help: str | None) -> None:
        self._scope.reading.is_incomplete = True
        self._scope.found.append(Diagnostic("compose-invalid", message, place.span, help))
