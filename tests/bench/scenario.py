"""What is measured, and one measurement of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tests.bench.cost import Cost


class Scenario(Enum):
    """One thing that is measured; the value is what --only takes."""

    NOOP = "noop"
    UP = "up"
    UP_SETTLED = "up-settled"
    UP_HEALTHY = "up-healthy"
    CHANGE = "change"
    CHANGE_SETTLED = "change-settled"
    CHANGE_HEALTHY = "change-healthy"
    LIMITS = "limits"
    DOWN = "down"
    CHAIN = "chain"
    BUILD_CACHED = "build-cached"
    BUILD_CHANGED = "build-changed"
    HELP = "help"
    VALIDATE = "validate"
    PLAN = "plan"

    @property
    def title(self) -> str:
        """What the tables call it."""
        return _TITLES[self]


_TITLES = {
    Scenario.NOOP: "apply, nothing changed",
    Scenario.UP: "up, settle 0s",
    Scenario.UP_SETTLED: "up, default settle",
    Scenario.UP_HEALTHY: "up, with a healthcheck",
    Scenario.CHANGE: "change of one, settle 0s",
    Scenario.CHANGE_SETTLED: "change of one, default settle",
    Scenario.CHANGE_HEALTHY: "change of one, with a healthcheck",
    Scenario.LIMITS: "limits of all, in place",
    Scenario.DOWN: "down",
    Scenario.CHAIN: "up, each waits for the one before",
    Scenario.BUILD_CACHED: "build, nothing changed",
    Scenario.BUILD_CHANGED: "build, a small file changed",
    Scenario.HELP: "--help",
    Scenario.VALIDATE: "validate",
    Scenario.PLAN: "plan of new ones, with reading",
}
UNPROVED = {Scenario.UP_SETTLED: Scenario.UP, Scenario.CHANGE_SETTLED: Scenario.CHANGE}
"""What runner does with its default settle, and the same without: the others have no settle, so they do the latter."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement; `size` is the number of containers, or of files."""

    scenario: Scenario
    size: int
    side: str
    cost: Cost
