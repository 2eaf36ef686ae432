"""Warnings about resources that stay as they are and that the engine reports as not working."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.health import Health
from runner.core.plan import Action, Change

if TYPE_CHECKING:
    from runner.core.codes import Code

_AILMENTS = {"unhealthy": "is unhealthy", "starting": "is not healthy yet"}
"""Health statuses of the engine that are worth a warning."""


def _ailment(health: Health) -> str | None:
    """Describe what is wrong with a resource that exists; None if nothing is known to be."""
    if not health.restarts:
        return _AILMENTS.get(health.health or "")
    times = "once" if health.restarts == 1 else f"{health.restarts} times"
    last = "" if health.exit_code is None else f", last exited with code {health.exit_code}"
    return f"restarted {times}{last}"


def unhealthy_findings(changes: Iterable[Change]) -> Iterator[Diagnostic]:
    """Warn about resources that are unhealthy and stay as they are, those that are adopted included.

    A no-op alone would sound as if all were well.
    """
    for change in changes:
        health = change.observed.health if change.observed else None
        ailment = _ailment(health) if health else None
        stays = change.action in (Action.NOOP, Action.UPDATE) and not change.diff
        if change.desired and stays and ailment:
            help = f"see why with: runner logs {change.address.name}"
            message = f"{change.address} {ailment}, and unchanged by this plan"
            code: Code = "restarting" if health and health.restarts else "unhealthy"
            yield Diagnostic(code, message, change.desired.span, help, severity=Severity.WARNING)
