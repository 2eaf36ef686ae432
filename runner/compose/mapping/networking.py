"""How a service is reached: ports, networks, links and shared namespaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.compose.mapping.part import Part, Parts, given, is_nothing, put_together, same
from runner.compose.mapping.process import named
from runner.compose.mapping.service import Project, Service
from runner.compose.mapping.told import ignored, unsupported
from runner.compose.node_edit import inner, items, mapping, scalar, sequence, text
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode

_SERVICE, _CONTAINER = "service:", "container:"
_NAMESPACES = ("network_mode", "pid", "ipc")
_MODES = ("bridge", "host", "none")
_DEFAULT_BRIDGE = ("bridge", "default")
_WITHOUT_PORTS = ("host", "none")
_OF_ENDPOINT = ("aliases", "ipv4_address", "ipv6_address", "mac_address", "priority", "gw_priority")
_DEFAULT = "default"
_USUAL_MODE = "ingress"
"""How a swarm publishes ports, and what Compose writes where nothing is said."""
_INTERFACE = "com.docker.network.endpoint.ifname"
"""The driver's option that `interface_name` stands for."""


def networking(service: Service, project: Project) -> Parts:
    """Yield ports, networks, links and namespaces."""
    yield from _ports(service, project)
    for _, entry in given(service.entries, "expose"):
        if not project.is_swarm:
            yield same(entry, "expose")
    yield from _links(service, project)
    yield from _networks(service, project)
    for name, entry in given(service.entries, *_NAMESPACES):
        if isinstance(entry.value, ScalarNode):
            mode = _namespace(name, entry.value, project)
            if mode is not None:
                yield Part((name,), entry.key, mode)


def _links(service: Service, project: Project) -> Parts:
    """Yield links, which become aliases on a network; the default bridge has none."""
    for _, entry in given(service.entries, "links"):
        if text(service.value("network_mode")) in _DEFAULT_BRIDGE:
            help = "remove network_mode: on the project's network, services reach each other by name"
            project.found.append(unsupported(entry.key, "links on the default bridge are not supported", help))
            continue
        yield same(entry, "links")


def _ports(service: Service, project: Project) -> Parts:
    for _, entry in given(service.entries, "ports"):
        mode = text(service.value("network_mode"))
        if mode in _WITHOUT_PORTS:
            message = f'ports have no effect with network_mode "{mode}"'
            project.found.append(ignored(entry.key, message, "remove ports, or network_mode"))
            continue
        ports = [_port(item, project) for item in items(entry.value)]
        yield Part(("ports",), entry.key, sequence(entry.value, ports))


def _port(item: Node, project: Project) -> Node:
    """Return a port without what is only a note."""
    if not isinstance(item, MappingNode):
        return item
    kept = dict(given(item.entries, "target", "published", "host_ip", "protocol", "mode"))
    mode = kept.pop("mode", None)
    if project.is_swarm and mode is not None and text(mode.value) != _USUAL_MODE:
        kept["mode"] = mode
    return mapping(item, kept)


def _networks(service: Service, project: Project) -> Parts:
    """Yield the networks, the first one first; none but `default` needs no mention."""
    entry, address = service.entries.get("networks"), service.entries.get("mac_address")
    if address is not None and text(service.value("network_mode")):
        message = "mac_address without networks is not supported"
        project.found.append(unsupported(address.key, message, "join a network instead of using network_mode"))
        return
    joined = _by_priority(inner(entry.value)) if entry else {}
    place = entry.key if entry else service.key
    endpoints = {name: Entry(one.key, _endpoint(one.value)) for name, one in joined.items()}
    if address is not None and (first := next(iter(endpoints), _DEFAULT)):
        mac = Part(("mac_address",), address.key, address.value)
        known = endpoints.get(first)
        kept = inner(known.value) if known else {}
        value = put_together(address.value, [mac, *(same(one, name) for name, one in kept.items())])
        endpoints[first] = Entry(known.key if known else scalar(address.key, first), value)
    if all(name == _DEFAULT and is_nothing(one.value) for name, one in endpoints.items()):
        return
    yield Part(("networks",), place, mapping(entry.value if entry else place, endpoints))


def _by_priority(networks: Mapping[str, Entry]) -> Mapping[str, Entry]:
    """Return the networks in the order in which Compose asks the engine to join them."""

    def rank(item: tuple[str, Entry]) -> tuple[int, str]:
        found = inner(item[1].value).get("priority")
        value = found.value.value if found and isinstance(found.value, ScalarNode) else 0
        return -value if isinstance(value, int) else 0, item[0]

    return dict(sorted(networks.items(), key=rank))


def _endpoint(node: Node) -> Node:
    parts = list(_endpoint_parts(inner(node)))
    return put_together(node, parts) if parts else scalar(node, None)


def _endpoint_parts(entries: Mapping[str, Entry]) -> Parts:
    for name, entry in given(entries, *_OF_ENDPOINT):
        yield same(entry, name)
    options = next(given(entries, "driver_opts"), None)
    interface = next(given(entries, "interface_name"), None)
    if options is not None:
        yield Part(("driver_opts",), options[1].key, named(options[1].value))
    if interface is not None:
        kept = inner(options[1].value) if options else {}
        of_driver = Entry(scalar(interface[1].key, _INTERFACE), interface[1].value)
        yield Part(("driver_opts",), interface[1].key, mapping(interface[1].value, {**kept, _INTERFACE: of_driver}))


def _namespace(name: str, node: ScalarNode, project: Project) -> Node | None:
    """Return whose namespace is used; None if that is refused, or the default."""
    mode = node.text
    if mode.startswith(_SERVICE):
        return _of_service(name, node, mode.removeprefix(_SERVICE), project)
    if mode.startswith(_CONTAINER):
        return _of_container(node, mode.removeprefix(_CONTAINER), project)
    if name == "network_mode" and mode == _DEFAULT:
        return scalar(node, "bridge")
    if name == "network_mode" and mode not in _MODES:
        help = "declare the network under networks, with external: true, and join it there"
        project.found.append(unsupported(node, f'network_mode "{mode}" is not supported', help))
        return None
    return node


def _of_service(name: str, node: ScalarNode, owner: str, project: Project) -> Node | None:
    """Return the namespace of another service, which must keep running."""
    if owner in project.left_out["services"]:
        return None
    if owner in project.jobs:
        help = f"don't wait for {owner} to complete, so that it may keep running"
        message = f"{owner} runs to its end, so that its {name} can't be shared"
        project.found.append(unsupported(node, message, help))
        return None
    return scalar(node, f"{_CONTAINER}{owner}")


def _of_container(node: ScalarNode, container: str, project: Project) -> Node | None:
    """Return the namespace of a container of this project, or of any other one of the engine."""
    for service in project.services.values():
        if container in _engine_names(service, project.name):
            return scalar(node, f"{_CONTAINER}{service.name}")
    if container in project.services:
        help = f'write "{_SERVICE}{container}", if you mean the service'
        message = f'"{container}" is a service here, so that a container of this name is out of reach'
        project.found.append(unsupported(node, message, help))
        return None
    return node


def _engine_names(service: Service, project: str) -> Iterator[str]:
    name = text(service.value("container_name"))
    yield name or f"{project}-{service.name}-1"
