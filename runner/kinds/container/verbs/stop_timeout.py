"""How long a container may take to stop."""

from __future__ import annotations

from runner.core.state import FieldValues
from runner.resource.scalars import SECOND

ENGINE_GRACE = 10.0
"""Seconds that the engine gives a container to stop when nobody said how many."""


def stop_timeout(fields: FieldValues) -> float:
    """Return how many seconds something with these fields may take to stop.

    >>> stop_timeout({}), stop_timeout({"stop_grace_period": 2_000_000_000})
    (10.0, 2.0)
    """
    period = fields.get("stop_grace_period")
    return period / SECOND if isinstance(period, int) else ENGINE_GRACE
