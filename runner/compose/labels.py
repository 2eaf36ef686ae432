"""The labels that Docker Compose puts on what it creates, for what runner creates from the same file.

With them `docker compose ps`, `logs`, `exec`, `stop` and `down` go on working, and `up` finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from runner.compose.config_hash import digest, network_hash, service_text, volume_hash
from runner.compose.model import ComposeModel
from runner.compose.node_edit import child
from runner.compose.output import JSON, printed
from runner.compose.table.service import SERVICE
from runner.core.address import Address
from runner.core.state import DesiredState, LateText, Ref, Resource
from runner.core.struct import Struct, replace
from runner.document.nodes import ScalarNode, SequenceNode
from runner.resource import compose_labels as names

Labels: TypeAlias = Mapping[str, str | LateText]

_RELEASE: Final = "2.40.3"
"""The release whose labels and hashes these are."""
_MODES: Final = ("network_mode", "ipc", "pid")
"""Keys by which a service shares a namespace of another one, whose container goes into the hash."""
_SOCKET: Final = "/var/run/docker.sock"
_LOGINS: Final = "/run/secrets/docker"
_OF_SERVICE: Final = "service:"
_RUNS: Final = ("container", "job")


class _Project(Struct):
    """What the labels say: the canonical model as plain data, in Compose's own order of keys."""

    name: str
    folder: str
    files: tuple[str, ...]
    services: Mapping[str, Mapping[str, Any]]
    networks: Mapping[str, Mapping[str, Any]]
    volumes: Mapping[str, Mapping[str, Any]]


def with_labels(desired: DesiredState, model: ComposeModel) -> DesiredState:
    """Give what a desired state declares Compose's labels; its keys are those of the Compose file."""
    plain: Any = printed(model.root, JSON)
    services = {name: _with_label_files(name, one, model) for name, one in (plain.get("services") or {}).items()}
    others = (plain.get(section) or {} for section in ("networks", "volumes"))
    project = _Project(model.name, model.folder, model.files, services, *others)
    resources = {
        address: replace(one, creation_labels=labels) if (labels := _labels(one, project)) else one
        for address, one in desired.resources.items()
    }
    return replace(desired, resources=resources)


def _with_label_files(name: str, service: Mapping[str, Any], model: ComposeModel) -> Mapping[str, Any]:
    """Add the names of the label files, which `config` doesn't print."""
    files = child(model.root, "services", name, "label_file")
    names = (
        [item.text for item in files.items if isinstance(item, ScalarNode)] if isinstance(files, SequenceNode) else []
    )
    return _ordered({**service, "label_file": names}) if names else service


def _ordered(service: Mapping[str, Any]) -> dict[str, Any]:
    order = [row.json_name or row.name for row in SERVICE.keys]
    return {key: service[key] for key in sorted(service, key=order.index)}


def _labels(resource: Resource, project: _Project) -> Labels:
    key, kind = resource.address.name, resource.address.kind
    if resource.external or (resource.shared and kind == "image"):
        return {}
    common = {names.PROJECT: project.name, names.VERSION: _RELEASE}
    if kind in _RUNS and key in project.services:
        return {**common, **_of_container(resource, project)}
    if kind == "network" and key in project.networks:
        return {**common, names.NETWORK: key, names.CONFIG_HASH: network_hash(project.networks[key])}
    if kind == "volume" and key in project.volumes:
        return {**common, names.VOLUME: key, names.CONFIG_HASH: volume_hash(project.volumes[key])}
    if kind == "image" and key in project.services:
        return {**common, names.SERVICE: key}
    return {}


def _of_container(resource: Resource, project: _Project) -> Labels:
    service = project.services[resource.address.name]
    image = resource.fields.get("image")
    return {
        names.SERVICE: resource.address.name,
        names.NUMBER: str(resource.address.index),
        names.ONE_OFF: "False",
        names.CONFIG_HASH: _hash(service),
        **({names.IMAGE: LateText((image,))} if isinstance(image, Ref) else {}),
        names.DEPENDS_ON: ",".join(_dependencies(service, project)),
        names.FOLDER: project.folder,
        names.FILES: ",".join(project.files),
    }


def _dependencies(service: Mapping[str, Any], project: _Project) -> Iterator[str]:
    for name, wanted in (service.get("depends_on") or {}).items():
        if name in project.services:
            yield f"{name}:{wanted['condition']}:{'true' if wanted.get('restart') else 'false'}"


def _hash(service: Mapping[str, Any]) -> str | LateText:
    """Return the hash of a service: where it refers to another one, with the id of its container, known only later."""
    refs, changed = list[Ref](), _with_socket(service) if service.get("use_api_socket") else dict(service)
    for key in _MODES:
        mode = str(service.get(key) or "")
        if mode.startswith(_OF_SERVICE):
            refs.append(Ref(Address("container", mode.removeprefix(_OF_SERVICE)), "namespace"))
            changed[key] = _placeholder(refs)
    if "volumes_from" in service:
        changed["volumes_from"] = [_volumes_of(str(source), refs) for source in service["volumes_from"]]
    text = service_text(changed)
    if not refs:
        return digest(text)
    return LateText(tuple(_parts(text, refs)), is_digested=True)


def _with_socket(service: Mapping[str, Any]) -> dict[str, Any]:
    """Add what Compose makes of `use_api_socket` before it takes the hash."""
    added = {
        **service,
        "environment": dict(sorted({"DOCKER_CONFIG": _LOGINS, **(service.get("environment") or {})}.items())),
        "configs": [*service.get("configs", ()), {"source": "#apisocket", "target": f"{_LOGINS}/config.json"}],
        "volumes": [*service.get("volumes", ()), {"type": "bind", "source": _SOCKET, "target": _SOCKET}],
    }
    return _ordered(added)


def _volumes_of(source: str, refs: list[Ref]) -> str:
    """Return what Compose makes of one of `volumes_from`: the id of a service's container, without the mode."""
    if source.startswith("container:"):
        return source.split(":")[1]
    refs.append(Ref(Address("container", source.partition(":")[0])))
    return _placeholder(refs)


def _placeholder(refs: list[Ref]) -> str:
    return f"\x00{len(refs) - 1}\x00"


def _parts(text: str, refs: list[Ref]) -> Iterator[str | Ref]:
    """Split a text at its placeholders; JSON writes a NUL as an escape."""
    for number, part in enumerate(text.split("\\u0000")):
        yield refs[int(part)] if number % 2 else part
