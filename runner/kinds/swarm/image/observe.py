"""Observe by which digests the wanted images are pinned: services and the manager tell it, no registry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from runner.core.state import ObservedResource, Resource, UnmanagedResource
from runner.core.struct import replace
from runner.kinds.container.settings import ProcessSettings
from runner.kinds.image.observe import Store, observe_by, read_built, read_pulled
from runner.kinds.image.settings import BuildSettings, PullSettings
from runner.kinds.image.traits import ImageTraits
from runner.kinds.swarm.image.pinned import is_fixed, pushed_reference, running
from runner.kinds.swarm.image.traits import BaseTraits
from runner.resource.observation import Observation, ObserveContext

if TYPE_CHECKING:
    from runner.kinds.image.registry_digest import RegistryClient


def observe(context: ObserveContext) -> Observation:
    """Observe the declared images, and what this manager has built for the workflow."""
    return observe_by(context, partial(_read, running(context.swarm.services, context.workflow)))


def _read(
    services_run: Mapping[str, str],
    resource: Resource,
    store: Store,
    context: ObserveContext,
    registries: RegistryClient,
) -> ObservedResource | UnmanagedResource | None:
    if isinstance(resource.settings, BuildSettings):
        found = read_built(resource, store, context, registries)
        return _with_digest(resource, found, store, services_run) if isinstance(found, ObservedResource) else found
    if not _is_run(resource, context):
        found = read_pulled(resource, store, registries) or _reference(resource, resource.engine_name)
        return replace(found, traits=BaseTraits(newest_digest=_newest(found)))
    if resource.external or is_fixed(resource.engine_name):
        return _reference(resource, resource.engine_name)
    reference = services_run.get(resource.engine_name)
    return _running(resource, reference, registries) if reference else None


def _is_run(resource: Resource, context: ObserveContext) -> bool:
    users = context.desired.resources.values() if context.desired else ()
    return any(
        isinstance(user.settings, ProcessSettings)
        and any(dependency.address == resource.address for dependency in user.depends_on)
        for user in users
    )


def _newest(found: ObservedResource) -> str | None:
    return found.traits.newest_digest if isinstance(found.traits, ImageTraits) else None


def _reference(resource: Resource, reference: str) -> ObservedResource:
    attributes = {"id": reference, "pinned": reference}
    return ObservedResource(resource.address, reference, resource.engine_name, attributes=attributes, owned=False)


def _running(resource: Resource, reference: str, registries: RegistryClient) -> ObservedResource:
    """Return an image as services run it, and what is newer if it is always to be the newest."""
    found = _reference(resource, reference)
    if resource.settings_as(PullSettings).pull != "always":
        return found
    latest = registries.digest(resource.engine_name, resource)
    fields = {"digest": reference.partition("@")[2]}
    return replace(found, fields=fields, traits=ImageTraits(newest_digest=latest)) if latest else found


def _with_digest(
    resource: Resource, found: ObservedResource, store: Store, services_run: Mapping[str, str]
) -> ObservedResource:
    """Add the pinned reference of a build; one that lost its digest counts as not pushed."""
    pushed = found.fields["pushed"]
    assert isinstance(pushed, tuple)
    image = store.by_name[found.id]
    known = {name: pushed_reference(str(name), image, services_run) for name in pushed}
    reference = known.get(resource.engine_name)
    return replace(
        found,
        fields={**found.fields, "pushed": tuple(name for name in pushed if known[name])},
        attributes={**found.attributes, **({"pinned": reference} if reference else {})},
    )
