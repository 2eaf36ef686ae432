"""Containers that share a namespace of another container: which have lost it, and how they rejoin it.

A namespace lives as long as the processes of its owner. When these exit, a container that shares it keeps a dead
namespace, or exits too (`pid`), until it is restarted itself while the owner runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import NotFound, StepFailed
from runner.core.plan import Action, Change, Effect, FieldDiff, Reason
from runner.core.state import Ref
from runner.core.values import as_map
from runner.kinds.container.traits import traits_of
from runner.resource.labels import is_digest

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.state import Dependency, ObservedResource, Resource
    from runner.resource.observation import ObserveContext

OF_CONTAINER = "container:"
"""The prefix of a mode that names another container."""

_MODES = {"network_mode": "NetworkMode", "ipc": "IpcMode", "pid": "PidMode"}
"""The engine's name of each mode, by key of the language."""
_LOST = "joined"
"""The observed field that has, by key, the reason why a namespace is no longer the owner's."""
_SHARERS = "sharers"
"""The attribute of an owner with the running containers that share its namespaces, transitively, nearest first."""

RESTARTED = "restarted"
"""What the state of a container is to become if it is to be restarted, whether it needs to be or not."""
_NEEDED = "depends_on."
"""The path of a dependency after which a container is restarted begins with this."""

Find = Callable[[str], "EngineJSON | None"]
"""Returns the inspect document of a container by id or name; None if it is gone."""


def shared_modes(inspect: EngineJSON) -> dict[str, str]:
    """Return the owner, by id or name, of every namespace that a container shares with another one, by key."""
    modes = ((key, inspect["HostConfig"].get(name) or "") for key, name in _MODES.items())
    return {key: mode.removeprefix(OF_CONTAINER) for key, mode in modes if mode.startswith(OF_CONTAINER)}


def lost_namespaces(inspect: EngineJSON, find: Find, called: Callable[[EngineJSON], str]) -> dict[str, str]:
    """Return the reason why a shared namespace is no longer its owner's, by key, for a running container.

    An owner that isn't running is no reason: it must be started first. `called` returns an owner's name for messages.
    """
    if not inspect["State"]["Running"]:
        return {}
    owners = {key: find(ref) for key, ref in shared_modes(inspect).items()}
    return {
        key: f"{called(owner)} was restarted after it"
        for key, owner in owners.items()
        if owner is not None and owner["State"]["Running"] and _is_older(inspect, owner)
    }


def _is_older(inspect: EngineJSON, owner: EngineJSON) -> bool:
    """Return whether a container started before the owner of its namespaces: both times are by the engine's clock."""
    began, owner_began = (datetime.fromisoformat(one["State"]["StartedAt"]) for one in (inspect, owner))
    return began < owner_began


def lost_field(lost: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """Return the observed field with the lost namespaces of a container."""
    return {_LOST: lost}


def find_sharers(inspected: Iterable[EngineJSON]) -> dict[str, tuple[str, ...]]:
    """Return the running containers that share a namespace of a container, transitively, by its id; nearest first."""
    inspected = tuple(inspected)
    ids = {one["Name"].lstrip("/"): one["Id"] for one in inspected}
    direct: dict[str, list[str]] = {}
    for sharer in inspected:
        for owner in shared_modes(sharer).values() if sharer["State"]["Running"] else ():
            direct.setdefault(ids.get(owner, owner), []).append(sharer["Id"])

    def all_of(owner: str) -> Iterator[str]:
        found = dict.fromkeys(direct.get(owner, ()))
        while found:
            yield from found
            found = dict.fromkeys(id for one in found for id in direct.get(one, ()))

    return {owner: tuple(dict.fromkeys(all_of(owner))) for owner in direct}


def idle_owners(context: ObserveContext, listed: Mapping[str, EngineJSON]) -> Iterator[Diagnostic]:
    """Warn of namespace owners outside the workflow that aren't running; `listed` has the containers by name."""
    for resource in context.wanted("container"):
        for key in _MODES:
            owner = resource.fields.get(key)
            if isinstance(owner, Ref) and context.desired and owner.address not in context.desired.resources:
                name = owner.address.name
                if listed.get(name, {}).get("State") in ("created", "exited", "dead"):
                    message = f'{resource.address} shares {key} with "{name}", which is not running'
                    help = "start it first, then apply again"
                    yield Diagnostic("owner-not-running", message, resource.span, help, severity=Severity.WARNING)


# --- in a plan


def rejoined(resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Add the lost namespaces to the diff of a container: they are drift, and a restart repairs it."""
    paths = {found.path for found in diff}
    lost = as_map(live.fields.get(_LOST)).items()
    again = ((key, cause) for key, cause in lost if key in resource.fields and key not in paths)
    return (*diff, *(_rejoining(key, str(cause), Reason.DRIFT) for key, cause in again))


def following(live: ObservedResource, change: Change, needed: Dependency | None) -> Iterator[FieldDiff]:
    """Yield the namespaces that a running container loses by a change of another container; else a restart asked for.

    One that shares a namespace is restarted anyway.
    """
    owner = change.observed
    if owner is None or live.fields.get("state") not in ("running", "paused"):
        return
    shared = list(_shared_keys(live, owner))
    for key in shared if _ends(change) else ():
        yield _rejoining(key, f"{change.address} is restarted", Reason.DEPENDENCY)
    cause = _cause_to_restart(live, owner, change)
    if not shared and needed is not None and needed.restart and cause:
        path = f"{_NEEDED}{change.address.name}"
        yield FieldDiff(path, f"{change.address} {cause}", RESTARTED, Reason.DEPENDENCY, Effect.UPDATE)


def _cause_to_restart(live: ObservedResource, needed: ObservedResource, change: Change) -> str:
    """Return what a change does to a dependency, or a run that ended before this one was restarted has done to it."""
    if _ends(change):
        return "is replaced" if change.action is Action.REPLACE else "is restarted"
    replaced, began = traits_of(needed).replaced, traits_of(live).started
    if replaced and began and datetime.fromisoformat(began) < datetime.fromisoformat(replaced):
        return "was replaced after it started"
    return ""


def is_sharer(live: ObservedResource, owner: ObservedResource) -> bool:
    """Return whether a container, running or not, shares a namespace of another one."""
    return any(_shared_keys(live, owner))


def is_another_owner(path: str, resource: Resource, live: ObservedResource) -> bool:
    """Return whether a difference is just a new container behind the one whose namespace an ended one shared."""
    return path in _MODES and path in resource.fields and is_digest(live.applied.get(path), resource.fields[path])


def _shared_keys(live: ObservedResource, owner: ObservedResource) -> Iterator[str]:
    modes = (f"{OF_CONTAINER}{owner.id}", f"{OF_CONTAINER}{owner.engine_name}")
    return (key for key in _MODES if live.fields.get(key) in modes)


def _rejoining(key: str, cause: str, reason: Reason) -> FieldDiff:
    return FieldDiff(key, cause, "rejoined", reason, Effect.UPDATE)


def is_rejoining(found: FieldDiff) -> bool:
    """Return whether a difference is about a lost namespace: a different owner would need a replacement."""
    return found.path in _MODES and found.effect is Effect.UPDATE


def is_restart(found: FieldDiff) -> bool:
    """Return whether a difference stands for a restart that was asked for, or follows one."""
    return found.after == RESTARTED and (found.path == "state" or found.path.startswith(_NEEDED))


def starts(change: Change) -> bool:
    """Return whether an in-place update starts or restarts a container."""
    if change.action is not Action.UPDATE:
        return False
    return any(
        is_rejoining(found) or is_restart(found) or (found.path == "state" and found.before != "paused")
        for found in change.diff
    )


def _ends(change: Change) -> bool:
    """Return whether a change ends the processes that ran before it."""
    return change.action is Action.REPLACE or starts(change)


def action_label(_desired: Resource | None, action: Action, diff: tuple[FieldDiff, ...]) -> str:
    """Return the label of an action: a restart where nothing else is done."""
    only = all(is_rejoining(found) or is_restart(found) for found in diff)
    return "restart" if action is Action.UPDATE and only else action.value


# --- on the engine


def check_joined(gateway: Gateway, inspect: EngineJSON) -> None:
    """Raise StepFailed if a container is left with a dead namespace."""
    find = _finder(gateway)
    for key, ref in shared_modes(inspect).items():
        owner = find(ref)
        if owner is None or not owner["State"]["Running"]:
            name = _name(owner) if owner else ref[:12]
            raise StepFailed(f"shares {key} with {name}, which is not running", code="owner-not-running")
    for key, cause in lost_namespaces(inspect, find, _name).items():
        raise StepFailed(f"lost its shared {key} namespace: {cause}", help="apply again", code="lost-namespace")


def has_lost_any(gateway: Gateway, inspect: EngineJSON) -> bool:
    """Return whether a running container shares a namespace that is no longer its owner's."""
    return bool(lost_namespaces(inspect, _finder(gateway), _name))


def _finder(gateway: Gateway) -> Find:
    def find(ref: str) -> EngineJSON | None:
        try:
            return gateway.containers.inspect(ref)
        except NotFound:
            return None

    return find


def _name(inspect: EngineJSON) -> str:
    return f'"{inspect["Name"].lstrip("/")}"'
