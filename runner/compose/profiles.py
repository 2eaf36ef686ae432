"""Profiles: which services of a Compose model count, and which are off."""

from __future__ import annotations

from runner.compose.node_edit import child, inner, mapping, with_entry
from runner.compose.variables import Variables
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode

_ALL = "*"
_VARIABLE = "COMPOSE_PROFILES"


def active_profiles(given: tuple[str, ...], variables: Variables) -> frozenset[str]:
    """Return the profiles that are on: those of --profile, else those of the variable."""
    return frozenset(given or (name.strip() for name in (variables.find(_VARIABLE) or "").split(",")))


def split_services(root: MappingNode, active: frozenset[str]) -> tuple[MappingNode, frozenset[str]]:
    """Return a model without the services that no active profile asks for, and their names."""
    services = child(root, "services")
    if not isinstance(services, MappingNode):
        return root, frozenset()
    off = frozenset(name for name in services.entries if not _is_on(child(services, name, "profiles"), active))
    if not off:
        return root, off
    kept = {name: entry for name, entry in inner(services).items() if name not in off}
    return with_entry(root, "services", mapping(services, kept)), off


def _is_on(profiles: Node | None, active: frozenset[str]) -> bool:
    if not isinstance(profiles, SequenceNode) or not profiles.items or _ALL in active:
        return True
    return any(isinstance(item, ScalarNode) and item.text in active for item in profiles.items)
