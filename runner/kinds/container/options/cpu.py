"""CPU limits of a container."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from runner.core.engine import Engine, Feature
from runner.core.lazy_pattern import lazy_pattern
from runner.core.plan import Effect
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.engine_json import at, none_if_zero
from runner.resource.field import Field
from runner.resource.scalars import SCALAR_SCHEMA, integer, within_bounds
from runner.resource.service_binding import InService, no_place

_BILLION = 1_000_000_000
_CPUS = lazy_pattern(r"\+?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(e[+-]?[0-9]{1,2})?|\+?[0-9]+\.", re.IGNORECASE)
_FEWEST = Decimal("0.01")
"""The kernel doesn't measure out less time than this."""

_MOST_PROCESSORS = 8192
"""The bound in the engine's own parser of CPU sets."""


def parse_cpus(raw: Any) -> int:
    """Parse a number of processors into billionths.

    >>> parse_cpus("0.5")
    500000000
    """
    text = str(raw).strip()
    if not _CPUS.fullmatch(text):
        raise Invalid(f'not a number of CPUs: "{raw}"', help="write a number such as 0.5")
    if Decimal(text) < _FEWEST:
        raise Invalid(f'too few CPUs: "{raw}"', help=f"it must be at least {_FEWEST}")
    return within_bounds((Decimal(text) * _BILLION).to_integral_value(), raw)


def show_cpus(value: Value) -> Value:
    """Convert billionths of a processor to a number of processors."""
    if not isinstance(value, int):
        return value
    return value / _BILLION if value % _BILLION else value // _BILLION


def parse_cpuset(raw: Any) -> str:
    """Parse a set of processors into a list of single processors.

    >>> parse_cpuset("4,0-2")
    '0,1,2,4'
    """
    try:
        spread = _spread(str(raw))
    except ValueError:
        spread = ""
    if not spread:  # the engine would take it for "not given"
        raise Invalid(f'not a set of CPUs: "{raw}"', help='write numbers and ranges, such as "0-2,4"')
    return spread


def _range(part: str) -> tuple[int, int]:
    """Parse a number or a range into its ends; ValueError if it is malformed or beyond any processor."""
    match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
    if match is None:
        raise ValueError(part)
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last <= _MOST_PROCESSORS:
        raise ValueError(part)
    return first, last


def _spread(cpus: str) -> str:
    numbers: set[int] = set()
    for part in filter(None, cpus.replace(" ", "").split(",")):
        first, last = _range(part)
        numbers.update(range(first, last + 1))
    return ",".join(map(str, sorted(numbers)))


def _read_cpuset(value: Any) -> Value:
    """Read a set of processors, whatever its notation."""
    return _spread(value) if value else None


def _more_than_there_are(value: Value, engine: Engine) -> str | None:
    """Reject more processors than the engine has, as Docker does; Podman takes any number."""
    processors = engine.capabilities.processors if engine.name == "Docker" else None
    if not isinstance(value, int) or processors is None or value <= processors * _BILLION:
        return None
    return f"is more than the engine has: {processors}"


CPUS = Codec({"type": ["number", "string"]}, "a number of CPUs such as 0.5", parse_cpus, show_cpus)
CPUSET = Codec(SCALAR_SCHEMA, 'CPUs such as "0-1"', parse_cpuset)

CPU = (
    Field(
        name="limits.cpus",
        codec=CPUS,
        doc="CPU limit, in CPUs.",
        examples=(0.5, 0.25),
        bind=at("HostConfig.NanoCpus", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_feature=Feature.CPU_CFS_QUOTA,
        reject=_more_than_there_are,
        service=InService(bind=at("TaskTemplate.Resources.Limits.NanoCPUs", decode=none_if_zero)),
    ),
    Field(
        name="limits.cpu_shares",
        codec=integer(2, 262_144, phrase="a whole number from 2 to 262144"),
        doc="Relative CPU weight under contention; usually 1024.",
        examples=(512, 256),
        bind=at("HostConfig.CpuShares", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_feature=Feature.CPU_SHARES,
        service=no_place("use limits.cpus"),
    ),
    Field(
        name="limits.cpuset",
        codec=CPUSET,
        doc="CPUs it may run on.",
        examples=("0", "0-1"),
        bind=at("HostConfig.CpusetCpus", decode=_read_cpuset),
        on_change=Effect.UPDATE,
        needs_feature=Feature.CPUSET,
        service=no_place("use limits.cpus"),
    ),
    Field(
        name="limits.cpu_period",
        codec=integer(1000, 1_000_000, phrase="microseconds from 1000 to 1000000"),
        doc="CPU quota period, in microseconds; conflicts with cpus.",
        examples=(50_000, 100_000),
        bind=at("HostConfig.CpuPeriod", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_feature=Feature.CPU_CFS_PERIOD,
        service=no_place("use limits.cpus"),
    ),
    Field(
        name="limits.cpu_quota",
        codec=integer(1000, phrase="microseconds from 1000"),
        doc="CPU time per period, in microseconds; conflicts with cpus.",
        examples=(50_000, 25_000),
        bind=at("HostConfig.CpuQuota", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_feature=Feature.CPU_CFS_QUOTA,
        service=no_place("use limits.cpus"),
    ),
)
