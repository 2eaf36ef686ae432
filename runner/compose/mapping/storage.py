"""Mounts, and the secrets and configs that a service is granted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.compose.mapping.part import Part, Parts, given, is_nothing, is_zero, put_together, same
from runner.compose.mapping.service import Project, Service
from runner.compose.mapping.told import ignored, unsupported
from runner.compose.node_edit import child, inner, items, mapping, scalar, sequence, text
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode

_KINDS = ("bind", "volume", "tmpfs", "image")
_SOCKET = "/var/run/docker.sock"
_FOLDERS = {"secrets": "/run/secrets/", "configs": "/"}
_READABLE = "0444"


def storage(service: Service, project: Project) -> Parts:
    """Yield mounts and granted files."""
    mounts = [mount for item in service.items("volumes") for mount in _mount(item, project)]
    place = service.entries.get("volumes")
    socket = service.entries.get("use_api_socket")
    if socket is not None and isinstance(socket.value, ScalarNode) and socket.value.value is True:
        message = "containers get the engine's socket, but not the credentials for registries"
        help = "mount a config.json with them, if the service needs any"
        project.found.append(ignored(socket.key, message, help))
        mounts.append(_engine_socket(socket))
        place = place or socket
    if place is not None and mounts:
        yield Part(("volumes",), place.key, sequence(place.value, mounts))
    for section in _FOLDERS:
        yield from _grants(service, section, project)


def _mount(item: Node, project: Project) -> Iterator[Node]:
    """Yield a mount in the long form, unless it is of a kind that runner doesn't know."""
    entries = inner(item)
    kind = text(child(item, "type"))
    if kind not in _KINDS:
        help = f"use one of {', '.join(_KINDS)}"
        project.found.append(unsupported(entries["type"].value, f'a mount of type "{kind}" is not supported', help))
        return
    yield put_together(item, _mount_parts(item, kind, project))


def _mount_parts(item: Node, kind: str, project: Project) -> Parts:
    for name, entry in given(inner(item), "type", "source", "target", "read_only"):
        if name != "source" or kind != "tmpfs":
            yield same(entry, name)
    options = inner(item, kind)
    if kind == "bind":
        yield from _bind(item, options, project)
    elif kind == "tmpfs":
        yield from _tmpfs(options)
    else:
        for name, entry in (*given(options, "nocopy", "subpath"), *given(inner(item, "bind"), "selinux")):
            yield Part((kind, name), entry.key, entry.value)


def _bind(item: Node, options: Mapping[str, Entry], project: Project) -> Parts:
    """Yield the options of a bind mount; Compose makes a missing folder, unless told otherwise in the long form."""
    asked = child(item, "bind", "create_host_path")
    is_made = asked.value is True if isinstance(asked, ScalarNode) else child(item, "bind") is None
    for name, entry in given(options, "propagation", "selinux"):
        if name == "selinux" and not is_made:
            message = '"selinux" is ignored: engines label only what they may create'
            project.found.append(ignored(entry.key, message, "set create_host_path: true"))
        else:
            yield Part(("bind", name), entry.key, entry.value)
    place = options["create_host_path"].key if asked else item
    yield Part(("bind", "create_host_path"), place, scalar(asked or item, is_made))


def _tmpfs(options: Mapping[str, Entry]) -> Parts:
    for name, entry in given(options, "size", "mode"):
        if is_zero(entry.value):
            continue
        bits = entry.value.value if isinstance(entry.value, ScalarNode) else None
        octal = scalar(entry.value, f"{bits:04o}") if name == "mode" and isinstance(bits, int) else entry.value
        yield Part(("tmpfs", name), entry.key, octal)


def _engine_socket(place: Entry) -> Node:
    def text_at(value: str) -> Node:
        return scalar(place.value, value)

    parts = [
        Part(("type",), place.key, text_at("bind")),
        Part(("source",), place.key, text_at(_SOCKET)),
        Part(("target",), place.key, text_at(_SOCKET)),
        Part(("bind", "create_host_path"), place.key, scalar(place.value, True)),
    ]
    return put_together(place.value, parts)


def _grants(service: Service, section: str, project: Project) -> Parts:
    """Yield granted files; without a mode everyone in the container may read them, as in Compose."""
    entry = service.entries.get(section)
    if entry is None or is_nothing(entry.value):
        return
    grants = [item for item in items(entry.value) if text(child(item, "source")) not in project.left_out[section]]
    if grants:
        yield Part((section,), entry.key, sequence(entry.value, [_grant(item, section) for item in grants]))


def _grant(item: Node, section: str) -> Node:
    if not isinstance(item, MappingNode):
        return item
    kept = dict(given(item.entries, "source", "target", "uid", "gid", "mode"))
    source = text(kept["source"].value)
    if "target" in kept and text(kept["target"].value) == f"{_FOLDERS[section]}{source}":
        del kept["target"]
    if section == "secrets" and "mode" not in kept:
        kept["mode"] = Entry(scalar(item, "mode"), scalar(item, _READABLE))
    return mapping(item, kept)
