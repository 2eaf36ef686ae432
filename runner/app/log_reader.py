"""The logs of a workflow's containers, merged by time."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from runner.app.live_containers import live_containers
from runner.core.address import Address
from runner.core.errors import Conflict, EngineError, EngineUnreachable, NotFound, RunnerError
from runner.core.gateway import Gateway, TimestampedLine
from runner.core.struct import Struct


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
    """How far back to read: since a timestamp in nanoseconds, and at most `tail` lines of each source."""

    since: int | None = None
    tail: int | None = None


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
    lines = gateway.containers.log_lines(source.id, since=log_range.since, tail=log_range.tail)
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
