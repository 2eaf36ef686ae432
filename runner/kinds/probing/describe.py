"""The description of a check as it is declared: what is probed, and for how long."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.core.inspection import Description
from runner.kinds.probing.probe import Exec, Http, Tcp
from runner.resource.scalars import DURATION

if TYPE_CHECKING:
    from runner.core.settings import CheckTiming
    from runner.core.values import Value


def describe_check(
    probe: Http | Tcp | Exec, container: str | None, depends_on: tuple[str, ...], timing: CheckTiming
) -> Description:
    """Describe a check by the keys of its entry, and the container that it is about."""
    return Description(
        {
            **_facts(probe),
            "container": container,
            "depends_on": depends_on,
            "timeout": DURATION.show(timing.timeout),
            "interval": DURATION.show(timing.interval),
        }
    )


def _facts(probe: Http | Tcp | Exec) -> dict[str, Value]:
    match probe:
        case Http():
            expected = None if probe.json is None else json.dumps(probe.json, ensure_ascii=False)
            found = {"http.url": probe.url, "http.status": probe.status, "http.contains": probe.contains}
            return {**found, "http.json": expected}
        case Tcp():
            return {"tcp.host": probe.host, "tcp.port": probe.port}
        case Exec():
            return {"exec.command": probe.argv, "exec.exit_code": probe.exit_code, "exec.contains": probe.contains}
