"""From an entry under `containers` to a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.core.address import Address
from runner.core.claim import ExclusiveClaim
from runner.core.state import Dependency, FieldValue, Ref, Resource
from runner.core.struct import replace
from runner.kinds.container.declare.dependencies import dependencies
from runner.kinds.container.declare.links import link_dependencies
from runner.kinds.container.declare.networks import joined_networks
from runner.kinds.container.declare.resources import declared_fields, image_of, report_conflicts, settings_of
from runner.kinds.container.sensitivity import derived_places
from runner.resource.declaration import Declaration


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare a service, and the implicit resources that it uses."""
    name = engine_name(declaration)
    report_conflicts(declaration)
    image, networks = image_of("container", declaration), list(joined_networks(declaration))
    shared = [*([image] if image else []), *networks]
    fields = _fields(declaration, image, networks)
    needed = (*(Dependency(used.address) for used in shared), *_after(declaration))
    yield from shared
    yield Resource(
        address=Address("container", declaration.key),
        engine_name=name,
        fields={**fields, "name": name, "state": "running"},
        settings=replace(settings_of(declaration), image=image.engine_name if image else None),
        depends_on=tuple(dict.fromkeys(needed)),
        claims=(ExclusiveClaim(f'service name "{name}"', path=("name",)),),
        sensitive_places=derived_places(declaration, fields, networks),
    )


def engine_name(declaration: Declaration) -> str:
    """Return the name of a service on the swarm."""
    return str(declaration.values.get("name") or f"{declaration.workflow}-{declaration.key}")


def _fields(declaration: Declaration, image: Resource | None, networks: Iterable[Resource]) -> dict[str, FieldValue]:
    values = declaration.values
    found = declared_fields(declaration, image, networks, {})
    if image:
        found["image"] = Ref(image.address, "pinned")
    if "replicas" in values:
        found["replicas"] = values["replicas"]
    return {key: value for key, value in found.items() if key != "networks.priority"}


def _after(declaration: Declaration) -> Iterator[Dependency]:
    """Yield what comes before it: one service, where a file on one engine waits for each of its replicas."""
    for found in (*dependencies(declaration), *link_dependencies(declaration)):
        yield replace(found, address=Address(found.address.kind, found.address.name))
