"""Volumes without a name: whose they are, what a successor takes over, and what stays when their container goes.

The engine makes up their names, so runner gives each a label as it is made: nothing else would lead to it once its
container has gone, whoever removed that. One that was made without (by an earlier version, or for a container that was
adopted) gets a record instead, before runner removes its container.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from runner.core.address import Address
from runner.core.sensitive import MASK, Places, is_sensitive
from runner.core.state import ObservedResource, Resource, RetainedData
from runner.core.values import as_map
from runner.kinds.shared import label_overrides as record
from runner.resource.engine_json import Body
from runner.resource.labels import ANONYMOUS, WORKFLOW
from runner.resource.mounts import clean_target, is_anonymous, mounted_volume

if TYPE_CHECKING:
    from runner.core.gateway import EngineJSON, Gateway

AnonymousVolumes: TypeAlias = Mapping[str, str]
"""The volumes that the engine named by itself, by where they are mounted."""

_VOLUMES, _BY_IMAGE = "anonymous", "image_volumes"
"""Attributes of an observed container: its anonymous volumes, and the paths at which its image wants some."""


# --- those of a container that is there


def attributes(inspect: EngineJSON, image: Mapping[str, Any], apart: Collection[str]) -> dict[str, str]:
    """Return the attributes that tell of a container's anonymous volumes; `apart` are paths of volumes that aren't."""
    mounts = [mount for mount in inspect.get("Mounts") or () if mount["Destination"] not in apart]
    named = {mount["Destination"]: mounted_volume(mount) for mount in mounts}
    volumes = {target: name for target, name in named.items() if is_anonymous(name)}
    by_image = sorted(map(clean_target, (image.get("Config") or {}).get("Volumes") or ()))
    return {
        _VOLUMES: json.dumps(volumes) if volumes else "",
        **({_BY_IMAGE: json.dumps(by_image)} if volumes and by_image else {}),
    }


def anonymous_volumes(observed: ObservedResource | None) -> AnonymousVolumes:
    """Return the anonymous volumes that a container had when it was looked at: a successor takes them over."""
    found: AnonymousVolumes = json.loads((observed and observed.attributes.get(_VOLUMES)) or "{}")
    return found


def retains(observed: ObservedResource, desired: Resource | None) -> Iterator[RetainedData]:
    """Yield the anonymous volumes that stay when a container is removed, or replaced by what is declared.

    Where its image wants some, the next one is taken to want them too, whatever image that has.
    """
    for target, volume in anonymous_volumes(observed).items():
        if desired is None or not _takes_over(target, observed, desired):
            yield RetainedData(volume, observed.address, _shown(target, observed.sensitive_places or frozenset()))


def _takes_over(target: str, observed: ObservedResource, desired: Resource) -> bool:
    mounts = as_map(desired.fields.get("volumes"))
    if target in mounts:
        mount = as_map(mounts[target])
        return mount["type"] == "volume" and not mount["source"]
    if target in as_map(desired.fields.get("tmpfs")):
        return False
    return target in json.loads(observed.attributes.get(_BY_IMAGE) or "[]")


# --- those of a container that is to be made


def give(host_config: Body, inherited: AnonymousVolumes, by_image: Iterable[str], label: Callable[[str], Body]) -> None:
    """Mount one wherever the file or the image wants one: the predecessor's, else a new one.

    `by_image` are the paths at which the image does and nothing else is mounted; `label` makes the labels of a new
    one, given its path.
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


# --- those whose container has gone


def labels(workflow: str, owner: Address, places: Places, target: str) -> dict[str, str]:
    """Return the labels by which an anonymous volume is found again; without the path, where that is sensitive."""
    return {WORKFLOW: workflow, ANONYMOUS: f"{owner} {_shown(target, places)}"}


def _shown(target: str, places: Places) -> str:
    return MASK if is_sensitive(f"volumes.{target}", places) else target


def keep_track(gateway: Gateway, workflow: str, container: ObservedResource, *, but: Collection[str] = ()) -> None:
    """Make a record of every anonymous volume of a container that bears no label and is to outlive it.

    `but` names those that its successor has.
    """
    staying = {name: target for target, name in anonymous_volumes(container).items() if name not in but}
    if not staying:
        return
    known = record.find("volume", volumes := gateway.volumes.list())
    for volume in volumes:
        name = volume["Name"]
        if name in staying and ANONYMOUS not in known.labels(name, volume.get("Labels") or {}):
            thing = ObservedResource(Address("volume", name), name, name, attributes=known.mark(name))
            record.save(
                gateway,
                thing,
                labels(workflow, container.address, container.sensitive_places or frozenset(), staying[name]),
            )


def outlived(
    volumes: Collection[EngineJSON], containers: Iterable[EngineJSON], workflow: str
) -> Iterator[ObservedResource]:
    """Yield the anonymous volumes of a workflow that no container has any more."""
    known = record.find("volume", volumes)
    mounted = {mounted_volume(mount) for container in containers for mount in container.get("Mounts") or ()}
    for volume in record.user_volumes(volumes):
        name = volume["Name"]
        told = known.labels(name, volume.get("Labels") or {})
        if told.get(WORKFLOW) == workflow and ANONYMOUS in told and name not in mounted:
            yield _as_volume(name, told[ANONYMOUS], known.mark(name))


def _as_volume(name: str, origin: str, mark: Mapping[str, str]) -> ObservedResource:
    owner, _, target = origin.partition(" ")
    try:
        address = Address.parse(owner)
    except ValueError:
        address = Address("container", "unknown")  # a damaged label, but not a reason to lose the data
    whose = RetainedData(name, address, target)
    return ObservedResource(whose.address, name, name, attributes={"id": name, **mark}, retained=whose)
