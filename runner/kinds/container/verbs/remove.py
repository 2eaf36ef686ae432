"""Stop a container, and remove it with its volumes for granted files."""

from __future__ import annotations

from functools import partial

from runner.core.errors import Conflict, NotFound
from runner.core.gateway import Gateway
from runner.core.resource_state import State
from runner.core.state import ObservedResource
from runner.core.task import Task
from runner.kinds.container import granted_files as files
from runner.kinds.container.anonymous import keep_track
from runner.kinds.container.traits import traits_of
from runner.kinds.container.verbs.start_again import start_with_sharers
from runner.kinds.container.verbs.stop import stop
from runner.kinds.shared import label_overrides
from runner.resource.mount_json import mounted_volume
from runner.resource.volume_store import VolumeStore


def delete(task: Task) -> None:
    """Stop and remove a container; its anonymous volumes stay unless the data is to be removed too."""
    observed = task.observed
    if observed.health and observed.health.phase in ("running", "restarting", "paused"):
        task.set_state(State.STOPPING, id=observed.id)
        task.on_rollback(partial(start_with_sharers, task, observed))
        stop(task, observed.id, observed.fields)
    task.set_state(State.REMOVING, id=observed.id)
    task.on_commit(partial(_remove_with_data, task))


def remove_new(gateway: Gateway, id: str) -> None:
    """Remove a container that failed, or ended, with everything that was created for it."""
    try:
        volumes = files.file_volumes(gateway.containers.inspect(id)).values()
    except NotFound:
        return
    gateway.containers.remove(id, volumes=True)
    for volume in volumes:
        _remove_volume(gateway, volume)


def remove(task: Task, container: ObservedResource, *, with_data: bool = False, successor: str = "") -> None:
    """Remove a container, its volumes for granted files, the volumes to be removed with it, and its record.

    With `with_data`, the engine removes its anonymous volumes in the same call, except those inherited from an earlier
    container, which it takes for named ones. Otherwise they get records, except those that its `successor` mounts.
    """
    with_data = with_data or _never_ran(container)
    if not with_data:
        keep_track(task.gateway, task.workflow, container, but=_volumes_of(task.gateway, successor))
    task.gateway.containers.remove(container.id, volumes=with_data)
    traits = traits_of(container)
    for volume in (*traits.file_volumes, *filter(None, (traits.completion,)), *container.traits.removed_with):
        _remove_volume(task.gateway, volume)
    label_overrides.delete(VolumeStore(task.gateway), container)


def _remove_with_data(task: Task) -> None:
    container, with_data = task.observed, task.change.destroys_data
    volumes = traits_of(container).anonymous_volumes.values() if with_data else ()
    if volumes:
        container = label_overrides.mark_for_removal(VolumeStore(task.gateway), task.workflow, container, volumes)
    remove(task, container, with_data=with_data)


def _never_ran(container: ObservedResource) -> bool:
    """Return whether its new volumes can't have been written to: a run was killed before it started the container."""
    return bool(container.abandoned and container.health and container.health.phase == "created")


def _volumes_of(gateway: Gateway, id: str) -> set[str]:
    return {mounted_volume(mount) for mount in gateway.containers.inspect(id).get("Mounts") or ()} if id else set()


def _remove_volume(gateway: Gateway, name: str) -> None:
    try:
        gateway.volumes.remove(name)
    except Conflict:
        return  # another container mounts it too
