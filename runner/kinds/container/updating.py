"""Changing a container in place; where the engine doesn't go along, a new one takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as replace_values

from runner import __version__
from runner.core.errors import EngineError, EngineUnreachable, NotFound, Timeout
from runner.core.event import State
from runner.core.plan import FieldDiff
from runner.core.state import FieldValues, Observed
from runner.core.task import Task
from runner.kinds.container import record
from runner.kinds.container.options import TABLE
from runner.kinds.container.options.attachments import endpoint_config
from runner.kinds.container.readiness import check_alive, wait_until_working
from runner.kinds.container.verbs import replace
from runner.resource.body import Body
from runner.resource.diff import diff_fields
from runner.resource.field import Field
from runner.resource.labels import applied_digests, ownership
from runner.resource.table import write_fields


def update(task: Task) -> str:
    """Change it in place, look whether it took, and replace it where it didn't."""
    task.enter(State.UPDATING, id=task.observed.id)
    rows = _changed_rows(task.change.diff)
    _rename(task, rows)
    if not _update_limits(task, rows):
        return replace(task)
    if "networks" in rows:
        _update_networks(task)
    if task.observed.fields["state"] != "running":
        _start(task)
    seen = _look_again(task)
    if diff_fields(TABLE, task.fields(), seen, lambda ref: task.attribute(ref)):
        return replace(task)
    _note_applied(task, seen)
    return task.observed.id


def _changed_rows(diff: tuple[FieldDiff, ...]) -> dict[str, Field]:
    paths = {found.path for found in diff}
    return {
        row.name: row for row in TABLE if any(path == row.name or path.startswith(f"{row.name}.") for path in paths)
    }


def _rename(task: Task, rows: Mapping[str, Field]) -> None:
    if "name" in rows:
        task.gateway.containers.rename(task.observed.id, task.desired.engine_name)


def _update_limits(task: Task, rows: Mapping[str, Field]) -> bool:
    """Send every changed value that lives in the host config in one call; tell whether the engine took it.

    It doesn't while more memory is in use than there is to be, or when somebody has set another sort of limit.
    """
    limits = [row for row in rows.values() if row.name != "networks"]
    declared = task.fields()
    host_config = write_fields(limits, {**task.observed.defaults, **declared}).get("HostConfig")
    if not host_config:
        return True
    _pair_swap(task, declared, host_config)
    try:
        task.gateway.containers.update(task.observed.id, host_config)
    except (EngineUnreachable, NotFound, Timeout):
        raise
    except EngineError:
        return False
    return True


def _pair_swap(task: Task, desired: FieldValues, host_config: Body) -> None:
    """Send memory and swap together, as the engine wants them; undeclared swap is what creation would make it."""
    if not {"Memory", "MemorySwap"} & host_config.keys():
        return
    memory = desired.get("limits.memory", task.observed.fields["limits.memory"])
    swap = desired.get("limits.memory_swap")
    if swap is None:
        live = task.observed.fields["limits.memory_swap"]
        swap = live if live == -1 or not isinstance(memory, int) else 2 * memory
    host_config.update(Memory=memory, MemorySwap=swap)


def _update_networks(task: Task) -> None:
    """Attach, detach and re-attach until the attachments are the declared ones."""
    networks, container = task.gateway.networks, task.observed.id
    wanted, live = task.fields()["networks"], task.observed.fields["networks"]
    assert isinstance(wanted, Mapping)
    assert isinstance(live, Mapping)
    touched = {found.path.removeprefix("networks.") for found in task.change.diff if found.path.startswith("networks.")}
    for name in touched & live.keys():
        networks.disconnect(name, container)
    for name in touched & wanted.keys():
        networks.connect(name, container, endpoint_config(wanted[name]))


def _start(task: Task) -> None:
    containers, id = task.gateway.containers, task.observed.id
    task.enter(State.STARTING, id=id)
    if task.observed.fields["state"] == "paused":
        containers.unpause(id)
    else:
        _rejoin(task)
        containers.start(id)
    task.enter(State.RUNNING, id=id)
    wait_until_working(task, id, settle=0, fresh=False)


def _rejoin(task: Task) -> None:
    """Join the networks that were made again while it didn't run: it holds on to the ids of the old ones."""
    networks, id, wanted = task.gateway.networks, task.observed.id, task.fields().get("networks")
    there = {network["Id"] for network in networks.list()}
    endpoints = task.gateway.containers.inspect(id)["NetworkSettings"]["Networks"]
    for name, attachment in wanted.items() if isinstance(wanted, Mapping) else ():
        joined = endpoints.get(name, {}).get("NetworkID")
        if joined and joined not in there:
            networks.disconnect(name, id)
            networks.connect(name, id, endpoint_config(attachment))


def _look_again(task: Task) -> Observed:
    """Read every row anew, of what must be running by now; what they default to is what it was."""
    inspect = task.gateway.containers.inspect(task.observed.id)
    check_alive(task.gateway, inspect, fresh=False)
    return replace_values(task.observed, fields={row.name: row.bind.read(inspect) for row in TABLE})


def _note_applied(task: Task, seen: Observed) -> None:
    applied = applied_digests(TABLE, task.desired.fields)
    if applied != seen.applied:
        record.keep(task.gateway, seen, ownership(task.workflow, task.desired, applied, __version__))
