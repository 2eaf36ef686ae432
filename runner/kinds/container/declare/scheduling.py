"""What a swarm sets aside for tasks, when it starts them again, and labels of services: keys for swarms only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.plan import Effect
from runner.core.values import Value
from runner.kinds.container.options.cpu import CPUS
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import MAP
from runner.resource.engine_json import Binding, Body, at, none_if_zero
from runner.resource.field import Setting
from runner.resource.labels import without_own
from runner.resource.scalars import DURATION, parse_integer
from runner.resource.service_binding import InService

_RESERVED = "TaskTemplate.Resources.Reservations"
_RESTART = "TaskTemplate.RestartPolicy"


def _parse_resources(raw: Any) -> Value:
    return {str(kind): _parse_number(str(kind), number) for kind, number in raw.items()}


def _parse_number(kind: str, raw: Any) -> int:
    number = parse_integer(raw)
    if number < 1:
        raise Invalid(f'not a number of "{kind}": {raw}', path=(kind,), help="write a whole number from 1")
    return number


def _write_resources(value: Any) -> list[dict[str, Any]]:
    return [{"DiscreteResourceSpec": {"Kind": kind, "Value": number}} for kind, number in sorted(value.items())]


def _read_resources(value: Any) -> Value:
    discrete = [one["DiscreteResourceSpec"] for one in value or () if one.get("DiscreteResourceSpec")]
    return {one["Kind"]: one.get("Value") or 0 for one in discrete} or None


def _write_labels(value: Value, body: Body) -> None:
    body.setdefault("Labels", {}).update(value)


def _read_labels(spec: Mapping[str, Any]) -> Value:
    """Read a service's labels, without those that runner or a stack put there."""
    from runner.resource.compose_labels import STACK_PREFIX

    found = without_own(spec.get("Labels"))
    assert isinstance(found, Mapping)
    return {name: text for name, text in found.items() if not name.startswith(STACK_PREFIX)}


RESERVED = (
    Setting(
        name="limits.cpu_reservation",
        codec=CPUS,
        doc="CPUs that a node must have left for a task to start there.",
        examples=(0.5, 0.25),
        cost="rolled",
        service=InService(bind=at(f"{_RESERVED}.NanoCPUs", decode=none_if_zero)),
        swarm_only=True,
    ),
    Setting(
        name="limits.generic_resources",
        codec=Codec({"type": "object"}, "a map from kind to number, such as {gpu: 1}", _parse_resources),
        doc="What a node must have left of the resources that its engine is configured to have, by kind.",
        examples=({"gpu": 1}, {"gpu": 2, "ssd": 1}),
        cost="rolled",
        service=InService(bind=at(f"{_RESERVED}.GenericResources", encode=_write_resources, decode=_read_resources)),
        swarm_only=True,
    ),
    Setting(
        name="service_labels",
        codec=MAP,
        doc="Labels of the service, which proxies of swarms read; its containers have those of `labels`.",
        examples=({"traefik.enable": "true"}, {"traefik.enable": "false", "team": "shop"}),
        cost="in place",
        service=InService(
            bind=Binding(_write_labels, _read_labels, "Labels"), on_change=Effect.UPDATE, merged_by_key=True
        ),
        swarm_only=True,
    ),
)
"""Keys of everything that runs as tasks."""

RESTARTED = (
    Setting(
        name="restart_delay",
        codec=DURATION,
        doc="How long a swarm waits before it starts a task again. Default: 5s.",
        examples=("10s", "1s"),
        cost="rolled",
        service=InService(bind=at(f"{_RESTART}.Delay"), default=5_000_000_000),
        swarm_only=True,
    ),
    Setting(
        name="restart_window",
        codec=DURATION,
        doc="How long a task must run for its end not to be one of the N of `on-failure:N`. Default: all count.",
        examples=("2m", "10s"),
        cost="rolled",
        service=InService(bind=at(f"{_RESTART}.Window", decode=none_if_zero)),
        swarm_only=True,
    ),
)
"""Keys of what keeps running."""
