"""The health check of a container. Each part that isn't set comes from the image."""

from __future__ import annotations

from typing import Any

from runner.core.struct import replace
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.engine_json import at, none_if_zero
from runner.resource.field import FROM_IMAGE, Field
from runner.resource.scalars import DURATION, MILLISECOND, SCALAR_SCHEMA, integer, parse_argv, parse_duration
from runner.resource.service_binding import InService

_NONE = "NONE"


def parse_health_test(raw: Any) -> Value:
    """Parse a health check command; a string is run by a shell."""
    if not isinstance(raw, list | tuple):
        raw = ("CMD-SHELL", raw)
    if not raw or str(raw[0]) not in ("CMD", "CMD-SHELL", _NONE):
        raise Invalid("a list must begin with CMD, CMD-SHELL or NONE", help='write ["CMD", "true"], or a string')
    if str(raw[0]) != _NONE and not any(str(word).strip() for word in raw[1:]):
        raise Invalid("no command to run", help=f"add one, or use [{_NONE}] to disable the check")
    return parse_argv(raw)


def _read_health_test(value: Any) -> Value:
    """Read a health check command; none reads as a disabled check."""
    return tuple(value) if value else (_NONE,)


def parse_pause(raw: Any) -> int:
    """Parse a duration in nanoseconds, at least a millisecond: the engine takes 0 as "use the image's"."""
    pause = parse_duration(raw)
    if pause < MILLISECOND:
        raise Invalid(f'shorter than a millisecond: "{raw}"', help="omit it for the default")
    return pause


HEALTH_TEST = Codec(
    {"anyOf": [SCALAR_SCHEMA, {"type": "array", "items": SCALAR_SCHEMA}]},
    'a command such as ["CMD", "true"]',
    parse_health_test,
)

PAUSE = replace(DURATION, parse=parse_pause)


def _duration(key: str, engine_key: str, doc: str, examples: tuple[str, str], *, needs_api: str = "") -> Field:
    return Field(
        name=f"healthcheck.{key}",
        codec=PAUSE,
        doc=doc,
        examples=examples,
        bind=at(f"Config.Healthcheck.{engine_key}", decode=none_if_zero),
        default=FROM_IMAGE,
        needs_api=needs_api,
        service=InService(
            bind=at(f"TaskTemplate.ContainerSpec.Healthcheck.{engine_key}", decode=none_if_zero), needs_api=needs_api
        ),
    )


HEALTH = (
    Field(
        name="healthcheck.test",
        codec=HEALTH_TEST,
        doc="The healthcheck command: a string for a shell, or [CMD, …], [CMD-SHELL, …], [NONE].",
        examples=(["CMD", "true"], "exit 0"),
        bind=at("Config.Healthcheck.Test", encode=list, decode=_read_health_test),
        default=FROM_IMAGE,
        service=InService(bind=at("TaskTemplate.ContainerSpec.Healthcheck.Test", encode=list)),
    ),
    _duration("interval", "Interval", "Probe interval.", ("500ms", "1s")),
    _duration("timeout", "Timeout", "Timeout of a probe.", ("1s", "2s")),
    _duration("start_period", "StartPeriod", "Startup period in which failures are ignored.", ("1s", "2s")),
    _duration("start_interval", "StartInterval", "Probe interval in that period.", ("1s", "2s"), needs_api="1.44"),
    Field(
        name="healthcheck.retries",
        codec=integer(1, phrase="a whole number from 1"),
        doc="Consecutive failures until it is unhealthy.",
        examples=(2, 5),
        bind=at("Config.Healthcheck.Retries", decode=none_if_zero),
        default=FROM_IMAGE,
        service=InService(bind=at("TaskTemplate.ContainerSpec.Healthcheck.Retries", decode=none_if_zero)),
    ),
)
