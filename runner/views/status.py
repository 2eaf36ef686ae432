"""The status: observed beside desired state, one row per resource, as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Final

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.struct import Struct
from runner.views.formatting import duration, pluralize, short_id
from runner.views.lines import Line, aligned, text_of
from runner.views.text_width import cells

if TYPE_CHECKING:
    from runner.core.serialize import JSONObject


class Sync(Enum):
    """How an observed resource compares with the file."""

    IN_SYNC = "in sync"
    DRIFTED = "drifted"
    MISSING = "missing"
    ORPHAN = "orphan"
    TAKEN = "taken"
    """It doesn't exist, and a foreign object has its name."""
    RETAINED = "retained"
    """It is an anonymous volume whose owner is gone."""


class StatusRow(Struct):
    """The status of one resource; what it lacks is None or empty. `uptime` is in seconds."""

    address: Address
    sync: Sync
    phase: str | None = None
    """The state that the engine reports."""
    health: str | None = None
    uptime: int | None = None
    ports: tuple[str, ...] = ()
    image_id: str | None = None
    exit_code: int | None = None
    restarts: int = 0
    owner: Address | None = None
    """The owner that a retained volume was created for; below, its mount path there."""
    target: str | None = None


_SYNC_ROLES: Final = {
    Sync.IN_SYNC: "good",
    Sync.DRIFTED: "update",
    Sync.MISSING: "error",
    Sync.ORPHAN: "warning",
    Sync.TAKEN: "error",
    Sync.RETAINED: "warning",
}
_HEALTH_ROLES: Final = {
    "running": "good",
    "healthy": "good",
    "succeeded": "good",
    "unhealthy": "error",
    "dead": "error",
    "failed": "error",
    "starting": "busy",
}
"""By the first word of the health cell."""
_TITLES: Final = ("RESOURCE", "SYNC", "HEALTH", "UPTIME", "PORTS", "IMAGE")
_NONE: Final = "-"
_RUNNING: Final = "running"
_BY_SIGNAL: Final = 128
"""Exit codes from here on stand for a signal that was sent."""


def status_lines(rows: Sequence[StatusRow], width: int | None = None) -> list[Line]:
    """Return the table and a summary below it; with a `width`, without the columns on the right that don't fit."""
    if not rows:
        return [(("quiet", "no resources"),)]
    titles: list[Line] = [(("title", title),) for title in _TITLES]
    table = [titles, *map(_cells, rows)]
    columns = len(_TITLES)
    while width is not None and columns > 2 and _width([row[:columns] for row in table]) > width:
        columns -= 1
    return [*aligned([row[:columns] for row in table]), (), _count(rows)]


def status_json(
    workflow: str,
    rows: Sequence[StatusRow],
    problems: Sequence[Diagnostic] = (),
    warnings: Sequence[Diagnostic] = (),
) -> JSONObject:
    """Return the rows as JSON, with full ids and the uptime in seconds, and the problems that prevent an apply."""
    from runner.core.serialize import FORMAT_VERSION, diagnostic_json

    return {
        "format_version": FORMAT_VERSION,
        "workflow": workflow,
        "resources": [_row_json(row) for row in rows],
        "problems": [diagnostic_json(problem) for problem in problems],
        "warnings": [diagnostic_json(warning) for warning in warnings],
    }


def _cells(row: StatusRow) -> list[Line]:
    # What exited or is paused keeps its last health.
    health = (row.health if row.phase == _RUNNING else None) or row.phase or _NONE
    role = "error" if row.restarts else _HEALTH_ROLES.get(health.partition(" ")[0], "")
    if row.owner:
        health = f"of {row.owner} at {row.target}"
    return [
        (("name", str(row.address)),),
        ((_SYNC_ROLES[row.sync], row.sync.value),),
        ((role, health + _ended(row)),),
        (("", _NONE if row.uptime is None else duration(row.uptime * 1000)),),
        (("", ", ".join(row.ports) or _NONE),),
        (("quiet", short_id(row.image_id) if row.image_id else _NONE),),
    ]


def _ended(row: StatusRow) -> str:
    """Return the exit code of what exited by itself, and its number of restarts."""
    code = f" ({row.exit_code})" if row.exit_code and (row.restarts or row.exit_code < _BY_SIGNAL) else ""
    return f"{code}, {pluralize(row.restarts, 'restart')}" if row.restarts else code


def _width(table: Sequence[Sequence[Line]]) -> int:
    return max(cells(text_of(line)) for line in aligned(table))


def _count(rows: Sequence[StatusRow]) -> Line:
    counts = ((sum(row.sync is sync for row in rows), sync) for sync in Sync)
    summary = ", ".join(f"{number} {sync.value}" for number, sync in counts if number)
    return (("quiet", f"{pluralize(len(rows), 'resource')}: {summary}"),)


def _row_json(row: StatusRow) -> JSONObject:
    return {
        "address": str(row.address),
        "sync": row.sync.value,
        "phase": row.phase,
        "health": row.health,
        "uptime_seconds": row.uptime,
        "ports": [*row.ports],
        "exit_code": row.exit_code,
        "restarts": row.restarts,
        "image_id": row.image_id,
        "owner": str(row.owner) if row.owner else None,
        "target": row.target,
    }
