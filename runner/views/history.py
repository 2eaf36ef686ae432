"""Past runs as a table, newest first, with what each changed; independent of where they are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from runner.core.address import Address
from runner.core.event import RunFinished, RunStarted
from runner.core.serialize import JSONObject, timestamp, to_plain
from runner.core.struct import Struct, field
from runner.views.columns import Column, cell, fit, hidden_note
from runner.views.formatting import duration, past_participle, value
from runner.views.lines import Line, indented, wrap_line
from runner.views.messages import UNFINISHED
from runner.views.text_width import cut, printable

_ROLES: Final = {"succeeded": "good", "failed": "error"}
_INDENT: Final = 4
_BOUNDLESS: Final = 1_000_000
"""The width of an output that is no terminal."""
_MOST_NAMES: Final = 5
"""How many resources are named of those with which the same was done."""
_LONGEST_VALUE: Final = 40
UNDONE_BY_APPLY: Final = "the workflow's file is not the one of that run: change it, too, or the next apply undoes this"
"""What a rollback leaves to do."""


def rolling_back_to(id: str, began: datetime, command: str) -> str:
    """Return which run is chosen to roll back to."""
    return f"rolling back to run {id}, {command} of {began:%Y-%m-%d %H:%M:%S} UTC"


class ChangeRow(Struct):
    """A change of a run: what was to be done with a resource, and whether it was."""

    address: Address
    action: str
    verb: str
    is_done: bool


class RunRow(Struct):
    """A run in the table; without an `ending` its end was never recorded."""

    id: str
    began: datetime
    start: RunStarted
    ending: RunFinished | None
    changes: tuple[ChangeRow, ...] = ()
    variables: Mapping[str, str | None] = field(default_factory=dict)
    """By name; those of sensitive ones are None."""

    @property
    def result(self) -> str:
        """The result in one word."""
        return self.ending.result if self.ending else UNFINISHED


def history_lines(rows: Sequence[RunRow], width: int | None = None) -> Iterator[Line]:
    """Yield the headings, for each run a line and those of its details, and which columns don't fit into `width`."""
    table = fit(_columns(rows), width)
    first, *lines = table.lines
    yield first
    for row, line in zip(rows, lines, strict=True):
        yield line
        for detail in _details(row):
            yield from indented(wrap_line(detail, (width or _BOUNDLESS) - _INDENT), _INDENT)
    if table.hidden:
        yield ()
        yield from hidden_note(table, width)


def _columns(rows: Sequence[RunRow]) -> Iterator[Column]:
    yield Column("RUN", [cell(row.id, "name") for row in rows])
    yield Column("STARTED (UTC)", [cell(f"{row.began:%Y-%m-%d %H:%M:%S}") for row in rows], rank=2)
    yield Column("BY", [cell(row.start.actor) for row in rows], rank=4)
    yield Column("COMMAND", [cell(row.start.command) for row in rows], rank=1)
    yield Column("RESULT", [cell(row.result.replace("_", " "), _role(row)) for row in rows])
    took = [duration(row.ending.duration_ms) if row.ending else None for row in rows]
    yield Column("DURATION", list(map(cell, took)), rank=3)
    yield Column("COMMIT", [cell((row.start.commit or "")[:12]) for row in rows], rank=5)
    yield Column("RESOURCES", [cell(_counts(row)) for row in rows], rank=6)


def _role(row: RunRow) -> str:
    return _ROLES.get(row.result, "warning")


def _counts(row: RunRow) -> str:
    counts = row.ending.counts if row.ending else {}
    return ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in counts.items())


def _details(row: RunRow) -> Iterator[Line]:
    """Yield why a run was made, what it changed and what it didn't get to, and its variables."""
    if row.start.message:
        yield (("quiet", "why: "), ("", printable(row.start.message.replace("\n", " "))))
    if done := [change for change in row.changes if change.is_done]:
        yield (("quiet", "changed: "), ("", "; ".join(_folded(done, past=True))))
    if left := [change for change in row.changes if not change.is_done]:
        yield (("quiet", "not done: "), ("", "; ".join(_folded(left, past=False))))
    if row.variables:
        yield (("quiet", "with: "), ("", ", ".join(_variable(*item) for item in sorted(row.variables.items()))))


def _folded(changes: Sequence[ChangeRow], *, past: bool) -> Iterator[str]:
    """Yield a text for each verb: how many resources, and the first of them, with replicas as one."""
    verbs: dict[str, list[Address]] = {}
    for change in changes:
        verbs.setdefault(change.verb, []).append(change.address)
    for verb, addresses in verbs.items():
        done = past_participle(verb) if past else f"to {verb}"
        replicas = Counter(f"{address.kind}.{address.name}" for address in addresses)
        names = [f"{name} (x{number})" if number > 1 else _only(name, addresses) for name, number in replicas.items()]
        named = names[:_MOST_NAMES]
        left = len(addresses) - sum([*replicas.values()][:_MOST_NAMES])
        more = f" and {left} more" if left else ""
        yield f"{len(addresses)} {done}: {', '.join(named)}{more}"


def _only(entry: str, addresses: Sequence[Address]) -> str:
    """Return the address of an entry's only replica among some."""
    return next(str(address) for address in addresses if f"{address.kind}.{address.name}" == entry)


def _variable(name: str, text: str | None) -> str:
    return f"{printable(name)} (sensitive)" if text is None else f"{printable(name)}={cut(value(text), _LONGEST_VALUE)}"


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
        "message": start.message,
        "result": row.result,
        "counts": to_plain(ending.counts) if ending else None,
        "duration_ms": ending.duration_ms if ending else None,
        "exit_code": ending.exit_code if ending else None,
        "changes": [
            {"address": str(one.address), "action": one.action, "verb": one.verb, "done": one.is_done}
            for one in row.changes
        ],
        "variables": {**row.variables},
    }
