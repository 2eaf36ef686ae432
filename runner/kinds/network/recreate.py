"""Making networks anew under the containers on them, which go on running. Knows none of a network's options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, NoReturn

from runner.core.errors import EngineError, RolledBack, RunnerError, StepFailed
from runner.core.resource_state import State
from runner.kinds.network.endpoints import Endpoints, endpoints_of, reconnect
from runner.kinds.shared import label_overrides as record
from runner.resource.labels import WORKFLOW

if TYPE_CHECKING:
    from runner.core.gateway import EngineJSON
    from runner.core.task import Task

_ONE_AT_A_TIME = Lock()
"""28.5 attaches a container to none while the network that it was made on is away, so no more than one is."""


@dataclass(frozen=True, slots=True)
class _Recreation:
    """One network on the way from what it was to what it is to be, as create bodies, and who is on it."""

    task: Task
    after: EngineJSON
    before: EngineJSON | None
    """None for one that somebody has removed meanwhile."""
    attached: Endpoints


def recreate(task: Task, write: Callable[[Task], EngineJSON]) -> str:
    """Make a network anew out of the create body that `write` gives, and move over whatever is attached.

    The old one must go first: both may want the same addresses. It comes back when the new one can't be made. Networks
    that want what others have are made anew with those, all or none.
    """
    with _ONE_AT_A_TIME:
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
    """Do nothing: the first of those that were made in one go brings them all back."""


def _look_at(task: Task, after: EngineJSON) -> _Recreation:
    attached = endpoints_of(task, task.observed.engine_name, task.observed.id)
    return _Recreation(task, after, _as_it_was(task), attached)


def _as_it_was(task: Task) -> EngineJSON | None:
    """Return what makes the network again, out of its own document and its record; None when it has gone meanwhile."""
    network = next((one for one in task.gateway.networks.list() if one["Id"] == task.observed.id), None)
    if network is None:
        return None
    kept = ("Name", "Driver", "Options", "Internal", "Attachable", "EnableIPv6", "IPAM")
    records = record.find("network", task.gateway.volumes.list())
    labels = records.labels(network["Id"], network.get("Labels") or {})
    body = {key: network[key] for key in kept if network.get(key) is not None}
    return {**body, "Labels": labels, "CheckDuplicate": True}


# --- there


def _make(moves: Sequence[_Recreation]) -> list[str]:
    """Take the old ones down and make the new ones; where that fails, let all be as they were, and say so."""
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
    record.delete(task.gateway, task.observed)


def _moving(move: _Recreation, moves: Sequence[_Recreation]) -> Endpoints:
    """Leave out who joins in a change of its own: the workflow's containers do when the name changes.

    One that was on a network of that name before, which bears another one by now, has no such change.
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


# --- and back


def _give_up(moves: Sequence[_Recreation], made: Sequence[str], failure: EngineError) -> NoReturn:
    """Undo what was begun, and raise what comes of it."""
    if all(move.before is None for move in moves):
        raise failure
    try:
        for move, id in zip(moves, made, strict=False):
            move.task.gateway.networks.remove(id)
        _restore(moves, [{} for _ in moves])
    except RunnerError as error:
        both = f"the new one failed: {failure.message}; the old one does not come back: {error.message}"
        raise StepFailed(both, help=error.help) from failure
    message = f"the new one failed: {failure.message}; the old one is back"
    raise RolledBack(message, help=failure.help) from failure


def _bring_back(moves: Sequence[_Recreation], made: Sequence[str]) -> None:
    """Make networks once more what they were before they were made anew, under whatever is attached by now."""
    with _ONE_AT_A_TIME:
        joined = [
            endpoints_of(move.task, move.task.desired.engine_name, id) for move, id in zip(moves, made, strict=True)
        ]
        for move, new, endpoints in zip(moves, made, joined, strict=True):
            for container in endpoints:
                move.task.gateway.networks.disconnect(new, container)
            move.task.gateway.networks.remove(new)
        _restore(moves, joined)


def _restore(moves: Sequence[_Recreation], joined: Iterable[Endpoints]) -> None:
    """Make the old ones again, as far as they aren't there, and attach who was or is to be on them."""
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
    """Make a network that was there before; one that is there already is the one."""
    networks = task.gateway.networks
    there = [one for one in networks.list() if all(one.get(key) == before[key] for key in ("Name", "Labels"))]
    return str(there[0]["Id"]) if there else networks.create(before)
