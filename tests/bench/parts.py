"""Parts of runner by themselves: commands that need no engine, and its looking and planning in this process."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from docker import APIClient

from tests.bench import chain, inside
from tests.bench.builds import BUILDS, Builds
from tests.bench.scenario import Sample, Scenario
from tests.bench.sides import Floor, Runner
from tests.bench.workload import Workload

VALIDATED = 100
OBSERVED = (100, 300)
PLANNED = (500, 1000, 2000)
PLANS = frozenset({Scenario.PLAN, Scenario.PLAN_LIMITS, Scenario.PLAN_RENAMED})


@dataclass(frozen=True, slots=True)
class Parts:
    """Where they are measured."""

    runner: Runner
    api: APIClient
    url: str
    folder: Path

    def measure(self, wanted: Collection[Scenario]) -> Iterator[Sample]:
        """Measure each part that is wanted once."""
        if Scenario.CHAIN in wanted:
            yield from chain.measure(self.runner, self.api, self.folder)
        if Scenario.HELP in wanted:
            yield Sample(Scenario.HELP, 0, Runner.name, self.runner("--help"))
        if Scenario.VALIDATE in wanted:
            yield Sample(Scenario.VALIDATE, VALIDATED, Runner.name, self.runner.validate(Workload(VALIDATED)))
        if Scenario.OBSERVE in wanted:
            for size in OBSERVED:
                yield from self._looks(size)
        if BUILDS & set(wanted):
            yield from Builds(self.url, self.folder).measure(wanted)
        if PLANS & set(wanted):
            for size in PLANNED:
                yield from (sample for sample in self._plans(size) if sample.scenario in wanted)

    def _looks(self, size: int) -> Iterator[Sample]:
        workload = Workload(size)
        desired = inside.desired(workload, self.folder)
        with inside.created(workload, desired, self.api):
            yield Sample(Scenario.OBSERVE, size, Floor.name, inside.bare_look(self.api))
            yield Sample(Scenario.OBSERVE, size, Runner.name, inside.look(self.url, desired))

    def _plans(self, size: int) -> Iterator[Sample]:
        workload = Workload(size)
        desired = inside.desired(workload, self.folder)
        limited = inside.desired(replace(workload, memory=96), self.folder)
        renamed = inside.desired(replace(workload, prefix="d"), self.folder)
        applied = inside.as_applied(desired)
        for scenario, state, pending in (
            (Scenario.PLAN, desired, 0),
            (Scenario.PLAN_LIMITS, limited, size),
            (Scenario.PLAN_RENAMED, renamed, 2 * size),
        ):
            yield Sample(scenario, size, Runner.name, inside.plan(state, applied, pending=pending))
