"""A report of what was measured: text for a terminal, Markdown in a page, JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.about import caption
from tests.bench.imports import Imports
from tests.bench.rows import Row
from tests.bench.scenario import Scenario
from tests.bench.tables import tables

_BEGIN, _END = "<!-- measured -->\n", "<!-- end of measured -->\n"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured, and what it has to be read with."""

    about: Mapping[str, Any]
    rows: Sequence[Row]
    imports: Mapping[Scenario, Imports]

    def text(self) -> str:
        """Return it for a terminal."""
        drawn = ["\n".join(table.text()) for table in tables(self.rows, self.imports)]
        return "\n\n".join(["\n".join(caption(self.about)), *drawn])

    def into_page(self, page: str) -> str:
        """Return a page of Markdown with the report between its two marks, at its end where it has none."""
        before, _, rest = page.partition(_BEGIN)
        after = rest.partition(_END)[2]
        return f"{before}{_BEGIN}\n{self._markdown()}\n\n{_END}{after}"

    def _markdown(self) -> str:
        facts = "\n".join(f"- {line}" for line in caption(self.about))
        return "\n\n".join([facts, *("\n".join(table.markdown()) for table in tables(self.rows, self.imports))])

    def json(self) -> dict[str, Any]:
        """Return it as JSON has it: seconds and bytes, medians, and the measurements that they are of."""
        return {"about": dict(self.about), "rows": [*map(_row, self.rows)], "imports": dict(self._imports())}

    def _imports(self) -> Iterator[tuple[str, dict[str, float]]]:
        for scenario, loaded in self.imports.items():
            yield scenario.value, {"modules": loaded.modules, "seconds": loaded.seconds}


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
