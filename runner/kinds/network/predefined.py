"""Predefined networks of every engine: containers select them by network mode, and cannot join them as networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic
from runner.core.state import ObservedResource, Resource
from runner.resource.codec import Invalid

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON

PREDEFINED = {"bridge": "bridge", "host": "host", "none": "none", "default": "bridge"}
"""The names that engines reserve, each with the network mode for it."""
_SHORTEST_ID = 12
"""The length of the ids that listings show."""


def predefined_network(resource: Resource) -> Invalid | None:
    """Reject a network, declared or external, whose name is reserved by the engine."""
    name = resource.engine_name
    if name not in PREDEFINED:
        return None
    what = "a predefined network, which does not support aliases" if resource.external else "reserved by the engine"
    help = mode_instead(name) if resource.external else f"choose another name, or {mode_instead(name)}"
    return Invalid(f'"{name}" is {what}', path=("name",), help=help, code="predefined-network")


def named_by_id(
    wanted: Iterable[Resource], networks: Sequence[EngineJSON]
) -> Iterator[tuple[ObservedResource, Diagnostic]]:
    """Yield the external networks that are named by an id instead of a name, each with a problem about that."""
    names = {str(network["Name"]) for network in networks}
    for resource in wanted:
        ref = resource.engine_name
        if not resource.external or ref in names or len(ref) < _SHORTEST_ID:
            continue
        for network in networks:
            if str(network["Id"]).startswith(ref):
                yield _by_id(resource, str(network["Id"]), str(network["Name"]))


def _by_id(resource: Resource, id: str, name: str) -> tuple[ObservedResource, Diagnostic]:
    message = f'{resource.address} is named by an ID, that of network "{name}"'
    help = mode_instead(name) if name in PREDEFINED else f"use its name: {name}"
    found = ObservedResource(resource.address, id, name, attributes={"id": id}, owned=False)
    return found, Diagnostic("predefined-network", message, resource.span, help)


def mode_instead(name: str) -> str:
    """Return the help for a file that means one of these networks."""
    return f"use network_mode: {PREDEFINED[name]} instead of networks"
