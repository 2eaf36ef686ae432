"""What the tasks of a service tell: which are of a spec, how many run, and why others don't.

What the swarm says about a service lies: dead tasks count as running, and an update as completed while all crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from runner.core.struct import Struct

EngineTask: TypeAlias = Mapping[str, Any]
RUNNING: Final = "running"
ROLLING: Final = "rolling"
PAUSED: Final = "paused"
_NEXT: Final = "ready"
"""The desired state of a task that is to run as soon as the one that it replaces has ended."""
_UPDATING: Final = "updating"
_LACKING: Final = ("Runtime",)
"""Parts of a spec that tasks don't have."""
_PLACE: Final = "Placement"
"""The part whose change restarts no task that fits: it keeps the former one."""
FAILED: Final = ("failed", "rejected")
"""States of tasks that ended otherwise than with exit code 0."""
ENDED: Final = (*FAILED, "complete", "shutdown", "orphaned", "remove")
"""States of tasks that run no more, and never will."""
_BEFORE_RUNNING: Final = ("new", "pending", "assigned", "accepted", "preparing", "ready", "starting")


class Service(Struct):
    """A service with its tasks, and the nodes that can run them."""

    document: Mapping[str, Any]
    tasks: tuple[EngineTask, ...]
    up: frozenset[str]
    """The ids of the nodes that are not down."""
    is_half_rolled: bool = False
    """True while there is a record of the spec before, to which a roll that fails goes back."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its present spec."""
        return self.document["Spec"]  # type: ignore[no-any-return]

    @property
    def update_state(self) -> str:
        """How far the swarm says that its last update has come; empty without one."""
        return str((self.document.get("UpdateStatus") or {}).get("State", ""))

    @property
    def is_global(self) -> bool:
        """True if each node that fits has a task."""
        return "Global" in self.spec.get("Mode", {})

    @property
    def current(self) -> tuple[EngineTask, ...]:
        """The tasks of its present spec; those with another place are, once the swarm has left them where they are."""
        left_out = _LACKING if self.update_state == _UPDATING else (*_LACKING, _PLACE)
        wanted = _without(left_out, self.spec["TaskTemplate"])
        return tuple(task for task in self.tasks if _without(left_out, task["Spec"]) == wanted)

    @property
    def to_run(self) -> tuple[EngineTask, ...]:
        """The tasks that the swarm wants to run, by whatever spec; some have to wait until an old one has ended."""
        return tuple(task for task in self.tasks if task["DesiredState"] in (RUNNING, _NEXT))

    @property
    def wanted(self) -> int:
        """How many tasks are to run."""
        if self.is_global:
            return sum(self._may_run(task) for task in self.to_run)
        return int((self.spec["Mode"].get("Replicated") or {}).get("Replicas", 1))

    @property
    def running(self) -> tuple[EngineTask, ...]:
        """The tasks of its present spec that run, as they are to, on nodes that are up."""
        return tuple(
            task
            for task in self.current
            if task["DesiredState"] == RUNNING == task["Status"]["State"] and self._may_run(task)
        )

    @property
    def has_others(self) -> bool:
        """True if tasks of another spec are still to run."""
        return any(self._may_run(task) for task in self.to_run if task not in self.current)

    @property
    def has_stopping(self) -> bool:
        """True while tasks that are to end hold their ports and all else: what replaces them may have to wait."""
        return any(
            task["DesiredState"] not in (RUNNING, _NEXT)
            and task["Status"]["State"] not in ENDED
            and self._may_run(task)
            for task in self.tasks
        )

    @property
    def stranded(self) -> frozenset[str]:
        """The ids of tasks that are given up and never ran, as their node went down: a roll waits for them for good.

        The swarm runs others in their place, but its updater looks at the one that it made (20.10).
        """
        if self.update_state != _UPDATING:
            return frozenset()
        return frozenset(
            task["ID"]
            for task in self.current
            if task["DesiredState"] == "shutdown"
            and task["Status"]["State"] in _BEFORE_RUNNING
            and task.get("NodeID")
            and not self._may_run(task)
        )

    def _may_run(self, task: EngineTask) -> bool:
        return task.get("NodeID") in self.up


def nodes_up(nodes: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the ids of the nodes that are not down."""
    return frozenset(node["ID"] for node in nodes if node["Status"]["State"] != "down")


def _without(keys: Iterable[str], template: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in template.items() if key not in keys}


def state_of(service: Service) -> str:
    """Return whether a service runs as it is to, in words."""
    if service.is_half_rolled:
        return ROLLING
    if service.update_state.endswith(PAUSED):
        return PAUSED
    running, wanted = len(service.running), service.wanted
    return RUNNING if running >= wanted else f"{running} of {wanted} running"
