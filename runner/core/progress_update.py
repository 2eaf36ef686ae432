"""What a call to the engine or a wait reports while it is at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.address import Address
    from runner.core.event import StepStatus


class ProgressUpdate(Struct):
    """Progress of a pull or build: its current phase and, where known, bytes or steps.

    An update without a phase is only a sign of life.
    """

    phase: str = ""
    current: int | None = None
    total: int | None = None
    unit: str = "bytes"
    output: str | None = None
    """A line written by the build instruction itself."""
    status: StepStatus | None = None
    """Status of the phase, if it is a build step."""
    elapsed_ms: int | None = None
    """Duration of a step that is done or failed."""
    done: bool = False
    """True when nothing is waiting for it any more."""
    awaits: str | None = None
    """The condition that is waited for, or that it met."""
    of: Address | None = None
    """Which resource must meet the condition, if it isn't this one."""
    answer: str | None = None
    """Why the condition isn't met yet, by a health check or a probe."""


ProgressCallback: TypeAlias = Callable[[ProgressUpdate], None]
