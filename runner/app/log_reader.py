"""The logs of a workflow's containers, merged by time."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from runner.core.engine_answers import TimestampedLine
from runner.core.errors import Conflict, EngineError, EngineUnreachable, NotFound, RunnerError
from runner.core.struct import Struct, replace
from runner.resource.instance import Instance, Instances


class LogLine(Struct):
    """A log line of one source."""

    source: Instance
    written: TimestampedLine


class LogError(Struct):
    """A source whose log can't be read, and why."""

    source: Instance
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

    def lines(self, instances: Instances, id: str) -> Iterator[TimestampedLine]:
        """Yield the lines of a container's log so far."""
        if self.matches is None:
            yield from instances.log_lines(id, since=self.since, until=self.until, tail=self.tail)
            return
        found = self._wanted(instances.log_lines(id, since=self.since, until=self.until))
        yield from found if self.tail is None else deque(found, self.tail)

    def lines_to_come(self, instances: Instances, id: str) -> Iterator[TimestampedLine]:
        """Yield the lines of a container's log, and then new ones until it exits."""
        tail = self.tail if self.matches is None else None
        return self._wanted(instances.log_lines(id, follow=True, since=self.since, tail=tail))

    def _wanted(self, lines: Iterator[TimestampedLine]) -> Iterator[TimestampedLine]:
        return (one for one in lines if self.matches is None or self.matches(one.line))

    def after(self, moment: int) -> LogRange:
        """Return what is left of it after a line."""
        return replace(self, since=moment + 1, tail=None)


def read_logs(instances: Instances, sources: Iterable[Instance], log_range: LogRange) -> Iterator[LogEvent]:
    """Yield the log lines so far, ordered by time; before them, the sources that can't be read."""
    begun = [_begin(instances, source, log_range) for source in sources]
    yield from (one for one in begun if isinstance(one, LogError))
    prefixed = [one for one in begun if not isinstance(one, LogError)]
    yield from heapq.merge(*prefixed, key=lambda line: line.written.moment)


def _begin(instances: Instances, source: Instance, log_range: LogRange) -> Iterator[LogLine] | LogError:
    """Open the log of one source; empty if it has been removed meanwhile."""
    lines = log_range.lines(instances, source.id)
    try:
        first = next(lines, None)
    except (NotFound, Conflict):
        return iter(())
    except EngineUnreachable:
        raise
    except EngineError as error:
        return LogError(source, error)
    return iter(()) if first is None else _rest(source, first, lines)


def _rest(source: Instance, first: TimestampedLine, lines: Iterator[TimestampedLine]) -> Iterator[LogLine]:
    yield LogLine(source, first)
    yield from (LogLine(source, written) for written in lines)
