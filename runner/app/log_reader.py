"""The logs of a workflow's containers, merged by time."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from runner.app.live_containers import live_containers
from runner.core.address import Address
from runner.core.engine_answers import TimestampedLine
from runner.core.errors import Conflict, EngineError, EngineUnreachable, NotFound, RunnerError
from runner.core.gateway import Gateway
from runner.core.struct import Struct, replace


class Source(Struct, order=True):
    """A container with a log: its address and ID."""

    address: Address
    id: str


class LogLine(Struct):
    """A log line of one source."""

    source: Source
    written: TimestampedLine


class LogError(Struct):
    """A source whose log can't be read, and why."""

    source: Source
    error: RunnerError


LogEvent: TypeAlias = LogLine | LogError


class LogRange(Struct):
    """Which lines of each source to read."""

    since: int | None = None
    """Not before a timestamp in nanoseconds."""
    tail: int | None = None
    """At most so many, the last ones; they count after `matches`."""
    until: int | None = None
    """Not after a timestamp in nanoseconds."""
    matches: Callable[[str], bool] | None = None
    """Tells which lines are wanted; None: all of them."""

    def lines(self, gateway: Gateway, id: str) -> Iterator[TimestampedLine]:
        """Yield the lines of a container's log so far."""
        if self.matches is None:
            yield from gateway.containers.log_lines(id, since=self.since, until=self.until, tail=self.tail)
            return
        found = self._wanted(gateway.containers.log_lines(id, since=self.since, until=self.until))
        yield from found if self.tail is None else deque(found, self.tail)

    def lines_to_come(self, gateway: Gateway, id: str) -> Iterator[TimestampedLine]:
        """Yield the lines of a container's log, and then new ones until it exits."""
        tail = self.tail if self.matches is None else None
        return self._wanted(gateway.containers.log_lines(id, follow=True, since=self.since, tail=tail))

    def _wanted(self, lines: Iterator[TimestampedLine]) -> Iterator[TimestampedLine]:
        return (one for one in lines if self.matches is None or self.matches(one.line))

    def after(self, moment: int) -> LogRange:
        """Return what is left of it after a line."""
        return replace(self, since=moment + 1, tail=None)


def sources_of(gateway: Gateway, workflow: str) -> list[Source]:
    """Return every container of a workflow that may have a log, running or not."""
    return [Source(one.address, one.id) for one in live_containers(gateway, workflow)]


def read_logs(gateway: Gateway, sources: Iterable[Source], log_range: LogRange) -> Iterator[LogEvent]:
    """Yield the log lines so far, ordered by time; before them, the sources that can't be read."""
    begun = [_begin(gateway, source, log_range) for source in sources]
    yield from (one for one in begun if isinstance(one, LogError))
    prefixed = [one for one in begun if not isinstance(one, LogError)]
    yield from heapq.merge(*prefixed, key=lambda line: line.written.moment)


def _begin(gateway: Gateway, source: Source, log_range: LogRange) -> Iterator[LogLine] | LogError:
    """Open the log of one source; empty if it has been removed meanwhile."""
    lines = log_range.lines(gateway, source.id)
    try:
        first = next(lines, None)
    except (NotFound, Conflict):
        return iter(())
    except EngineUnreachable:
        raise
    except EngineError as error:
        return LogError(source, error)
    return iter(()) if first is None else _rest(source, first, lines)


def _rest(source: Source, first: TimestampedLine, lines: Iterator[TimestampedLine]) -> Iterator[LogLine]:
    yield LogLine(source, first)
    yield from (LogLine(source, written) for written in lines)
