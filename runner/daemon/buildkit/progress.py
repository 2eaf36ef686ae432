"""The progress of a build's steps: BuildKit's status messages turned into progress updates."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from runner.core.event import StepStatus
from runner.core.progress_update import ProgressUpdate
from runner.core.struct import MutableStruct, field
from runner.daemon.buildkit.status import Log, Vertex, Work

_TAIL_LINES: Final = 20
_LONGEST_LINE: Final = 1 << 14
_OWN: Final = "[internal] "
"""The name prefix of steps that are not in the Dockerfile; of these only transfers are of interest."""


class _Step(MutableStruct):
    """The state of a step, and the output of its program."""

    name: str
    status: StepStatus | None = None
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)
    unfinished: bytes = b""
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=_TAIL_LINES))


class Steps:
    """The steps of one build."""

    def __init__(self) -> None:
        self._steps: dict[str, _Step] = {}
        self._failed: _Step | None = None

    @property
    def failed(self) -> str:
        """The name of the step that failed; empty when none did."""
        return self._failed.name if self._failed else ""

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines of the failed step's output."""
        return tuple(self._failed.tail) if self._failed else ()

    def take(self, news: Vertex | Work | Log) -> Iterator[ProgressUpdate]:
        """Yield the progress updates for a status message."""
        match news:
            case Vertex():
                yield from self._move(news)
            case Work() if news.vertex in self._steps:
                yield from self._work(self._steps[news.vertex], news)
            case Log() if news.vertex in self._steps:
                yield from self._write(self._steps[news.vertex], news.data)

    def _move(self, vertex: Vertex) -> Iterator[ProgressUpdate]:
        step = self._steps.setdefault(vertex.digest, _Step(vertex.name))
        status = _status(vertex)
        if status is StepStatus.FAILED:
            self._failed = self._failed or step
        if status is None or status is step.status or step.status in (StepStatus.FAILED, StepStatus.CACHED):
            return
        step.status = status
        if status is not StepStatus.RUNNING and step.unfinished:
            yield from self._write(step, b"\n")
        if not step.name.startswith(_OWN):
            yield ProgressUpdate(step.name, status=status, elapsed_ms=_elapsed(vertex))

    def _work(self, step: _Step, work: Work) -> Iterator[ProgressUpdate]:
        """Sum up the parts of a step that count bytes, such as the layers of a pull."""
        if not work.current and not work.total:
            return
        step.parts[work.id] = (work.current, work.total)
        current, total = (sum(counts) for counts in zip(*step.parts.values(), strict=True))
        yield ProgressUpdate(step.name.removeprefix(_OWN), current, total or None, status=StepStatus.RUNNING)

    def _write(self, step: _Step, data: bytes) -> Iterator[ProgressUpdate]:
        """Reassemble lines; one that is rewritten in place is reported in its final form."""
        *lines, rest = (step.unfinished + data).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        step.unfinished = rest
        for line in lines:
            text = line.rstrip(b"\r").rpartition(b"\r")[2].decode(errors="replace")
            step.tail.append(text)
            yield ProgressUpdate(step.name, output=text)


def _status(vertex: Vertex) -> StepStatus | None:
    if vertex.error:
        return StepStatus.FAILED
    if vertex.is_cached:
        return StepStatus.CACHED
    if vertex.completed is not None:
        return StepStatus.DONE
    return StepStatus.RUNNING if vertex.started is not None else None


def _elapsed(vertex: Vertex) -> int | None:
    if vertex.started is None or vertex.completed is None:
        return None
    return max(0, round((vertex.completed - vertex.started) * 1000))
