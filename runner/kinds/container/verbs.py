"""What can be done to a container."""

from __future__ import annotations

from collections.abc import Mapping

from runner import __version__
from runner.core.errors import Cancelled, Conflict, NotFound, RolledBack, RunnerError, StepFailed
from runner.core.event import State
from runner.core.gateway import EngineJSON
from runner.core.plan import Action, FieldDiff
from runner.core.state import FieldValues, Observed
from runner.core.task import Task
from runner.kinds.container import record
from runner.kinds.container.forms import SECOND, endpoint_config
from runner.kinds.container.observe import NEW, OLD, anonymous_volumes, inspect_image, read_container
from runner.kinds.container.options import FIELDS, VITALS
from runner.kinds.container.readiness import SETTLE, check_alive, wait_until_working
from runner.resource.body import Body
from runner.resource.diff import diff_fields
from runner.resource.field import Field, Layers
from runner.resource.labels import applied_digests, ownership
from runner.resource.table import write_fields

TABLE = (*FIELDS, *VITALS)
ENGINE_GRACE = 10.0
"""Seconds that the engine gives a container to stop when nobody said how many."""


# --- create


def create(task: Task) -> str:
    """Create and start it; return when it works."""
    task.enter(State.CREATING)
    id = _create(task, task.desired.engine_name)
    try:
        task.enter(State.STARTING, id=id)
        task.gateway.containers.start(id)
    except RunnerError:
        task.gateway.containers.remove(id, volumes=True)  # it never ran: there is nothing to look at
        raise
    task.enter(State.RUNNING, id=id)
    wait_until_working(task, id, settle=0, fresh=True)
    return id


def _create(task: Task, name: str, *, volumes: Mapping[str, str] | None = None) -> str:
    """Create it without starting, attached to all of its networks; or leave nothing behind."""
    values = task.fields()
    id = task.gateway.containers.create(name, _body(task, values, volumes or {}))
    try:
        networks = values.get("networks")
        for network, endpoint in list(networks.items())[1:] if isinstance(networks, Mapping) else ():
            task.gateway.networks.connect(network, id, endpoint_config(endpoint))
    except RunnerError:
        task.gateway.containers.remove(id, volumes=True)
        raise
    return id


def _body(task: Task, values: FieldValues, volumes: Mapping[str, str]) -> EngineJSON:
    """Make the create body; `volumes` are anonymous ones to take over, by where they are mounted."""
    body = write_fields(TABLE, values)
    config = body.setdefault("Config", {})
    # By name, so that listings show it; it is what the id was found under a moment ago.
    config["Image"] = task.desired.settings["image"]
    own = ownership(task.workflow, task.desired, applied_digests(TABLE, task.desired.fields), __version__)
    config["Labels"] = {**config.get("Labels", {}), **own}
    if values.get("command") == () and "entrypoint" not in values:
        _clear_command(task, str(values["image"]), config)
    _take_over(body, volumes)
    return {**config, "HostConfig": body.get("HostConfig", {}), "NetworkingConfig": body.get("NetworkingConfig", {})}


def _clear_command(task: Task, image: str, config: Body) -> None:
    """Name the image's own entrypoint: only with one does the engine take an empty command for empty."""
    inherited = (inspect_image(task.gateway, image).get("Config") or {}).get("Entrypoint")
    config["Entrypoint"] = inherited or config.get("Entrypoint")


def _take_over(body: Body, volumes: Mapping[str, str]) -> None:
    """Mount a predecessor's anonymous volumes where nothing else is mounted."""
    host_config = body.setdefault("HostConfig", {})
    mounts = [mount for mount in host_config.get("Mounts", ()) if mount["Source"] or mount["Target"] not in volumes]
    taken = {mount["Target"] for mount in mounts} | {bind.split(":")[1] for bind in host_config.get("Binds", ())}
    kept = [
        {"Type": "volume", "Source": name, "Target": target} for target, name in volumes.items() if target not in taken
    ]
    if mounts or kept:
        host_config["Mounts"] = [*mounts, *kept]


# --- replace


def replace(task: Task) -> str:
    """Put a new container in the place of the old one, which comes back if the new one doesn't work."""
    task.enter(State.CREATING)
    old = task.observed
    new = _create(task, task.desired.engine_name + NEW, volumes=_anonymous(task, old))
    try:
        _switch(task, old, new)
    except (RunnerError, OSError) as failure:
        _switch_back(task, old, new, failure)
    remove(task, old.id)
    return new


def _anonymous(task: Task, old: Observed) -> Mapping[str, str]:
    return anonymous_volumes(task.gateway.containers.inspect(old.id))


def _switch(task: Task, old: Observed, new: str) -> None:
    containers, name = task.gateway.containers, task.desired.engine_name
    task.enter(State.STOPPING, id=old.id)
    containers.stop(old.id, _grace(old))
    containers.rename(old.id, name + OLD)
    containers.rename(new, name)
    task.enter(State.STARTING, id=new)
    containers.start(new)
    task.enter(State.RUNNING, id=new)
    wait_until_working(task, new, settle=SETTLE, fresh=True)


def _grace(container: Observed) -> float:
    """Return how many seconds it may take to stop."""
    period = container.fields.get("stop_grace_period")
    return period / SECOND if isinstance(period, int) else ENGINE_GRACE


def _switch_back(task: Task, old: Observed, new: str, failure: Exception) -> None:
    """Undo a replacement wherever it failed, and say so."""
    containers = task.gateway.containers
    message, help, output = _told(failure)
    if not output:
        output = containers.tail(new, 20)
    containers.remove(new, volumes=False)
    if containers.inspect(old.id)["Name"].lstrip("/") != old.engine_name:
        containers.rename(old.id, old.engine_name)
    if old.fields["state"] == "running":
        containers.start(old.id)
    if isinstance(failure, Cancelled):
        raise failure
    raise RolledBack(f"the new one {message}; the old one is back", help=help, output=output) from failure


def _told(failure: Exception) -> tuple[str, str | None, tuple[str, ...]]:
    if isinstance(failure, StepFailed):
        return failure.message, failure.help, failure.output
    if isinstance(failure, RunnerError):
        return f"failed: {failure.message}", failure.help, failure.output
    return f"failed: {failure}", None, ()


# --- update


def update(task: Task) -> str:
    """Change it in place, look whether it took, and replace it where it didn't."""
    task.enter(State.UPDATING, id=task.observed.id)
    rows = _changed_rows(task.change.diff)
    _rename(task, rows)
    _update_limits(task, rows)
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


def _update_limits(task: Task, rows: Mapping[str, Field]) -> None:
    """Send every changed value that lives in the host config in one call."""
    desired, body = task.fields(), Body()
    for name, row in rows.items():
        if row.name not in ("name", "state", "networks"):
            row.bind.write(desired.get(name, task.observed.defaults.get(name)), body)  # type: ignore[arg-type]
    host_config = body.get("HostConfig")
    if host_config:
        _pair_swap(task, desired, host_config)
        task.gateway.containers.update(task.observed.id, host_config)


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
        containers.start(id)
    task.enter(State.RUNNING, id=id)
    wait_until_working(task, id, settle=0, fresh=False)


def _look_again(task: Task) -> Observed:
    inspect = task.gateway.containers.inspect(task.observed.id)
    layers = Layers(inspect_image(task.gateway, inspect["Image"]), task.engine)
    return read_container(inspect, task.workflow, layers, task.observed.applied)


def _note_applied(task: Task, seen: Observed) -> None:
    applied = applied_digests(TABLE, task.desired.fields)
    if applied != seen.applied:
        record.keep(task.gateway, task.workflow, seen.id, applied)


# --- delete


def delete(task: Task) -> None:
    """Stop and remove it; its anonymous volumes stay unless the data is to go as well."""
    id = task.observed.id
    if task.observed.health and task.observed.health.phase in ("running", "restarting", "paused"):
        task.enter(State.STOPPING, id=id)
        task.gateway.containers.stop(id, _grace(task.observed))
    task.enter(State.REMOVING, id=id)
    remove(task, id)
    if task.change.destroys_data:
        for volume in task.observed.attributes.get("anonymous", "").split():
            _remove_volume(task, volume)


def remove(task: Task, id: str) -> None:
    """Remove a container and the record of what was set on it."""
    task.gateway.containers.remove(id)
    record.forget(task.gateway, id)


def _remove_volume(task: Task, name: str) -> None:
    try:
        task.gateway.volumes.remove(name)
    except Conflict:
        return  # somebody else mounts it too


# --- confirm


def confirm(task: Task, id: str) -> None:
    """Look whether it still runs."""
    try:
        inspect = task.gateway.containers.inspect(id)
    except NotFound as error:
        raise StepFailed("was removed during the run") from error
    check_alive(task.gateway, inspect, fresh=task.change.action is not Action.UPDATE)
