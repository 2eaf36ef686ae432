"""Anonymous volumes: their owners, their hand-over to a replacement, and what outlives a removed container.

The engine generates their names, so runner labels each one on creation: once its container is removed, by runner or
anyone else, nothing else leads to it. A volume without that label (created by an earlier version, or for a container
that was adopted) gets a record instead, before runner removes its container.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runner.core.address import Address
from runner.core.sensitive import MASK, Places, is_sensitive
from runner.core.state import ObservedResource, Resource, RetainedData
from runner.core.struct import replace
from runner.core.traits import Traits
from runner.core.values import as_map
from runner.kinds.container.traits import AnonymousVolumes, ContainerTraits, traits_of
from runner.kinds.shared import label_overrides
from runner.resource.engine_json import Body
from runner.resource.labels import ANONYMOUS, WORKFLOW
from runner.resource.mount_json import mounted_volume
from runner.resource.mounts import clean_target, is_anonymous

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway

# --- volumes of an existing container


def with_anonymous_volumes(
    traits: ContainerTraits, inspect: EngineJSON, image: Mapping[str, Any], apart: Collection[str]
) -> ContainerTraits:
    """Add a container's anonymous volumes to its traits, without those mounted at the paths `apart`."""
    mounts = [mount for mount in inspect.get("Mounts") or () if mount["Destination"] not in apart]
    named = {mount["Destination"]: mounted_volume(mount) for mount in mounts}
    by_image = map(clean_target, (image.get("Config") or {}).get("Volumes") or ())
    volumes = {target: name for target, name in named.items() if is_anonymous(name)}
    return replace(traits, anonymous_volumes=volumes, image_volumes=frozenset(by_image))


def retains(observed: ObservedResource, desired: Resource | None) -> Iterator[RetainedData]:
    """Yield the anonymous volumes that stay when a container is removed, or replaced by the desired one.

    Where the image declares volumes, the image of the replacement is assumed to declare them too.
    """
    for target, volume in traits_of(observed).anonymous_volumes.items():
        if desired is None or not _takes_over(target, observed, desired):
            yield RetainedData(volume, observed.address, _shown(target, observed.sensitive_places or frozenset()))


def _takes_over(target: str, observed: ObservedResource, desired: Resource) -> bool:
    mounts = as_map(desired.fields.get("volumes"))
    if target in mounts:
        mount = as_map(mounts[target])
        return mount["type"] == "volume" and not mount["source"]
    if target in as_map(desired.fields.get("tmpfs")):
        return False
    return target in traits_of(observed).image_volumes


# --- volumes of a container to be created


def give(host_config: Body, inherited: AnonymousVolumes, by_image: Iterable[str], label: Callable[[str], Body]) -> None:
    """Mount an anonymous volume wherever the file or the image asks for one: the predecessor's, else a new one.

    `by_image` are the paths for which the image declares a volume and where nothing else is mounted; `label` returns
    the labels of a new volume, given its path.
    """
    wanted = [*host_config.get("Mounts", ()), *({"Type": "volume", "Target": target} for target in by_image)]
    mounts = [_given(mount, inherited, label) if _is_nameless(mount) else mount for mount in wanted]
    if mounts:
        host_config["Mounts"] = mounts


def _given(mount: Body, inherited: AnonymousVolumes, label: Callable[[str], Body]) -> Body:
    target, options = mount["Target"], mount.get("VolumeOptions") or {}
    if target in inherited:
        return {**mount, "Source": inherited[target]}
    return {**mount, "VolumeOptions": {**options, "Labels": label(target)}}


def _is_nameless(mount: Body) -> bool:
    return mount["Type"] == "volume" and not mount.get("Source")


# --- volumes whose container is gone


def labels(workflow: str, owner: Address, places: Places, target: str) -> dict[str, str]:
    """Return the labels that identify an anonymous volume; the path is masked where it is sensitive."""
    return {WORKFLOW: workflow, ANONYMOUS: f"{owner} {_shown(target, places)}"}


def _shown(target: str, places: Places) -> str:
    return MASK if is_sensitive(f"volumes.{target}", places) else target


def keep_track(gateway: Gateway, workflow: str, container: ObservedResource, *, but: Collection[str] = ()) -> None:
    """Save a record of every anonymous volume of a container that has no label and outlives the container.

    `but` names the volumes that the replacement takes over.
    """
    staying = {name: target for target, name in traits_of(container).anonymous_volumes.items() if name not in but}
    if not staying:
        return
    from runner.resource.volume_store import VolumeStore, records_among

    known = label_overrides.find("volume", records_among(volumes := gateway.volumes.list()))
    for volume in volumes:
        name = volume["Name"]
        if name in staying and ANONYMOUS not in known.labels(name, volume.get("Labels") or {}):
            thing = ObservedResource(Address("volume", name), name, name, traits=known.traits_of(name))
            label_overrides.save(
                VolumeStore(gateway),
                thing,
                labels(workflow, container.address, container.sensitive_places or frozenset(), staying[name]),
            )


def outlived(
    volumes: Collection[EngineJSON], containers: Iterable[EngineJSON], workflow: str
) -> Iterator[ObservedResource]:
    """Yield the anonymous volumes of a workflow that no container mounts any more."""
    from runner.resource.volume_store import records_among

    known = label_overrides.find("volume", records_among(volumes))
    mounted = {mounted_volume(mount) for container in containers for mount in container.get("Mounts") or ()}
    for volume in label_overrides.user_volumes(volumes):
        name = volume["Name"]
        own_labels = known.labels(name, volume.get("Labels") or {})
        if own_labels.get(WORKFLOW) == workflow and ANONYMOUS in own_labels and name not in mounted:
            yield _as_volume(name, own_labels[ANONYMOUS], known.traits_of(name))


def _as_volume(name: str, origin: str, traits: Traits) -> ObservedResource:
    owner, _, target = origin.partition(" ")
    try:
        address = Address.parse(owner)
    except ValueError:
        address = Address("container", "unknown")  # a damaged label, but not a reason to lose the data
    whose = RetainedData(name, address, target)
    return ObservedResource(whose.address, name, name, attributes={"id": name}, traits=traits, retained=whose)
