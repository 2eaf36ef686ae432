"""The variables and labels of services: what their env files, label files and the caller's variables add to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from runner.compose.context import Scope
from runner.compose.dotenv import parse_dotenv, parse_raw
from runner.compose.interpolation_syntax import Lookup
from runner.compose.node_edit import child, entry, inner, items, mapping, scalar, with_entry, with_value, without
from runner.core.diagnostic import Diagnostic
from runner.core.struct import replace
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode
from runner.document.source import ReadError, Source, read

Parse: TypeAlias = Callable[[Source, dict[str, str], Lookup, list[Diagnostic]], None]
_ENV_FILE, _LABEL_FILE = "env_file", "label_file"


def with_files(root: MappingNode, scope: Scope) -> MappingNode:
    """Return a model in which the environment and the labels of each service are complete, without its env files."""
    services = child(root, "services")
    if not isinstance(services, MappingNode):
        return root
    entries = {name: with_value(one, _service(one.value, scope)) for name, one in services.entries.items()}
    return with_entry(root, "services", mapping(services, entries))


def _service(service: Node, scope: Scope) -> Node:
    if not isinstance(service, MappingNode):
        return service
    service = _with_environment(service, scope)
    if _LABEL_FILE in service.entries:
        service = _with_labels(service, scope)
    return without(service, _ENV_FILE)


def _with_environment(service: MappingNode, scope: Scope) -> MappingNode:
    """Complete the environment with what files say; what is in it, nothing too, stays as it is."""
    own = inner(service, "environment")
    texts = {name: _text(one.value) for name, one in own.items() if not _is_null(one.value)}
    known = {name: text for name, text in texts.items() if text is not None}

    def find(name: str) -> str | None:
        given = scope.variables.find(name)
        return known.get(name) if given is None else given

    entries: dict[str, Entry] = {}
    values = dict(known)
    for file in items(service, _ENV_FILE):
        before = dict(values)
        if not isinstance(file, MappingNode):
            continue  # which is reported already
        path = child(file, "path")
        place = path if isinstance(path, ScalarNode) else scalar(file, "")
        _read_env_file(file, place, values, find, scope)
        entries |= {
            name: entry(place, name, scalar(place, text)) for name, text in values.items() if before.get(name) != text
        }
    entries |= own
    return with_entry(service, "environment", _mapping(service, "environment", entries)) if entries else service


def _read_env_file(file: Node, place: ScalarNode, values: dict[str, str], find: Lookup, scope: Scope) -> None:
    source = _open(place, scope, is_required=_text(child(file, "required")) != "false")
    parse = _parser(child(file, "format"), scope)
    if source is not None and parse is not None:
        parse(source, values, find, scope.found)


def _with_labels(service: MappingNode, scope: Scope) -> MappingNode:
    entries: dict[str, Entry] = {}
    values: dict[str, str] = {}
    for path in items(service, _LABEL_FILE):
        source = _open(path, scope, is_required=True) if isinstance(path, ScalarNode) else None
        if source is None:
            continue
        own: dict[str, str] = {}
        parse_dotenv(source, own, values.get, scope.found)
        values.update(own)
        entries.update({name: entry(path, name, scalar(path, text)) for name, text in own.items()})
    entries.update(inner(service, "labels"))
    return with_entry(service, "labels", _mapping(service, "labels", entries)) if entries else service


def _parser(written: Node | None, scope: Scope) -> Parse | None:
    if written is None or _text(written) in ("", "raw"):
        return parse_raw if written and _text(written) else parse_dotenv
    message, help = f'unknown format "{_text(written)}"', 'leave it out, or write "raw"'
    scope.found.append(Diagnostic("compose-invalid", message, written.span, help))
    return None


def _open(path: ScalarNode, scope: Scope, *, is_required: bool) -> Source | None:
    """Read a file that a service names; None for one that isn't there, which is an error if it is required."""
    if not path.text:
        if is_required:
            scope.found.append(Diagnostic("compose-invalid", "the name of a file is empty", path.span, "remove it"))
        return None
    try:
        return read(scope.reading.shown(path.text), scope.reading.files.read)
    except ReadError as error:
        if is_required or error.diagnostic.code != "file-missing":
            scope.found.append(replace(error.diagnostic, span=path.span))
        return None


def _mapping(service: MappingNode, name: str, entries: dict[str, Entry]) -> MappingNode:
    return mapping(child(service, name) or child(service, _ENV_FILE) or child(service, _LABEL_FILE) or service, entries)


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, ScalarNode) else None


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.is_null
