"""Checks of the engine itself: what it is, what it enforces and supports, and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from runner.app.doctor.subject import Patient
from runner.app.unsupported import unsupported_keys
from runner.core.engine import Feature
from runner.core.examination import Finding, fine, warning
from runner.resource.requirements import api_at_least

if TYPE_CHECKING:
    from runner.daemon.endpoints.endpoint import Endpoint

_ENFORCED: Final = (
    Feature.MEMORY_LIMIT,
    Feature.SWAP_LIMIT,
    Feature.PIDS_LIMIT,
    Feature.CPU_SHARES,
    Feature.CPU_CFS_PERIOD,
    Feature.CPU_CFS_QUOTA,
    Feature.CPUSET,
)
"""Limits that an engine on a usual kernel enforces."""
_FLAVOURS: Final = ("Docker Desktop", "OrbStack", "Colima", "Rancher Desktop")
"""Engines in a virtual machine of this one, by a part of their operating system's name."""
_LOOPBACK: Final = ("127.", "localhost", "::1")
_SKEW: Final = 5.0
"""Seconds by which clocks may differ."""
_KEEPS_RECORDS: Final = "1.42"
"""The API of Engine 23, whose volume prune removes anonymous volumes only."""


def check_engine(patient: Patient) -> Iterator[Finding]:
    """Tell which engine is used and why, and what kind it is."""
    engine, report = patient.engine, patient.report
    yield fine(
        "engine.answers",
        name=engine.name,
        version=engine.version,
        api=engine.api_version,
        platform=f"{engine.os}/{engine.architecture}",
        host=patient.endpoint.url,
        found_by=patient.endpoint.found_by,
        milliseconds=round(report.answered_in * 1000),
    )
    if _is_open(patient.endpoint):
        yield warning("engine.unencrypted", host=patient.endpoint.url)
    flavour = next((name for name in _FLAVOURS if name.lower() in report.operating_system.lower()), None)
    if flavour:
        yield fine("engine.virtual", name=flavour)
    if "rootless" in report.security:
        yield fine("engine.rootless")
    if "userns" in report.security:
        yield fine("engine.remapped")


def _is_open(endpoint: Endpoint) -> bool:
    """Return whether an engine is reached over a network without TLS."""
    parts = endpoint.parts
    is_remote = not (parts.hostname or "").startswith(_LOOPBACK)
    return parts.scheme in ("tcp", "http") and endpoint.tls is None and is_remote


def check_limits(patient: Patient) -> Iterator[Finding]:
    """Tell whether limits are enforced."""
    capabilities, warnings = patient.engine.capabilities, patient.report.warnings
    lacking = [feature.value for feature in _ENFORCED if not capabilities.has(feature)]
    version = capabilities.cgroup_version
    if lacking:
        yield warning("limits.missing", *warnings, cgroup=version, limits=", ".join(lacking))
    else:
        yield fine("limits.enforced", *warnings, cgroup=version)


def check_clock(patient: Patient) -> Iterator[Finding]:
    """Compare the engine's clock with this machine's."""
    ahead = patient.report.clock_ahead
    if ahead is None:
        return
    if abs(ahead) < _SKEW:
        yield fine("clock.right", seconds=round(ahead, 1))
    else:
        yield warning("clock.ahead" if ahead > 0 else "clock.behind", seconds=round(abs(ahead)))


def check_builder(patient: Patient) -> Iterator[Finding]:
    """Tell what builds images."""
    has_buildkit = patient.engine.capabilities.has(Feature.BUILDKIT)
    yield fine("builder.buildkit") if has_buildkit else warning("builder.classic")


def check_pruning(patient: Patient) -> Iterator[Finding]:
    """Warn of engines whose prune removes runner's records."""
    if not api_at_least(patient.engine, _KEEPS_RECORDS):
        yield warning("pruning.removes_records")


def check_keys(patient: Patient) -> Iterator[Finding]:
    """Tell which keys of the language the engine doesn't support."""
    lacking = dict(unsupported_keys(patient.engine, patient.client.orchestrator))
    if lacking:
        yield fine("keys.unsupported", *(f"{key} {reason}" for key, reason in lacking.items()), number=len(lacking))
    else:
        yield fine("keys.supported")
