"""The status as a table for people: a group for each kind, replicas folded where they are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from runner.core.health import NodeShare
from runner.resource.image_reference import registry
from runner.views.columns import Column, cell, fit, hidden_note
from runner.views.formatting import duration, pluralize, short_id
from runner.views.lines import Line, wrap_line
from runner.views.port_text import port_cell, shown_in
from runner.views.replicas import Fold, fold_replicas, unfolded
from runner.views.status_row import COMPLETED, StatusRow, Sync
from runner.views.text_width import cells, printable

_SYNC_ROLES: Final = {
    Sync.IN_SYNC: "good",
    Sync.DRIFTED: "update",
    Sync.MISSING: "error",
    Sync.ORPHAN: "warning",
    Sync.TAKEN: "error",
    Sync.RETAINED: "warning",
    Sync.LEFT_ALONE: "quiet",
}
_HEALTH_ROLES: Final = {
    "running": "good",
    "healthy": "good",
    "succeeded": "good",
    COMPLETED: "good",
    "unhealthy": "error",
    "restarting": "error",
    "dead": "error",
    "failed": "error",
    "starting": "busy",
    "not": "error",
    "partly": "error",
}
"""By the first word of the health cell."""
_LONGEST_IMAGE: Final = 24
"""From which length the name of an image is shown without its registry."""


def status_lines(rows: Sequence[StatusRow], width: int | None = None, *, verbose: bool = False) -> list[Line]:
    """Return the table and a summary; with a `width`, without the columns that don't fit, which is said."""
    if not rows:
        return [(("quiet", "no resources"),)]
    groups = _by_kind(rows)
    folded = [list(unfolded(group) if verbose else fold_replicas(group)) for group in groups]
    most = None if verbose else shown_in(width)
    table = fit(_columns([fold for group in folded for fold in group], most), width)
    summary = _summary(rows)
    return [
        *_apart(table.lines, [len(group) for group in folded]),
        (),
        *(wrap_line(summary, width) if width else [summary]),
        *(part for line in _troubles(rows) for part in (wrap_line(line, width) if width else [line])),
        *hidden_note(table, width),
    ]


def _by_kind(rows: Sequence[StatusRow]) -> list[list[StatusRow]]:
    """Group rows by kind, first the kinds of which something runs or ran."""
    groups: dict[str, list[StatusRow]] = {}
    for row in rows:
        groups.setdefault(row.address.kind, []).append(row)
    return sorted(groups.values(), key=lambda group: not any(row.phase for row in group))


def _apart(lines: Sequence[Line], sizes: Sequence[int]) -> Iterator[Line]:
    """Yield the titles, and the lines of the groups with an empty line between two."""
    yield lines[0]
    begin = 1
    for size in sizes:
        if begin > 1:
            yield ()
        yield from lines[begin : begin + size]
        begin += size


def _columns(folds: Sequence[Fold], most_ports: int | None) -> Iterator[Column]:
    rows = [fold.first for fold in folds]
    yield Column("RESOURCE", [cell(fold.name, "name") for fold in folds])
    yield Column("SYNC", [cell(row.sync.value, _SYNC_ROLES[row.sync]) for row in rows])
    yield Column("HEALTH", [_health(row) for row in rows], rank=1)
    if any(row.spread for row in rows):
        yield Column("REPLICAS", [_replicas(row) for row in rows], rank=1)
        yield Column("NODES", [_nodes(row) for row in rows], rank=3)
    if any(row.restarts for row in rows):
        yield Column("RESTARTS", [cell(str(row.restarts or ""), "error") for row in rows], rank=3)
    yield Column("UPTIME", [cell("" if fold.uptime is None else duration(fold.uptime * 1000)) for fold in folds], 4)
    yield Column("IMAGE", [cell(_image(row), "quiet") for row in rows], rank=5)
    yield Column("PORTS", [port_cell(fold.ports, most_ports) for fold in folds], rank=2)


def _health(row: StatusRow) -> Line:
    if row.owner:
        return cell(f"of {row.owner} at {row.target}")
    return cell((row.state or "") + row.exit_text, "error" if row.restarts else _role(row.state or ""))


def _replicas(row: StatusRow) -> Line:
    spread = row.spread
    if spread is None:
        return cell(None)
    return cell(f"{spread.running}/{spread.wanted}", "good" if spread.running >= spread.wanted else "error")


def _nodes(row: StatusRow) -> Line:
    """Return the nodes that a service runs on: how often, unless once, and which of them are down."""
    if row.spread is None or not row.spread.nodes:
        return cell(None)
    parts = [(("error", f"{one.node} down"),) if one.is_down else (("", _share(one)),) for one in row.spread.nodes]
    return tuple(piece for number, part in enumerate(parts) for piece in (*((("", ", "),) if number else ()), *part))


def _image(row: StatusRow) -> str:
    """Return the part of an image's name that tells most, or its short id."""
    name = row.image_name or ""
    short = name.removeprefix(f"{registry(name)}/") if cells(name) > _LONGEST_IMAGE else name
    return short or short_id(row.image_id or "")


def _share(one: NodeShare) -> str:
    return one.node if one.running == 1 else f"{one.node} ×{one.running}"


def _troubles(rows: Sequence[StatusRow]) -> Iterator[Line]:
    """Yield why services of a swarm lack replicas."""
    for row in rows:
        if row.spread and row.spread.trouble:
            yield (("name", str(row.address)), ("", ": "), ("error", printable(row.spread.trouble)))


def _role(state: str) -> str:
    return _HEALTH_ROLES.get(state.partition(" ")[0], "")


def _summary(rows: Sequence[StatusRow]) -> Line:
    """Count the resources by sync, and those that aren't well by state."""
    synced = Counter(row.sync for row in rows)
    ailing = Counter(row.state for row in rows if row.state and _role(row.state) != "good")
    by_sync = ", ".join(f"{synced[sync]} {sync.value}" for sync in Sync if synced[sync])
    by_state = ", ".join(f"{number} {state}" for state, number in ailing.items())
    return (("quiet", f"{pluralize(len(rows), 'resource')}: {by_sync}" + (f"; {by_state}" if by_state else "")),)
