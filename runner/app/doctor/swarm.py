"""Checks of the swarm that the engine is in; most of them only for a workflow that a swarm is to run."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from runner.app.doctor.subject import Patient
from runner.core.errors import EngineError, RunnerError
from runner.core.examination import Finding, broken, fine, untested, warning
from runner.resource.orchestrator_names import SWARM

if TYPE_CHECKING:
    from runner.core.swarm import SwarmState

_IPVS: Final = "/proc/net/ip_vs"
"""Is there where the kernel has loaded what virtual IPs and the routing mesh take."""
_SOON: Final = 30
"""Days before its end in which a certificate is warned of."""
_DAY: Final = 86_400


def check_swarm(patient: Patient) -> Iterator[Finding]:
    """Tell what the engine is in a swarm, and whether that is what the workflow needs."""
    state, is_meant = patient.gateway.swarm.state(), patient.client.orchestrator == SWARM
    if state.local_state == "inactive":
        if is_meant:
            yield broken("swarm.outside")
    elif state.local_state == "locked":
        yield broken("swarm.locked")
    elif state.local_state in ("pending", "error"):
        yield broken("swarm.joining", state=state.local_state, error=state.error or "no answer of its managers yet")
    elif not state.is_manager:
        tell = broken if is_meant else fine
        yield tell("swarm.worker", managers=", ".join(state.managers) or "unknown")
    elif state.error:
        yield broken("swarm.no_leader", error=state.error)
    else:
        yield fine("swarm.manager", nodes=state.nodes_total, managers=state.managers_total)
        if state.locks_managers and is_meant:
            yield fine("swarm.autolock")


def check_quorum(patient: Patient) -> Iterator[Finding]:
    """Tell how many managers may still be lost."""
    if not _can_be_asked(patient):
        return
    managers = [node["ManagerStatus"] for node in patient.gateway.swarm.nodes.list() if node.get("ManagerStatus")]
    total, reachable = len(managers), sum(one.get("Reachability") == "reachable" for one in managers)
    spare = reachable - (total // 2 + 1)
    if total == 1:
        yield warning("quorum.alone")
    elif spare <= 0:
        yield warning("quorum.thin", reachable=reachable, managers=total)
    elif total % 2 == 0:
        yield warning("quorum.even", managers=total)
    else:
        yield fine("quorum.safe", reachable=reachable, managers=total, spare=spare)


def check_nodes(patient: Patient) -> Iterator[Finding]:
    """Tell which nodes run nothing, or nothing new."""
    if not _can_be_asked(patient):
        return
    nodes = patient.gateway.swarm.nodes.list()
    down = [_named(node) for node in nodes if node["Status"]["State"] != "ready"]
    closed = [
        f"{_named(one)}: {one['Spec']['Availability']}" for one in nodes if one["Spec"]["Availability"] != "active"
    ]
    if down:
        yield warning("nodes.down", *down, number=len(down), nodes=len(nodes))
    if closed:
        yield warning("nodes.closed", *closed, number=len(closed), nodes=len(nodes))
    if not down and not closed:
        yield fine("nodes.ready", nodes=len(nodes))


def check_versions(patient: Patient) -> Iterator[Finding]:
    """Tell whether the engines of all nodes are of one version."""
    if not _can_be_asked(patient):
        return
    by_node = {_named(node): _version(node) for node in patient.gateway.swarm.nodes.list()}
    if len(set(by_node.values())) > 1:
        yield warning("versions.differ", *(f"{node}: {version}" for node, version in by_node.items()))
    else:
        yield fine("versions.same", version=next(iter(by_node.values()), "unknown"))


def check_ipvs(patient: Patient) -> Iterator[Finding]:
    """Tell whether the kernel can do what virtual IPs and ingress ports need; the engine itself doesn't say."""
    if not _can_be_asked(patient):
        return
    if not patient.engine.capabilities.on_this_machine:
        yield untested("ipvs.elsewhere")
    elif os.path.exists(_IPVS):  # noqa: PTH110 - of the kernel
        yield fine("ipvs.loaded")
    else:
        yield warning("ipvs.missing")


def check_registries(patient: Patient) -> Iterator[Finding]:
    """Tell whether the engine reaches the images of the workflow in their registries, as every node has to."""
    workflow = patient.client.workflow
    if not _can_be_asked(patient) or workflow is None or isinstance(workflow, RunnerError):
        return
    from runner.kinds.image.settings import PullSettings

    settings = (resource.settings for resource in workflow.desired.resources.values())
    pulled = (one for one in settings if isinstance(one, PullSettings) and one.pull != "never")
    names = list(dict.fromkeys(one.reference for one in pulled))
    unreached = dict(_unreached(patient, names))
    if unreached:
        details = (workflow.redactor.text(f"{name}: {why}") for name, why in unreached.items())
        yield broken("registries.unreached", *details, number=len(unreached), images=len(names))
    elif names:
        yield fine("registries.reached", images=len(names))


def _unreached(patient: Patient, names: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            patient.gateway.images.registry_digest(name)
        except EngineError as error:
            yield name, error.message


def check_ca(patient: Patient) -> Iterator[Finding]:
    """Tell when the root certificate of the nodes ends; their own ones are renewed without anybody's help."""
    if not _can_be_asked(patient):
        return
    state = patient.gateway.swarm.state()
    if state.is_rotating_root:
        yield warning("ca.rotating")
    ends = _end_of(state)
    if ends is None:
        return
    days = int((ends - time.time()) // _DAY)
    yield fine("ca.valid", days=days) if days > _SOON else warning("ca.ending", days=days)


def _end_of(state: SwarmState) -> float | None:
    try:
        found = ssl.create_default_context(cadata=state.root_certificate).get_ca_certs()
        return min((ssl.cert_time_to_seconds(str(one["notAfter"])) for one in found), default=None)
    except (ssl.SSLError, ValueError, KeyError):
        return None


def _can_be_asked(patient: Patient) -> bool:
    state = patient.gateway.swarm.state()
    return patient.client.orchestrator == SWARM and state.is_manager and not state.error


def _named(node: Mapping[str, Any]) -> str:
    return str((node.get("Description") or {}).get("Hostname") or node["ID"])


def _version(node: Mapping[str, Any]) -> str:
    return str(((node.get("Description") or {}).get("Engine") or {}).get("EngineVersion") or "unknown")
