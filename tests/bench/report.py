"""What was measured, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.bench.cost import Cost
from tests.bench.scenario import Sample, Scenario
from tests.bench.sides import BUILDX, Compose, Floor, Runner

_MB = 1_000_000
_BLANK = "-"


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario at one size: what it took each side, round by round."""

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
        """Return how many times the floor's seconds a side took: the median of the rounds' own ratios.

        >>> floor, runner = [Cost(1, 0), Cost(8, 0), Cost(2, 0)], [Cost(2, 0), Cost(12, 0), Cost(3, 0)]
        >>> Row(Scenario.COLD, 1, {"floor": floor, "runner": runner}).ratio("runner")
        1.5
        """
        if side == Floor.name or not {side, Floor.name} <= self.costs.keys():
            return None
        pairs = zip(self.costs[side], self.costs[Floor.name], strict=True)
        return median(cost.wall / floor.wall for cost, floor in pairs)


def rows(samples: Iterable[Sample]) -> list[Row]:
    """Bring samples together by what they measure, in the order of scenarios and sizes."""
    found: dict[tuple[Scenario, int], dict[str, list[Cost]]] = {}
    for sample in samples:
        costs = found.setdefault((sample.scenario, sample.size), {})
        costs.setdefault(sample.side, []).append(sample.cost)
    order = list(Scenario)
    ordered = sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    return [Row(scenario, size, costs) for (scenario, size), costs in ordered]


def table(found: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table: a line for each row, columns for each side that took part."""
    sides = [
        side for side in (Floor.name, Runner.name, Compose.name, BUILDX) if any(side in row.costs for row in found)
    ]
    lines = [_heading(sides), *(_line(row, sides) for row in found)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()


def _heading(sides: Sequence[str]) -> list[str]:
    heading = ["seconds", "n"]
    for side in sides:
        heading += [side] if side == Floor.name else [side, "ratio", "cpu", "MB"]
    return heading


def _line(row: Row, sides: Sequence[str]) -> list[str]:
    line = [row.scenario.title, str(row.size or "")]
    for side in sides:
        line.append(_number(row.wall(side), 3))
        if side != Floor.name:
            peak = row.peak(side)
            line += [_number(row.ratio(side), 2), _number(row.cpu(side), 2), _number(peak and peak / _MB, 0)]
    return line


def _number(amount: float | None, digits: int) -> str:
    return _BLANK if amount is None else f"{amount:.{digits}f}"


def document(found: Iterable[Row], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything as JSON has it: seconds and bytes, medians, and the measurements that they are of."""
    return {"about": dict(about), "rows": [_row(row) for row in found]}


def _row(row: Row) -> dict[str, Any]:
    sides = {side: _side(row, side) for side in row.costs}
    return {"scenario": row.scenario.value, "size": row.size, "sides": sides}


def _side(row: Row, side: str) -> dict[str, Any]:
    return {
        "wall": row.wall(side),
        "cpu": row.cpu(side),
        "peak": row.peak(side),
        "ratio": row.ratio(side),
        "walls": [cost.wall for cost in row.costs[side]],
    }
