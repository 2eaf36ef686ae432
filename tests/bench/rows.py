"""Measurements brought together: medians and ratios of one scenario at one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.cost import Cost
from tests.bench.runner import Runner
from tests.bench.scenario import UNPROVED, Sample, Scenario

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario at one size: what it took each side, each time."""

    scenario: Scenario
    size: int
    costs: Mapping[str, Sequence[Cost]]

    def wall(self, side: str) -> float | None:
        """Return the median seconds of a side, None where it has none."""
        return median(cost.wall for cost in self.costs[side]) if side in self.costs else None

    def cpu(self, side: str) -> float | None:
        """Return the median seconds of processor of a side."""
        return median(cost.cpu for cost in self.costs[side]) if side in self.costs else None

    def peak(self, side: str) -> int | None:
        """Return the most memory that a side ever took, in bytes."""
        return max((cost.peak for cost in self.costs.get(side, ()) if cost.peak is not None), default=None)

    def ratio(self, side: str) -> float | None:
        """Return how many times the median of another side runner's is.

        >>> floor, runner = [Cost(1, 0), Cost(8, 0), Cost(2, 0)], [Cost(2, 0), Cost(12, 0), Cost(3, 0)]
        >>> Row(Scenario.UP, 1, {"floor": floor, "runner": runner}).ratio("floor")
        1.5
        """
        own, other = self.wall(Runner.name), self.wall(side)
        return None if own is None or other is None else own / other


def rows(samples: Iterable[Sample]) -> list[Row]:
    """Bring samples together by what they measure, in the order of scenarios and sizes."""
    found: dict[tuple[Scenario, int], dict[str, list[Cost]]] = {}
    for sample in samples:
        costs = found.setdefault((sample.scenario, sample.size), {})
        costs.setdefault(sample.side, []).append(sample.cost)
    for (scenario, size), costs in found.items():
        costs |= _lent(found.get((UNPROVED.get(scenario, scenario), size), {}), costs)
    return list(_ordered(found))


def _lent(lender: Mapping[str, list[Cost]], own: Mapping[str, list[Cost]]) -> dict[str, list[Cost]]:
    """Return what the sides took that did the same without a proof."""
    return {side: costs for side, costs in lender.items() if side not in own}


def _ordered(found: Mapping[tuple[Scenario, int], Mapping[str, list[Cost]]]) -> Iterator[Row]:
    order = list(Scenario)
    for scenario, size in sorted(found, key=lambda key: (order.index(key[0]), key[1])):
        yield Row(scenario, size, found[scenario, size])
