"""What a program writes arrives as it was written, though it may begin like an engine's reason for not starting it."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from runner.core.errors import ProgramNotRun
from runner.core.exec_session import Program, TerminalSize
from runner.daemon.exec_session import EngineExecSession, Piece

Open = Callable[..., tuple[socket.socket, EngineExecSession]]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Open a session whose engine's end of the connection the test holds."""
    sockets: list[socket.socket] = []

    def open_(*, terminal: TerminalSize | None = None, code: int = 0) -> tuple[socket.socket, EngineExecSession]:
        theirs, ours = socket.socketpair()
        sockets.extend((theirs, ours))
        ours.setblocking(False)
        program = Program(("sh",), terminal=terminal)
        return theirs, EngineExecSession(cast("Any", None), "id", ours, program, lambda _id, _timeout: code)

    yield open_
    for one in sockets:
        one.close()


def framed(stream: int, content: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(content)) + content


def received(session: EngineExecSession, seconds: float = 5) -> list[Piece] | None:
    """Return the first pieces, or None at the end."""
    deadline = time.monotonic() + seconds
    while (pieces := session.receive()) == []:
        assert time.monotonic() < deadline, "nothing arrives"
        time.sleep(0.01)
    return pieces


@pytest.mark.parametrize("key", [b"u", b"O", b"OCI runtime exec failed"])
def test_a_key_that_is_echoed_is_shown_before_the_next_one(opened: Open, key: bytes) -> None:
    engine, session = opened(terminal=TerminalSize(24, 80))
    engine.send(key)
    assert received(session) == [(False, key)]


def test_what_was_held_back_stays_on_its_stream(opened: Open) -> None:
    engine, session = opened()
    engine.send(framed(2, b"un"))
    assert session.receive() == []
    engine.send(framed(1, b"like one"))
    assert received(session) == [(True, b"un"), (False, b"like one")]


def test_a_reason_of_the_engine_is_an_error(opened: Open) -> None:
    engine, session = opened(code=126)
    engine.send(framed(1, b"OCI runtime exec "))
    assert session.receive() == []
    engine.send(framed(1, b"failed: exec failed: permission denied"))
    engine.close()
    with pytest.raises(ProgramNotRun):
        received(session)


def test_the_same_text_of_a_program_that_ran_is_output(opened: Open) -> None:
    engine, session = opened(code=0)
    engine.send(framed(1, b"OCI runtime exec failed: so it was"))
    engine.close()
    assert received(session) == [(False, b"OCI runtime exec failed: so it was")]
    assert received(session) is None
