"""Whether a project makes sense as a whole: references, and keys that exclude each other; all errors at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from runner.compose.cycles import cycle
from runner.compose.node_edit import child, inner
from runner.compose.short.port import is_address
from runner.core.diagnostic import Diagnostic, Related, did_you_mean
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

_LIMITS = (
    ("cpus", "limits", "cpus"),
    ("mem_limit", "limits", "memory"),
    ("mem_reservation", "reservations", "memory"),
    ("pids_limit", "limits", "pids"),
)
_KINDS = {"volumes": "volume", "networks": "network", "configs": "config", "secrets": "secret", "models": "model"}
_TESTS = ("CMD", "CMD-SHELL", "NONE")


def check_parts(root: MappingNode, found: list[Diagnostic]) -> None:
    """Report what is wrong by itself in a project, merged of all files, with defaults, off services included."""
    check = _Check(root, found, frozenset())
    for one in inner(root, "volumes").values():
        check.external(one.value)
    for one in inner(root, "configs").values():
        check.source(one.value, "file", "environment", "content")
    for one in inner(root, "secrets").values():
        check.source(one.value, "file", "environment")
    for one in inner(root, "services").values():
        check.service_parts(one.value)


def check(root: MappingNode, found: list[Diagnostic], off: frozenset[str]) -> None:
    """Report what is wrong between the values of a project in Compose's types; `off` are services of other profiles."""
    checker = _Check(root, found, off)
    for name, one in inner(root, "services").items():
        checker.service(name, one)
    for one in inner(root, "secrets").values():
        checker.secret(one.value)
    checker.names()
    checker.cycles()


class _Check:
    def __init__(self, root: MappingNode, found: list[Diagnostic], off: frozenset[str]) -> None:
        self._root = root
        self._found = found
        self._off = off
        self._services = inner(root, "services")

    def external(self, node: Node) -> None:
        """Refuse settings of a volume that others made."""
        if not _is_external(node):
            return
        for name, one in node.entries.items() if isinstance(node, MappingNode) else ():
            if name not in {"name", "external"} and not name.startswith("x-"):
                self._report(f'an external volume has no "{name}"', one.key, "leave it out, or external")

    def source(self, node: Node, *names: str) -> None:
        """Insist on one source of a config or secret."""
        entries = inner(node)
        given = [entries[name].key for name in names if name in entries]
        words = ", ".join(names[:-1]) + f" or {names[-1]}"
        for key in given[1:]:
            self._report(f"only one of {words} can be given", key, related=(Related("first", given[0].span),))
        if not given and not {"driver", "external"} & entries.keys():
            self._report(f"{words} is missing", node)

    def secret(self, node: Node) -> None:
        """Insist on a source for a secret that others didn't make, whatever its driver."""
        if not {"file", "environment", "external"} & inner(node).keys():
            self._report("file or environment is missing", node)

    def service_parts(self, node: Node) -> None:
        for item in _items(node, "ports"):
            address = child(item, "host_ip")
            if isinstance(address, ScalarNode) and not is_address(address.text):
                self._report(f'"{address.text}" is not an IP address', address)
        for item in _items(node, "volumes"):
            if _text(child(item, "type")) == "bind" and "source" not in inner(item):
                self._report('"source" is missing, which a bind mount needs', item)
        for item in _items(child(node, "develop"), "watch"):
            path = child(item, "path")
            if path is not None and not _text(path):
                self._report("the path is empty", path)
        devices = _items(child(node, "deploy", "resources", "reservations"), "devices")
        for item in (*devices, *_items(node, "gpus")):
            if {"count", "device_ids"} <= inner(item).keys():
                self._report("only one of count and device_ids can be given", inner(item)["device_ids"].key)

    def service(self, name: str, one: Entry) -> None:
        node = one.value
        if not {"image", "build", "provider"} & inner(node).keys():
            self._report(f'service "{name}" has neither image nor build', one.key)
        self._build(node)
        self._networks(node)
        self._health(node)
        self._references(node)
        self._targets(node)
        self._scale(node)
        self._limits(node)
        for item in _items(child(node, "develop"), "watch"):
            action = child(item, "action")
            if _text(action) not in {"rebuild", "restart"} and not _text(child(item, "target")):
                self._report(f'"target" is missing for the action "{_text(action)}"', item)

    def _build(self, node: Node) -> None:
        build, platform = inner(node, "build"), child(node, "platform")
        if {"dockerfile", "dockerfile_inline"} <= build.keys():
            self._report("only one of dockerfile and dockerfile_inline can be given", build["dockerfile_inline"].key)
        platforms = [_text(item) for item in _items(child(node, "build"), "platforms")]
        if platform is not None and platforms and _text(platform) not in platforms:
            self._report(f'build.platforms must include the platform "{_text(platform)}"', build["platforms"].key)
        for item in _items(child(node, "build"), "secrets"):
            self._known("secrets", child(item, "source"), item)

    def _networks(self, node: Node) -> None:
        mode = inner(node).get("network_mode")
        networks = inner(node, "networks")
        if mode is not None and networks:
            self._report("only one of network_mode and networks can be given", mode.key)
        for one in networks.values():
            self._known("networks", one.key)

    def _health(self, node: Node) -> None:
        first = next(iter(_items(child(node, "healthcheck"), "test")), None)
        if first is not None and _text(first) not in _TESTS:
            help = 'write the command as one text, or as a list that begins with "CMD"'
            self._report('a list of arguments must begin with "CMD", "CMD-SHELL" or "NONE"', first, help)

    def _references(self, node: Node) -> None:
        for name, one in inner(node, "depends_on").items():
            is_optional = getattr(child(one.value, "required"), "value", True) is False
            if name not in self._services and not (name in self._off and is_optional):
                self._unknown_service(name, one.key)
        mode = child(node, "network_mode")
        name = _text(mode).removeprefix("service:")
        if mode is not None and name != _text(mode) and name not in self._services:
            self._unknown_service(name, mode)
        for item in _items(node, "volumes"):
            source = child(item, "source")
            if _text(child(item, "type")) == "volume" and source is not None:
                self._known("volumes", source)
        for section in ("configs", "secrets"):
            for item in _items(node, section):
                self._known(section, child(item, "source"), item)
        for one in inner(node, "models").values():
            self._known("models", one.key)

    def _unknown_service(self, name: str, place: Node) -> None:
        if name in self._off:
            self._report(f'service "{name}" is off', place, "ask for its profile, or say required: false")
        else:
            self._report(f'undefined service "{name}"', place, did_you_mean(name, self._services))

    def _known(self, section: str, reference: Node | None, place: Node | None = None) -> None:
        name, known, where = _text(reference), inner(self._root, section), reference or place
        if name not in known and where is not None:
            help = did_you_mean(name, known) or f'define it in "{section}" at the top of the file'
            self._report(f'undefined {_KINDS[section]} "{name}"', where, help)

    def _targets(self, node: Node) -> None:
        """Refuse two things at one path of the container."""
        first: dict[str, Node] = {}
        for place, path in _mounted(node):
            if path in first:
                self._report(f'two mounts at "{path}"', place, related=(Related("first", first[path].span),))
            first.setdefault(path, place)

    def _scale(self, node: Node) -> None:
        scale, replicas = child(node, "scale"), child(node, "deploy", "replicas")
        if scale is not None and replicas is not None and _text(scale) != _text(replicas):
            self._report("scale and deploy.replicas differ", scale)
        name, number = inner(node).get("container_name"), scale or replicas
        value = number.value if isinstance(number, ScalarNode) else 1
        if name is not None and isinstance(value, int) and value > 1:
            self._report("a service with container_name can't have several containers", name.key)

    def _limits(self, node: Node) -> None:
        for key, part, other in _LIMITS:
            own, group = child(node, key), child(node, "deploy", "resources", part)
            if own is None or group is None:
                continue
            given = child(group, other)
            if given is None or _text(given) != _text(own):
                self._report(f"{key} and deploy.resources.{part}.{other} differ", own)

    def names(self) -> None:
        """Refuse two services with containers of one name."""
        first: dict[str, Entry] = {}
        for one in self._services.values():
            name = inner(one.value).get("container_name")
            if name is None:
                continue
            other = first.setdefault(_text(name.value), name)
            if other is not name:
                related = (Related("first", other.value.span),)
                self._report(f'two services with the name "{_text(name.value)}"', name.value, related=related)

    def cycles(self) -> None:
        """Refuse services that wait for each other in a circle."""
        edges = {name: _needed(one.value) for name, one in self._services.items()}
        circle = cycle(edges)
        if circle:
            place = inner(self._services[circle[0]].value, "depends_on").get(circle[1 % len(circle)])
            names = " → ".join((*circle, circle[0]))
            self._report(f"services wait for each other: {names}", place.key if place else self._root)

    def _report(self, message: str, node: Node, help: str | None = None, related: tuple[Related, ...] = ()) -> None:
        self._found.append(Diagnostic("compose-invalid", message, node.span, help, related))


def _needed(node: Node) -> Mapping[str, Entry]:
    return inner(node, "depends_on")


def _mounted(node: Node) -> Iterator[tuple[Node, str]]:
    """Yield what is mounted where, and its place."""
    read: tuple[tuple[str, Callable[[Node], str]], ...] = (
        ("tmpfs", lambda item: _text(item).partition(":")[0]),
        ("volumes", lambda item: _text(child(item, "target"))),
    )
    for name, path in read:
        for item in _items(node, name):
            yield item, path(item)


def _is_external(node: Node) -> bool:
    value = child(node, "external")
    return isinstance(value, ScalarNode) and value.text.lower() in {"true", "1", "t", "y", "yes", "on"}


def _items(node: Node | None, name: str) -> tuple[Node, ...]:
    items = child(node, name)
    return items.items if isinstance(items, SequenceNode) else ()


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, ScalarNode) else ""
