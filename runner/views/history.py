"""Past runs as a table, newest first; independent of where they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from runner.core.event import RunFinished, RunStarted
from runner.core.serialize import JSONObject, timestamp, to_plain
from runner.core.struct import Struct
from runner.views.formatting import duration
from runner.views.lines import Line, aligned

UNFINISHED: Final = "unfinished"
_ROLES: Final = {"succeeded": "good", "failed": "error"}
_COLUMNS: Final = ("run", "started (UTC)", "by", "command", "result", "duration", "commit", "resources")


class RunRow(Struct):
    """A run in the table; without an `ending` its end was never recorded."""

    id: str
    began: datetime
    start: RunStarted
    ending: RunFinished | None

    @property
    def result(self) -> str:
        """The result in one word."""
        return self.ending.result if self.ending else UNFINISHED


def history_lines(rows: Sequence[RunRow]) -> Iterator[Line]:
    """Yield the headings and a line for each run."""
    headings: list[Line] = [(("quiet", name.upper()),) for name in _COLUMNS]
    return aligned([headings, *map(_cells, rows)])


def _cells(row: RunRow) -> list[Line]:
    ending, result = row.ending, row.result
    counts = (
        ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in ending.counts.items()) if ending else ""
    )
    return [
        (("name", row.id),),
        (("", f"{row.began:%Y-%m-%d %H:%M:%S}"),),
        (("", row.start.actor),),
        (("", row.start.command),),
        ((_ROLES.get(result, "warning"), result.replace("_", " ")),),
        (("", duration(ending.duration_ms) if ending else "-"),),
        (("", (row.start.commit or "-")[:12]),),
        (("", counts),),
    ]


def history_json(workflow: str, rows: Sequence[RunRow]) -> JSONObject:
    """Return the runs as JSON."""
    return {"workflow": workflow, "runs": [run_json(row) for row in rows]}


def run_json(row: RunRow) -> JSONObject:
    """Return one run as JSON."""
    start, ending = row.start, row.ending
    return {
        "run_id": row.id,
        "began": timestamp(row.began),
        "actor": start.actor,
        "command": start.command,
        "file": start.file,
        "commit": start.commit,
        "result": row.result,
        "counts": to_plain(ending.counts) if ending else None,
        "duration_ms": ending.duration_ms if ending else None,
        "exit_code": ending.exit_code if ending else None,
    }
