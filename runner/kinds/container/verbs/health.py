"""Whether a container is healthy: as the engine reports or, once it has stopped probing, by running its health check.

After a restart with live-restore, Engine 20.10 runs no health checks of the containers that kept running: their last
reported health never changes (moby#41871; seen on 20.10.24; tests/e2e/test_faults.py).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from runner.core.errors import EngineError, EngineUnreachable, NotFound, StepFailed
from runner.core.struct import MutableStruct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.task import Task

TAIL_LINES = 20

_SECOND = 1_000_000_000
_USUAL = {"Interval": 30 * _SECOND, "Timeout": 30 * _SECOND, "Retries": 3, "StartPeriod": 0}
"""The engine's defaults."""
_SLACK = 2.0
"""Seconds that an engine may be late with a probe."""


def has_healthcheck(inspect: EngineJSON) -> bool:
    """Return whether the engine reports health; Podman writes an empty status if there is no health check."""
    status = (inspect["State"].get("Health") or {}).get("Status")
    return status not in (None, "", "none")


def last_answer(inspect: EngineJSON) -> str | None:
    """Return the last line that the health check wrote when it last failed; None if it wrote none."""
    log = inspect["State"]["Health"].get("Log") or ()
    lines = str(log[-1].get("Output", "")).strip().splitlines() if log and log[-1].get("ExitCode") else ()
    return lines[-1] if lines else None


class Health(MutableStruct):
    """Tracks the health of one container during a wait."""

    task: Task
    last_probe: str = ""
    """When the engine last probed or, if it never has, when the container started; as the engine writes it."""
    seen_at: float = 0.0
    """When that value was first seen, by this client's clock."""
    asked_at: float | None = None
    """When this client last probed; None while the engine does."""
    asked_since: float = 0.0
    failures: int = 0

    def is_good(self, inspect: EngineJSON) -> bool:
        """Return whether the container is healthy by now; StepFailed if it is known to be unhealthy."""
        if self._is_unattended(inspect):
            return self._ask(inspect)
        self.asked_at, self.failures = None, 0
        return _says_healthy(self.task.gateway, inspect)

    @property
    def phase(self) -> str:
        """Return the text for what is waited for."""
        return "until healthy" if self.asked_at is None else "until healthy, asked by runner: the engine has stopped"

    def _is_unattended(self, inspect: EngineJSON) -> bool:
        """Return whether the engine is so late with a probe that it will make none.

        If the two clocks differ, what counts is that the last probe doesn't change; a needless probe does no harm.
        """
        log = inspect["State"]["Health"].get("Log") or ()
        last = str(log[-1]["End"] if log else inspect["State"]["StartedAt"])
        now = time.monotonic()
        if last != self.last_probe:
            self.last_probe, self.seen_at = last, now
        late = 1.5 * _setting(inspect, "Interval") / _SECOND + _SLACK
        age = max(now - self.seen_at, (datetime.now(UTC) - datetime.fromisoformat(last)).total_seconds())
        return age > late and not inspect.get("ExecIDs") and not inspect["State"].get("Paused")

    def _ask(self, inspect: EngineJSON) -> bool:
        """Run the health check's own command at its interval; StepFailed when its retries are used up."""
        now = time.monotonic()
        if self.asked_at is None:
            self.asked_since = now
        elif now - self.asked_at < _setting(inspect, "Interval") / _SECOND:
            return False
        self.asked_at = now
        answer = _run_test(self.task.gateway, inspect)
        if answer is None:
            return True
        if now - self.asked_since >= _setting(inspect, "StartPeriod") / _SECOND:
            self.failures += 1
        if self.failures >= _setting(inspect, "Retries"):
            raise _unhealthy(self.task.gateway, inspect, answer)
        return False


def _says_healthy(gateway: Gateway, inspect: EngineJSON) -> bool:
    """Return whether the engine reports the container as healthy; StepFailed if it reports unhealthy."""
    health = inspect["State"]["Health"]
    # A pause makes it unhealthy until the next probe, though no probe has failed.
    if health["Status"] != "unhealthy" or not health.get("FailingStreak", 1):
        return bool(health["Status"] == "healthy")
    log = health.get("Log") or []
    raise _unhealthy(gateway, inspect, str(log[-1].get("Output", "")) if log else "")


def _unhealthy(gateway: Gateway, inspect: EngineJSON, answer: str) -> StepFailed:
    lines = answer.strip().splitlines()
    message = f"is unhealthy: {lines[-1]}" if lines else "is unhealthy"
    return StepFailed(
        message, output=gateway.containers.last_lines(inspect["Id"], TAIL_LINES), code="healthcheck-failed"
    )


def _run_test(gateway: Gateway, inspect: EngineJSON) -> str | None:
    """Run the health check command as the engine would; return its output if it failed, else None."""
    config: Mapping[str, Any] = inspect["Config"]
    how, *words = config["Healthcheck"]["Test"]
    argv = words if how == "CMD" else [*(config.get("Shell") or ("/bin/sh", "-c")), *words]
    try:
        ran = gateway.containers.exec(inspect["Id"], argv, timeout=_setting(inspect, "Timeout") / _SECOND)
    except (EngineUnreachable, NotFound):
        raise
    except EngineError as error:
        return error.message
    return None if ran.code == 0 else (ran.output + ran.errors).decode(errors="replace")


def _setting(inspect: EngineJSON, name: str) -> int:
    return int(inspect["Config"]["Healthcheck"].get(name) or _USUAL[name])
