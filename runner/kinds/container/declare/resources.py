"""From an entry under `containers` to one resource per replica; shared with jobs, which run as containers too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from runner.core.address import Address
from runner.core.claim import ExclusiveClaim
from runner.core.sensitive import MASK, is_sensitive
from runner.core.state import Dependency, FieldValue, HostPath, Ref, Resource
from runner.core.struct import replace
from runner.core.values import Value, as_map
from runner.kinds.container.declare.conflicts import conflicting_options
from runner.kinds.container.declare.dependencies import dependencies, namespace_owners, unusable_owners
from runner.kinds.container.declare.environment import environment_of
from runner.kinds.container.declare.links import link_dependencies, linked_aliases
from runner.kinds.container.declare.networks import attachments, claimed_addresses, joined_networks
from runner.kinds.container.declare.readiness_probe import read_ready
from runner.kinds.container.declare.security_profiles import security_options
from runner.kinds.container.declare.swarm_keys import keys_for_swarms
from runner.kinds.container.declare.update_policy import conflicts_with_start_first, read_policy
from runner.kinds.container.granted_files import describe, fingerprints, granted_files
from runner.kinds.container.host_ports import port_claim
from runner.kinds.container.names import engine_names
from runner.kinds.container.options import FIELDS
from runner.kinds.container.options.hooks import HOOK_KEYS
from runner.kinds.container.sensitivity import derived_places
from runner.kinds.container.settings import ContainerSettings, GrantedFile, ProcessSettings
from runner.kinds.image.declare import pulled_image
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.image_reference import familiar, is_reference
from runner.resource.mount_json import has_colon
from runner.resource.ports import port_runs

_FIELDS = frozenset(row.name for row in FIELDS)


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare the replicas of a container, and the implicit resources that they use."""
    own, replicas = settings_of(declaration), _replicas(declaration)
    for found in conflicts_with_start_first(declaration.values, own.update):
        declaration.report(found)
    yield from declare_as("container", declaration, own, state="running", replicas=replicas)


def settings_of(declaration: Declaration) -> ContainerSettings:
    """Read what decides how a container is run, and what the engine never sees."""
    return ContainerSettings(
        protect=bool(declaration.values.get("protect")),
        ready=read_ready(declaration),
        update=read_policy(declaration),
        may_complete=bool(declaration.values.get("may_complete")),
    )


def declare_as(
    kind: str, declaration: Declaration, settings: ProcessSettings, *, state: str, replicas: int = 1
) -> Iterable[Resource]:
    """Declare the resources of an entry whose kind runs as a container, and the implicit resources that they use.

    `settings` are those specific to the kind; `state` is the desired state of each resource.
    """
    values = declaration.values
    report_conflicts(declaration)
    for found in keys_for_swarms(values):
        declaration.report(found)
    image = image_of(kind, declaration)
    networks = list(joined_networks(declaration))
    mounted = _mounted_images(kind, declaration)
    shared = [*([image] if image else []), *mounted.values(), *networks]
    files = granted_files(declaration)
    fields = {**declared_fields(declaration, image, networks, mounted), **_told(files)}
    places = derived_places(declaration, fields, networks)
    claims = (*_port_claims(values), *claimed_addresses(declaration, networks))
    dependencies = (*(Dependency(r.address) for r in shared), *_dependencies(declaration))
    yield from shared
    for index, name in enumerate(engine_names(kind, declaration, replicas), start=1):
        yield Resource(
            address=Address(kind, declaration.key, index),
            engine_name=name,
            fields={**fields, "name": name, "state": state},
            settings=replace(
                settings,
                image=image.engine_name if image else None,
                granted_files=tuple(file for granted in files.values() for file in granted.values()),
            ),
            depends_on=tuple(dict.fromkeys(dependencies)),
            claims=(ExclusiveClaim(f'container name "{name}"', path=("name",)), *claims),
            sensitive_places=places,
            host_paths=tuple(_host_paths(declaration, as_map(fields.get("volumes")))),
        )


def report_conflicts(declaration: Declaration) -> None:
    """Report a missing image, and what can't be declared together."""
    if "image" not in declaration.values:
        declaration.report(Invalid("no image", help="specify a key of images, or an image such as nginx:1.27"))
    for found in (*conflicting_options(declaration.values), *unusable_owners(declaration)):
        declaration.report(found)


def _replicas(declaration: Declaration) -> int:
    given = declaration.values.get("replicas", 1)
    replicas = given if isinstance(given, int) else 1
    if replicas > 1:
        _refuse_sharing(declaration, replicas)
    return replicas


def _refuse_sharing(declaration: Declaration, replicas: int) -> None:
    """Report what several replicas cannot share."""
    for run in port_runs(declaration.values.get("ports")):
        if run.numbers:
            help = "omit the host port, or use a range with one per replica"
            message = f'{replicas} replicas cannot share the host port of "{run.shown}"'
            declaration.report(Invalid(message, path=("ports", run.indexes[0]), help=help))
    for name, endpoint in as_map(declaration.values.get("networks")).items():
        for key in ("ipv4_address", "ipv6_address"):
            if key in as_map(endpoint):
                message = f'{replicas} replicas cannot share the address "{as_map(endpoint)[key]}"'
                declaration.report(Invalid(message, path=("networks", name, key)))


def _port_claims(values: Mapping[str, Value]) -> Iterator[ExclusiveClaim]:
    for run in port_runs(values.get("ports")):
        protocol, address, indexes = str(run.port["protocol"]), str(run.port["host_ip"]), tuple(run.indexes)
        if numbers := run.numbers:
            yield port_claim(numbers, protocol, address, indexes)
        elif choice := run.choice:
            yield port_claim(choice, protocol, address, indexes, is_choice=True)


# --- references


def image_of(kind: str, declaration: Declaration) -> Resource | None:
    """Return the image that an entry runs: one of the file, or one of a registry."""
    if "image" not in declaration.values:
        return None
    return _named_image(kind, declaration, str(declaration.values["image"]), "image")


def _mounted_images(kind: str, declaration: Declaration) -> dict[str, Resource]:
    """Return the images that an entry mounts, by target."""
    mounts = {target: as_map(mount) for target, mount in as_map(declaration.values.get("volumes")).items()}
    found = {
        target: _named_image(kind, declaration, str(mount["source"]), "volumes", target)
        for target, mount in mounts.items()
        if mount["type"] == "image"
    }
    return {target: image for target, image in found.items() if image is not None}


def _named_image(kind: str, declaration: Declaration, name: str, *place: str) -> Resource | None:
    """Return the image that an entry names at a place: a key of images, or a name of a registry."""
    if found := declaration.declared.get(Address("image", name)):
        return found
    if not is_reference(name):
        return declaration.find("image", name, *place, otherwise=_otherwise(name))
    if is_sensitive(".".join(place), declaration.sensitive):
        # Addresses are shown everywhere: name this one after the entry that uses it.
        own = f"{kind}.{declaration.key}" if place == ("image",) else f"{kind}.{declaration.key}{place[-1]}"
        image = pulled_image(f"{own}:{MASK}", name, shared=True)
        return replace(image, sensitive_places=frozenset({"reference"}))
    return pulled_image(familiar(name), name, shared=True)


def _otherwise(name: str) -> str:
    return ", or use lower case for another image's name" if is_reference(name.lower()) else ""


def _dependencies(declaration: Declaration) -> Iterator[Dependency]:
    values = declaration.values
    for target, mount in as_map(values.get("volumes")).items():
        if _is_named_volume(mount) and (found := _volume(declaration, target, mount)) is not None:
            yield Dependency(found.address)
    yield from dependencies(declaration)
    yield from link_dependencies(declaration)


def _is_named_volume(mount: Value) -> bool:
    return isinstance(mount, Mapping) and mount["type"] == "volume" and bool(mount["source"])


def _volume(declaration: Declaration, target: str, mount: Value) -> Resource | None:
    return declaration.find("volume", str(as_map(mount)["source"]), "volumes", target)


# --- the values as sent to the engine


def declared_fields(
    declaration: Declaration, image: Resource | None, networks: Iterable[Resource], mounted: Mapping[str, Resource]
) -> dict[str, FieldValue]:
    """Return the fields that an entry sets, with references to the `image`, the `networks` and the `mounted` images."""
    values = declaration.values
    fields: dict[str, FieldValue] = {name: value for name, value in values.items() if name in _FIELDS}
    if image:
        fields["image"] = Ref(image.address)
    if environment := environment_of(declaration):
        fields["environment"] = environment
    for key, owner in namespace_owners(declaration):
        fields[key] = Ref(owner, "namespace")
    if not values.keys().isdisjoint(HOOK_KEYS):
        from runner.kinds.container.declare.hooks import declared_hooks

        fields |= declared_hooks(declaration)
    if "network_mode" not in fields:
        fields |= attachments(declaration, networks, partial(linked_aliases, declaration))
    if "volumes" in fields:
        fields["volumes"] = _volumes(declaration, mounted)
    if "security_opt" in fields:
        fields["security_opt"] = security_options(declaration)
    if "entrypoint" in fields:
        # The engine drops the image's command together with its entrypoint.
        fields.setdefault("command", ())
    if values.get("healthcheck.disable"):
        fields["healthcheck.test"] = ("NONE",)
    if "triggers" in fields:
        fields["triggers"] = fingerprints(declaration)
    return fields


def _told(files: Mapping[str, Mapping[str, GrantedFile]]) -> dict[str, FieldValue]:
    return {key: {target: describe(file) for target, file in granted.items()} for key, granted in files.items()}


def _volumes(declaration: Declaration, images: Mapping[str, Resource]) -> Mapping[str, Value]:
    mounts: dict[str, Value] = {}
    for index, (target, mount) in enumerate(as_map(declaration.values["volumes"]).items()):
        if as_map(mount)["type"] == "image":
            mounts.update({target: _image_mount(as_map(mount), images[target])} if target in images else {})
            continue
        try:
            mounts[target] = found = _mount(declaration, target, as_map(mount))
        except Invalid as invalid:
            declaration.report(invalid.within("volumes", target))
            continue
        if "selinux" in found and has_colon(target, found):
            help = "engines cannot label paths with a colon: label it on the host, or move it"
            message = f'"{found["selinux"]}" conflicts with the colon in "{found["source"]}"'
            declaration.report(Invalid(message, path=("volumes", index), help=help))
    return mounts


def _image_mount(mount: Mapping[str, Value], image: Resource) -> Mapping[str, Any]:
    return {**mount, "source": Ref(image.address)}


def _host_paths(declaration: Declaration, located: Mapping[str, Value]) -> Iterator[HostPath]:
    for index, (target, mount) in enumerate(as_map(declaration.values.get("volumes")).items()):
        if as_map(mount)["type"] == "bind" and target in located:
            asked = True if "to_be_made" in as_map(mount) else False if "must_exist" in as_map(mount) else None
            source = str(as_map(located[target])["source"])
            yield HostPath(source, target, may_be_made=asked, path=("volumes", index))


def _mount(declaration: Declaration, target: str, mount: Mapping[str, Value]) -> Mapping[str, Any]:
    if mount["type"] == "bind":
        source = declaration.inputs.mount_source(str(mount["source"]))
        return {**{key: value for key, value in mount.items() if key != "to_be_made"}, "source": source}
    if _is_named_volume(mount):
        found = declaration.declared.get(Address("volume", str(mount["source"])))
        return {**mount, "source": found.engine_name if found else mount["source"]}
    return mount
