"""How a container is replaced: the `update` section of an entry, and the options that conflict with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

from runner.core.struct import Struct
from runner.core.values import Value, as_map
from runner.resource.codec import Codec, Invalid
from runner.resource.declaration import Declaration
from runner.resource.field import Setting
from runner.resource.ports import port_runs, span_of_numbers
from runner.resource.scalars import DURATION, SECOND, choice, integer
from runner.resource.service_binding import OF_RUNNER, Late

MILLION: Final = 1_000_000


class Order(Enum):
    """Whether the old container stops first or the new one starts first."""

    STOP_FIRST = "stop-first"
    START_FIRST = "start-first"


class OnFailure(Enum):
    """What happens to a new container that doesn't work."""

    ROLLBACK = "rollback"
    KEEP = "keep"


class UpdatePolicy(Struct):
    """How one container is replaced; times in seconds."""

    order: Order = Order.STOP_FIRST
    on_failure: OnFailure = OnFailure.ROLLBACK
    settle: float = 1.0
    """Minimum ready time: how long a started container must keep running, if it has neither health check nor probe."""
    timeout: float | None = None
    """How long the new container may take until it works; None uses the run's timeout."""


def _parse_ratio(raw: Any) -> int:
    """Parse a number from 0 to 1 in millionths."""
    text = str(raw).strip()
    if not re.fullmatch(r"0|1|[01]?\.[0-9]{1,6}", text) or float(text) > 1:
        raise Invalid(f'not a ratio: "{raw}"', help="write a number from 0 to 1, such as 0.25")
    return to_millionths(text)


def to_millionths(ratio: Any) -> int:
    """Return a ratio as a whole number."""
    return round(float(ratio) * MILLION)


def _show_ratio(value: Value) -> Value:
    return value / MILLION if isinstance(value, int) else value


_RATIO = Codec({"type": ["number", "string"]}, "a number from 0 to 1, such as 0.25", _parse_ratio, _show_ratio)

UPDATE = (
    Setting(
        name="update.order",
        codec=choice(*(order.value for order in Order)),
        doc="Whether the old container stops before the new one starts, or runs until that works; then both run for a"
        " while and share their volumes. Default: stop-first.",
        examples=("start-first", "stop-first"),
        service=Late("runner.kinds.container.in_service.updates:ORDER"),
    ),
    Setting(
        name="update.on_failure",
        codec=choice(*(way.value for way in OnFailure)),
        doc="Whether to restore the old container when the new one fails, or to keep the new one for inspection."
        " Default: rollback.",
        examples=("keep", "rollback"),
        service=Late("runner.kinds.container.in_service.updates:ON_FAILURE"),
    ),
    Setting(
        name="update.timeout",
        codec=DURATION,
        doc="Maximum time for the new container to become ready; default: --timeout.",
        examples=("2m",),
        service=OF_RUNNER,
    ),
    Setting(
        name="update.settle",
        codec=DURATION,
        doc="How long a created or restarted container must keep running before it counts as ready and the old one"
        " is removed, if it has neither healthcheck nor ready; 0s disables it. Default: 1s.",
        examples=("5s",),
        service=OF_RUNNER,
    ),
    Setting(
        name="update.parallel",
        codec=integer(0, phrase="a whole number; 0 for all"),
        doc="How many tasks a swarm updates at a time; 0 for all. Default: 1.",
        examples=(2, 0),
        cost="in place",
        service=Late("runner.kinds.container.in_service.updates:PARALLEL"),
        swarm_only=True,
    ),
    Setting(
        name="update.monitor",
        codec=DURATION,
        doc="How long a swarm watches an updated task for failures. Default: 5s.",
        examples=("10s", "1s"),
        cost="in place",
        service=Late("runner.kinds.container.in_service.updates:MONITOR"),
        swarm_only=True,
    ),
    Setting(
        name="update.delay",
        codec=DURATION,
        doc="How long a swarm waits between updates of tasks. Default: 0s.",
        examples=("10s", "1s"),
        cost="in place",
        service=Late("runner.kinds.container.in_service.updates:DELAY"),
        swarm_only=True,
    ),
    Setting(
        name="update.max_failure_ratio",
        codec=_RATIO,
        doc="Which part of the updated tasks may fail without the update failing: a number from 0 to 1. Default: 0.",
        examples=(0.25, 0.5),
        cost="in place",
        service=Late("runner.kinds.container.in_service.updates:MAX_FAILURE_RATIO"),
        swarm_only=True,
    ),
)

_EXCLUSIVE = ("ipv4_address", "ipv6_address", "mac_address")


def read_policy(declaration: Declaration) -> UpdatePolicy:
    """Read the `update` section of an entry."""
    values = declaration.values
    given: dict[str, Any] = {key: values[f"update.{key}"] for key in _READERS if f"update.{key}" in values}
    policy = UpdatePolicy(**{key: _READERS[key](value) for key, value in given.items()})
    if policy.timeout is not None and policy.timeout <= policy.settle:
        help = f"it must exceed the settle time of {policy.settle:g} s"
        declaration.report(Invalid("timeout too short to settle", path=("update", "timeout"), help=help))
    return policy


def conflicts_with_start_first(values: Mapping[str, Value], policy: UpdatePolicy) -> Iterator[Invalid]:
    """Yield what two containers can't have at a time on one engine, if the new one is to start first."""
    if policy.order is Order.START_FIRST:
        yield from _obstacles(values, policy)


_READERS: Mapping[str, Any] = {
    "order": Order,
    "on_failure": OnFailure,
    "settle": lambda nanoseconds: nanoseconds / SECOND,
    "timeout": lambda nanoseconds: nanoseconds / SECOND,
}


def _width(published: str) -> int:
    """Return the number of ports in a range."""
    first, _, last = published.partition("-")
    return int(last) - int(first) + 1


def _obstacles(values: Mapping[str, Value], policy: UpdatePolicy) -> Iterator[Invalid]:
    """Yield what the old container occupies while the new one starts, and what makes start-first pointless."""
    given = values.get("replicas", 1)
    replicas = max(given, 1) if isinstance(given, int) else 1
    for run in port_runs(values.get("ports")):
        published = span_of_numbers(run.numbers) if run.numbers else str(run.port["published"])
        if run.numbers or (published and _width(published) <= replicas):
            message = f'host port {published} conflicts with update order "start-first"'
            help = "both containers need a port: omit it, use a range, or use stop-first"
            yield Invalid(message, path=("ports", run.indexes[0]), help=help)
    for name, endpoint in as_map(values.get("networks")).items():
        for key in _EXCLUSIVE:
            if key in as_map(endpoint):
                message = f'"{key}" conflicts with update order "start-first"'
                help = "the old container still uses it: omit it, or use stop-first"
                yield Invalid(message, path=("networks", name, key), help=help)
    mode = str(values.get("network_mode", ""))
    if mode == "host" or mode.startswith("container:"):
        message = f'network_mode "{mode}" conflicts with update order "start-first"'
        help = "both would use the same ports: use networks, or use stop-first"
        yield Invalid(message, path=("network_mode",), help=help)
    if policy.on_failure is OnFailure.KEEP:
        message = 'on_failure "keep" conflicts with update order "start-first"'
        help = "the old container keeps running: use rollback, or use stop-first"
        yield Invalid(message, path=("update", "on_failure"), help=help)
