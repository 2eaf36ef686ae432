"""From an entry that runs as a service to its resource: what an engine would get, as a service has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.core.address import Address
from runner.core.claim import ExclusiveClaim
from runner.core.state import Dependency, Ref, Resource
from runner.core.struct import replace
from runner.kinds.container.declare.dependencies import dependencies
from runner.kinds.container.declare.links import link_dependencies
from runner.kinds.container.declare.networks import joined_networks
from runner.kinds.container.declare.resources import declared_fields, image_of, report_conflicts
from runner.kinds.container.in_service.declared import granted, service_fields
from runner.kinds.container.sensitivity import derived_places
from runner.kinds.container.settings import ProcessSettings
from runner.kinds.swarm.names import LONGEST, fitting, is_valid
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.field import Field, Setting


def declare_as(
    kind: str,
    declaration: Declaration,
    rows: Iterable[Field | Setting],
    settings: ProcessSettings,
    *,
    state: str,
) -> Iterable[Resource]:
    """Declare an entry as a service, and the implicit image and network that it uses.

    `rows` are all keys of its section, `settings` those specific to the kind, and `state` is the desired one.
    """
    report_conflicts(declaration)
    image, networks = image_of(kind, declaration), list(joined_networks(declaration))
    shared = [*([image] if image else []), *networks]
    fields = service_fields(declaration, rows, declared_fields(declaration, image, networks, {}), networks)
    if image:
        fields["image"] = Ref(image.address, "pinned")
    name = engine_name(declaration)
    used = (*(one.address for one in shared), *granted(declaration))
    needed = (*map(Dependency, used), *_after(declaration))
    yield from shared
    yield Resource(
        address=Address(kind, declaration.key),
        engine_name=name,
        fields={**fields, "name": name, "state": state},
        settings=replace(settings, image=image.engine_name if image else None),
        depends_on=tuple(dict.fromkeys(needed)),
        claims=(ExclusiveClaim(f'service name "{name}"', path=("name",)),),
        sensitive_places=derived_places(declaration, fields, networks),
    )


def engine_name(declaration: Declaration) -> str:
    """Return the name of a service on the swarm; report one that no swarm takes."""
    name = declaration.values.get("name")
    if not name:
        return fitting(f"{declaration.workflow}-{declaration.key}")
    if not is_valid(str(name)):
        help = f"use letters, digits, _ and -, {LONGEST} at most"
        declaration.report(Invalid(f'no name of a service: "{name}"', path=("name",), help=help, code="swarm-cannot"))
    return str(name)


def _after(declaration: Declaration) -> Iterator[Dependency]:
    """Yield what comes before it: one service, where a file on one engine waits for each of its replicas."""
    for found in (*dependencies(declaration), *link_dependencies(declaration)):
        yield replace(found, address=Address(found.address.kind, found.address.name))
