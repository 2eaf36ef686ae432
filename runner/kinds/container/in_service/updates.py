"""How a swarm updates a service's tasks, and how it goes back: always said in full, so that both are as declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runner.core.plan import Effect
from runner.core.values import Value
from runner.kinds.container.declare.update_policy import MILLION, to_millionths
from runner.resource.engine_json import Binding, Body, at, get, put
from runner.resource.scalars import SECOND
from runner.resource.service_binding import InService

_UPDATE, _ROLLBACK = "UpdateConfig", "RollbackConfig"
_ACTIONS = {"rollback": "rollback", "keep": "pause"}
"""What managers call what happens when an update fails."""


def _same(value: Any) -> Any:
    return value


def _both(
    key: str, default: Value, encode: Callable[[Any], Any] = _same, decode: Callable[[Any], Any] = _same
) -> InService:
    """Return the binding of what counts for updates, and for going back as well."""

    def write(value: Value, body: Body) -> None:
        for config in (_UPDATE, _ROLLBACK):
            put(body, f"{config}.{key}", encode(value))

    def read(spec: Mapping[str, Any]) -> Value:
        found = get(spec, f"{_UPDATE}.{key}")
        return None if found is None else decode(found)

    return InService(bind=Binding(write, read, f"{_UPDATE}.{key}"), default=default, on_change=Effect.UPDATE)


def _write_action(value: Value, body: Body) -> None:
    """Write what a failed update leads to: a rollback takes all tasks at once, and is never rolled back itself."""
    put(body, f"{_UPDATE}.FailureAction", _ACTIONS.get(str(value), value))
    put(body, f"{_ROLLBACK}.FailureAction", "pause")
    put(body, f"{_ROLLBACK}.Parallelism", 0)


def _read_action(spec: Mapping[str, Any]) -> Value:
    found = get(spec, f"{_UPDATE}.FailureAction")
    return next((name for name, action in _ACTIONS.items() if action == found), found)


ORDER = _both("Order", "stop-first")
MONITOR = _both("Monitor", 5 * SECOND)
ON_FAILURE = InService(bind=Binding(_write_action, _read_action, f"{_UPDATE}.FailureAction"), on_change=Effect.UPDATE)
DELAY = InService(bind=at(f"{_UPDATE}.Delay"), default=0, on_change=Effect.UPDATE)
PARALLEL = InService(bind=at(f"{_UPDATE}.Parallelism"), default=1, on_change=Effect.UPDATE)
MAX_FAILURE_RATIO = InService(
    bind=at(
        f"{_UPDATE}.MaxFailureRatio",
        encode=lambda millionths: millionths / MILLION,
        decode=lambda ratio: to_millionths(ratio or 0),
    ),
    default=0,
    on_change=Effect.UPDATE,
)
