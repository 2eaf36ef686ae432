"""What the figures should be at most: the project's own goals."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.compose import COMPOSE, WAITING
from tests.bench.floor import Floor
from tests.bench.rows import MIB, Row
from tests.bench.runner import Runner
from tests.bench.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Ratio:
    """Runner's seconds are at most so many times those of another side."""

    limit: float
    side: str

    def __str__(self) -> str:
        return f"{self.limit:g} × {self.side}"

    def is_met(self, row: Row) -> bool | None:
        """Compare; None where there is nothing to compare."""
        ratio = row.ratio(self.side)
        return None if ratio is None else ratio <= self.limit


@dataclass(frozen=True, slots=True)
class Processor:
    """Runner takes at most so many seconds of processor."""

    limit: float

    def __str__(self) -> str:
        return f"{self.limit:g} s CPU"

    def is_met(self, row: Row) -> bool | None:
        """Compare; None where there is nothing to compare."""
        cpu = row.cpu(Runner.name)
        return None if cpu is None else cpu <= self.limit


@dataclass(frozen=True, slots=True)
class Memory:
    """Runner has at most so many MiB resident."""

    limit: int

    def __str__(self) -> str:
        return f"{self.limit} MiB"

    def is_met(self, row: Row) -> bool | None:
        """Compare; None where there is nothing to compare."""
        peak = row.peak(Runner.name)
        return None if peak is None else peak <= self.limit * MIB


Goal = Ratio | Processor | Memory

_USUAL = (1, 40, 100)
_GOALS: tuple[tuple[Scenario, tuple[int, ...], Goal], ...] = (
    (Scenario.NOOP, _USUAL, Ratio(1.0, COMPOSE)),
    (Scenario.NOOP, (100,), Memory(36)),
    (Scenario.UP, (1,), Ratio(1.25, COMPOSE)),
    (Scenario.UP, (100,), Ratio(1.1, Floor.name)),
    (Scenario.UP_HEALTHY, _USUAL, Ratio(1.0, WAITING)),
    (Scenario.CHANGE, _USUAL, Ratio(1.15, COMPOSE)),
    (Scenario.CHANGE_HEALTHY, _USUAL, Ratio(1.0, WAITING)),
    (Scenario.DOWN, (1,), Ratio(1.1, COMPOSE)),
    (Scenario.DOWN, (100,), Ratio(1.1, Floor.name)),
    (Scenario.HELP, (0,), Processor(0.09)),
    (Scenario.VALIDATE, (1,), Processor(0.12)),
    (Scenario.VALIDATE, (1000,), Processor(0.4)),
    (Scenario.PLAN, (10_000,), Processor(6)),
    (Scenario.PLAN, (10_000,), Memory(200)),
)
_VERDICTS = {True: "ok", False: "missed", None: "not measured"}


def verdicts(row: Row, *, ratios: bool) -> str:
    """Return the goals of a row that are ratios, or the others, each with whether it is met; nothing without any.

    >>> from tests.bench.cost import Cost
    >>> verdicts(Row(Scenario.HELP, 0, {"runner": [Cost(wall=0.2, cpu=0.1)]}), ratios=False)
    '≤ 0.09 s CPU: missed'
    """
    own = [goal for scenario, sizes, goal in _GOALS if scenario is row.scenario and row.size in sizes]
    goals = [goal for goal in own if isinstance(goal, Ratio) is ratios]
    return ", ".join(f"≤ {goal}: {_VERDICTS[goal.is_met(row)]}" for goal in goals)
