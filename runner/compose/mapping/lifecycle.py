"""How a service starts, ends and proves that it works: order, restarts, replicas, health, hooks, logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.compose.mapping.part import Part, Parts, given, is_zero, put_together, same
from runner.compose.mapping.process import duration, named
from runner.compose.mapping.service import Project, Service
from runner.compose.mapping.told import ignored, unsupported
from runner.compose.node_edit import child, inner, items, mapping, scalar, sequence, text
from runner.core.diagnostic import Diagnostic
from runner.document.nodes import Entry, Node, ScalarNode

_COMPLETED = "service_completed_successfully"
CONDITIONS = {
    "service_started": "started",
    "service_healthy": "healthy",
    _COMPLETED: "completed",
}
_HEALTH = ("test", "interval", "timeout", "retries", "start_period", "start_interval")
_DURATIONS = ("interval", "timeout", "start_period", "start_interval")
_HOOKS = ("post_start", "pre_stop")
_OF_HOOK = ("command", "user", "working_dir", "privileged")


def common(service: Service, project: Project) -> Parts:
    """Yield what containers and jobs have alike: name, order, log."""
    for _, entry in given(service.entries, "container_name"):
        yield same(entry, "name")
    yield from _dependencies(service, project)
    for _, entry in given(service.within("logging"), "driver"):
        yield same(entry, "logging", "driver")
    for _, entry in given(service.within("logging"), "options"):
        yield Part(("logging", "options"), entry.key, named(entry.value))


def of_container(service: Service, project: Project) -> Parts:
    """Yield what only containers have."""
    yield from _replicas(service)
    yield from _restart(service, project)
    yield from _health(service)
    for name, entry in given(service.entries, *_HOOKS):
        hooks = map(_hook, items(entry.value))
        yield Part((name,), entry.key, sequence(entry.value, hooks))


def of_job(service: Service, project: Project) -> Parts:
    """Yield what a service that runs to its end has in its place, and tell what a job can't have."""
    policy, _, attempts = service.restart.partition(":")
    place = _restart_place(service)
    if policy == "on-failure":
        yield Part(("retries",), place.key, scalar(place.value, int(attempts or _MANY)))
    elif policy != "no":
        message = f'restart "{policy}" has no effect: {service.name} is a job{_why_job(service, project)}'
        project.found.append(ignored(place.key, message, "use on-failure to run it again when it fails"))
    for name, entry in given(service.entries, *_HOOKS):
        help = f"do it in the command of {service.name}"
        project.found.append(unsupported(entry.key, f"{name} is not supported for what runs to its end", help))
    for _, entry in given(service.entries, "healthcheck"):
        message = f"the healthcheck has no effect: {service.name} is a job{_why_job(service, project)}"
        project.found.append(ignored(entry.key, message))
    if service.replicas > 1:
        help = "use one, or declare more services"
        message = f"{service.replicas} replicas of what runs to its end are not supported"
        project.found.append(unsupported(_replicas_place(service).key, message, help))


def _why_job(service: Service, project: Project) -> str:
    """Return why a service is a job, unless it says so itself."""
    return "" if project.is_swarm and service.is_called_job else ", since others wait for it to complete"


_MANY = 1000
"""The most retries that a job can have: Compose has no limit, where the file has none."""


def _dependencies(service: Service, project: Project) -> Parts:
    """Yield what is waited for, with the condition of each."""
    entry = service.entries.get("depends_on")
    if entry is None:
        return
    values = {
        name: Entry(one.key, _dependency(name, one, project))
        for name, one in inner(entry.value).items()
        if name in project.services and (name in project.jobs or not _is_to_complete(one))
    }
    if values:
        yield Part(("depends_on",), entry.key, mapping(entry.value, values))


def _dependency(name: str, entry: Entry, project: Project) -> Node:
    """Return a condition; with what else is set."""
    condition = child(entry.value, "condition")
    wanted = CONDITIONS.get(text(condition), "started")
    if name in project.jobs and wanted != "completed":
        service = project.services[name]
        why = f"others wait for {name} to complete" if _why_job(service, project) else f"{name} is a job"
        project.found.append(_awaited_otherwise(name, why, wanted, condition or entry.key))
        wanted = "completed"
    place = condition or entry.value
    details = inner(entry.value)
    kept: dict[str, Entry] = {"condition": Entry(scalar(place, "condition"), scalar(place, wanted))}
    for key, usual in (("required", True), ("restart", False)):
        detail = details.get(key)
        if detail is not None and isinstance(detail.value, ScalarNode) and detail.value.value is not usual:
            kept[key] = detail
    return mapping(entry.value, kept) if len(kept) > 1 else scalar(place, wanted)


def _awaited_otherwise(name: str, why: str, wanted: str, place: Node) -> Diagnostic:
    if wanted == "healthy":
        help = f"wait for {name} to complete everywhere, or nowhere"
        return unsupported(place, f"{why}, so that it is never {wanted}", help)
    return ignored(place, f"{why}, so that this waits for it, too", "write service_completed_successfully")


def _replicas(service: Service) -> Parts:
    if service.replicas != 1:
        place = _replicas_place(service)
        yield Part(("replicas",), place.key, scalar(place.value, service.replicas))


def _replicas_place(service: Service) -> Entry:
    return service.within("deploy").get("replicas") or service.entries["scale"]


def _restart(service: Service, project: Project) -> Parts:
    """Yield the restart policy; without one, a service may run to its end, unless a swarm runs it."""
    place = _restart_place(service)
    if project.is_swarm:
        if service.restart_on_swarm:
            yield Part(("restart",), place.key, scalar(place.value, service.restart_on_swarm))
    elif service.restart == "no":
        yield Part(("may_complete",), place.key, scalar(place.value, True))
    else:
        yield Part(("restart",), place.key, scalar(place.value, service.restart))


def _restart_place(service: Service) -> Entry:
    found = service.within("deploy").get("restart_policy") or service.entries.get("restart")
    return found or Entry(service.key, service.key)


def _health(service: Service) -> Parts:
    check = service.within("healthcheck")
    disabled = check.get("disable")
    if disabled is not None and isinstance(disabled.value, ScalarNode) and disabled.value.value is True:
        yield same(disabled, "healthcheck", "disable")
        return
    for name, entry in given(check, *_HEALTH):
        if not is_zero(entry.value):  # the engine takes 0 as "use the image's"
            value = duration(entry.value) if name in _DURATIONS else entry.value
            yield Part(("healthcheck", name), entry.key, value)


def _hook(item: Node) -> Node:
    entries = inner(item)
    parts = [same(entry, name) for name, entry in given(entries, *_OF_HOOK)]
    parts += [Part(("environment",), one.key, named(one.value)) for _, one in given(entries, "environment")]
    return put_together(item, parts)


def jobs(services: Mapping[str, Service], *, is_swarm: bool) -> Iterator[str]:
    """Yield the services that others wait for to complete; one without replicas is nothing to wait for.

    On a swarm, those that are called jobs are among them.
    """
    for service in services.values():
        if is_swarm and service.is_called_job:
            yield service.name
        for name, one in service.within("depends_on").items():
            if _is_to_complete(one) and name in services and services[name].replicas:
                yield name


def _is_to_complete(dependency: Entry) -> bool:
    return text(child(dependency.value, "condition")) == _COMPLETED
