"""Passes the streams of this process to a program in a container, and its output back, until the program ends."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING, Final

from runner.core.struct import MutableStruct, Struct

if TYPE_CHECKING:
    from runner.core.exec_session import ExecSession

_AT_ONCE: Final = 1 << 16
_GLANCE: Final = 200
"""Milliseconds after which a wait is restarted: see `engine.inbox.receive`, and `ExecSession.receive`."""


class Streams(Struct):
    """The descriptors of three streams."""

    input: int
    output: int
    errors: int


class _Input(MutableStruct):
    """The input on its way to the program."""

    stream: int
    session: ExecSession
    is_open: bool = True
    unsent: bytes = b""

    def read(self) -> None:
        """Take what there is; at its end, end the program's input too."""
        try:
            self.unsent = os.read(self.stream, _AT_ONCE)
        except BlockingIOError:
            return
        except OSError:  # a terminal that is gone
            self.unsent = b""
        if not self.unsent:
            self.is_open = False
            self.session.end_input()

    def send(self) -> None:
        """Send as much as the connection takes."""
        self.unsent = self.unsent[self.session.send(self.unsent) :]


def relay(session: ExecSession, streams: Streams) -> None:
    """Pass everything on until the program's output ends; OSError where the output can't be written.

    What goes through is not changed: the program is the user's own choice, like one that is run without runner. It may
    draw on the terminal, and its output may be an archive that has to arrive as it was written. So neither the door of
    `views` sees it nor the redactor: whoever may run a program in a container can read all that the container knows.
    """
    given = _Input(streams.input, session)
    while True:
        readable, writable = _ready(given, session)
        if writable:
            given.send()
        if readable & _OUTPUT or not readable:
            pieces = session.receive()
            if pieces is None:
                return
            for is_error, content in pieces:
                _write(streams.errors if is_error else streams.output, content)
        if readable & _INPUT:
            given.read()
            given.send()


_INPUT, _OUTPUT = 1, 2


def _ready(given: _Input, session: ExecSession) -> tuple[int, bool]:
    """Wait, and return which of input and output can be read, and whether unsent input can be sent."""
    connection, poll = session.fileno(), select.poll()
    poll.register(connection, select.POLLIN | (select.POLLOUT if given.unsent else 0))
    if given.is_open and not given.unsent:
        poll.register(given.stream, select.POLLIN)
    found = dict(poll.poll(_GLANCE))
    there = found.get(connection, 0)
    readable = (_OUTPUT if there & ~select.POLLOUT else 0) | (_INPUT if given.stream in found else 0)
    return readable, bool(there & select.POLLOUT)


def _write(stream: int, content: bytes) -> None:
    """Write all of it, also to a terminal that somebody has set not to block."""
    left = memoryview(content)
    while left:
        try:
            left = left[os.write(stream, left) :]
        except BlockingIOError:
            select.select([], [stream], [])
