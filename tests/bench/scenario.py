"""What is measured, and one measurement of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tests.bench.cost import Cost


class Scenario(Enum):
    """One thing that is measured; the value is what --only takes."""

    COLD = "cold"
    NOOP = "noop"
    CHANGE = "change"
    LIMITS = "limits"
    DESTROY = "destroy"
    CHAIN = "chain"
    HELP = "help"
    VALIDATE = "validate"
    OBSERVE = "observe"
    PLAN = "plan"
    PLAN_LIMITS = "plan-limits"
    PLAN_RENAMED = "plan-renamed"
    CONTEXT = "context"
    BUILD_CACHED = "build-cached"
    BUILD_CHANGED = "build-changed"

    @property
    def title(self) -> str:
        """What the table calls it."""
        return _TITLES[self]


_TITLES = {
    Scenario.COLD: "apply to an empty engine",
    Scenario.NOOP: "apply, nothing changed",
    Scenario.CHANGE: "apply, a variable of one changed",
    Scenario.LIMITS: "apply, the limits of all changed",
    Scenario.DESTROY: "destroy",
    Scenario.CHAIN: "apply, each waits for the one before",
    Scenario.HELP: "--help",
    Scenario.VALIDATE: "validate",
    Scenario.OBSERVE: "observe (inside)",
    Scenario.PLAN: "plan, nothing changed (inside)",
    Scenario.PLAN_LIMITS: "plan, the limits of all changed (inside)",
    Scenario.PLAN_RENAMED: "plan, all renamed (inside)",
    Scenario.CONTEXT: "look for changes in a context (inside)",
    Scenario.BUILD_CACHED: "build, nothing changed (inside)",
    Scenario.BUILD_CHANGED: "build, a small file changed (inside)",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement; `size` is the number of containers, or of files."""

    scenario: Scenario
    size: int
    side: str
    cost: Cost
