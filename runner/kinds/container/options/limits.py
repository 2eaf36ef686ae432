"""Resource limits of a container."""

from __future__ import annotations

from typing import Any

from runner.core.engine import Feature
from runner.core.plan import Effect
from runner.core.values import Value
from runner.kinds.container.options.cpu import CPU
from runner.kinds.container.options.io import IO
from runner.kinds.container.options.memory import MEMORY
from runner.resource.engine_json import at
from runner.resource.field import Field
from runner.resource.scalars import integer
from runner.resource.service_binding import InService


def _write_pids(value: Any) -> int:
    """Write a limit on processes; no limit is -1, also for an update, where 0 changes nothing."""
    return int(value) if value else -1


def _if_positive(value: Any) -> Value:
    """Read a number; zero and less mean no limit."""
    return value if value and value > 0 else None


def _same_pids(desired: Value, live: Value) -> bool:
    """Compare limits on processes; -1 is no limit."""
    return _if_positive(desired) == _if_positive(live)


# An update takes 0 as "leave unchanged", so most limits can be unset only by replacing the container.
LIMITS = (
    *CPU,
    *MEMORY,
    Field(
        name="limits.pids",
        codec=integer(-1, 4_194_304, phrase="a whole number to 4194304; -1 for no limit"),
        doc="Maximum number of processes.",
        examples=(100, 50),
        bind=at("HostConfig.PidsLimit", encode=_write_pids, decode=_if_positive),
        equals=_same_pids,
        on_change=Effect.UPDATE,
        on_unset=Effect.UPDATE,
        needs_feature=Feature.PIDS_LIMIT,
        service=InService(
            bind=at("TaskTemplate.Resources.Limits.Pids", encode=_write_pids, decode=_if_positive), needs_api="1.41"
        ),
    ),
    *IO,
)
