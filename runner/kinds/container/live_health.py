"""The health of a container, as its engine tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from runner.core.health import Health
from runner.resource.ports import port_runs, read_bindings, show_run

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON

_RESTARTED_LATELY = 600
"""Seconds for which a container that the engine restarted is not yet trusted to run."""


def read_health(inspect: EngineJSON) -> Health:
    """Read the health of a container."""
    state = inspect["State"]
    health = (state.get("Health") or {}).get("Status") or None
    ports = _published(inspect["NetworkSettings"].get("Ports") or {})
    since = state["StartedAt"] if state["Running"] else state["FinishedAt"]
    phase = state["Status"]
    return Health(
        phase,
        None if health == "none" else health,
        since,
        tuple(ports),
        exit_code=state["ExitCode"] if phase in ("exited", "dead", "restarting") else None,
        restarts=inspect.get("RestartCount", 0) if phase == "restarting" or _is_recent(state["StartedAt"]) else 0,
    )


def _is_recent(moment: str) -> bool:
    age = datetime.now(UTC) - datetime.fromisoformat(moment)
    return age.total_seconds() < _RESTARTED_LATELY


def _published(ports: Mapping[str, Any]) -> Iterator[str]:
    """Yield the published ports: adjacent ones as a range, and no address for all addresses."""
    bound = {port: {(_address(one["HostIp"]), one["HostPort"]) for one in ports[port] or ()} for port in ports}
    listed = {port: [{"HostIp": host, "HostPort": number} for host, number in bound[port]] for port in ports}
    for run in port_runs(read_bindings({port: bindings for port, bindings in listed.items() if bindings})):
        yield from (f"{host}->{target}" for host, _, target in (name.rpartition(":") for name in show_run(run)))


def _address(host: str) -> str:
    return "" if host in ("0.0.0.0", "::") else host
