"""In-place update of a container, which is replaced if the engine rejects the update."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from runner import __version__
from runner.core.errors import RunnerError, StepFailed
from runner.core.progress_update import ProgressUpdate
from runner.core.resource_state import State
from runner.core.state import Applied, ObservedResource
from runner.core.struct import replace as replace_values
from runner.core.task import Task
from runner.core.values import as_map
from runner.kinds.container.options import TABLE
from runner.kinds.container.options.attachments import endpoint_config
from runner.kinds.container.options.lifecycle import COMPLETED
from runner.kinds.container.sharing import is_rejoining, is_restart, starts
from runner.kinds.container.traits import traits_of
from runner.kinds.container.verbs.hooks import complete_start, mark_as_starting
from runner.kinds.container.verbs.naming import rename
from runner.kinds.container.verbs.replace import replace
from runner.kinds.container.verbs.start import start
from runner.kinds.container.verbs.stop import stop
from runner.kinds.container.verbs.undo_update import is_reversible, undo_action
from runner.kinds.container.verbs.update_limits import changed_rows, update_limits
from runner.kinds.container.verbs.wait_ready import check_running, wait_ready
from runner.kinds.proxies import with_proxy_places
from runner.kinds.shared import label_overrides
from runner.resource.diff import diff_fields
from runner.resource.encode import decode
from runner.resource.field import Field
from runner.resource.labels import applied_digests, ownership
from runner.resource.volume_store import VolumeStore

_AGAIN = "apply again without --atomic to restart them"
_AS_IT_IS = "match its settings in the file, or remove or rename it"
_UNDO = "revert the change, or remove protect first"


def update(task: Task) -> str:
    """Update (or adopt) a container in place, check the result, and replace the container if it still differs.

    A restart changes nothing else, unless it comes with an adoption, which is recorded.
    """
    if task.observed.owned and task.change.diff and all(map(is_restart, task.change.diff)):
        from runner.kinds.container.verbs.restart import restart

        return restart(task)
    task.set_state(State.UPDATING, id=task.observed.id)
    if task.is_atomic and _may_be_replaced(task) and not is_reversible(task.change.diff):
        return _replace_unplanned(task)
    restore_record = label_overrides.restore_point(VolumeStore(task.gateway), task.observed)
    task.on_rollback(undo_action(task, restore_record))
    try:
        went_along = _change(task, _note_applied(task))
    except BaseException:
        with suppress(RunnerError):  # the engine may be what failed
            restore_record()
        raise
    if not went_along:
        restore_record()
        return _instead(task)
    task.report(ProgressUpdate("updated", done=True))  # it counts as ready only after the check at the end of the run
    return task.observed.id


def _change(task: Task, applied: Applied) -> bool:
    """Apply the differences; return whether the engine took all of them. `applied` is what is recorded by now."""
    rows = changed_rows(task.change.diff)
    _rename(task, rows)
    if not update_limits(task, rows, {**task.observed.defaults, **task.fields()}):
        return False
    if "networks" in rows:
        _update_networks(task)
    if starts(task.change) or task.observed.fields["state"] not in ("running", COMPLETED):
        _start(task)
    if task.observed.fields["state"] == COMPLETED and traits_of(task.observed).is_adopted:
        return True  # it counts by its record from now on, however it was created
    return not diff_fields(TABLE, task.fields(), _look_again(task, applied), lambda ref: task.attribute(ref))


def _instead(task: Task) -> str:
    """Replace the container, unless it is protected or not adopted yet."""
    if not task.observed.owned:
        raise StepFailed("cannot be adopted: the engine cannot update it in place", help=_AS_IT_IS, code="cannot-adopt")
    if task.desired.settings.protect:
        raise StepFailed("is protected, but the engine cannot update it in place", help=_UNDO, code="protected")
    return _replace_unplanned(task)


def _replace_unplanned(task: Task) -> str:
    """Replace the container; no step of this run restarts the containers that share its namespaces."""
    id = replace(task)
    if traits_of(task.observed).sharers:
        raise StepFailed(
            "was replaced, but containers sharing its namespaces have lost them", help=_AGAIN, code="lost-namespace"
        )
    return id


def _may_be_replaced(task: Task) -> bool:
    return task.observed.owned and not task.desired.settings.protect


def _rename(task: Task, rows: Mapping[str, Field]) -> None:
    if "name" in rows:
        rename(task, task.observed.id, task.desired.engine_name)


def _update_networks(task: Task) -> None:
    """Connect, disconnect and reconnect until the attachments are the declared ones."""
    networks, container = task.gateway.networks, task.observed.id
    wanted, live = task.fields()["networks"], task.observed.fields["networks"]
    assert isinstance(wanted, Mapping)
    assert isinstance(live, Mapping)
    touched = {found.path.removeprefix("networks.") for found in task.change.diff if found.path.startswith("networks.")}
    for name in touched & live.keys():
        networks.disconnect(name, container)
    for name in [name for name in wanted if name in touched]:  # a running container gets its interfaces in this order
        networks.connect(name, container, endpoint_config(wanted[name]))


def _start(task: Task) -> None:
    containers, id = task.gateway.containers, task.observed.id
    name, fields = task.desired.engine_name, task.desired.fields
    is_paused = task.observed.fields["state"] == "paused"
    if any(is_rejoining(found) or is_restart(found) for found in task.change.diff):
        _end(task)
        is_paused = False
    task.set_state(State.STARTING, id=id)
    if is_paused:
        containers.unpause(id)
    else:
        _rejoin(task)
        mark_as_starting(task, id, name, fields)
        start(task, id)
    if not is_paused:
        complete_start(task, id, name, fields)
    task.set_state(State.RUNNING, id=id)
    wait_ready(task, id, settle=0, fresh=starts(task.change))


def _end(task: Task) -> None:
    """Stop a running container, so that it joins the current namespaces of the owners when it is started."""
    containers, id = task.gateway.containers, task.observed.id
    task.set_state(State.STOPPING, id=id)
    if task.observed.fields["state"] == "paused":
        containers.unpause(id)  # while paused it can't handle the signal
    stop(task, id, task.observed.fields)


def _rejoin(task: Task) -> None:
    """Reconnect to networks that were recreated while the container was stopped: it still has the old networks' ids."""
    networks, id, wanted = task.gateway.networks, task.observed.id, task.fields().get("networks")
    there = {network["Id"] for network in networks.list()}
    endpoints = task.gateway.containers.inspect(id)["NetworkSettings"]["Networks"]
    for name, attachment in wanted.items() if isinstance(wanted, Mapping) else ():
        joined = endpoints.get(name, {}).get("NetworkID")
        if joined and joined not in there:
            networks.disconnect(name, id)
            networks.connect(name, id, endpoint_config(attachment))


def _look_again(task: Task, applied: Applied) -> ObservedResource:
    """Read every row again, from a container that must run or have completed by now; the observed defaults are kept.

    So is the platform: it is the image's, which no update changes.
    """
    inspect = task.gateway.containers.inspect(task.observed.id)
    fields = {**decode(TABLE, inspect, applied), "platform": task.observed.fields["platform"]}
    if not check_running(task.gateway, inspect, task.desired, fresh=False):
        fields = {**fields, "state": "running"}  # as it was declared to be, for as long as it takes
    return replace_values(task.observed, fields=fields)


def _note_applied(task: Task) -> Applied:
    """Record what is to be set before setting it, and return it.

    A run killed after the change would leave no trace of it.
    """
    live = task.observed
    desired = with_proxy_places(task.desired, as_map(live.fields.get("environment")))
    places = desired.sensitive_places
    applied = applied_digests(TABLE, task.desired.fields, places, known=live.applied)
    protect = bool(task.desired.settings.protect)
    if (applied, places, protect, True) != (live.applied, live.sensitive_places, live.protected, live.owned):
        label_overrides.save(
            VolumeStore(task.gateway), live, ownership(task.workflow, desired, applied, __version__, file=task.file)
        )
    return applied
