"""The caller's variables that a project asks for by name, with the variables of the project that asks."""

from __future__ import annotations

from runner.compose.context import Scope
from runner.compose.node_edit import child, scalar, sequence, with_each, with_entry
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode


def with_callers_values(root: MappingNode, scope: Scope) -> MappingNode:
    """Return a model in which the names in lists of environments have their values.

    Those of configs and secrets stay out of it, but count as asked for; those of secrets are collected, to be masked.
    """
    root = with_each(root, "services", lambda service: _with_environment(service, scope))
    for section in ("configs", "secrets"):
        for one in _members(root, section):
            name = child(one, "environment")
            value = scope.variables.find(name.text) if isinstance(name, ScalarNode) else None
            if section == "secrets" and value:
                scope.reading.secrets.add(value)
    return root


def _with_environment(service: MappingNode, scope: Scope) -> MappingNode:
    written = child(service, "environment")
    if not isinstance(written, SequenceNode):
        return service
    items = [_with_value(item, scope) for item in written.items]
    is_same = all(new is old for new, old in zip(items, written.items, strict=True))
    return service if is_same else with_entry(service, "environment", sequence(written, items))


def _with_value(item: Node, scope: Scope) -> Node:
    if not isinstance(item, ScalarNode) or "=" in item.text:
        return item
    value = scope.variables.find(item.text)
    return item if value is None else scalar(item, f"{item.text}={value}")


def _members(root: MappingNode, section: str) -> list[MappingNode]:
    found = child(root, section)
    entries = found.entries.values() if isinstance(found, MappingNode) else ()
    return [entry.value for entry in entries if isinstance(entry.value, MappingNode)]
