"""Names that containers of one run pass on to each other: whoever still has one is moved aside.

It has another name to get, or is to be removed: no two resources of a workflow have the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from runner.core.engine_answers import EngineJSON
from runner.core.errors import Conflict, NotFound, Rejected
from runner.core.plan import Change
from runner.core.state import ObservedResource
from runner.core.task import Task
from runner.kinds.container.names import OLD, default_name

Made = TypeVar("Made")

_NAMES = "names"
"""The lock for everything that frees a name for somebody else."""


def with_name(task: Task, name: str, create: Callable[[], Made]) -> Made:
    """Create a container that has this name from its beginning."""
    try:
        return create()
    except Conflict:
        with task.exclusively(_NAMES):
            if not _make_way(task, name):
                raise
            return create()


def rename(task: Task, id: str, name: str) -> None:
    """Rename a container, unless it has the name already; Conflict if something outside of the plan has it."""
    containers = task.gateway.containers
    with task.exclusively(_NAMES):
        try:
            containers.rename(id, name)
        except (Conflict, Rejected):
            if _name(containers.inspect(id)) == name:
                return
            if not _make_way(task, name):
                raise
            containers.rename(id, name)


def restore_name(task: Task, old: ObservedResource) -> None:
    """Give a container its name back; in a run that goes on, another one may have got it: then the declared one."""
    before = old.engine_name.removesuffix(OLD)
    if task.is_atomic or before == task.desired.engine_name:
        rename(task, old.id, before)
        return
    with task.exclusively(_NAMES):
        containers = task.gateway.containers
        now = _name(containers.inspect(old.id))
        for name in (before, task.desired.engine_name):
            if now == name:
                return
            try:
                containers.rename(old.id, name)
            except Conflict:
                continue
            return


def _make_way(task: Task, name: str) -> bool:
    """Free a name, and return whether that is possible: only if its holder is part of the plan, or gone by now."""
    containers = task.gateway.containers
    try:
        holder = containers.inspect(name)
    except NotFound:
        return True
    change = task.change_of(holder["Id"])
    if change is None or _name(holder) != name or change.address == task.change.address:
        return False
    containers.rename(holder["Id"], _aside(task, change))
    task.on_rollback(partial(rename, task, holder["Id"], name))
    return True


def _aside(task: Task, change: Change) -> str:
    return default_name(task.workflow, change.address) + OLD


def _name(inspect: EngineJSON) -> str:
    return str(inspect["Name"].lstrip("/"))
