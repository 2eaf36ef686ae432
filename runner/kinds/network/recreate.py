"""Recreation of networks under the containers on them, which keep running. Independent of any network option."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn

from runner.core.errors import EngineError, RolledBack, RunnerError, StepFailed
from runner.core.resource_state import State
from runner.core.struct import Struct
from runner.kinds.network.endpoints import Endpoints, endpoints_of, reconnect
from runner.kinds.shared import label_overrides
from runner.kinds.shared.named_resource import delete_record
from runner.resource.labels import WORKFLOW

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.task import Task

_ALONE: Final = "network re-creation"
"""28.5 connects a container to no network while the one it was created on is missing: recreate one batch at a time."""


class _Recreation(Struct):
    """The recreation of one network: its create bodies before and after, and the endpoints on it."""

    task: Task
    after: EngineJSON
    before: EngineJSON | None
    """None for a network that was removed from outside meanwhile."""
    attached: Endpoints


def recreate(task: Task, write: Callable[[Task], EngineJSON]) -> str:
    """Recreate a network from the create body that `write` returns, and reconnect the containers on it.

    Delete-before-create: both may need the same addresses. The old network is restored if the new one can't be created.
    Networks that need each other's names or addresses are recreated together, all or none.
    """
    with task.exclusively(_ALONE):
        moves = [_look_at(one, write(one)) for one in (task, *task.batch)]
        made = _make(moves)
        task.on_rollback(partial(_bring_back, moves, made))
        for move, id in zip(moves[1:], made[1:], strict=True):
            move.task.on_rollback(_with_the_first)
            move.task.complete(id)
        moving = [_moving(move, moves) for move in moves]
        failures = [
            failure
            for move, id, endpoints in zip(moves, made, moving, strict=True)
            for failure in reconnect(move.task, id, move.after, endpoints)
        ]
    if failures:
        raise failures[0]
    return made[0]


def _with_the_first() -> None:
    """Do nothing: the undo action of the first network in a batch restores them all."""


def _look_at(task: Task, after: EngineJSON) -> _Recreation:
    attached = endpoints_of(task, task.observed.engine_name, task.observed.id)
    return _Recreation(task, after, _as_it_was(task), attached)


def _as_it_was(task: Task) -> EngineJSON | None:
    """Return the create body of the existing network, from its document and record; None if it is gone meanwhile."""
    from runner.resource.volume_store import VolumeStore

    network = next((one for one in task.gateway.networks.list() if one["Id"] == task.observed.id), None)
    if network is None:
        return None
    kept = ("Name", "Driver", "Options", "Internal", "Attachable", "EnableIPv6", "IPAM")
    records = label_overrides.find("network", VolumeStore(task.gateway).list())
    labels = records.labels(network["Id"], network.get("Labels") or {})
    body = {key: network[key] for key in kept if network.get(key) is not None}
    return {**body, "Labels": labels, "CheckDuplicate": True}


# --- forward


def _make(moves: Sequence[_Recreation]) -> list[str]:
    """Remove the old networks and create the new ones; if that fails, restore all of them and raise."""
    made: list[str] = []
    try:
        for move in moves:
            _take_down(move)
        for move in moves:
            move.task.set_state(State.CREATING)
            made.append(move.task.gateway.networks.create(move.after))
    except EngineError as failure:
        _give_up(moves, made, failure)
    return made


def _take_down(move: _Recreation) -> None:
    task, old = move.task, move.task.observed.id
    task.set_state(State.REMOVING)
    for container in move.attached:
        task.gateway.networks.disconnect(old, container)
    task.gateway.networks.remove(old)
    delete_record(task)


def _moving(move: _Recreation, moves: Sequence[_Recreation]) -> Endpoints:
    """Drop containers that join in a change of their own: the workflow's do when the name changes.

    A container on a network that had this name before, and has another one by now, has no such change.
    """
    task, name = move.task, move.task.desired.engine_name
    if task.observed.engine_name == name:
        return move.attached
    labels = {listed["Id"]: listed.get("Labels") or {} for listed in task.gateway.containers.list()}
    were_there = {id for other in moves if other.task.observed.engine_name == name for id in other.attached}
    return {
        id: asked
        for id, asked in move.attached.items()
        if id in were_there or labels.get(id, {}).get(WORKFLOW) != task.workflow
    }


# --- roll back


def _give_up(moves: Sequence[_Recreation], made: Sequence[str], failure: EngineError) -> NoReturn:
    """Undo a started recreation, and raise what came of it."""
    if all(move.before is None for move in moves):
        raise failure
    try:
        for move, id in zip(moves, made, strict=False):
            move.task.gateway.networks.remove(id)
        _restore(moves, [{} for _ in moves])
    except RunnerError as error:
        both = f"new network failed: {failure.message}; restoring the previous one failed: {error.message}"
        raise StepFailed(both, help=error.help, code="rollback-incomplete") from failure
    message = f"new network failed: {failure.message}; restored the previous one"
    raise RolledBack(message, help=failure.help) from failure


def _bring_back(moves: Sequence[_Recreation], made: Sequence[str]) -> None:
    """Restore networks to what they were before the recreation, under the containers connected by now."""
    with moves[0].task.exclusively(_ALONE):
        joined = [
            endpoints_of(move.task, move.task.desired.engine_name, id) for move, id in zip(moves, made, strict=True)
        ]
        for move, new, endpoints in zip(moves, made, joined, strict=True):
            for container in endpoints:
                move.task.gateway.networks.disconnect(new, container)
            move.task.gateway.networks.remove(new)
        _restore(moves, joined)


def _restore(moves: Sequence[_Recreation], joined: Iterable[Endpoints]) -> None:
    """Recreate the old networks, if they don't exist, and connect all containers that were or are to be on them."""
    failures: list[StepFailed] = []
    for move, later in zip(moves, joined, strict=True):
        if move.before is not None:
            id = _made_again(move.task, move.before)
            there = endpoints_of(move.task, str(move.before["Name"]), id)
            missing = {one: asked for one, asked in {**later, **move.attached}.items() if one not in there}
            failures += reconnect(move.task, id, move.before, missing)
    if failures:
        raise failures[0]


def _made_again(task: Task, before: EngineJSON) -> str:
    """Create a network that existed before, unless it already exists; return its id."""
    networks = task.gateway.networks
    there = [one for one in networks.list() if all(one.get(key) == before[key] for key in ("Name", "Labels"))]
    return str(there[0]["Id"]) if there else networks.create(before)
