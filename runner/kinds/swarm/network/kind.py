"""The kind network of a swarm: which services can reach each other, on whatever nodes, and under which names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.core.plan import Effect, FieldDiff, Reason
from runner.core.state import Resource
from runner.kinds.network.predefined import predefined_network
from runner.kinds.shared.named_resource import EXTERNAL, NAME, declare_named
from runner.kinds.swarm.network.found import list_owned, observe
from runner.kinds.swarm.network.rows import FIELDS, INTERNAL, OVERLAY, refusals
from runner.resource.kind import Kind, Operations

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.state import ObservedResource
    from runner.resource.declaration import Declaration
    from runner.resource.observation import ObserveContext


def _declare(declaration: Declaration) -> Iterable[Resource]:
    resource = declare_named("network", declaration)
    predefined = predefined_network(resource)
    for invalid in [predefined] if predefined else refusals(declaration.values, resource):
        declaration.report(invalid)
    yield resource


def _adjust_diff(resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Add what a network lacks that the swarm has taken, but could not assign addresses to."""
    if live.fields.get("driver") or any(found.path == "driver" for found in diff):
        return diff
    return (*diff, FieldDiff("driver", None, OVERLAY, Reason.DRIFT, Effect.REPLACE))


def _operations() -> Operations:
    from runner.kinds.swarm.network.verbs import create, delete

    return Operations(create=create, update=create, replace=create, delete=delete)


def _describe(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.network.describe import describe

    return describe(context, observed)


NETWORK = Kind(
    name="network",
    section="networks",
    doc="Overlay networks; services without networks join the implicit network default.",
    settings=(NAME, EXTERNAL),
    fields=FIELDS,
    internal_fields=INTERNAL,
    groups={"ipam": "IP address management."},
    declare=_declare,
    observe=observe,
    list_owned=list_owned,
    adjust_diff=_adjust_diff,
    describe=_describe,
    operations=_operations,
)
