"""What Compose adds to a project: implied dependencies, the default network, names; and what it drops as unused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from runner.compose import values
from runner.compose.node_edit import (
    child,
    entry,
    inner,
    items,
    mapping,
    scalar,
    sequence,
    with_entry,
    with_value,
    without,
)
from runner.compose.short.external import is_external
from runner.compose.short.volume import clean
from runner.compose.table import COMPOSE
from runner.document.core_schema import Plain
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

_SECTIONS = ("networks", "volumes", "configs", "secrets")
_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")
SERVICE = "service:"


def normalise(root: MappingNode, name: str, environment: Mapping[str, str]) -> MappingNode:
    """Return a project, in the long forms and with absolute paths, with all that is implied.

    Variables of services and builds that have no value take it from the environment.
    """
    root = with_entry(root, "name", scalar(child(root, "name") or root, name))
    root = _with_default_network(root)
    root = _each(root, "services", lambda _, node: _service(node, environment))
    for section in _SECTIONS:
        root = _each(root, section, lambda key, node: _named(node, key, name))
    return root


def without_unused(root: MappingNode) -> MappingNode:
    """Return a project without the networks, volumes, secrets, configs and models that no service asks for."""
    used: dict[str, set[str]] = {section: set() for section in (*_SECTIONS, "models")}
    for _, service in _services(root):
        used["networks"].update(inner(service, "networks"))
        used["models"].update(inner(service, "models"))
        used["volumes"].update(_texts(service, "source", "volumes", kind="volume"))
        used["configs"].update(_texts(service, "source", "configs"))
        used["secrets"].update(_texts(service, "source", "secrets"))
        used["secrets"].update(_texts(child(service, "build"), "source", "secrets"))
    for section, names in used.items():
        entries = inner(root, section)
        kept = {name: one for name, one in entries.items() if name in names}
        root = with_entry(root, section, mapping(root.entries[section].value, kept)) if kept else without(root, section)
    return root


def ordered(root: MappingNode) -> MappingNode:
    """Return a project with its sections in the order of the table."""
    known = [row.name for row in COMPOSE.keys if row.name in root.entries]
    rest = [name for name in root.entries if name not in known]
    return mapping(root, {name: root.entries[name] for name in (*known, *rest)})


def _service(node: MappingNode, environment: Mapping[str, str]) -> MappingNode:
    build = child(node, "build")
    if isinstance(build, MappingNode):
        if not {"dockerfile", "dockerfile_inline"} & build.entries.keys():
            build = with_entry(build, "dockerfile", scalar(build, "Dockerfile"))
        build = _resolved(build, "args", environment, keep=False)
        node = with_entry(node, "build", build)
    node = _resolved(node, "environment", environment, keep=True)
    volumes = child(node, "volumes")
    if isinstance(volumes, SequenceNode):
        node = with_entry(node, "volumes", sequence(volumes, map(_clean_target, volumes.items)))
    scale, deploy = child(node, "scale"), child(node, "deploy")
    if scale is not None and isinstance(deploy, MappingNode) and "replicas" not in deploy.entries:
        node = with_entry(node, "deploy", with_entry(deploy, "replicas", scale))
    implied = _implied(node)
    if not implied:
        return node
    old = child(node, "depends_on")
    place = old if isinstance(old, MappingNode) else next(iter(implied.values())).value
    return with_entry(node, "depends_on", mapping(place, {**implied, **inner(node, "depends_on")}))


def _implied(node: MappingNode) -> dict[str, Entry]:
    """Return the dependencies that links, volumes of others and shared namespaces imply."""
    known = inner(node, "depends_on")
    found: dict[str, Entry] = {}
    for place, name, restart in _references(node):
        if name not in known and name not in found:
            facts: dict[str, Plain] = {"condition": "service_started", "restart": restart, "required": True}
            inside = {key: entry(place, key, scalar(place, value)) for key, value in facts.items()}
            found[name] = entry(place, name, mapping(place, inside))
    return found


def _references(node: MappingNode) -> Iterator[tuple[Node, str, bool]]:
    """Yield place, name and restart of each service that this one needs."""
    for item in _items(node, "links"):
        parts = item.text.split(":")
        yield item, parts[0] if len(parts) == 2 else item.text, True
    for key in _NAMESPACES:
        mode = child(node, key)
        if isinstance(mode, ScalarNode) and mode.text.startswith(SERVICE):
            yield mode, mode.text.removeprefix(SERVICE), True
    for item in _items(node, "volumes_from"):
        if not item.text.startswith("container:"):
            yield item, item.text.split(":")[0], False


def _with_default_network(root: MappingNode) -> MappingNode:
    """Put services on the default network that say nothing of networks."""
    is_used = False

    def attached(_: str, node: MappingNode) -> MappingNode:
        nonlocal is_used
        if {"provider", "network_mode"} & node.entries.keys():
            return node
        networks = inner(node, "networks")
        is_used = is_used or not networks or "default" in networks
        if networks:
            return node
        return with_entry(node, "networks", mapping(node, {"default": entry(node, "default", scalar(node, None))}))

    root = _each(root, "services", attached)
    if not is_used or "default" in inner(root, "networks"):
        return root
    place = child(root, "networks") or root
    networks = {**inner(root, "networks"), "default": entry(place, "default", scalar(place, None))}
    return with_entry(root, "networks", mapping(place, networks))


def _named(node: MappingNode, key: str, project: str) -> MappingNode:
    """Give a resource its name on the engine."""
    own = child(node, "name")
    if own is not None and not (isinstance(own, ScalarNode) and own.is_null):
        return node
    return with_entry(node, "name", scalar(node, key if is_external(node) else f"{project}_{key}"))


def _resolved(node: MappingNode, name: str, environment: Mapping[str, str], *, keep: bool) -> MappingNode:
    """Fill in variables without a value; those that nobody knows stay, or go."""
    pairs = child(node, name)
    if isinstance(pairs, SequenceNode):
        made = [(item, _known(item, environment)) for item in pairs.items]
        return with_entry(node, name, sequence(pairs, [new for old, new in made if keep or "=" in _text(new)]))
    if not isinstance(pairs, MappingNode):
        return node
    entries = {}
    for key, one in pairs.entries.items():
        if isinstance(one.value, ScalarNode) and one.value.is_null:
            if key in environment:
                one = with_value(one, scalar(one.value, environment[key]))
            elif not keep:
                continue
        entries[key] = one
    return with_entry(node, name, mapping(pairs, entries))


def _known(item: Node, environment: Mapping[str, str]) -> Node:
    name = _text(item)
    return scalar(item, f"{name}={environment[name]}") if "=" not in name and name in environment else item


def _clean_target(item: Node) -> Node:
    target = child(item, "target")
    if not isinstance(item, MappingNode) or not isinstance(target, ScalarNode):
        return item
    short = clean(target.text)
    return item if short == target.text else with_entry(item, "target", scalar(target, short))


def _services(root: MappingNode) -> Iterator[tuple[str, MappingNode]]:
    for name, one in inner(root, "services").items():
        if isinstance(one.value, MappingNode):
            yield name, one.value


def _texts(node: Node | None, field: str, name: str, kind: str | None = None) -> Iterator[str]:
    """Yield a text of each map in a list, of those of one type."""
    for item in items(node, name):
        if kind is None or _text(child(item, "type")) == kind:
            yield _text(child(item, field))


def _items(node: MappingNode, name: str) -> Iterator[ScalarNode]:
    for item in items(node, name):
        if isinstance(item, ScalarNode):
            yield item


def _text(node: Node | None) -> str:
    return values.text(node.value) if isinstance(node, ScalarNode) else ""


def _each(root: MappingNode, section: str, change: Callable[[str, MappingNode], MappingNode]) -> MappingNode:
    """Change each value of a section; nothing behind a name is an empty map."""
    entries = inner(root, section)
    if not entries:
        return root
    changed = {}
    for name, one in entries.items():
        is_null = isinstance(one.value, ScalarNode) and one.value.is_null
        node = mapping(one.value, {}) if is_null else one.value
        changed[name] = with_value(one, change(name, node)) if isinstance(node, MappingNode) else one
    return with_entry(root, section, mapping(root.entries[section].value, changed))
