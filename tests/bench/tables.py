"""The tables of a report: side by side, each by itself, imports; as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.builds import BUILDX
from tests.bench.compose import COMPOSE, WAITING
from tests.bench.floor import Floor
from tests.bench.goals import verdicts
from tests.bench.imports import Imports
from tests.bench.rows import MIB, Row
from tests.bench.runner import Runner
from tests.bench.scenario import Scenario

_OTHERS = (Floor.name, COMPOSE, WAITING, BUILDX)
_BLANK = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of as many cells as the heading has; the first and the last are words, numbers between them."""

    heading: Sequence[str]
    lines: Sequence[Sequence[str]]

    def text(self) -> Iterator[str]:
        """Yield its lines, aligned, for a terminal."""
        widths = [max(map(len, column)) for column in zip(self.heading, *self.lines, strict=True)]
        for first, *numbers, last in (self.heading, *self.lines):
            cells = (cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True))
            yield "  ".join([first.ljust(widths[0]), *cells, last]).rstrip()

    def markdown(self) -> Iterator[str]:
        """Yield its lines in Markdown."""
        rule = ["---", *["--:"] * (len(self.heading) - 2), "---"]
        for line in (self.heading, rule, *self.lines):
            yield f"| {' | '.join(line)} |"


def tables(found: Sequence[Row], imports: Mapping[Scenario, Imports]) -> list[Table]:
    """Return the tables that there is something for."""
    drawn = [_side_by_side(found), _alone(found), _imports(imports)]
    return [table for table in drawn if table.lines]


def _side_by_side(found: Sequence[Row]) -> Table:
    """Seconds of every side, and how many times another's runner's are."""
    compared = [row for row in found if row.costs.keys() & {*_OTHERS}]
    others = [side for side in _OTHERS if any(side in row.costs for row in compared)]
    heading = ["seconds", "n", Runner.name, *others, *(f"× {side}" for side in others), "goal"]
    lines = [
        [
            *_named(row),
            *(_number(row.wall(side), 2) for side in (Runner.name, *others)),
            *(_number(row.ratio(side), 2) for side in others),
            verdicts(row, ratios=True),
        ]
        for row in compared
    ]
    return Table(heading, lines)


def _alone(found: Sequence[Row]) -> Table:
    """Seconds, processor and memory of runner and of Compose, each by itself."""
    sides = [side for side in (Runner.name, COMPOSE) if any(side in row.costs for row in found)]
    columns = [f"{side} {unit}" for side in sides for unit in ("s", "CPU s", "MiB")]
    lines = [[*_named(row), *_resources(row, sides), verdicts(row, ratios=False)] for row in found]
    return Table(["each by itself", "n", *columns, "goal"], lines)


def _resources(row: Row, sides: Sequence[str]) -> Iterator[str]:
    for side in sides:
        peak = row.peak(side)
        yield from (_number(row.wall(side), 2), _number(row.cpu(side), 2), _number(peak and peak / MIB, 1))


def _imports(imports: Mapping[Scenario, Imports]) -> Table:
    lines = [
        [scenario.title, str(loaded.modules), _number(loaded.seconds * 1000, 0), ""]
        for scenario, loaded in imports.items()
    ]
    return Table(["imports", "modules", "ms", ""], lines)


def _named(row: Row) -> list[str]:
    return [row.scenario.title, f"{row.size:,}" if row.size else ""]


def _number(amount: float | None, digits: int) -> str:
    return _BLANK if amount is None else f"{amount:.{digits}f}"
