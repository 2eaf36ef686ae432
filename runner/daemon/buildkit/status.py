"""BuildKit's progress messages of a running build. Source: buildkit's api/services/control/control.proto.

Unknown fields are skipped, so that newer engines can be understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from runner.core.struct import Struct
from runner.daemon.buildkit import protobuf as wire

_Fields: TypeAlias = dict[int, int | bytes]


class Vertex(Struct):
    """The state of a step, sent at every change; times are seconds since the epoch."""

    digest: str
    name: str
    is_cached: bool
    started: float | None
    completed: float | None
    error: str


class Work(Struct):
    """The progress of a part of a step, such as a layer or a transfer: bytes, where there is a total."""

    id: str
    vertex: str
    name: str
    current: int
    total: int


class Log(Struct):
    """Output of a step's program, in bytes and not whole lines."""

    vertex: str
    data: bytes


def read_status(message: bytes) -> Iterator[Vertex | Work | Log]:
    """Decode a `StatusResponse`; DecodeError when it is malformed."""
    for number, value in wire.fields(message):
        if number in _READERS and isinstance(value, bytes):
            yield _READERS[number](dict(wire.fields(value)))


def _vertex(fields: _Fields) -> Vertex:
    return Vertex(
        digest=_text(fields, 1),
        name=_text(fields, 3),
        is_cached=bool(fields.get(4)),
        started=_moment(fields.get(5)),
        completed=_moment(fields.get(6)),
        error=_text(fields, 7),
    )


def _work(fields: _Fields) -> Work:
    current, total = (wire.signed(fields.get(number, 0)) for number in (4, 5))
    return Work(id=_text(fields, 1), vertex=_text(fields, 2), name=_text(fields, 3), current=current, total=total)


def _log(fields: _Fields) -> Log:
    data = fields.get(4, b"")
    return Log(vertex=_text(fields, 1), data=data if isinstance(data, bytes) else b"")


_READERS: dict[int, Callable[[_Fields], Vertex | Work | Log]] = {1: _vertex, 2: _work, 3: _log}


def _text(fields: _Fields, number: int) -> str:
    return wire.words(fields.get(number, b""))


def _moment(value: int | bytes | None) -> float | None:
    """Decode a `google.protobuf.Timestamp`."""
    if not isinstance(value, bytes):
        return None
    parts = dict(wire.fields(value))
    return wire.signed(parts.get(1, 0)) + wire.signed(parts.get(2, 0)) / 1e9
