"""Where a swarm puts a service's tasks, how many there are, and how they are reached: keys for swarms only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.lazy_pattern import lazy_pattern
from runner.core.plan import Effect
from runner.core.values import Value
from runner.resource.codec import Invalid
from runner.resource.collections import list_of, read_set
from runner.resource.engine_json import Binding, Body, at, get, put
from runner.resource.field import Setting
from runner.resource.platform import PLATFORM
from runner.resource.scalars import choice, integer, matching
from runner.resource.service_binding import InService, Late

_PLACEMENT = "TaskTemplate.Placement"
REPLICATED, GLOBAL = "replicated", "global"
_CONSTRAINT = lazy_pattern(r"(?P<key>[A-Za-z0-9_.-]+?)\s*(?P<operator>==|!=)\s*(?P<value>\S+)")
_ATTRIBUTES = ("node.id", "node.hostname", "node.ip", "node.role", "node.platform.os", "node.platform.arch")
_LABELS = ("node.labels.", "engine.labels.")


def _clean_constraint(text: str) -> str:
    match = _CONSTRAINT.fullmatch(text.strip())
    key = match["key"].lower() if match else ""
    if match is None or not (key in _ATTRIBUTES or key.startswith(_LABELS)):
        help = f"write KEY==VALUE or KEY!=VALUE, the key one of {', '.join((*_ATTRIBUTES, 'node.labels.NAME'))}"
        raise Invalid(f'not a constraint: "{text}"', help=help)
    return f"{match['key']}{match['operator']}{match['value']}"


_CONSTRAINTS = list_of(
    matching(r"(?s).*", "a constraint such as node.labels.disk==ssd", clean=_clean_constraint),
    "a constraint or a list of them, such as node.labels.disk==ssd",
    ordered=False,
)
_SPREAD = list_of(
    matching(r"(node|engine)\.labels\..+", "a label of nodes such as node.labels.zone"),
    "a label of nodes such as node.labels.zone, or a list of them",
)


def _read_constraints(value: Any) -> Value:
    return read_set(["".join(str(one).split()) for one in value or ()])


def _write_spread(value: Any) -> list[dict[str, Any]]:
    return [{"Spread": {"SpreadDescriptor": label}} for label in value]


def _read_spread(value: Any) -> Value:
    return tuple((one.get("Spread") or {}).get("SpreadDescriptor", "") for one in value or ())


def _refuse_if_global(_value: Value, values: Mapping[str, Value]) -> Iterator[Invalid]:
    if values.get("mode") == GLOBAL:
        yield Invalid(
            'a number of tasks conflicts with mode "global"', help="omit one of them: it has one on each node"
        )


def _write_mode(value: Value, body: Body) -> None:
    if value == GLOBAL:
        put(body, "Mode", {"Global": {}})
    else:
        body.setdefault("Mode", {}).setdefault("Replicated", {})


def _read_mode(spec: Mapping[str, Any]) -> Value:
    return GLOBAL if "Global" in (spec.get("Mode") or {}) else REPLICATED


PLACE = (
    Setting(
        name="place.constraints",
        codec=_CONSTRAINTS,
        doc="What nodes must have for it to run there.",
        examples=(["node.labels.disk==ssd"], ["node.role!=manager", "node.hostname==n1"]),
        cost="rolled, where a task's node doesn't have it",
        service=InService(bind=at(f"{_PLACEMENT}.Constraints", encode=list, decode=_read_constraints)),
        swarm_only=True,
    ),
    Setting(
        name="place.spread",
        codec=_SPREAD,
        doc="Labels of nodes, over whose values it is spread evenly.",
        examples=("node.labels.zone", ["node.labels.zone", "node.labels.rack"]),
        cost="in place",
        service=InService(
            bind=at(f"{_PLACEMENT}.Preferences", encode=_write_spread, decode=_read_spread), on_change=Effect.UPDATE
        ),
        swarm_only=True,
    ),
    Setting(
        name="place.platforms",
        codec=list_of(PLATFORM, "a platform such as linux/amd64, or a list of them", ordered=False),
        doc="The platforms of nodes that it may run on, for images that have several.",
        examples=(["linux/amd64"], ["linux/amd64", "linux/arm64"]),
        cost="rolled",
        service=Late("runner.kinds.container.in_service.process:PLATFORMS"),
        swarm_only=True,
    ),
)
"""Keys of everything that runs as tasks."""

REPLICAS = InService(
    bind=Binding(
        lambda value, body: put(body, "Mode.Replicated.Replicas", value),
        lambda spec: get(spec, "Mode.Replicated.Replicas"),
        "Mode.Replicated.Replicas",
    ),
    default=1,
    on_change=Effect.UPDATE,
    refuse=_refuse_if_global,
)

SPREAD_OUT = (
    Setting(
        name="mode",
        codec=choice(REPLICATED, GLOBAL),
        doc="Whether a swarm runs `replicas` tasks, or one on each node. Default: replicated.",
        examples=("global", "replicated"),
        cost="replaced",
        service=InService(bind=Binding(_write_mode, _read_mode, "Mode"), default=REPLICATED, on_change=Effect.REPLACE),
        swarm_only=True,
    ),
    Setting(
        name="place.max_per_node",
        codec=integer(1, phrase="a whole number from 1"),
        doc="How many of its tasks a node may run.",
        examples=(1, 2),
        cost="in place",
        service=InService(
            bind=at(f"{_PLACEMENT}.MaxReplicas", decode=lambda value: value or None),
            on_change=Effect.UPDATE,
            needs_api="1.40",
            refuse=_refuse_if_global,
        ),
        swarm_only=True,
    ),
    Setting(
        name="endpoint_mode",
        codec=choice("vip", "dnsrr"),
        doc="What its name resolves to on a network: one virtual address for all tasks, or the addresses of the tasks."
        " Default: vip.",
        examples=("dnsrr", "vip"),
        cost="rolled",
        service=InService(bind=at("EndpointSpec.Mode"), default="vip"),
        swarm_only=True,
    ),
)
"""Keys of what keeps running."""
