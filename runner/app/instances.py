"""The containers and jobs that a workflow has, by the names that a user may give them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.errors import UsageError

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.resource.instance import Instance, Instances


def instances_of(gateway: Gateway, workflow: str, run_by: str) -> Instances:
    """Return the containers of a workflow, by the name of what runs it."""
    from runner.kinds import orchestrator

    return orchestrator(run_by).instances(gateway, workflow)


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


def find_instance(instances: Instances, workflow: str, name: str) -> Instance:
    """Return the container with a name: of replicas the first one within reach, of one being replaced the one at work.

    UsageError if there is none.
    """
    there = instances.list()
    check_known([name], [one.address for one in there], workflow)
    return min((one for one in there if name in names_of(one.address)), key=_rank)


def _rank(one: Instance) -> tuple[bool, int, bool, bool]:
    return one.is_elsewhere, one.address.index, one.state != "running", one.is_passing
