"""The containers and jobs that a workflow has on an engine, by the names that a user may give them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.errors import UsageError
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.kinds.shared.label_overrides import Records


class LiveContainer(Struct, order=True):
    """A container, running or not."""

    address: Address
    id: str
    name: str
    state: str
    """As the engine names it: running, exited and so on."""


def live_containers(gateway: Gateway, workflow: str) -> list[LiveContainer]:
    """Return every container of a workflow, by address; those that were adopted have their labels in records."""
    from runner.kinds.shared.label_overrides import find
    from runner.resource.labels import owned_address
    from runner.resource.volume_store import VolumeStore

    records = find("container", VolumeStore(gateway).list())
    listed = ((owned_address(_labels(short, records), workflow), short) for short in gateway.containers.list())
    return sorted(
        LiveContainer(address, short["Id"], _name(short), str(short["State"]))
        for address, short in listed
        if address is not None
    )


def _labels(short: EngineJSON, records: Records) -> Mapping[str, str]:
    return records.labels(short["Id"], short.get("Labels") or {})


def _name(short: EngineJSON) -> str:
    """Return a container's own name: links add others, with a slash in them."""
    names = [name.lstrip("/") for name in short.get("Names") or ()]
    return next((name for name in names if "/" not in name), "")


def names_of(address: Address) -> tuple[str, ...]:
    """Return the names that match an address: its key or entry for all replicas, and those with its index."""
    entry = f"{address.kind}.{address.name}"
    replica = f"[{address.index}]"
    return (entry, address.name, entry + replica, address.name + replica)


def check_known(names: Sequence[str], present: Collection[Address], workflow: str) -> None:
    """Raise UsageError for a name without a container or job."""
    from runner.core.diagnostic import did_you_mean

    known = {known for address in present for known in names_of(address)}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or "see runner status"
            message = f'{workflow} has no container or job "{name}" on the engine; {hint}'
            raise UsageError(message, code="unknown-resource")


def find_container(gateway: Gateway, workflow: str, name: str) -> LiveContainer:
    """Return the container with a name; of replicas the first, and of one being replaced the one at work.

    UsageError if there is none.
    """
    there = live_containers(gateway, workflow)
    check_known([name], [one.address for one in there], workflow)
    return min((one for one in there if name in names_of(one.address)), key=_rank)


def _rank(one: LiveContainer) -> tuple[int, bool, bool]:
    from runner.kinds.container.names import NEW, OLD

    return one.address.index, one.state != "running", one.name.endswith((NEW, OLD))
