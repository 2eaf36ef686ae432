"""The status as JSON for programs, in the order of the file."""

from __future__ import annotations

from collections.abc import Sequence

from runner.core.diagnostic import Diagnostic
from runner.core.health import Spread
from runner.core.serialize import FORMAT_VERSION, JSONObject, diagnostic_json
from runner.views.status_row import StatusRow


def status_json(
    workflow: str,
    rows: Sequence[StatusRow],
    problems: Sequence[Diagnostic] = (),
    warnings: Sequence[Diagnostic] = (),
) -> JSONObject:
    """Return the rows as JSON, with full ids and the uptime in seconds, and the problems that prevent an apply."""
    return {
        "format_version": FORMAT_VERSION,
        "workflow": workflow,
        "resources": [_row_json(row) for row in rows],
        "problems": [diagnostic_json(problem) for problem in problems],
        "warnings": [diagnostic_json(warning) for warning in warnings],
    }


def _row_json(row: StatusRow) -> JSONObject:
    return {
        "address": str(row.address),
        "sync": row.sync.value,
        "phase": row.phase,
        "health": row.health,
        "uptime_seconds": row.uptime,
        "ports": [*row.ports],
        "urls": [*row.urls.values()],
        "exit_code": row.exit_code,
        "restarts": row.restarts,
        "image_id": row.image_id,
        "owner": str(row.owner) if row.owner else None,
        "target": row.target,
        **({"image": row.image_name} if row.image_name else {}),
        **({"replicas": _spread_json(row.spread)} if row.spread else {}),
    }


def _spread_json(spread: Spread) -> JSONObject:
    return {
        "running": spread.running,
        "wanted": spread.wanted,
        "nodes": [{"node": one.node, "running": one.running, "down": one.is_down} for one in spread.nodes],
        "trouble": spread.trouble or None,
    }
