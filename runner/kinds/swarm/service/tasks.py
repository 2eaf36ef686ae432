"""What the tasks of a service tell: which are of its present spec, how many run, and why others don't.

What the swarm says about a service lies: dead tasks count as running, and an update as completed while all crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from runner.core.struct import Struct

EngineTask: TypeAlias = Mapping[str, Any]
RUNNING: Final = "running"
FAILED: Final = ("failed", "rejected")
_UNTOLD: Final = ("Placement", "Runtime")
"""Parts of a task's spec that don't tell: a change of place restarts none that fits, and they lack the runtime."""


class Service(Struct):
    """A service with its tasks, and the nodes that can run them."""

    document: Mapping[str, Any]
    tasks: tuple[EngineTask, ...]
    up: frozenset[str]
    """The ids of the nodes that are not down."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its present spec."""
        return self.document["Spec"]  # type: ignore[no-any-return]

    @property
    def is_global(self) -> bool:
        """True if each node that fits has a task."""
        return "Global" in self.spec.get("Mode", {})

    @property
    def current(self) -> tuple[EngineTask, ...]:
        """The tasks of its present spec."""
        wanted = without_place(self.spec["TaskTemplate"])
        return tuple(task for task in self.tasks if without_place(task["Spec"]) == wanted)

    @property
    def wanted(self) -> int:
        """How many tasks are to run."""
        if not self.is_global:
            return int((self.spec["Mode"].get("Replicated") or {}).get("Replicas", 1))
        return sum(task["DesiredState"] == RUNNING for task in self.tasks)

    @property
    def running(self) -> tuple[EngineTask, ...]:
        """The tasks of its present spec that run, as they are to, on nodes that are up."""
        return tuple(
            task
            for task in self.current
            if task["DesiredState"] == RUNNING == task["Status"]["State"] and task.get("NodeID") in self.up
        )


def nodes_up(nodes: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the ids of the nodes that are not down."""
    return frozenset(node["ID"] for node in nodes if node["Status"]["State"] != "down")


def without_place(template: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part of a task's spec that tells whether the task is of it."""
    return {key: value for key, value in template.items() if key not in _UNTOLD}


def state_of(service: Service) -> str:
    """Return whether a service runs as it is to, in words."""
    status = str((service.document.get("UpdateStatus") or {}).get("State", ""))
    if status.endswith("paused"):
        return "paused"
    running, wanted = len(service.running), service.wanted
    return RUNNING if running >= wanted else f"{running} of {wanted} running"
