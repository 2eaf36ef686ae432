"""The network kind: which containers can reach each other, and under which names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from runner.core.plan import Reason
from runner.core.resource_state import State
from runner.core.state import FieldValues, Resource, UnmanagedResource
from runner.core.struct import replace as replace_values
from runner.core.values import as_map
from runner.kinds.network.ipam_pools import POOLS, ranges, read_pools, same_pools, same_pools_anew, write_pools
from runner.kinds.network.predefined import named_by_id, predefined_network
from runner.kinds.network.recreate import recreate
from runner.kinds.shared import label_overrides
from runner.kinds.shared.named_resource import (
    EXTERNAL,
    INTERNAL_FIELDS,
    NAME,
    classify,
    declare_named,
    delete_record,
    labelled_body,
    update_labels,
)
from runner.resource.collections import MAP
from runner.resource.declaration import Declaration
from runner.resource.engine_json import at
from runner.resource.field import Field, constant
from runner.resource.kind import ExclusiveRange, Kind, Operations
from runner.resource.labels import LABELS, WORKFLOW, is_on_swarm, without_own
from runner.resource.observation import Observation, ObserveContext
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import BOOLEAN, word

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.inspection import Description
    from runner.core.state import ObservedResource
    from runner.core.task import Task
    from runner.resource.census import EngineLists, OwnedResource

_MTU = {"mtu", "com.docker.network.driver.mtu"}
"""The names of the one driver option that every engine has."""

FIELDS = (
    Field(
        name="driver",
        codec=word("a network driver such as bridge"),
        doc="The network driver.",
        examples=("bridge", "macvlan"),
        bind=at("Driver"),
        default=constant("bridge"),
    ),
    Field(
        name="driver_opts",
        codec=MAP,
        doc="Driver options.",
        examples=(
            {"com.docker.network.bridge.enable_icc": "true"},
            {"com.docker.network.bridge.enable_icc": "false"},
        ),
        bind=at("Options", encode=dict),
        merged_by_key=True,
        parts=(SubRequirement(name="driver_opts.*", used=lambda options: not as_map(options).keys() <= _MTU),),
    ),
    Field(
        name="internal",
        codec=BOOLEAN,
        doc="Disable external connectivity.",
        examples=(True, False),
        bind=at("Internal"),
        default=constant(False),
    ),
    Field(
        name="attachable",
        codec=BOOLEAN,
        doc="Allow standalone containers to attach.",
        examples=(True, False),
        bind=at("Attachable"),
        default=constant(False),
    ),
    Field(
        name="enable_ipv4",
        codec=BOOLEAN,
        doc="Enable IPv4; without it, enable_ipv6 must be set.",
        examples=(False, True),
        bind=at("EnableIPv4", decode=lambda given: given is not False),  # engines before API 1.48 don't tell
        default=constant(True),
        needs_api="1.48",
    ),
    Field(
        name="enable_ipv6",
        codec=BOOLEAN,
        doc="Enable IPv6.",
        examples=(True, False),
        bind=at("EnableIPv6"),
        default=constant(False),
    ),
    Field(
        name="ipam.driver",
        codec=word("an address driver such as default"),
        doc="The IPAM driver.",
        examples=("default", "null"),
        bind=at("IPAM.Driver"),
        default=constant("default"),
    ),
    Field(
        name="ipam.config",
        codec=POOLS,
        doc="Address pools (subnets).",
        examples=([{"subnet": "10.83.0.0/24"}], [{"subnet": "10.84.0.0/24", "gateway": "10.84.0.9"}]),
        bind=at("IPAM.Config", encode=write_pools, decode=read_pools),
        equals=same_pools,
        equals_after_edit=same_pools_anew,
    ),
    Field(
        name="ipam.options",
        codec=MAP,
        doc="IPAM driver options.",
        examples=({"a": "b"}, {"a": "c"}),
        bind=at("IPAM.Options", encode=dict),
        merged_by_key=True,
    ),
    Field(
        name="labels",
        codec=LABELS,
        doc="Labels of the network.",
        examples=({"team": "a"}, {"team": "b"}),
        bind=at("Labels", encode=dict, decode=without_own),
        merged_by_key=True,
    ),
)


_ENGINES_CHOICE = ("ipam.driver", "ipam.config", "ipam.options", "enable_ipv4", "enable_ipv6")
"""What the engine's own configuration decides where nothing is declared."""


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare the resource of one entry."""
    resource = declare_named("network", declaration)
    if invalid := predefined_network(resource):
        declaration.report(invalid)
    yield resource


def observe(context: ObserveContext) -> Observation:
    """Observe the workflow's networks on the engine."""
    records = label_overrides.find("network", context.records)
    external = {resource.engine_name for resource in context.wanted("network") if resource.external}
    usable = [one for one in context.networks if one["Name"] in external or not is_on_swarm(one)]
    found = classify(FIELDS, usable, records, context, _is_made)
    by_id = list(named_by_id(context.wanted("network"), context.networks))
    return replace_values(
        found,
        own=(*found.own, *(one for one, _ in by_id)),
        foreign=(*found.foreign, *_of_swarm(context)),
        problems=tuple(problem for _, problem in by_id),
    )


def _of_swarm(context: ObserveContext) -> Iterator[UnmanagedResource]:
    """Yield what workflows on the swarm have under the names of wanted networks."""
    wanted = {resource.engine_name for resource in context.wanted("network") if not resource.external}
    for network in context.networks if wanted else ():
        if network["Name"] in wanted and is_on_swarm(network):
            yield UnmanagedResource("network", network["Name"], network["Id"], network["Labels"].get(WORKFLOW))


def _is_made(row: Field, key: str | None) -> bool:
    """Tell whether the engine or another program may have set something of a network that no file declares."""
    if row.name == "labels":
        return str(key).startswith("com.docker.compose.")
    return row.name in _ENGINES_CHOICE or str(key).startswith("com.docker.network.enable_ip")


def _list_owned(lists: EngineLists) -> Iterable[OwnedResource]:
    from runner.kinds.shared.listed import list_networks

    return list_networks(lists)


def create(task: Task) -> str:
    """Create the network."""
    task.set_state(State.CREATING)
    id = task.gateway.networks.create(_body(task))
    task.on_rollback(partial(task.gateway.networks.remove, id))
    return id


def _body(task: Task) -> EngineJSON:
    # Up to API 1.43 two networks could otherwise have the same name; later versions ignore this key (moby#46251).
    return {**labelled_body(FIELDS, task), "CheckDuplicate": True}


def update(task: Task) -> str:
    """Adopt the network."""
    return update_labels(FIELDS, task)


def replace(task: Task) -> str:
    """Recreate the network, together with those in its batch, and reconnect all containers on it."""
    return recreate(task, _body)


def exclusive_ranges(name: str, fields: FieldValues) -> Iterable[ExclusiveRange]:
    """Yield what a network uses exclusively: its name and its addresses."""
    return (ExclusiveRange(f"name {name}"), *ranges(fields.get("ipam.config")))


def delete(task: Task) -> str | None:
    """Remove the network; return its id if the workflow goes, and this is left to others that run on it.

    An apply fails instead: the file says what there should be.
    """
    task.set_state(State.REMOVING)
    if task.change.reasons == (Reason.REQUESTED,):
        from runner.kinds.network.users import remove_if_unused

        return remove_if_unused(task, partial(_remove, task))
    task.on_commit(partial(_remove, task))
    return None


def _remove(task: Task) -> None:
    task.gateway.networks.remove(task.observed.id)
    delete_record(task)


def _operations() -> Operations:
    return Operations(create=create, update=update, replace=replace, delete=delete)


def _describe(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.network.describe import describe

    return describe(context, observed)


NETWORK = Kind(
    name="network",
    section="networks",
    doc="Networks; containers without networks join the implicit network default.",
    settings=(NAME, EXTERNAL),
    fields=FIELDS,
    internal_fields=INTERNAL_FIELDS,
    groups={"ipam": "IP address management."},
    declare=declare,
    observe=observe,
    list_owned=_list_owned,
    describe=_describe,
    operations=_operations,
    recreates_in_place=True,
    exclusive_ranges=exclusive_ranges,
)
