"""Limits, ulimits and devices: Compose has them at the service and, with precedence, under `deploy`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.compose.mapping.part import Part, Parts, given, is_zero
from runner.compose.mapping.service import Project, Service
from runner.compose.mapping.told import unsupported
from runner.compose.node_edit import child, items, mapping, scalar, sequence, text
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode

FROM_SERVICE = {
    "cpus": "cpus",
    "cpu_shares": "cpu_shares",
    "cpuset": "cpuset",
    "cpu_period": "cpu_period",
    "cpu_quota": "cpu_quota",
    "mem_limit": "memory",
    "mem_reservation": "memory_reservation",
    "memswap_limit": "memory_swap",
    "mem_swappiness": "memory_swappiness",
    "oom_kill_disable": "oom_kill_disable",
    "oom_score_adj": "oom_score_adj",
    "pids_limit": "pids",
}
"""Keys of a service, and their names below `limits`."""
FROM_DEPLOY = {
    ("limits", "cpus"): "cpus",
    ("limits", "memory"): "memory",
    ("limits", "pids"): "pids",
    ("reservations", "memory"): "memory_reservation",
}
"""Keys below `deploy.resources`, and their names below `limits`."""
RATES = {
    "device_read_bps": "read_bps",
    "device_write_bps": "write_bps",
    "device_read_iops": "read_iops",
    "device_write_iops": "write_iops",
}
"""Keys below `blkio_config`, and their names below `limits.io`."""
_GPU = "gpu"


def limits(service: Service, project: Project) -> Parts:
    """Yield limits and devices; a limit of 0 is none."""
    for name, entry in given(service.entries, *FROM_SERVICE):
        if name == "cpuset" or not is_zero(entry.value):  # CPU 0 is a set of CPUs
            yield Part(("limits", FROM_SERVICE[name]), entry.key, entry.value)
    for (group, name), to in FROM_DEPLOY.items():
        for _, entry in given(service.within("deploy", "resources", group), name):
            if not is_zero(entry.value):
                yield Part(("limits", to), entry.key, entry.value)
    yield from _io(service.within("blkio_config"))
    yield from _devices(service, project)
    requests = [*_gpus(service), *_reserved(service, project)]
    if requests:
        place = requests[0]
        yield Part(("gpus",), place, sequence(place, requests))


def _io(config: Mapping[str, Entry]) -> Parts:
    for _, entry in given(config, "weight"):
        if not is_zero(entry.value):
            yield Part(("limits", "io", "weight"), entry.key, entry.value)
    for name, entry in given(config, *RATES):
        rates = {path: rate for item in items(entry.value) for path, rate in _rate(item)}
        yield Part(("limits", "io", RATES[name]), entry.key, mapping(entry.value, rates))


def _rate(item: Node) -> Iterator[tuple[str, Entry]]:
    """Yield device and rate; the canonical form has both with a capital."""
    path = child(item, "path") or child(item, "Path")
    rate = child(item, "rate") or child(item, "Rate")
    if isinstance(path, ScalarNode) and rate is not None:
        yield path.text, Entry(path, rate)


def _devices(service: Service, project: Project) -> Parts:
    for _, entry in given(service.entries, "devices"):
        devices = list(_paths(items(entry.value), project))
        if devices:
            yield Part(("devices",), entry.key, sequence(entry.value, devices))


def _paths(devices: Iterable[Node], project: Project) -> Iterator[Node]:
    """Yield devices in the short form."""
    for device in devices:
        source, target = text(child(device, "source")), text(child(device, "target"))
        if source == target and not source.startswith("/"):
            help = "use gpus, or name the device's path"
            project.found.append(unsupported(device, f'"{source}" is a device of CDI, which is not supported', help))
            continue
        yield scalar(device, ":".join(filter(None, (source, target, text(child(device, "permissions"))))))


def _gpus(service: Service) -> Iterator[Node]:
    for request in service.items("gpus"):
        yield _request(request)


def _reserved(service: Service, project: Project) -> Iterator[Node]:
    """Yield the devices that `deploy` reserves: on a plain engine they are requests for GPUs."""
    reserved = service.value("deploy", "resources", "reservations", "devices")
    for request in items(reserved):
        if _GPU not in map(text, items(child(request, "capabilities"))):
            help = "request the capability gpu, or name the devices under devices"
            project.found.append(unsupported(request, "only devices with the capability gpu are supported", help))
            continue
        yield _request(request)


def _request(request: Node) -> Node:
    assert isinstance(request, MappingNode)
    kept = dict(given(request.entries, "driver", "count", "device_ids", "capabilities"))
    count = kept.get("count")
    if count is not None and text(count.value) == "-1":
        kept["count"] = Entry(count.key, scalar(count.value, "all"))
    return mapping(request, kept)
