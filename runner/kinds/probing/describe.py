"""The description of a check as it is declared: what is probed, and for how long."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.core.inspection import Description
from runner.kinds.probing.probe import Exec, Http, Tcp
from runner.resource.scalars import DURATION

if TYPE_CHECKING:
    from runner.core.state import Resource
    from runner.core.values import Value
    from runner.kinds.check import CheckSettings, CheckSpec


def describe_check(resource: Resource, settings: CheckSettings) -> Description:
    """Describe a check by the keys of its entry."""
    return Description(
        {
            **_facts(settings.probe),
            "container": settings.container,
            "depends_on": tuple(str(dependency.address) for dependency in resource.depends_on),
            "timeout": DURATION.show(settings.timeout),
            "interval": DURATION.show(settings.interval),
        }
    )


def _facts(probe: CheckSpec) -> dict[str, Value]:
    match probe:
        case Http():
            expected = None if probe.json is None else json.dumps(probe.json, ensure_ascii=False)
            found = {"http.url": probe.url, "http.status": probe.status, "http.contains": probe.contains}
            return {**found, "http.json": expected}
        case Tcp():
            return {"tcp.host": probe.host, "tcp.port": probe.port}
        case Exec():
            return {"exec.command": probe.argv, "exec.exit_code": probe.exit_code, "exec.contains": probe.contains}
