"""Mounts as a text: SOURCE:TARGET:OPTIONS; a letter before a colon is a drive of Windows, never a volume."""

from __future__ import annotations

from posixpath import normpath

from runner.compose.node_edit import entry, mapping, scalar
from runner.compose.short.errors import ShortFormError
from runner.document.core_schema import Plain
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode

_PROPAGATIONS = frozenset({"rprivate", "private", "rshared", "shared", "rslave", "slave"})
_SELINUX = frozenset({"z", "Z"})
_SHORTEST = 3
_MOST_PARTS = 3


def volume(node: Node) -> tuple[Node, ...]:
    """Return the mount that a text stands for."""
    assert isinstance(node, ScalarNode)
    if not node.text:
        raise ShortFormError("empty volume")
    if len(node.text.encode()) < _SHORTEST:
        return (_map(node, {"type": "volume", "target": clean(node.text)}),)
    parts = _parts(node.text)
    if "" in parts[: _MOST_PARTS + 1]:
        raise ShortFormError(f'"{node.text}" has nothing between two colons')
    if len(parts) > _MOST_PARTS:
        raise ShortFormError(f'"{node.text}" has too many colons')
    source, target = ("", parts[0]) if len(parts) == 1 else (parts[0], parts[1])
    options = parts[2].split(",") if len(parts) == _MOST_PARTS else []
    return (_mount(node, source, target, options),)


def clean(path: str) -> str:
    """Return a path in the container without detours.

    >>> clean("/a//b/../c/"), clean("//a"), clean("")
    ('/a/c', '/a', '.')
    """
    short = normpath(path) if path else "."
    return "/" + short.lstrip("/") if short.startswith("//") else short


def is_path(source: str) -> bool:
    """Tell whether a source is a path, not the name of a volume.

    >>> [is_path(source) for source in ("./x", "~/x", "c:/x", r"\\\\pipe", "data", "")]
    [True, True, True, True, False, False]
    """
    return source.startswith((".", "/", "~", "\\\\")) or (source[1:2] == ":" and source[0].isalpha())


def _parts(text: str) -> list[str]:
    """Split at colons but those of drives.

    >>> _parts("c:/a:d:/b:ro")
    ['c:/a', 'd:/b', 'ro']
    """
    parts = [""]
    for char in text:
        drive = len(parts[-1]) == 1 and parts[-1].isalpha()
        if char == ":" and not drive:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _mount(node: ScalarNode, source: str, target: str, options: list[str]) -> MappingNode:
    bind: dict[str, Plain] = {}
    inner: dict[str, Plain] | None = None
    found: dict[str, Plain] = {
        "type": "bind" if is_path(source) else "volume",
        "source": source,
        "target": clean(target),
    }
    for option in options:
        if option in {"ro", "rw"}:
            found["read_only"] = option == "ro"
        elif option == "nocopy":
            inner = {"nocopy": True}
        elif option in _PROPAGATIONS:
            bind["propagation"] = option
        elif option in _SELINUX:
            bind["selinux"] = option
    entries = dict(_map(node, {name: value for name, value in found.items() if value not in ("", False)}).entries)
    if is_path(source):
        bind["create_host_path"] = True
    elif inner is None:
        inner = {}
    if bind:
        entries["bind"] = _entry(node, "bind", bind)
    if inner is not None:
        entries["volume"] = _entry(node, "volume", inner)
    return mapping(node, entries)


def _entry(node: Node, name: str, values: dict[str, Plain]) -> Entry:
    return entry(node, name, _map(node, values))


def _map(node: Node, values: dict[str, Plain]) -> MappingNode:
    return mapping(node, {name: entry(node, name, scalar(node, value)) for name, value in values.items()})
