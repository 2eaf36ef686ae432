"""What another program had declared of a container that it created: all but what the engine or a client made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from runner.core.state import ObservedResource, Resource
from runner.core.struct import Struct
from runner.core.values import as_map
from runner.kinds.container.traits import traits_of
from runner.kinds.proxies import is_proxy
from runner.kinds.shared.former_declaration import with_all_declared
from runner.resource import compose_labels
from runner.resource.field import DefaultSources, Field
from runner.resource.mounts import is_anonymous

_USUAL_SHM_SIZE: Final = 64 * 1024**2
_SHARED: Final = ("host", "container:")
_MODES: Final = ("bridge", "none", *_SHARED)
"""Network modes that a program asks for; any other one is the name of the first network."""
_OF_OTHERS: Final = (compose_labels.PREFIX, "desktop.docker.io/")
"""How labels begin that no file declares."""


class _Container(Struct):
    """A container by whose values it is told what the engine made of others."""

    inspect: Mapping[str, Any]
    live: ObservedResource
    declared: Resource | None

    def text(self, name: str) -> str:
        return str(self.live.fields.get(name) or "")

    @property
    def has_foreign_names(self) -> bool:
        """Tell whether its host name is that of the host, or of another container."""
        return self.text("network_mode").startswith(_SHARED) or self.text("uts") == "host"


def with_former_declaration(
    live: ObservedResource,
    inspect: Mapping[str, Any],
    rows: Iterable[Field],
    layers: DefaultSources,
    declared: Resource | None,
) -> ObservedResource:
    """Return a live container with a record as if all it has had been declared before."""
    container = _Container(inspect, live, declared)

    def is_made(row: Field, key: str | None) -> bool:
        if row.name in _WITHOUT_DEFAULT:
            return True
        if key is None:
            return row.name in _MADE and _MADE[row.name](container)
        return row.name in _MADE_BY_KEY and _MADE_BY_KEY[row.name](key, container)

    return with_all_declared(live, rows, layers, is_made)


_WITHOUT_DEFAULT: Final = frozenset({"name", "state", "image", "networks.priority", "cgroup", "logging.options"})
"""Rows that are set for every container, and those whose default only the engine's configuration has."""


# --- what the engine makes by itself


def _is_made_hostname(container: _Container) -> bool:
    return container.has_foreign_names or container.text("hostname") == container.live.id[:12]


def _is_cleared_command(container: _Container) -> bool:
    """Tell whether there is no command: an entrypoint of its own clears that of the image."""
    return not container.live.fields.get("command")


def _is_made_swap(container: _Container) -> bool:
    memory, swap = (container.live.fields.get(f"limits.{name}") for name in ("memory", "memory_swap"))
    return isinstance(memory, int) and swap == 2 * memory


_MADE: Final[Mapping[str, Callable[[_Container], bool]]] = {
    "hostname": _is_made_hostname,
    "domainname": lambda container: container.has_foreign_names,
    "command": _is_cleared_command,
    "network_mode": lambda container: not container.text("network_mode").startswith(_MODES),
    "ipc": lambda container: container.text("ipc") in ("", "private", "shareable"),
    "shm_size": lambda container: container.live.fields.get("shm_size") == _USUAL_SHM_SIZE,
    "limits.memory_swap": _is_made_swap,
}
"""By row, whether its value is what an engine makes of an unset one."""


def _is_published(port: str, container: _Container) -> bool:
    bindings = (container.inspect.get("HostConfig") or {}).get("PortBindings") or {}
    return port in bindings


def _is_granted_or_by_image(target: str, container: _Container) -> bool:
    """Tell whether a mount is another program's way to a file that is still granted, or a volume of the image."""
    fields = container.declared.fields if container.declared else {}
    if any(target in as_map(fields.get(section)) for section in ("secrets", "configs")):
        return True
    mount = as_map(as_map(container.live.fields.get("volumes"))[target])
    source = str(mount.get("source") or "")
    is_nameless = mount.get("type") == "volume" and (not source or is_anonymous(source))
    return is_nameless and target in traits_of(container.live).image_volumes


_MADE_BY_KEY: Final[Mapping[str, Callable[[str, _Container], bool]]] = {
    "environment": lambda name, _: is_proxy(name),
    "labels": lambda name, _: name.startswith(_OF_OTHERS),
    "expose": _is_published,
    "volumes": _is_granted_or_by_image,
    "security_opt": lambda name, _: name.startswith("label"),
}
"""By row, whether an entry is from the image, the engine or a client rather than from a file."""
