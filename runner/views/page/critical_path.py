"""The critical path of a run: the chain of work, each waiting for the one before, that determined its duration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from runner.core.address import Address
from runner.core.event import CheckStarted, LogRecord
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackStarted
from runner.core.struct import Struct
from runner.views.page.timeline import Bar, Timeline, milliseconds

_SLACK: Final = 5
"""Milliseconds by which a record may be late: they are written by one thread for several that work."""
_AT_ONCE: Final = 250
"""Milliseconds after which a beginning is due to something else than what ended before it."""


class Link(Struct):
    """The part of the work on a resource that the next link waited for, in milliseconds since the run began."""

    address: Address
    begin: int
    end: int
    took_slot: bool = False
    """True if it could have begun earlier, and waited for the link before only because too much was at work."""

    @property
    def duration(self) -> int:
        """Its length."""
        return self.end - self.begin


class _Release(Struct):
    """A resource and the moment from which another could go on."""

    moment: int = 0
    bar: Bar | None = None


def critical_path(
    timeline: Timeline, records: Sequence[LogRecord], awaited: Mapping[Address, frozenset[Address]]
) -> tuple[Link, ...]:
    """Return the path, first link first, that ended last, or at the failure that caused a rollback.

    `awaited` are the resources that each one's steps waited for. Checks wait for everything before them.
    """
    bars = {bar.address: bar for bar in timeline.bars if bar.has_worked or bar.row.state is State.UNCHANGED}
    checks = {record.event.address for record in records if isinstance(record.event, CheckStarted)}
    release = _last(bars.values(), timeline, records)
    path: list[Link] = []
    while (bar := release.bar) is not None:
        others = {address: other for address, other in bars.items() if all(link.address != address for link in path)}
        others.pop(bar.address, None)
        needed = others.keys() if bar.address in checks else awaited.get(bar.address, frozenset())
        before = _latest((others[one] for one in needed if one in others), bar.begin)
        slot = _latest((other for other in others.values() if other.has_worked), bar.begin)
        took_slot = bar.begin - before.moment > _AT_ONCE >= bar.begin - slot.moment
        path.append(Link(bar.address, bar.begin, max(bar.begin, release.moment), took_slot))
        release = slot if took_slot else before
    return tuple(link for link in reversed(path) if bars[link.address].has_worked)


def _last(bars: Iterable[Bar], timeline: Timeline, records: Sequence[LogRecord]) -> _Release:
    """Return the resource at which the path ends, and when: before a rollback."""
    undone = next((record for record in records if isinstance(record.event, RollbackStarted)), None)
    limit = timeline.duration if undone is None else milliseconds(undone.timestamp - timeline.began)
    cause = undone.event.cause if undone is not None and isinstance(undone.event, RollbackStarted) else ""
    worked = [bar for bar in bars if bar.has_worked]
    candidates = [bar for bar in worked if str(bar.address) == cause] or worked
    last = max(candidates, key=lambda bar: (min(bar.end, limit), bar.begin), default=None)
    return _Release(min(last.end, limit), last) if last else _Release()


def _latest(others: Iterable[Bar], begin: int) -> _Release:
    """Return which of the others was the last that a beginning could have waited for."""
    reached = [
        (moment, bar.begin, bar)
        for bar in others
        if (moment := max((at for at in bar.milestones if at <= begin + _SLACK), default=None)) is not None
    ]
    moment, _, bar = max(reached, key=lambda one: one[:2], default=(0, 0, None))
    return _Release(moment, bar)
