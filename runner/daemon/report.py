"""The report of an engine on itself, read from /info."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from runner.core.engine_report import EngineReport
from runner.daemon.lists import INFO

if TYPE_CHECKING:
    from runner.daemon.http.api import Api


def read_report(api: Api) -> EngineReport:
    """Ask an engine for its state; its clock is compared with the middle of the call."""
    asked = time.time()
    info: Mapping[str, Any] = api.get(INFO)
    took = time.time() - asked
    forwards = info.get("IPv4Forwarding")
    return EngineReport(
        operating_system=str(info.get("OperatingSystem") or ""),
        security=frozenset(map(_name, info.get("SecurityOptions") or ())),
        warnings=tuple(map(str, info.get("Warnings") or ())),
        forwards_packets=forwards if isinstance(forwards, bool) else None,
        data_root=str(info.get("DockerRootDir") or ""),
        clock_ahead=_clock_ahead(info.get("SystemTime"), asked + took / 2),
        answered_in=took,
    )


def _name(option: object) -> str:
    """Return the name of a security option.

    >>> _name("name=seccomp,profile=default"), _name("apparmor")
    ('seccomp', 'apparmor')
    """
    return str(option).partition(",")[0].removeprefix("name=")


def _clock_ahead(told: object, here: float) -> float | None:
    try:
        return datetime.fromisoformat(str(told)).timestamp() - here
    except (OverflowError, ValueError):
        return None
