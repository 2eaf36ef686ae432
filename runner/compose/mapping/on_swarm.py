"""What only a swarm obeys: where tasks go, how they are updated, restarted and reached."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.part import Part, Parts, given, is_zero, same
from runner.compose.mapping.process import duration, named
from runner.compose.mapping.service import JOB_MODE, Project, Service
from runner.compose.mapping.told import unsupported
from runner.compose.node_edit import child, items, mapping, scalar, sequence, text
from runner.document.nodes import Entry, Node, ScalarNode

_RATES = {"parallelism": "parallel", "max_failure_ratio": "max_failure_ratio", "order": "order"}
_TIMES = ("delay", "monitor")
_AFTER_FAILURE = {"rollback": "rollback", "pause": "keep"}
_MODES = ("replicated", JOB_MODE)
_RUNS_EVERYWHERE = "global"


def on_swarm(service: Service, project: Project) -> Parts:
    """Yield what a service has under `deploy` for a swarm; a job is neither spread nor updated by it."""
    if not service.value("container_name"):
        yield Part(("name",), service.key, scalar(service.key, f"{project.name}_{service.name}"))
    yield from _placement(service.within("deploy", "placement"))
    yield from _reservations(service.within("deploy", "resources", "reservations"))
    for _, entry in given(service.within("deploy"), "labels"):
        yield Part(("service_labels",), entry.key, named(entry.value))
    for _, entry in given(service.within("deploy"), "mode"):
        if text(entry.value) == _RUNS_EVERYWHERE:
            yield same(entry, "mode")
        elif text(entry.value) not in _MODES:
            help = f"use one of {_RUNS_EVERYWHERE}, {', '.join(_MODES)}"
            message = f'mode "{text(entry.value)}" is not supported'
            project.found.append(unsupported(entry.value, message, help))
    if service.name not in project.jobs:
        yield from _of_service(service, project)


def _of_service(service: Service, project: Project) -> Parts:
    """Yield what only a service that keeps running has."""
    for _, entry in given(service.within("deploy"), "endpoint_mode"):
        yield same(entry, "endpoint_mode")
    yield from _update(service.within("deploy", "update_config"), project)
    for name, entry in given(service.within("deploy", "restart_policy"), "delay", "window"):
        yield Part((f"restart_{name}",), entry.key, duration(entry.value))
    for _, entry in given(service.within("deploy", "restart_policy"), "max_attempts"):
        if not is_zero(entry.value) and not service.restart_on_swarm.startswith("on-failure"):
            help = "use condition: on-failure"
            message = "max_attempts without the condition on-failure is not supported"
            project.found.append(unsupported(entry.key, message, help))


def _placement(placement: Mapping[str, Entry]) -> Parts:
    for _, entry in given(placement, "constraints"):
        yield same(entry, "place", "constraints")
    for _, entry in given(placement, "preferences"):
        spread = [found for item in items(entry.value) if (found := child(item, "spread")) is not None]
        yield Part(("place", "spread"), entry.key, sequence(entry.value, spread))
    for _, entry in given(placement, "max_replicas_per_node"):
        if not is_zero(entry.value):
            yield same(entry, "place", "max_per_node")


def _reservations(reserved: Mapping[str, Entry]) -> Parts:
    for _, entry in given(reserved, "cpus"):
        if not is_zero(entry.value):
            yield same(entry, "limits", "cpu_reservation")
    for _, entry in given(reserved, "generic_resources"):
        kinds = {kind.text: Entry(kind, number) for item in items(entry.value) for kind, number in _resource(item)}
        yield Part(("limits", "generic_resources"), entry.key, mapping(entry.value, kinds))


def _resource(item: Node) -> list[tuple[ScalarNode, Node]]:
    kind = child(item, "discrete_resource_spec", "kind")
    number = child(item, "discrete_resource_spec", "value")
    return [(kind, number)] if isinstance(kind, ScalarNode) and number is not None else []


def _update(config: Mapping[str, Entry], project: Project) -> Parts:
    """Yield how tasks are replaced."""
    for name, entry in given(config, *_RATES):
        yield same(entry, "update", _RATES[name])
    for name, entry in given(config, *_TIMES):
        yield Part(("update", name), entry.key, duration(entry.value))
    for _, entry in given(config, "failure_action"):
        action = text(entry.value)
        if action in _AFTER_FAILURE:
            yield Part(("update", "on_failure"), entry.key, scalar(entry.value, _AFTER_FAILURE[action]))
        else:
            help = f"use one of {', '.join(_AFTER_FAILURE)}"
            project.found.append(unsupported(entry.value, f'failure_action "{action}" is not supported', help))
