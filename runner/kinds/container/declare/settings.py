"""Keys of a container that control runner, and that the engine never sees as such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.diagnostic import did_you_mean
from runner.core.state import Condition
from runner.core.values import Value
from runner.kinds.container.declare.links import LINKS
from runner.kinds.container.declare.placement import PLACE, REPLICAS, SPREAD_OUT
from runner.kinds.container.declare.readiness_probe import READY
from runner.kinds.container.declare.scheduling import RESERVED, RESTARTED
from runner.kinds.container.declare.update_policy import UPDATE
from runner.kinds.container.names import NAME
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import TEXTS
from runner.resource.field import Setting
from runner.resource.scalars import BOOLEAN, DURATION, SCALAR_SCHEMA, integer
from runner.resource.service_binding import OF_RUNNER, NotInService

_CONDITIONS = ("started", "healthy", "ready", "completed")
_SYNONYMS = {
    "service_started": "started",
    "service_healthy": "healthy",
    "service_completed_successfully": "completed",
}
"""Compose's words for a condition."""


def parse_dependencies(raw: Any) -> Value:
    """Read a list of names, or a map from name to condition, as name → {condition, timeout, required, restart}."""
    if not isinstance(raw, Mapping):
        return {str(name): {"condition": Condition.BEST_AVAILABLE.value} for name in raw}
    return {str(name): _parse_named(str(name), given) for name, given in raw.items()}


def _parse_named(name: str, given: Any) -> Mapping[str, Value]:
    try:
        return _parse_dependency(given)
    except Invalid as invalid:
        raise invalid.within(name) from None


def _parse_dependency(given: Any) -> Mapping[str, Value]:
    detail = given if isinstance(given, Mapping) else {"condition": given}
    said = str(detail.get("condition", Condition.BEST_AVAILABLE.value))
    condition = _SYNONYMS.get(said, said)
    if condition not in (*_CONDITIONS, Condition.BEST_AVAILABLE.value):
        help = did_you_mean(said, _CONDITIONS) or f"one of {', '.join(_CONDITIONS)}"
        raise Invalid(f'unknown condition "{said}"', path=("condition",) if given is detail else (), help=help)
    return {"condition": condition, **{key: _parse_part(key, detail[key]) for key in _PARTS if key in detail}}


_PARTS = {"timeout": DURATION, "required": BOOLEAN, "restart": BOOLEAN}
"""What a dependency may have besides its condition."""


def _parse_part(key: str, given: Any) -> Value:
    try:
        return _PARTS[key].parse(given)
    except Invalid as invalid:
        raise invalid.within(key) from None


_DETAIL_SCHEMA = {
    "type": "object",
    "properties": {"condition": SCALAR_SCHEMA, **{key: codec.schema for key, codec in _PARTS.items()}},
    "additionalProperties": False,
}
DEPENDENCIES = Codec(
    {
        "anyOf": [
            {"type": "array", "items": SCALAR_SCHEMA},
            {"type": "object", "additionalProperties": {"anyOf": [SCALAR_SCHEMA, _DETAIL_SCHEMA]}},
        ]
    },
    "a list of names, or a map from name to started, healthy or ready, for jobs completed",
    parse_dependencies,
)

COMMON_SETTINGS = (
    NAME,
    Setting(
        name="depends_on",
        codec=DEPENDENCIES,
        doc="Containers and jobs to wait for; "
        "a list waits for jobs to complete, and containers to be ready, or else healthy. "
        "With required: false it starts without one that is not declared or fails; "
        "with restart: true it is restarted after one that is replaced or restarted.",
        examples=(
            ["db"],
            {"db": "healthy", "migrate": "completed"},
            {"db": {"condition": "service_healthy", "restart": True, "required": False}},
        ),
        service=OF_RUNNER,
    ),
    Setting(
        name="links",
        codec=LINKS,
        doc="Containers to start before it, and to reach under an alias, as KEY or KEY:ALIAS; so do all others on the"
        " networks that the two have in common.",
        examples=(["db:database"], ["db", "cache:redis"]),
        cost="the container that is reached is updated in place",
        service=OF_RUNNER,
    ),
    Setting(
        name="env_file",
        codec=TEXTS,
        doc="Files of NAME=VALUE lines, see docs/env-files.md; later ones win, environment wins over all. "
        "${...} in them is not interpolated.",
        examples=(".env.web", ["a.env", "b.env"]),
        cost="replaced",
        service=OF_RUNNER,
    ),
    *PLACE,
    *RESERVED,
)
"""Settings of every kind that runs as a container."""

SETTINGS = (
    *COMMON_SETTINGS,
    Setting(
        name="replicas",
        codec=integer(0, 1000, phrase="a whole number from 0"),
        doc="Number of instances.",
        examples=(1, 3),
        cost="instances are added or removed",
        service=REPLICAS,
    ),
    *SPREAD_OUT,
    *RESTARTED,
    Setting(
        name="protect",
        codec=BOOLEAN,
        doc="Never remove or replace it.",
        examples=(True,),
        cost="in place",
        service=OF_RUNNER,
    ),
    Setting(
        name="may_complete",
        codec=BOOLEAN,
        doc="Whether it may end by itself with exit code 0: it is completed then, and runs again only when it changes."
        " One that somebody stopped is started again, and so is one of whose end the engine knows nothing any more."
        " Default: false.",
        examples=(True,),
        cost="in place",
        service=NotInService("is not for services, which run their tasks again", "declare it under jobs"),
    ),
    *READY,
    *UPDATE,
    Setting(
        name="healthcheck.disable",
        codec=BOOLEAN,
        doc="Disable the image's healthcheck.",
        examples=(True,),
        cost="replaced",
        service=OF_RUNNER,
    ),
)
