"""The workflows of an engine as a table, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from runner.core.run_lock import Holder
from runner.core.serialize import FORMAT_VERSION, JSONObject, timestamp
from runner.core.struct import Struct, field
from runner.views.columns import Column, cell, fit, hidden_note
from runner.views.formatting import duration, pluralize
from runner.views.history import RunRow, run_json
from runner.views.lines import Line

_PLAIN: Final = "docker"
"""What runs most workflows: nothing is said of it."""
_RESULT_ROLES: Final = {"succeeded": "good", "failed": "error"}
_ERRORS: Final = ("unhealthy", "restarting", "dead", "failed")
"""States that are errors; others that are told may be on purpose."""


class WorkflowRow(Struct):
    """A workflow by its records on the engine: what can be told without its file."""

    name: str
    resources: Mapping[str, int]
    """The number of its resources by kind."""
    expected: int = 0
    """How many of them are to keep running."""
    running: int = 0
    """How many of these run and aren't unhealthy."""
    ailing: Mapping[str, int] = field(default_factory=dict)
    """By state, how many do not run, are not healthy, or failed."""
    abandoned: int = 0
    """How many resources an interrupted run left behind."""
    changed: datetime | None = None
    """When its newest resource was created."""
    last_run: RunRow | None = None
    """Its last run from this client on this engine, if one is recorded."""
    files: tuple[str, ...] = ()
    """The files that its resources were applied from."""
    lock: Holder | None = None
    """The run that holds its lock."""
    is_lock_stale: bool = False
    """True if that run is known to have ended."""
    orchestrator: str = _PLAIN
    """What runs it: docker, the engine itself, or swarm."""


def workflow_lines(rows: Sequence[WorkflowRow], engine: str, now: datetime, width: int | None = None) -> Iterator[Line]:
    """Yield the table and what doesn't fit; for an engine without workflows, how to begin."""
    if not rows:
        yield (("quiet", f"no workflows on {engine}; to begin: runner init, then runner apply"),)
        return
    table = fit(_columns(rows, now), width)
    yield from table.lines
    if table.hidden:
        yield ()
        yield from hidden_note(table, width)


def _columns(rows: Sequence[WorkflowRow], now: datetime) -> Iterator[Column]:
    yield Column("WORKFLOW", [cell(row.name, "name") for row in rows])
    if any(row.orchestrator != _PLAIN for row in rows):
        yield Column("RUN BY", [cell(row.orchestrator) for row in rows], rank=1)
    yield Column("RUNNING", [_running(row) for row in rows])
    if any(row.ailing or row.abandoned for row in rows):
        yield Column("NOT WELL", [_ailing(row) for row in rows], rank=1)
    if any(row.lock for row in rows):
        yield Column("LOCKED BY", [_lock(row) for row in rows], rank=2)
    yield Column("LAST CHANGE", [cell(_ago(row.changed, now)) for row in rows], rank=3)
    yield Column("LAST RUN FROM HERE", [_last_run(row, now) for row in rows], rank=4)
    yield Column("RESOURCES", [cell(_resources(row)) for row in rows], rank=5)
    yield Column("FILE", [cell(", ".join(row.files), "path") for row in rows], rank=6)


def _running(row: WorkflowRow) -> Line:
    if not row.expected:
        return cell(None)
    return cell(f"{row.running}/{row.expected}", "good" if row.running == row.expected else "error")


def _ailing(row: WorkflowRow) -> Line:
    states = [f"{number} {state}" for state, number in row.ailing.items()]
    if row.abandoned:
        states.append(f"{row.abandoned} abandoned")
    return cell(", ".join(states), "error" if any(state in _ERRORS for state in row.ailing) else "warning")


def _lock(row: WorkflowRow) -> Line:
    if row.lock is None:
        return cell(None)
    stale = ", which has ended" if row.is_lock_stale else ""
    return cell(f"{row.lock.command} of {row.lock.user}@{row.lock.host}{stale}", "warning")


def _last_run(row: WorkflowRow, now: datetime) -> Line:
    run = row.last_run
    if run is None:
        return cell(None)
    role, result = _RESULT_ROLES.get(run.result, "warning"), run.result.replace("_", " ")
    return (("", f"{run.start.command} by {run.start.actor}, {_ago(run.began, now)}: "), (role, result))


def _ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago something was; what the engine's clock dates into the future was just now."""
    if moment is None:
        return ""
    seconds = int((now - moment).total_seconds())
    return f"{duration(seconds * 1000)} ago" if seconds > 0 else "just now"


def _resources(row: WorkflowRow) -> str:
    return ", ".join(pluralize(number, kind) for kind, number in row.resources.items())


def workflows_json(rows: Sequence[WorkflowRow], engine: str) -> JSONObject:
    """Return the workflows as JSON."""
    return {"format_version": FORMAT_VERSION, "engine": engine, "workflows": [_row_json(row) for row in rows]}


def _row_json(row: WorkflowRow) -> JSONObject:
    return {
        "name": row.name,
        "orchestrator": row.orchestrator,
        "resources": {**row.resources},
        "running": row.running,
        "expected": row.expected,
        "ailing": {**row.ailing},
        "abandoned": row.abandoned,
        "changed": timestamp(row.changed.astimezone(UTC)) if row.changed else None,
        "last_run": run_json(row.last_run) if row.last_run else None,
        "files": [*row.files],
        "lock": _lock_json(row.lock, is_stale=row.is_lock_stale) if row.lock else None,
    }


def _lock_json(holder: Holder, *, is_stale: bool) -> JSONObject:
    return {
        "user": holder.user,
        "host": holder.host,
        "pid": holder.pid,
        "run_id": holder.run_id,
        "command": holder.command,
        "since": holder.since,
        "stale": is_stale,
    }
