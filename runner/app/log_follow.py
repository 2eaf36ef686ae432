"""Follow the logs of a workflow's containers, including those started later. Knows no kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

from runner.app.log_reader import LogError, LogEvent, LogLine, LogRange, read_logs
from runner.core.address import Address
from runner.core.errors import Conflict, EngineError, EngineTimeout, EngineUnreachable, NotFound
from runner.core.struct import MutableStruct, Struct, field
from runner.engine.inbox import receive
from runner.resource.instance import Instance, Instances

_RESUBSCRIBE_AFTER = 0.2
"""Seconds before resubscribing to an event stream that ended."""


class SourceEnded(Struct):
    """The log stream of a source ended."""

    source: Instance


class LogFollower(MutableStruct):
    """Follows the logs of all of a workflow's containers, present and future; one thread per source."""

    instances: Instances
    is_wanted: Callable[[Address], bool]
    log_range: LogRange
    _inbox: SimpleQueue[LogEvent | Instance | SourceEnded | EngineError] = field(default_factory=SimpleQueue)
    _last: dict[str, int] = field(default_factory=dict)
    """The timestamp of the last line received, by container ID."""
    _listening: set[str] = field(default_factory=set)
    _missed: set[str] = field(default_factory=set)
    """IDs of sources that restarted before the end of their previous stream was received."""

    def listen(self) -> Iterator[LogEvent]:
        """Yield past and new log lines as long as the engine is reachable; then raise EngineError."""
        starts = self.instances.starts()  # before listing, so that no start is missed
        sources = [source for source in self.instances.list() if source.has_log and self.is_wanted(source.address)]
        unreadable: set[str] = set()
        for event in read_logs(self.instances, sources, self.log_range):
            if isinstance(event, LogError):
                unreadable.add(event.source.id)
            yield self._noted(event)
        Thread(target=self._watch, args=(starts,), name="engine-events", daemon=True).start()
        for source in sources:
            if source.id not in unreadable:
                self._follow(source)
        yield from self._hear()

    def _hear(self) -> Iterator[LogEvent]:
        while True:
            message = receive(self._inbox)
            match message:
                case EngineError():
                    raise message
                case Instance():
                    self._begin_again(message)
                case SourceEnded(source):
                    self._listening.discard(source.id)
                    if source.id in self._missed:
                        self._follow(source)
                case LogLine() | LogError():
                    yield self._noted(message)

    def _noted(self, event: LogEvent) -> LogEvent:
        if isinstance(event, LogLine):
            self._last[event.source.id] = event.written.moment
        return event

    def _begin_again(self, source: Instance) -> None:
        if source.id in self._listening:
            self._missed.add(source.id)
        else:
            self._follow(source)

    def _follow(self, source: Instance) -> None:
        """Follow one source, starting after the last line received from it."""
        self._missed.discard(source.id)
        self._listening.add(source.id)
        last = self._last.get(source.id)
        log_range = self.log_range if last is None else self.log_range.after(last)
        Thread(target=self._read, args=(source, log_range), name="logs", daemon=True).start()

    def _read(self, source: Instance, log_range: LogRange) -> None:
        try:
            with suppress(NotFound, Conflict):  # removed, or being removed
                for written in log_range.lines_to_come(self.instances, source.id):
                    self._inbox.put(LogLine(source, written))
                    log_range = log_range.after(written.moment)
                # Docker 20.10 may end the stream before a last line without a newline (moby#43860); the log has it.
                for written in log_range.lines(self.instances, source.id):
                    self._inbox.put(LogLine(source, written))
        except EngineUnreachable as error:
            self._inbox.put(error)
        except EngineError as error:
            self._inbox.put(LogError(source, error))
        self._inbox.put(SourceEnded(source))

    def _watch(self, starts: Iterator[Instance]) -> None:
        """Report every container start; a stream that ends without an error is resubscribed."""
        try:
            while True:
                with suppress(EngineTimeout):  # no event for a long time
                    for started in starts:
                        if self.is_wanted(started.address):
                            self._inbox.put(started)
                time.sleep(_RESUBSCRIBE_AFTER)
                starts = self.instances.starts()
                for source in self.instances.list():
                    if source.has_log and self.is_wanted(source.address) and source.id not in self._listening:
                        self._inbox.put(source)
        except EngineError as error:
            self._inbox.put(error)
