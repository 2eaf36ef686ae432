"""Which containers of a workflow the engine has, and how they fare."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from runner.core.address import Address
from runner.core.errors import NotFound
from runner.core.gateway import EngineJSON, Gateway
from runner.core.state import Foreign, Health, Observed
from runner.kinds.container import record
from runner.kinds.container.options import TABLE
from runner.resource.field import Layers
from runner.resource.kind import Sighting, Survey
from runner.resource.labels import WORKFLOW, owned_address
from runner.resource.mounts import is_anonymous
from runner.resource.platform import platform_of
from runner.resource.table import read_observed

AnonymousVolumes: TypeAlias = Mapping[str, str]
"""The volumes that the engine named by itself, by where they are mounted."""

NEW, OLD = ".new", ".old"
"""What the names of the two sides of a replacement end in while it lasts."""


def observe(survey: Survey) -> Sighting:
    """Find the workflow's containers, what interrupted replacements left, and who holds a wanted name."""
    gateway = survey.gateway
    wanted = {resource.engine_name for resource in survey.wanted("container")}
    listed = gateway.containers.list()
    records = record.find(gateway.volumes.list(), survey.workflow)
    reader = _Reader(survey, records)
    seen, foreign, index = [], [], []
    for short in listed:
        labels, name = short.get("Labels") or {}, _name(short)
        if owned_address(labels, survey.workflow) is not None:
            seen.extend(reader.read(short["Id"]))
        else:
            index.append(_bare(name, short["Id"]))
            if name in wanted:
                foreign.append(Foreign("container", name, short["Id"], labels.get(WORKFLOW)))
    own, leftovers = _sort_out(seen)
    stale = [_stale(id) for id in records if id not in {short["Id"] for short in listed}]
    return Sighting(tuple(own), (*leftovers, *stale), tuple(foreign), tuple(index))


def _name(short: EngineJSON) -> str:
    """Return the container's own name: links add others, with a slash inside."""
    names = [name.lstrip("/") for name in short.get("Names") or ()]
    return next((name for name in names if "/" not in name), str(short["Id"]))


def attributes(id: str) -> dict[str, str]:
    """Return what others may ask of a container: its id, and the mode that shares one of its namespaces."""
    return {"id": id, "namespace": f"container:{id}"}


def _bare(name: str, id: str) -> Observed:
    return Observed(Address("container", name), id, name, attributes=attributes(id))


def _stale(container: str) -> Observed:
    """Stand for the record of a container that somebody removed."""
    name = container[:12]
    return Observed(Address("container", name), container, name, attributes=record.mark(container), leftover=True)


class _Reader:
    """Reads containers of one survey; each image that they come from is looked at once."""

    def __init__(self, survey: Survey, records: Mapping[str, Mapping[str, str]]) -> None:
        self._survey = survey
        self._records = records
        self._images: dict[str, EngineJSON] = {}

    def read(self, id: str) -> list[Observed]:
        """Inspect one container; nothing when it has gone meanwhile."""
        try:
            inspect = self._survey.gateway.containers.inspect(id)
        except NotFound:
            return []
        layers = Layers(self._image(inspect["Image"]), self._survey.engine)
        return [_read(inspect, self._survey.workflow, layers, self._records.get(id))]

    def _image(self, id: str) -> EngineJSON:
        if id not in self._images:
            self._images[id] = inspect_image(self._survey.gateway, id)
        return self._images[id]


def inspect_image(gateway: Gateway, id: str) -> EngineJSON:
    """Return an image's document; an empty one when it was removed under its containers."""
    try:
        return gateway.images.inspect(id)
    except NotFound:
        return {}


def _read(inspect: EngineJSON, workflow: str, layers: Layers, later: Mapping[str, str] | None) -> Observed:
    """Read one container; `later` are labels that count instead of its own since it was updated."""
    name, id = inspect["Name"].lstrip("/"), inspect["Id"]
    labels = {**(inspect["Config"].get("Labels") or {}), **(later or {})}
    address = owned_address(labels, workflow)
    assert address is not None, name
    volumes = _anonymous_volumes(inspect)
    return read_observed(
        TABLE,
        {**inspect, "Platform": platform_of(layers.image)},  # its own says no more than the system
        address=address,
        id=id,
        name=name,
        labels=labels,
        layers=layers,
        attributes={
            **attributes(id),
            **(record.mark(id) if later else {}),
            "anonymous": json.dumps(volumes) if volumes else "",
        },
        health=read_health(inspect),
    )


def inheritable(observed: Observed | None) -> AnonymousVolumes:
    """Return the anonymous volumes that a container had when it was looked at: a successor takes them over."""
    found: AnonymousVolumes = json.loads((observed and observed.attributes.get("anonymous")) or "{}")
    return found


def _anonymous_volumes(inspect: EngineJSON) -> AnonymousVolumes:
    mounts = inspect.get("Mounts") or ()
    return {m["Destination"]: m["Name"] for m in mounts if m["Type"] == "volume" and is_anonymous(m["Name"])}


def read_health(inspect: EngineJSON) -> Health:
    """Read how a container fares."""
    state = inspect["State"]
    health = (state.get("Health") or {}).get("Status") or None
    published = (inspect["NetworkSettings"].get("Ports") or {}).items()
    ports = [_port(binding, port) for port, bindings in published for binding in bindings or ()]
    since = state["StartedAt"] if state["Running"] else state["FinishedAt"]
    return Health(state["Status"], None if health == "none" else health, since, tuple(dict.fromkeys(ports)))


def _port(binding: Mapping[str, str], port: str) -> str:
    host = binding["HostIp"]
    shown = "" if host in ("", "0.0.0.0", "::") else f"[{host}]:" if ":" in host else f"{host}:"
    return f"{shown}{binding['HostPort']}->{port}"


def _sort_out(seen: list[Observed]) -> tuple[list[Observed], list[Observed]]:
    """Choose for each address the one that counts; the others were left by an interrupted replacement."""
    by_address: dict[Address, list[Observed]] = {}
    for one in seen:
        by_address.setdefault(one.address, []).append(one)
    own: list[Observed] = []
    leftovers: list[Observed] = []
    for rivals in by_address.values():
        first, *others = sorted(rivals, key=_standing)
        if _suffix(first) == NEW:
            others.insert(0, first)
        else:
            own.append(first)
        leftovers.extend(map(_leftover, others))
    return own, leftovers


def _standing(one: Observed) -> int:
    """Rank what bears one address: the one under the real name, unless it never came to work and the old one is there.

    A new one that has not taken its place counts for nothing.
    """
    suffix, health = _suffix(one), one.health
    works = health is not None and health.phase == "running" and health.health in (None, "healthy")
    return {"": 0 if works else 2, OLD: 1, NEW: 3}[suffix]


def _suffix(one: Observed) -> str:
    return next((suffix for suffix in (NEW, OLD) if one.engine_name.endswith(suffix)), "")


def _leftover(one: Observed) -> Observed:
    """Call it by an address of its own, since its real one is another's."""
    kind, name, index = one.address.kind, one.address.name, one.address.index
    return replace(one, address=Address(kind, name + (_suffix(one) or ".left"), index), leftover=True)
