"""Observe which of the wanted images the engine has, and whether they are still what would be built or pulled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from runner.core.address import Address
from runner.core.sensitive import Places
from runner.core.settings import Settings
from runner.core.state import ObservedResource, Resource, UnmanagedResource
from runner.core.struct import Struct, replace
from runner.core.values import UNKNOWN, Digest, Value
from runner.kinds.image.base_images import outdated_base
from runner.kinds.image.bookkeeping_tags import PUSHED, bookkeeping_tag, cache_repository, image_key, tags_in
from runner.kinds.image.fingerprint import GUESSABLE, Fingerprint, is_made_of, of_bases, of_request
from runner.kinds.image.names import by_name
from runner.kinds.image.registry_digest import RegistryClient
from runner.kinds.image.sensitivity import NAMES
from runner.kinds.image.settings import BuildSettings, PullSettings
from runner.kinds.image.tagging import are_sensitive, names_set_by_runner
from runner.kinds.image.traits import ImageTraits, traits_of
from runner.resource.diff import Resolve
from runner.resource.observation import Observation, ObserveContext

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.file_changes import FileChange


class Store(Struct):
    """The engine's images, by any of their names."""

    images: tuple[EngineJSON, ...]
    by_name: Mapping[str, EngineJSON]

    @classmethod
    def of(cls, images: Iterable[EngineJSON]) -> Store:
        """Index the engine's list."""
        listed = tuple(images)
        return cls(listed, {**by_name(listed), **{image["Id"]: image for image in listed}})


Read: TypeAlias = Callable[
    [Resource, Store, ObserveContext, RegistryClient], "ObservedResource | UnmanagedResource | None"
]
"""Reads what there is of a declared image."""


def observe(context: ObserveContext) -> Observation:
    """Observe the declared images, the fingerprints of earlier builds, and the base images of builds."""
    return observe_by(context, _read)


def observe_by(context: ObserveContext, read: Read) -> Observation:
    """Observe them by a function that reads a declared one."""
    store = Store.of(context.gateway.images.list())
    wanted = context.wanted("image")
    registries = RegistryClient(context.gateway)
    own, foreign = [], []
    for resource in wanted:
        found = read(resource, store, context, registries)
        if isinstance(found, UnmanagedResource):
            foreign.append(found)
        elif found is not None:
            own.append(found)
    builds = (resource.settings for resource in wanted if isinstance(resource.settings, BuildSettings))
    bases = {ref for build in builds for ref in build.bases.values()}
    return Observation(
        own=(*own, *_orphans(store, context, wanted)),
        foreign=tuple(foreign),
        index=tuple(
            _bare(ref.address, store.by_name[ref.address.name]) for ref in bases if ref.address.name in store.by_name
        ),
        warnings=tuple(registries.warnings),
    )


def _read(
    resource: Resource, store: Store, context: ObserveContext, registries: RegistryClient
) -> ObservedResource | UnmanagedResource | None:
    if isinstance(resource.settings, BuildSettings):
        return read_built(resource, store, context, registries)
    return read_pulled(resource, store, registries)


def _bare(address: Address, image: EngineJSON) -> ObservedResource:
    return ObservedResource(address, image["Id"], address.name, attributes={"id": image["Id"]}, owned=False)


def read_pulled(resource: Resource, store: Store, registries: RegistryClient) -> ObservedResource | None:
    """Return the engine's image under the name of one to pull."""
    image = store.by_name.get(resource.engine_name)
    if image is None:
        return None
    found = replace(_bare(resource.address, image), engine_name=resource.engine_name)
    if resource.settings_as(PullSettings).pull != "always":
        return found
    digests = [name.partition("@")[2] for name in image.get("RepoDigests") or ()]
    latest = registries.digest(resource.engine_name, resource)
    if latest is None:
        return found
    fields: dict[str, Value] = {"digest": latest if latest in digests else (digests[0] if digests else image["Id"])}
    return replace(found, fields=fields, traits=ImageTraits(newest_digest=latest))


def read_built(
    resource: Resource, store: Store, context: ObserveContext, registries: RegistryClient
) -> ObservedResource | UnmanagedResource | None:
    """Return the build that comes closest to the desired one; among equals the one with the image's own name."""
    current = store.by_name.get(resource.engine_name)
    cache = cache_repository(context.workflow, resource.address.name)
    builds = [
        (image, mark)
        for image in store.images
        for tag in tags_in(image.get("RepoTags") or (), cache)
        if (mark := Fingerprint.parse(tag)) is not None
    ]
    if not builds:
        return _unmanaged(resource, current, store, context) if current else None
    image, mark = max(builds, key=lambda build: (_likeness(build[1], resource), build[0] is current))
    former = {name for other, _ in builds if other is not image for name in other.get("RepoTags") or ()}
    found = _observed_build(resource, image, mark, store, context.workflow, former)
    outdated = outdated_base(resource, store.by_name, registries)
    return replace(found, traits=replace(traits_of(found), is_outdated=bool(outdated)))


def _unmanaged(resource: Resource, image: EngineJSON, store: Store, context: ObserveContext) -> UnmanagedResource:
    """Return an image that has the name of a build and no record of it: if adopted, it counts as up to date.

    It is the build's if it says so itself, or a container of the same Compose project runs it, which says so.
    """
    mark = of_request(resource.settings_as(BuildSettings).build, bases="")
    live = _observed_build(resource, image, mark, store, context.workflow, set())
    live = replace(live, owned=False, traits=replace(traits_of(live), is_adopted=True))
    stands_for = resource.address if _says_itself(image, resource, context) else None
    return UnmanagedResource("image", resource.engine_name, image["Id"], live=live, stands_for=stands_for)


def _says_itself(image: EngineJSON, resource: Resource, context: ObserveContext) -> bool:
    if not resource.creation_labels:
        return False
    from runner.resource.compose_labels import is_what

    users = (one.get("Labels") or {} for one in context.containers if one.get("ImageID") == image["Id"])
    return any(is_what(labels, resource) for labels in (image.get("Labels") or {}, *users))


def _likeness(mark: Fingerprint, resource: Resource) -> int:
    return sum(resource.fields.get(name) == part for name, part in mark.seen_as(resource.fields).values().items())


def _observed_build(
    resource: Resource, image: EngineJSON, mark: Fingerprint, store: Store, workflow: str, elsewhere: set[str]
) -> ObservedResource:
    """Read a build; `elsewhere` are the names that other builds of the entry have."""
    there, key = set(image.get("RepoTags") or ()), resource.address.name
    wanted = resource.fields["names"]
    assert isinstance(wanted, tuple)
    unwanted = [name for one in store.images for name in names_set_by_runner(one, workflow, key) if name not in wanted]
    masked = are_sensitive(there.union(unwanted), store.images, workflow, key)
    fields: dict[str, Value] = {
        **mark.seen_as(resource.fields).values(),
        "names": (*(name for name in wanted if name in there), *unwanted),
        "pushed": tuple(name for name in wanted if bookkeeping_tag(PUSHED, workflow, key, str(name)) in there),
    }
    return ObservedResource(
        resource.address,
        image["Id"],
        resource.engine_name,
        fields=fields,
        # Different inputs are changes of the file, and so is going back to another build, which no longer has the
        # names; names that are gone altogether were removed from outside.
        applied={} if elsewhere.intersection(wanted) else {"names": Digest.of((*wanted, *unwanted)).text},
        attributes={"id": image["Id"]},
        traits=ImageTraits(fingerprint=mark.tag),
        sensitive_places=_sensitive_places(mark, names=masked),
        files=_changed_files(resource, mark),
    )


def _sensitive_places(mark: Fingerprint, *, names: bool) -> Places:
    return (GUESSABLE if mark.is_salted else frozenset()) | (NAMES if names else frozenset())


def _changed_files(resource: Resource, mark: Fingerprint) -> dict[str, tuple[FileChange, ...]]:
    """Return the changed files of a build's contexts, if they differ from what was built."""
    request = resource.settings_as(BuildSettings).build
    if resource.fields["build.context"] == mark.context:
        return {}
    return {"build.context": request.changes_since(mark.context)}


def _orphans(store: Store, context: ObserveContext, wanted: list[Resource]) -> list[ObservedResource]:
    """Return the builds of this workflow that no entry declares any more: it is gone, or refers to an image instead."""
    entries = {cache_repository(context.workflow, resource.address.name): resource for resource in wanted}
    orphans: dict[str, ObservedResource] = {}
    for image in store.images:
        for tag in image.get("RepoTags") or ():
            key, entry = image_key(tag, context.workflow), entries.get(tag.rpartition(":")[0])
            if key is not None and not (entry and _keeps_builds(entry.settings)):
                name = key if entry is None else f"{entry.address.name}.built"
                orphans[name] = _orphan(Address("image", name), image, tag, store, context.workflow, key)
    return list(orphans.values())


def _keeps_builds(settings: Settings) -> bool:
    """Tell whether builds under the entry's name are no orphans: it is built, or something substitutes for it."""
    return isinstance(settings, BuildSettings) or (isinstance(settings, PullSettings) and settings.pinned)


def _orphan(address: Address, image: EngineJSON, tag: str, store: Store, workflow: str, key: str) -> ObservedResource:
    mark = Fingerprint.parse(tag.rpartition(":")[2])
    masked = are_sensitive(image["RepoTags"], store.images, workflow, key)
    places = _sensitive_places(mark, names=masked) if mark else frozenset()
    attributes, traits = {"id": image["Id"]}, ImageTraits(key=key)
    return ObservedResource(address, image["Id"], tag, attributes=attributes, traits=traits, sensitive_places=places)


def complete(resource: Resource, observed: ObservedResource | None, resolve: Resolve) -> Resource:
    """Add what only the engine knows: the current ids of the bases, and the current digest in the registry."""
    settings = resource.settings
    if isinstance(settings, BuildSettings):
        ids = {base: resolve(ref) for base, ref in settings.bases.items()}
        if UNKNOWN in ids.values() or traits_of(observed).is_outdated:
            return replace(resource, fields={**resource.fields, "build.bases": UNKNOWN})
        if traits_of(observed).is_adopted:
            return resource
        # A base that was removed since is no evidence of a change: the build that used it stands.
        known = {base: str(id) for base, id in ids.items() if id is not None}
        if len(known) < len(ids):
            return resource
        wanted, live = of_bases(known), observed.fields.get("build.bases") if observed else None
        bases: Value = live if is_made_of(live, wanted) else wanted
        return replace(resource, fields={**resource.fields, "build.bases": bases})
    if resource.settings_as(PullSettings).pull == "always" and observed is not None:
        latest = traits_of(observed).newest_digest
        return replace(resource, fields={"digest": UNKNOWN if latest is None else latest})
    return resource
