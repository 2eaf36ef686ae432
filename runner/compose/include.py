"""`include`: other projects, read with the variables and paths of their own folders, which join it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from posixpath import dirname, isabs, join
from typing import TypeAlias

from runner.compose.context import Scope
from runner.compose.node_edit import child, mapping, with_entry, without
from runner.compose.variables import is_file, is_folder, read_env_files
from runner.core.diagnostic import Diagnostic, Related
from runner.core.struct import Struct
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

_INCLUDE = "include"
_SECTIONS = ("services", "volumes", "networks", "secrets", "configs", "models")

Load: TypeAlias = Callable[["Scope", "tuple[str, ...]", "tuple[str, ...]", Node], "MappingNode | None"]
"""Reads the files of an included project, given the files that lead to it and where it is named."""


class _Included(Struct):
    """One entry of `include`."""

    place: Node
    paths: tuple[ScalarNode, ...]
    folder: ScalarNode | None
    env_files: tuple[ScalarNode, ...]


def included(root: MappingNode, scope: Scope, trail: tuple[str, ...], load: Load) -> MappingNode:
    """Return a file's root with the resources of the projects that it includes; equal ones may be in both."""
    written = root.entries.get(_INCLUDE)
    if written is None:
        return root
    root = without(root, _INCLUDE)
    for one in _read(written.value, scope):
        paths = tuple(scope.path(path.text) for path in one.paths)
        if paths[0] in trail:
            cycle = " → ".join(scope.reading.shown(path) for path in (*trail[trail.index(paths[0]) :], paths[0]))
            message = f'"{one.paths[0].text}" includes itself'
            scope.reading.is_incomplete = True
            scope.found.append(Diagnostic("include-cycle", message, one.paths[0].span, f"cycle: {cycle}"))
            continue
        if scope.reading.documents(scope.reading.shown(paths[0]), one.paths[0].span) is None:
            continue
        imported = load(_scope(one, paths[0], scope), tuple(map(scope.reading.shown, paths)), trail, one.paths[0])
        if imported is not None:
            root = _joined(root, imported, scope)
    return root


def _scope(one: _Included, first: str, scope: Scope) -> Scope:
    """Return the variables and the folder of an included project."""
    files = scope.reading.files
    folder = relative = scope.path(one.folder.text) if one.folder and one.folder.text else dirname(first)
    if one.folder and not isabs(one.folder.text) and not is_folder(folder, files):
        relative = dirname(folder)  # as Compose does; nothing in it would be found anyway
    if one.env_files:
        values: dict[str, str] = {}
        for env_file in one.env_files:
            name = scope.reading.shown(scope.path(env_file.text))
            known = scope.variables.filled(values)
            values.update(read_env_files((name,), known, files, scope.found, env_file.span))
    else:
        beside = join(folder, ".env")
        names = (scope.reading.shown(beside),) if is_file(beside, files) else ()
        values = read_env_files(names, scope.variables, files, scope.found)
    return Scope(scope.reading, scope.variables.filled(values), relative)


def _read(written: Node, scope: Scope) -> Iterator[_Included]:
    if isinstance(written, ScalarNode) and written.is_null:
        return
    if not isinstance(written, SequenceNode):
        _refuse(written, "include must be a list of files", scope)
        return
    for item in written.items:
        if isinstance(item, ScalarNode) and isinstance(item.value, str) and item.text:
            yield _Included(item, (item,), None, ())
        elif isinstance(item, MappingNode):
            paths, env_files = _texts(child(item, "path"), scope), _texts(child(item, "env_file"), scope)
            folders = _texts(child(item, "project_directory"), scope)
            if isinstance(child(item, "project_directory"), SequenceNode):
                _refuse(item, "expected one folder", scope)
            if paths:
                yield _Included(item, paths, folders[0] if folders else None, env_files)
        elif not (isinstance(item, ScalarNode) and item.is_null):
            _refuse(item, "expected a file's name", scope)


def _texts(node: Node | None, scope: Scope) -> tuple[ScalarNode, ...]:
    """Return the texts in a list, or a single one."""
    found: list[ScalarNode] = []
    for item in node.items if isinstance(node, SequenceNode) else (node,) if node else ():
        if isinstance(item, ScalarNode) and isinstance(item.value, str) and item.text:
            found.append(item)
        elif not (isinstance(item, ScalarNode) and (item.is_null or item.invalid)):
            _refuse(item, "expected a file's name", scope)
    return tuple(found)


def _refuse(node: Node, message: str, scope: Scope) -> None:
    scope.reading.is_incomplete = True
    scope.found.append(Diagnostic("include-form", message, node.span, "such as include: [base.yaml]"))


def _joined(root: MappingNode, imported: MappingNode, scope: Scope) -> MappingNode:
    for section in _SECTIONS:
        more = child(imported, section)
        if not isinstance(more, MappingNode):
            continue
        own = child(root, section)
        if own is None:
            root = with_entry(root, section, more)
        elif isinstance(own, ScalarNode) and own.is_null:
            message = f"{section} must be a map where an included file has some, too"
            scope.found.append(Diagnostic("compose-invalid", message, root.entries[section].key.span, "remove the key"))
        elif isinstance(own, MappingNode):
            root = with_entry(root, section, _union(section, own, more, scope))
    return root


def _union(section: str, own: MappingNode, more: MappingNode, scope: Scope) -> MappingNode:
    entries = dict(own.entries)
    for name, new in more.entries.items():
        old = entries.setdefault(name, new)
        if old is not new and not _is_equal(old, new):
            message = f'"{name}" of {section} is in an included file, too'
            related = (Related("included from here", new.key.span),)
            scope.found.append(Diagnostic("compose-invalid", message, old.key.span, related=related))
    return mapping(own, entries)


def _is_equal(one: Entry, other: Entry) -> bool:
    return plain(one.value) == plain(other.value)


def plain(node: Node) -> object:
    """Return the data of a node without its place."""
    match node:
        case ScalarNode():
            return (type(node.value), node.value)
        case SequenceNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {name: plain(entry.value) for name, entry in node.entries.items()}
