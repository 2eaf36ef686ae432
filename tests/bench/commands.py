"""Commands of runner that have nobody beside them: help, validate, plan of many; and what commands import."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tests.bench.cost import Cost
from tests.bench.imports import Imports
from tests.bench.runner import Runner
from tests.bench.scenario import Sample, Scenario
from tests.bench.workload import Workload, rich_file

_TIMES = {
    (Scenario.HELP, 0): 9,
    (Scenario.VALIDATE, 1): 9,
    (Scenario.VALIDATE, 1000): 3,
    (Scenario.PLAN, 1000): 3,
    (Scenario.PLAN, 10_000): 1,
}
"""What is measured of which size, and how often."""


@dataclass(frozen=True, slots=True)
class Commands:
    """They are run by `runner`, on an engine with none of their containers."""

    runner: Runner

    def measure(self, wanted: Collection[Scenario]) -> Iterator[Sample]:
        """Measure what is wanted."""
        for (scenario, size), times in _TIMES.items():
            for _ in range(times if scenario in wanted else 0):
                yield Sample(scenario, size, Runner.name, self._cost(scenario, size))

    def _cost(self, scenario: Scenario, size: int) -> Cost:
        if scenario is Scenario.HELP:
            return self.runner("--help")
        self.runner.write(rich_file(size) if scenario is Scenario.PLAN else Workload(size).file)
        return self.runner.run(scenario.value)

    def imports(self, wanted: Collection[Scenario]) -> Iterator[tuple[Scenario, Imports]]:
        """Tell what is imported by those of help, validate and an apply without changes that are wanted."""
        workload = Workload(1)
        if Scenario.HELP in wanted:
            yield Scenario.HELP, self.runner.imports("--help")
        if Scenario.VALIDATE in wanted:
            self.runner.write(workload.file)
            yield Scenario.VALIDATE, self.runner.imports_on_file("validate")
        if Scenario.NOOP in wanted:
            self.runner.apply(None, workload)
            yield Scenario.NOOP, self.runner.imports_on_file("apply")
            self.runner.destroy(workload)
