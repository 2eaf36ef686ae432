"""The table of a service: rows of containers by their second binding, and what runner itself keeps track of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.plan import Effect
from runner.core.struct import replace
from runner.core.values import Value, as_map
from runner.kinds.container.declare.settings import SETTINGS as OF_CONTAINERS
from runner.kinds.container.options.network import NETWORK
from runner.kinds.container.options.process import PROCESS
from runner.resource.engine_json import Binding, Body, at, get, put
from runner.resource.field import NO_DEFAULT, Field, Setting, constant
from runner.resource.scalars import TEXT, integer

_C = "TaskTemplate.ContainerSpec"
STATE_KEY = "State"
"""The key under which a document has the state of the service's tasks, which no spec has."""


def _row(name: str, bind: Binding, *, default: Any = NO_DEFAULT, effect: Effect = Effect.ROLL) -> Field:
    row = next(row for row in (*PROCESS, *NETWORK) if row.name == name)
    return replace(row, bind=bind, default=default, on_change=effect, on_unset=effect, needs_api="", needs_feature=None)


def _aliases(value: Value) -> tuple[Value, ...]:
    found = as_map(value).get("aliases")
    return found if isinstance(found, tuple) else ()


def _unpair(value: Any) -> Value:
    return {name: text for name, _, text in (item.partition("=") for item in value or ())}


def _write_networks(value: Value, body: Body) -> None:
    found = [{"Target": name, "Aliases": list(_aliases(given))} for name, given in as_map(value).items()]
    put(body, "TaskTemplate.Networks", found)


def _read_networks(spec: Mapping[str, Any]) -> Value:
    joined = get(spec, "TaskTemplate.Networks") or ()
    return {one["Target"]: {"aliases": tuple(one.get("Aliases") or ())} for one in joined}


def _same_network(desired: Value, live: Value) -> bool:
    return set(_aliases(desired)) == set(_aliases(live))


FIELDS = (
    _row("image", at(f"{_C}.Image")),
    _row("command", at(f"{_C}.Args", encode=list, decode=lambda words: tuple(words or ()))),
    _row("entrypoint", at(f"{_C}.Command", encode=list, decode=lambda words: tuple(words or ()))),
    _row("environment", at(f"{_C}.Env", encode=lambda v: [f"{k}={t}" for k, t in v.items()], decode=_unpair)),
    _row("user", at(f"{_C}.User")),
    _row("labels", at(f"{_C}.Labels", encode=dict, decode=lambda found: dict(found or {}))),
    replace(_row("networks", Binding(_write_networks, _read_networks)), equals=_same_network),
    Field(
        name="replicas",
        codec=integer(0, 1000, phrase="a whole number from 0"),
        doc="Number of instances.",
        examples=(1, 3),
        bind=at("Mode.Replicated.Replicas"),
        default=constant(1),
        on_change=Effect.UPDATE,
        on_unset=Effect.UPDATE,
    ),
)

SETTINGS: tuple[Setting, ...] = tuple(row for row in OF_CONTAINERS if row.name != "replicas")


def _not_written(_value: Value, _spec: Body) -> None:
    """Leave the spec unchanged: the tasks alone tell."""


INTERNAL_FIELDS = (
    Field(
        name="name",
        codec=TEXT,
        doc="Its name on the swarm.",
        examples=("", ""),
        bind=at("Name"),
    ),
    Field(
        name="state",
        codec=TEXT,
        doc="Whether its tasks run.",
        examples=("", ""),
        bind=Binding(_not_written, lambda document: str(document[STATE_KEY])),
        on_change=Effect.UPDATE,
    ),
)
"""Fields that runner itself sets for every service."""

TABLE = (*FIELDS, *INTERNAL_FIELDS)
"""All fields that are compared with the swarm."""
