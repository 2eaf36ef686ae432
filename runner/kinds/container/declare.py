"""From an entry under `containers` to one resource for each replica."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runner.core.address import Address
from runner.core.state import Claim, Condition, Dependency, FieldValue, Ref, Resource
from runner.core.values import Value
from runner.kinds.container.settings import SETTINGS
from runner.kinds.image.declare import pulled
from runner.resource.codec import Invalid
from runner.resource.kind import Declaration
from runner.resource.ports import show_port
from runner.resource.reference import familiar
from runner.resource.scalars import SECOND

IMPLICIT_NETWORK = "default"
_MODES = ("network_mode", "ipc", "pid")
"""Keys that may name another container, one of the workflow or any of the engine's, to share a namespace with."""
_OF_CONTAINER = "container:"


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Make the replicas of one entry, and what they use without it being declared."""
    values = declaration.values
    if "image" not in values:
        declaration.report(Invalid("no image", help="name a key of images, or an image such as nginx:1.27"))
    _check_cpus(declaration)
    replicas = _replicas(declaration)
    image = _image(declaration)
    shared = [*([image] if image else []), *_network(declaration)]
    fields = _fields(declaration, image)
    dependencies = (*(Dependency(r.address) for r in shared), *_dependencies(declaration))
    yield from shared
    for index in range(1, replicas + 1):
        name = f"{declaration.workflow}-{declaration.key}-{index}"
        yield Resource(
            address=Address("container", declaration.key, index),
            engine_name=name,
            fields={**fields, "name": name, "state": "running"},
            settings={"image": image.engine_name if image else None},
            depends_on=tuple(dict.fromkeys(dependencies)),
            claims=(Claim(f'container name "{name}"'), *_port_claims(values)),
        )


def _replicas(declaration: Declaration) -> int:
    given = declaration.values.get("replicas", 1)
    replicas = given if isinstance(given, int) else 1
    if replicas > 1:
        _refuse_sharing(declaration, replicas)
    return replicas


def _refuse_sharing(declaration: Declaration, replicas: int) -> None:
    """Report what only one of several replicas could have."""
    for index, port in enumerate(_listed(declaration.values.get("ports"))):
        if port["published"] and "-" not in str(port["published"]):
            help = "leave the host's port out, or give a range that has one for each"
            message = f'{replicas} replicas cannot share the host port of "{show_port(port)}"'
            declaration.report(Invalid(message, path=("ports", index), help=help))
    for name, endpoint in _mapped(declaration.values.get("networks")).items():
        for key in ("ipv4_address", "ipv6_address"):
            if key in _mapped(endpoint):
                message = f'{replicas} replicas cannot share the address "{_mapped(endpoint)[key]}"'
                declaration.report(Invalid(message, path=("networks", name, key)))


def _check_cpus(declaration: Declaration) -> None:
    """Refuse two ways of saying the same: the engine takes one of them."""
    for key in ("cpu_period", "cpu_quota"):
        if {"limits.cpus", f"limits.{key}"} <= declaration.values.keys():
            help = "say how many processors, or how much time in each period"
            declaration.report(Invalid(f'"{key}" does not go with "cpus"', path=("limits", key), help=help))


def _listed(value: Value) -> list[Mapping[str, Value]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, tuple) else []


def _mapped(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}


def _port_claims(values: Mapping[str, Value]) -> Iterator[Claim]:
    for index, port in enumerate(_listed(values.get("ports"))):
        if port["published"] and "-" not in str(port["published"]):
            what = f"host port {port['published']}/{port['protocol']}"
            yield Claim(what, str(port["host_ip"]), ("ports", index))


# --- what it refers to


def _image(declaration: Declaration) -> Resource | None:
    if "image" not in declaration.values:
        return None
    name = str(declaration.values["image"])
    return declaration.declared.get(Address("image", name)) or pulled(familiar(name), name, shared=True)


def _network(declaration: Declaration) -> Iterator[Resource]:
    """Yield every network that is joined; the implicit one when nothing else is said."""
    values = declaration.values
    if "network_mode" in values:
        if "networks" in values:
            help = "join networks, or use the mode of something else"
            declaration.report(Invalid('"networks" does not go with "network_mode"', path=("networks",), help=help))
        if "ports" in values and (mode := values["network_mode"]) != "bridge":
            help = "the engine publishes nothing in this mode"
            declaration.report(Invalid(f'"ports" does not go with network_mode "{mode}"', path=("ports",), help=help))
        return
    for name in _mapped(values.get("networks")) or (IMPLICIT_NETWORK,):
        if name == IMPLICIT_NETWORK:
            address = Address("network", name)
            engine_name = f"{declaration.workflow}_{name}"
            implicit = Resource(address, engine_name, fields={"name": engine_name}, shared=True)
            yield declaration.declared.get(address) or implicit
        else:
            found = declaration.find("network", name, "networks", name)
            if found is not None:
                yield found


def _dependencies(declaration: Declaration) -> Iterator[Dependency]:
    values = declaration.values
    for target, mount in _mapped(values.get("volumes")).items():
        if _is_named_volume(mount) and (found := _volume(declaration, target, mount)) is not None:
            yield Dependency(found.address)
    for key in _MODES:
        name = _shared_with(values.get(key))
        if name and name in declaration.siblings:
            yield Dependency(Address("container", name), Condition.STARTED, path=(key,))
    for name, detail in _mapped(values.get("depends_on")).items():
        yield from _depends_on(declaration, name, _mapped(detail))


def _depends_on(declaration: Declaration, name: str, detail: Mapping[str, Value]) -> Iterator[Dependency]:
    timeout = detail.get("timeout")
    seconds = timeout / SECOND if isinstance(timeout, int) else None
    replicas = declaration.siblings.get(name, {}).get("replicas", 1)
    for index in range(1, max(replicas if isinstance(replicas, int) else 1, 1) + 1):
        condition = Condition(str(detail["condition"]))
        if replicas or name not in declaration.siblings:
            yield Dependency(Address("container", name, index), condition, seconds, path=("depends_on", name))


def _shared_with(mode: Value) -> str:
    """Return the container that a mode names, if it names one."""
    return mode.removeprefix(_OF_CONTAINER) if isinstance(mode, str) and mode.startswith(_OF_CONTAINER) else ""


def _is_named_volume(mount: Value) -> bool:
    return isinstance(mount, Mapping) and mount["type"] == "volume" and bool(mount["source"])


def _volume(declaration: Declaration, target: str, mount: Value) -> Resource | None:
    return declaration.find("volume", str(_mapped(mount)["source"]), "volumes", target)


# --- the values as the engine will have them


def _fields(declaration: Declaration, image: Resource | None) -> dict[str, FieldValue]:
    values = declaration.values
    settings = {row.name for row in SETTINGS}
    fields: dict[str, FieldValue] = {name: value for name, value in values.items() if name not in settings}
    if image:
        fields["image"] = Ref(image.address)
    if environment := _environment(declaration):
        fields["environment"] = environment
    for key in _MODES:
        if name := _shared_with(values.get(key)):
            fields[key] = Ref(Address("container", name), "namespace")
    if "network_mode" not in fields:
        fields["networks"] = _networks(declaration)
    if "volumes" in fields:
        fields["volumes"] = _volumes(declaration)
    if "entrypoint" in fields:
        # The engine drops the image's command together with its entrypoint.
        fields.setdefault("command", ())
    if values.get("healthcheck.disable"):
        fields["healthcheck.test"] = ("NONE",)
    return fields


def _environment(declaration: Declaration) -> dict[str, Value]:
    values, inputs = declaration.values, declaration.inputs
    merged: dict[str, Value] = {}
    files = values.get("env_file")
    for index, path in enumerate(files if isinstance(files, tuple) else ()):
        try:
            merged.update(inputs.env_file(str(path)))
        except Invalid as invalid:
            declaration.report(invalid.within("env_file", index))
    for name, text in _mapped(values.get("environment")).items():
        given = inputs.variable(name) if text is None else text
        if given is not None:
            merged[name] = given
    return merged


def _networks(declaration: Declaration) -> Mapping[str, Value]:
    """Key the attachments by the networks' engine names; everybody answers to the entry's key."""
    asked = _mapped(declaration.values.get("networks"))
    joined: dict[str, Value] = {}
    for network in _network(declaration):
        endpoint = _mapped(asked.get(network.address.name))
        aliases = endpoint.get("aliases") or ()
        assert isinstance(aliases, tuple)
        joined[network.engine_name] = {**endpoint, "aliases": tuple(dict.fromkeys((declaration.key, *aliases)))}
    _check_mac_addresses(declaration, asked)
    # The one with a MAC address is joined first: engines honour it at creation only.
    return dict(sorted(joined.items(), key=lambda item: "mac_address" not in _mapped(item[1])))


def _check_mac_addresses(declaration: Declaration, asked: Mapping[str, Value]) -> None:
    """Refuse more than one: engines honour that of the network that a container is created on."""
    for name in [name for name, endpoint in asked.items() if "mac_address" in _mapped(endpoint)][1:]:
        path = ("networks", name, "mac_address")
        help = "give it on one network, and leave the others to the engine"
        declaration.report(Invalid("a second MAC address", path=path, help=help))


def _volumes(declaration: Declaration) -> Mapping[str, Value]:
    mounts: dict[str, Value] = {}
    for target, mount in _mapped(declaration.values["volumes"]).items():
        mounts[target] = _mount(declaration, target, _mapped(mount))
    return mounts


def _mount(declaration: Declaration, target: str, mount: Mapping[str, Value]) -> Mapping[str, Any]:
    if mount["type"] == "bind":
        return {**mount, "source": declaration.inputs.locate(str(mount["source"]))}
    if _is_named_volume(mount):
        found = declaration.declared.get(Address("volume", str(mount["source"])))
        return {**mount, "source": found.engine_name if found else mount["source"]}
    return mount
