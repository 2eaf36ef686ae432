"""Networks: who can talk to whom, and under which names."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.event import State
from runner.core.gateway import EngineJSON
from runner.core.state import Resource
from runner.core.task import Task
from runner.kinds.named import EXTERNAL, NAME, VITALS, declare_named, labelled_body, sort_out
from runner.kinds.pools import POOLS, read_pools, same_pools, write_pools
from runner.kinds.remaking import remake
from runner.resource.body import at
from runner.resource.collections import MAP
from runner.resource.field import Field, constant
from runner.resource.kind import Declaration, Kind, Sighting, Survey, Verbs
from runner.resource.labels import LABELS, without_own
from runner.resource.scalars import BOOLEAN, word

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
        doc="Options of the driver.",
        examples=(
            {"com.docker.network.bridge.enable_icc": "true"},
            {"com.docker.network.bridge.enable_icc": "false"},
        ),
        bind=at("Options", to=dict),
        keyed=True,
    ),
    Field(
        name="internal",
        codec=BOOLEAN,
        doc="Cut it off from everything outside.",
        examples=(True, False),
        bind=at("Internal"),
        default=constant(False),
    ),
    Field(
        name="attachable",
        codec=BOOLEAN,
        doc="Let containers of no service join it.",
        examples=(True, False),
        bind=at("Attachable"),
        default=constant(False),
    ),
    Field(
        name="enable_ipv6",
        codec=BOOLEAN,
        doc="Give it IPv6 addresses too.",
        examples=(True, False),
        bind=at("EnableIPv6"),
        default=constant(False),
    ),
    Field(
        name="ipam.driver",
        codec=word("an address driver such as default"),
        doc="Who hands out addresses.",
        examples=("default", "null"),
        bind=at("IPAM.Driver"),
        default=constant("default"),
    ),
    Field(
        name="ipam.config",
        codec=POOLS,
        doc="The pools that addresses come from.",
        examples=([{"subnet": "10.83.0.0/24"}], [{"subnet": "10.84.0.0/24", "gateway": "10.84.0.9"}]),
        bind=at("IPAM.Config", to=write_pools, of=read_pools),
        same=same_pools,
    ),
    Field(
        name="ipam.options",
        codec=MAP,
        doc="Options of the address driver.",
        examples=({"a": "b"}, {"a": "c"}),
        bind=at("IPAM.Options", to=dict),
        keyed=True,
    ),
    Field(
        name="labels",
        codec=LABELS,
        doc="Labels of the network.",
        examples=({"team": "a"}, {"team": "b"}),
        bind=at("Labels", to=dict, of=without_own),
        keyed=True,
    ),
)


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Make the resource of one entry."""
    yield declare_named("network", declaration)


def observe(survey: Survey) -> Sighting:
    """Find the workflow's networks on the engine."""
    return sort_out("network", FIELDS, survey.gateway.networks.list(), survey)


def create(task: Task) -> str:
    """Make the network."""
    task.enter(State.CREATING)
    return task.gateway.networks.create(_body(task))


def _body(task: Task) -> EngineJSON:
    # Up to API 1.43 a name could otherwise be given twice; later versions ignore it.
    return {**labelled_body(FIELDS, task), "CheckDuplicate": True}


def replace(task: Task) -> str:
    """Make it anew and move over whatever is attached."""
    return remake(task, _body(task))


def delete(task: Task) -> None:
    """Remove the network; the engine refuses while somebody else's containers run on it."""
    task.enter(State.REMOVING)
    task.gateway.networks.remove(task.observed.id)


NETWORK = Kind(
    name="network",
    section="networks",
    doc="Networks that containers join; those without any join the implicit network default.",
    settings=(NAME, EXTERNAL),
    fields=FIELDS,
    vitals=VITALS,
    groups={"ipam": "Where its addresses come from."},
    declare=declare,
    observe=observe,
    verbs=Verbs(create=create, update=replace, replace=replace, delete=delete),
)
