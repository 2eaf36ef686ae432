"""How much of the machine a container may use."""

from __future__ import annotations

from typing import Any

from runner.core.plan import Effect
from runner.core.values import Value
from runner.kinds.container.options.cpu import CPU
from runner.kinds.container.options.io import IO
from runner.kinds.container.options.memory import MEMORY
from runner.resource.engine_json import at
from runner.resource.field import Field
from runner.resource.scalars import integer


def _write_pids(value: Any) -> int:
    """Write a limit on processes; no limit is -1, also to the update call, where 0 would change nothing."""
    return int(value) if value else -1


def _if_positive(value: Any) -> Value:
    """Read a number where zero and less mean that there is no limit."""
    return value if value and value > 0 else None


def _same_pids(desired: Value, live: Value) -> bool:
    """Compare limits on processes; -1 is none."""
    return _if_positive(desired) == _if_positive(live)


# Zero means "leave it" to the update call: so most of them can be unset only by making the container anew.
LIMITS = (
    *CPU,
    *MEMORY,
    Field(
        name="limits.pids",
        codec=integer(-1, 4_194_304, phrase="a whole number to 4194304; -1 for no limit"),
        doc="How many processes it may have.",
        examples=(100, 50),
        bind=at("HostConfig.PidsLimit", encode=_write_pids, decode=_if_positive),
        equals=_same_pids,
        on_change=Effect.UPDATE,
        on_unset=Effect.UPDATE,
        needs_fact="pids_limit",
    ),
    *IO,
)
