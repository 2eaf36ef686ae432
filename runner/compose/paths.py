"""Relative paths of a Compose file against a folder, by Compose's rules; nothing is looked up on a disk."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import isabs, join, normpath

from runner.compose.node_edit import child, inner, mapping, scalar, sequence, with_entry, with_value
from runner.core.lazy_pattern import lazy_pattern
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode

_WINDOWS = lazy_pattern(r"[a-zA-Z]:[\\/].*|\\\\[^\\/]+[\\/].*")
_GIT = lazy_pattern(r"git@.+|github\.com/.+")


class PathRules:
    """How paths become absolute: the folder that they are relative to, and the home folder, if it is known."""

    def __init__(self, folder: str, home: str | None) -> None:
        self._folder = folder
        self._home = home

    def path(self, text: str) -> str:
        """Return the absolute path of a file of this machine."""
        text = self._expanded(text)
        return text if not text or isabs(text) else self._joined(text)

    def engine_path(self, text: str) -> str:
        """Return the absolute path of what the engine is to mount: it may be one of Windows."""
        text = self._expanded(text)
        return text if isabs(text) or _WINDOWS.fullmatch(text) else self._joined(text)

    def context(self, text: str) -> str:
        """Return where the files of a build are: what isn't a path stays."""
        if "://" in text or text.startswith("service:") or _GIT.fullmatch(text):
            return text
        return self.path(text)

    def _expanded(self, text: str) -> str:
        """Put the home folder in the place of ~."""
        if not text.startswith("~") or self._home is None:
            return text
        return normpath(join(self._home, text[1:].lstrip("/")))

    def _joined(self, text: str) -> str:
        return normpath(join(self._folder, text))


def resolve_paths(root: MappingNode, folder: str, home: str | None) -> MappingNode:
    """Return a file, in the long forms, with absolute paths."""
    rules = PathRules(folder, home)
    root = _each(root, "services", lambda node: _service(node, rules))
    root = _each(root, "volumes", lambda node: _volume(node, rules))
    for section in ("configs", "secrets"):
        root = _each(root, section, lambda node: _changed(node, "file", rules.engine_path))
    return root


def _service(node: MappingNode, rules: PathRules) -> MappingNode:
    build = child(node, "build")
    if isinstance(build, MappingNode):
        build = _changed(build, "context", rules.context)
        build = _each_text(build, "additional_contexts", rules.context)
        node = with_entry(node, "build", _each_text(build, "ssh", rules.engine_path))
    node = _items(node, "env_file", lambda item: _field(item, "path", rules.path))
    node = _items(node, "label_file", lambda item: _text(item, rules.path))
    node = _items(node, "volumes", lambda item: _mount(item, rules))
    develop = child(node, "develop")
    if isinstance(develop, MappingNode):
        node = with_entry(node, "develop", _items(develop, "watch", lambda item: _field(item, "path", rules.path)))
    extends = child(node, "extends")
    return (
        with_entry(node, "extends", _changed(extends, "file", rules.path)) if isinstance(extends, MappingNode) else node
    )


def _mount(node: Node, rules: PathRules) -> Node:
    kind = child(node, "type")
    is_bind = isinstance(kind, ScalarNode) and kind.text == "bind"
    return _field(node, "source", rules.engine_path) if is_bind else node


def _volume(node: MappingNode, rules: PathRules) -> MappingNode:
    """Resolve the folder of a volume that is a bind mount."""
    driver, options = child(node, "driver"), child(node, "driver_opts")
    kind = child(options, "o")
    texts = [one.text if isinstance(one, ScalarNode) else "" for one in (driver, kind)]
    if texts != ["local", "bind"] or not isinstance(options, MappingNode):
        return node
    return with_entry(node, "driver_opts", _changed(options, "device", rules.engine_path))


def _each(root: MappingNode, section: str, change: Callable[[MappingNode], MappingNode]) -> MappingNode:
    """Change each map of a section."""
    entries = inner(root, section)
    if not entries:
        return root
    changed = {
        name: with_value(one, change(one.value)) if isinstance(one.value, MappingNode) else one
        for name, one in entries.items()
    }
    return with_entry(root, section, mapping(root.entries[section].value, changed))


def _each_text(node: MappingNode, name: str, change: Callable[[str], str]) -> MappingNode:
    entries = inner(node, name)
    if not entries:
        return node
    changed = {key: with_value(one, _text(one.value, change)) for key, one in entries.items()}
    return with_entry(node, name, mapping(node.entries[name].value, changed))


def _items(node: MappingNode, name: str, change: Callable[[Node], Node]) -> MappingNode:
    items = child(node, name)
    return (
        with_entry(node, name, sequence(items, map(change, items.items))) if isinstance(items, SequenceNode) else node
    )


def _field(node: Node, name: str, change: Callable[[str], str]) -> Node:
    return _changed(node, name, change) if isinstance(node, MappingNode) else node


def _changed(node: MappingNode, name: str, change: Callable[[str], str]) -> MappingNode:
    one = node.entries.get(name)
    return with_entry(node, name, _text(one.value, change)) if one else node


def _text(node: Node, change: Callable[[str], str]) -> Node:
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        return node
    changed = change(node.value)
    return node if changed == node.value else scalar(node, changed)
