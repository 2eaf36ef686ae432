"""Published ports of a service: one entry each, on every node or on those with a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.values import Value, as_map, is_decimal
from runner.resource.codec import Invalid
from runner.resource.engine_json import at
from runner.resource.ports import PortRun, port_runs, show_run
from runner.resource.service_binding import InService

INGRESS, HOST = "ingress", "host"


def _write(value: Any) -> list[dict[str, Any]]:
    return [_write_port(port) for port in value]


def _write_port(port: Mapping[str, Any]) -> dict[str, Any]:
    published = {"PublishedPort": int(port["published"])} if is_decimal(port["published"]) else {}
    mode = port.get("mode", INGRESS)
    return {"TargetPort": port["target"], **published, "Protocol": port["protocol"], "PublishMode": mode}


def _read(value: Any) -> Value:
    ports = [_read_port(port) for port in value or ()]
    return tuple(sorted(ports, key=_order))


def _read_port(port: Mapping[str, Any]) -> Mapping[str, Value]:
    return {
        "target": port.get("TargetPort") or 0,
        "protocol": port.get("Protocol") or "tcp",
        "host_ip": "",
        "published": str(port.get("PublishedPort") or ""),
        "mode": port.get("PublishMode") or INGRESS,
    }


def _order(port: Mapping[str, Any]) -> tuple[Any, ...]:
    return port["protocol"], port["target"], port["published"], _mode(port)


def _mode(port: Mapping[str, Any]) -> str:
    return str(port.get("mode", INGRESS))


def _same(desired: Value, live: Value) -> bool:
    return _settled(desired) == _settled(live)


def _settled(ports: Value) -> list[tuple[Any, ...]]:
    return sorted(map(_order, map(as_map, ports if isinstance(ports, tuple) else ())))


def _show(value: Value) -> Value:
    if not isinstance(value, tuple):
        return value
    return (*_shown(value, INGRESS, ""), *_shown(value, HOST, " (host)"))


def _shown(ports: tuple[Value, ...], mode: str, suffix: str) -> Iterator[str]:
    of_mode = tuple(port for port in map(as_map, ports) if _mode(port) == mode)
    return (f"{shown}{suffix}" for run in port_runs(of_mode) for shown in show_run(run))


def _refuse(value: Value, values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Yield an error for a port on one address, for a choice of ports, and for one that has no address to be at."""
    for run in port_runs(value):
        place = (run.indexes[0],)
        if run.port["host_ip"]:
            help = "omit the address, and guard the port otherwise: it is open on all addresses of the nodes"
            yield Invalid(f'a service can\'t publish "{run.shown}" on one address', path=place, help=help)
        elif run.choice:
            yield Invalid(f'a service can\'t choose from "{run.shown}"', path=place, help="write one host port")
        elif values.get("endpoint_mode") == "dnsrr" and _is_ingress(run):
            help = "write {target: …, published: …, mode: host}, or omit endpoint_mode"
            yield Invalid(f'"{run.shown}" conflicts with endpoint_mode "dnsrr"', path=place, help=help)


def _is_ingress(run: PortRun) -> bool:
    return _mode(run.port) == INGRESS


PORTS = InService(
    bind=at("EndpointSpec.Ports", encode=_write, decode=_read),
    equals=_same,
    refuse=_refuse,
    show=_show,
    note="On a swarm, each is open on all nodes; with mode: host, on those that run a task, for no more than one task"
    " a node.",
)
