"""The operations on networks of a swarm: a change is another network beside the former, which services move to."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import InUse, StepFailed, WaitTimeout
from runner.core.plan import Reason
from runner.core.resource_state import State
from runner.kinds.shared.named_resource import labelled_body
from runner.kinds.swarm.names import fitting, free_name
from runner.kinds.swarm.network.rows import FIELDS, OVERLAY
from runner.kinds.swarm.versions import ON_SWARM, every_version, named_in
from runner.resource.labels import DECLARED_NAME

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.task import Task

_ASSIGNED_WITHIN: Final = 20.0
_FREE_WITHIN: Final = 5.0
"""The tasks of a service are on its networks a moment longer than it is there: 0.1 to 0.3 s (28.5)."""
_POLL: Final = 0.2


def create(task: Task) -> str:
    """Create one version; others of the workflow stay until the end of the run."""
    task.set_state(State.CREATING)
    networks = task.gateway.networks
    taken = {str(one["Name"]) for one in networks.list()}
    body = {"Driver": OVERLAY, **labelled_body(FIELDS, task)}
    name = free_name(fitting(task.desired.engine_name), taken)
    labels = {**body["Labels"], **ON_SWARM, DECLARED_NAME: task.desired.engine_name}
    id = networks.create({**body, "Name": name, "Labels": labels, "CheckDuplicate": True})
    task.on_rollback(partial(remove_network, task.gateway, id))
    task.tell({"name": name})
    _wait_for_addresses(task, id)
    return id


def _wait_for_addresses(task: Task, id: str) -> None:
    """Wait until the swarm has assigned what the network needs; it may take one that it then never can."""

    def is_assigned() -> bool:
        return any(one["Id"] == id and one.get("Driver") for one in task.gateway.networks.list())

    try:
        task.wait(id, is_assigned, what="assigned", timeout=min(task.timeout, _ASSIGNED_WITHIN), every=_POLL)
    except WaitTimeout as error:
        remove_network(task.gateway, id)
        help = "choose another subnet, or remove unused networks; the manager's log may tell more"
        raise StepFailed("the swarm could not assign its addresses", help=help, code="subnet-taken") from error


def delete(task: Task) -> str | None:
    """Remove all versions; return the id if the workflow goes, and one is left to others that are on it.

    An apply fails instead: the file says what there should be.
    """
    task.set_state(State.REMOVING)
    if task.change.reasons != (Reason.REQUESTED,):
        task.on_commit(partial(_remove, task))
        return None
    try:
        _remove(task)
    except InUse as error:
        task.warn(Diagnostic("network-in-use", error.message, help=error.help, severity=Severity.WARNING))
        return task.observed.id
    return None


def _remove(task: Task) -> None:
    for id in every_version(task.observed):
        try:
            remove_network(task.gateway, id)
        except InUse as error:
            users = _users(task, id) or error.message
            message = f'network "{task.observed.engine_name}" is left, since these are on it: {users}'
            help = "take them off it, or remove them; then try again"
            raise InUse(message, help=help, code="network-in-use") from error


def _users(task: Task, id: str) -> str:
    specs = (service["Spec"] for service in task.gateway.swarm.services.list())
    return ", ".join(sorted(str(spec["Name"]) for spec in specs if id in named_in(spec)))


def remove_network(gateway: Gateway, id: str) -> None:
    """Remove a network of the swarm as soon as the tasks of services that are gone have left it."""
    deadline = time.monotonic() + _FREE_WITHIN
    while True:
        try:
            return gateway.networks.remove(id)
        except InUse:
            if time.monotonic() > deadline:
                raise
        time.sleep(_POLL)
