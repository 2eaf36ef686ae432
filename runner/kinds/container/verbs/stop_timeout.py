"""The stop timeout of a container."""

from __future__ import annotations

from runner.core.state import FieldValues
from runner.resource.scalars import SECOND

ENGINE_GRACE = 10.0
"""The engine's default stop timeout in seconds."""


def stop_timeout(fields: FieldValues) -> float:
    """Return the stop timeout in seconds of a container with these fields.

    >>> stop_timeout({}), stop_timeout({"stop_grace_period": 2_000_000_000})
    (10.0, 2.0)
    """
    period = fields.get("stop_grace_period")
    return period / SECOND if isinstance(period, int) else ENGINE_GRACE
