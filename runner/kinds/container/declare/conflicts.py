"""Conflicting options of an entry: engines reject them too, but only when they create the container."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from operator import itemgetter

from runner.core.values import Value, as_map
from runner.kinds.container.declare.readiness_probe import has_probe
from runner.resource.codec import Invalid
from runner.resource.ports import PortRun, port_runs, show_port
from runner.resource.scalars import show_size

_OWNED_BY_THE_OTHER = ("hostname", "dns", "extra_hosts", "expose")
"""Options that belong to the container whose network is shared."""
_BY_NAMESPACE = {
    "network_mode": ("net.",),
    "ipc": ("kernel.msg", "kernel.sem", "kernel.shm", "fs.mqueue."),
    "uts": ("kernel.domainname",),
}
"""Prefixes of namespaced kernel parameters, as runc knows them, by the key that may select the host's namespace."""


def conflicting_options(values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Yield a finding for each option that conflicts with another one of the entry."""
    yield from _cpus(values)
    yield from _memory(values)
    yield from _health(values)
    yield from _ports(values)
    yield from _namespaces(values)
    yield from _sysctls(values)
    yield from _completion(values)
    yield from _mounted_images(values)
    if values.get("logging.driver") == "none" and "ready.log" in values:
        help = "use a driver that keeps the log, or another probe"
        yield Invalid('"log" conflicts with logging driver "none"', path=("ready", "log"), help=help)


def _cpus(values: Mapping[str, Value]) -> Iterator[Invalid]:
    for key in ("cpu_period", "cpu_quota") if "limits.cpus" in values else ():
        if f"limits.{key}" in values:
            help = "set either cpus, or a quota per period"
            yield Invalid(f'"{key}" conflicts with "cpus"', path=("limits", key), help=help)


def _memory(values: Mapping[str, Value]) -> Iterator[Invalid]:
    memory, reserved, swap = (values.get(f"limits.{key}") for key in ("memory", "memory_reservation", "memory_swap"))
    if isinstance(swap, int) and swap > 0:
        if memory is None:
            help = "set memory too: the rest is swap"
            yield Invalid('"memory_swap" needs "memory"', path=("limits", "memory"), help=help)
        elif isinstance(memory, int) and swap < memory:
            help = "it is memory plus swap, so at least memory; -1 means unlimited swap"
            yield _less("memory_swap", swap, "memory", memory, at="memory_swap", help=help)
    if isinstance(memory, int) and isinstance(reserved, int) and memory < reserved:
        help = "lower the reservation, or raise the limit"
        yield _less("memory", memory, "memory_reservation", reserved, at="memory_reservation", help=help)


def _less(small: str, less: int, large: str, more: int, *, at: str, help: str) -> Invalid:
    message = f'{small} "{show_size(less)}" is less than {large} "{show_size(more)}"'
    return Invalid(message, path=("limits", at), help=help)


def _health(values: Mapping[str, Value]) -> Iterator[Invalid]:
    if values.get("healthcheck.disable"):
        for key in values:
            section, _, part = key.partition(".")
            if section == "healthcheck" and part != "disable":
                help = "either disable the healthcheck, or configure it"
                yield Invalid(f'"{part}" conflicts with "disable"', path=(section, part), help=help)


def _ports(values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Reject a port range that contains another port of the entry: the engine may pick that port for the range."""
    runs = port_runs(values.get("ports"))
    ranges = [run for run in runs if "-" in str(run.port["published"])]
    if not ranges:
        return
    fixed: dict[tuple[Value, Value], list[tuple[int, PortRun]]] = {}
    for run in runs:
        if numbers := run.numbers:
            fixed.setdefault((run.port["protocol"], run.port["host_ip"]), []).append((numbers[-1], run))
    for of_one_address in fixed.values():
        of_one_address.sort(key=itemgetter(0))
    for run in ranges:
        first, _, last = str(run.port["published"]).partition("-")
        taken = _first_within(int(first), int(last), run, fixed)
        if taken is not None:
            message = f'"{show_port(run.port)}" may conflict with the host port of "{taken.shown}"'
            yield Invalid(message, path=("ports", run.indexes[0]), help="choose a range without it")


def _first_within(
    first: int, last: int, spread: PortRun, fixed: Mapping[tuple[Value, Value], list[tuple[int, PortRun]]]
) -> PortRun | None:
    """Return the ports that a range may collide with; `fixed` has them by protocol and address, sorted by last port."""
    for (protocol, address), runs in fixed.items():
        at = bisect_left(runs, first, key=itemgetter(0))
        numbers = runs[at][1].numbers if at < len(runs) else None
        if numbers and numbers[0] <= last and protocol == spread.port["protocol"] and _meet(spread.port, address):
            return runs[at][1]
    return None


def _meet(port: Mapping[str, Value], address: Value) -> bool:
    addresses = {port["host_ip"], address}
    return len(addresses) == 1 or bool(addresses & {"", "0.0.0.0", "::"})


def _namespaces(values: Mapping[str, Value]) -> Iterator[Invalid]:
    if str(values.get("network_mode")).startswith("container:"):
        for key in values.keys() & set(_OWNED_BY_THE_OTHER):
            help = f"set {key} on the container that owns the network"
            yield Invalid(f'"{key}" conflicts with the network of another container', path=(key,), help=help)
    if values.get("uts") == "host":
        for key in values.keys() & {"hostname", "domainname"}:
            yield Invalid(f'"{key}" conflicts with uts "host"', path=(key,), help="the host's name is used")


def _sysctls(values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Reject kernel parameters outside the container's own namespaces; an explicit `runtime` may accept others."""
    for name in as_map(values.get("sysctls")) if "runtime" not in values else ():
        key = next((key for key, prefixes in _BY_NAMESPACE.items() if name.startswith(prefixes)), None)
        if key is None:
            help = f"allowed prefixes: {', '.join(sorted(sum(_BY_NAMESPACE.values(), ())))}"
            yield Invalid(f'"{name}" is not namespaced per container', path=("sysctls", name), help=help)
        elif values.get(key) == "host":
            help = "containers cannot set parameters of the host"
            yield Invalid(f'"{name}" conflicts with {key} "host"', path=("sysctls", name), help=help)


def _completion(values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Reject what only makes sense for a container that keeps running."""
    if not values.get("may_complete"):
        return
    if values.get("restart", "no") != "no":
        help = "omit one of them: a restart policy is for what keeps running"
        yield Invalid('"restart" conflicts with "may_complete"', path=("restart",), help=help)
    if has_probe(values):
        help = "omit one of them: a probe is for what keeps running; dependents may wait for started"
        yield Invalid('"ready" conflicts with "may_complete"', path=("ready",), help=help)


def _mounted_images(values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Reject an image that is mounted twice: engines name such a mount after container and image alone."""
    first: dict[str, str] = {}
    for index, (target, mount) in enumerate(as_map(values.get("volumes")).items()):
        if as_map(mount)["type"] == "image":
            source = str(as_map(mount)["source"])
            if source in first:
                help = "engines mount an image only once in a container: use the folders of the one mount"
                message = f'image "{source}" is mounted at {first[source]} already'
                yield Invalid(message, path=("volumes", index), help=help)
            first.setdefault(source, target)


def _listed(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()
