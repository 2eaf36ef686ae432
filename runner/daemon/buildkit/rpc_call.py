"""One gRPC call as either side sees it: messages come in, messages go out, a status ends it.

Everything here runs in the connection's own thread, unless stated otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from runner.core.errors import RunnerError
from runner.core.struct import Struct

OK: Final = 0
CANCELLED: Final = 1
NOT_FOUND: Final = 5
UNIMPLEMENTED: Final = 12
INTERNAL: Final = 13
UNAVAILABLE: Final = 14


class Status(Struct):
    """How a call ended: gRPC's status code, the message, and `google.rpc.Status` as it was sent."""

    code: int = OK
    message: str = ""
    details: bytes = b""


class RpcError(Exception):
    """Rejection of a call, answered with a status only."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.status = Status(code, message)


class RpcCall:
    """Base class of RPC calls; it sends and receives nothing."""

    ended: Status | None = None
    """Set when the last message is taken, or in place of one: a server's status, a client's OK."""

    def on_message(self, message: bytes) -> None:
        """Handle a message of the other side; RpcError ends the call."""

    def next_message(self) -> bytes | None:
        """Return the next message to send; None when there is none at the moment."""
        return None

    def close(self, status: Status) -> None:
        """Handle the end of the call by the other side, or the loss of the connection."""


class Unary(RpcCall):
    """Server side of a unary call."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._find = answer
        self._answer: bytes | None = None

    def on_message(self, message: bytes) -> None:
        self._answer = self._find(message)

    def next_message(self) -> bytes | None:
        if self._answer is not None:
            self.ended = Status()
        answer, self._answer = self._answer, None
        return answer


class DeferredUnary(RpcCall):
    """Server side of a unary call whose response takes time: it is computed in a thread of its own."""

    def __init__(self, answer: Callable[[bytes], bytes], wake: Callable[[], None]) -> None:
        """Compute the response with `answer`, and notify the connection with `wake`."""
        self._find = answer
        self._wake = wake
        self._found: SimpleQueue[bytes | Status] = SimpleQueue()

    def on_message(self, message: bytes) -> None:
        Thread(target=self._answer, args=(message,), name="buildkit-answer", daemon=True).start()

    def _answer(self, message: bytes) -> None:
        try:
            self._found.put(self._find(message))
        except RunnerError as error:
            self._found.put(Status(INTERNAL, error.message))
        self._wake()

    def next_message(self) -> bytes | None:
        try:
            found = self._found.get_nowait()
        except Empty:
            return None
        self.ended = found if isinstance(found, Status) else Status()
        return None if isinstance(found, Status) else found


class ClientCall(RpcCall):
    """Client side of a call with one request message."""

    def __init__(self, message: bytes, hear: Callable[[bytes | Status], None]) -> None:
        """Pass every response message to `hear`, and finally the status."""
        self._message: bytes | None = message
        self._hear = hear

    def on_message(self, message: bytes) -> None:
        self._hear(message)

    def next_message(self) -> bytes | None:
        message, self._message = self._message, None
        self.ended = Status()
        return message

    def close(self, status: Status) -> None:
        self._hear(status)
