"""A gRPC call on HTTP/2: the framing of its messages, and the encoding of its status in headers.

Source: "gRPC over HTTP2" in the documentation of gRPC.
"""

from __future__ import annotations

import struct
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeAlias
from urllib.parse import quote, unquote

from runner.core.values import is_decimal
from runner.daemon.buildkit.rpc_call import OK, UNAVAILABLE, RpcCall, RpcError, Status

Headers: TypeAlias = Mapping[str, Sequence[str]]
Pairs: TypeAlias = list[tuple[str, str]]

LOST: Final = Status(UNAVAILABLE, "the connection was lost")
CONTENT: Final[Pairs] = [("content-type", "application/grpc")]

_BATCH: Final = 1 << 16
"""Bytes of small messages that are sent together."""
_LARGEST_MESSAGE: Final = 64 << 20
_PREFIX: Final = struct.Struct(">BI")
"""The header of each message: whether it is compressed, and its length."""
_UNESCAPED: Final = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


class Stream:
    """The HTTP/2 stream of a call, with its partial messages."""

    def __init__(self, id: int, exchange: RpcCall) -> None:
        self.id = id
        self.exchange = exchange
        self.has_headers = False
        """True once this side's headers are sent."""
        self.is_done = False
        """True once this side has ended the stream."""
        self.status = LOST
        """The status in the other side's trailers, once they have arrived."""
        self._arrived = bytearray()
        self._leaving = bytearray()

    def arrive(self, data: bytes) -> None:
        """Reassemble messages from incoming data and dispatch them; ConnectionError for one that is too large."""
        self._arrived += data
        try:
            while (message := self._next_message()) is not None:
                self.exchange.on_message(message)
        except RpcError as refused:
            self.exchange.ended = refused.status

    def _next_message(self) -> bytes | None:
        if len(self._arrived) < _PREFIX.size:
            return None
        _, length = _PREFIX.unpack_from(self._arrived)
        if length > _LARGEST_MESSAGE:
            raise ConnectionResetError("a message that is too large")
        if len(self._arrived) < (whole := _PREFIX.size + length):
            return None
        message = bytes(memoryview(self._arrived)[_PREFIX.size : whole])
        del self._arrived[:whole]
        return message

    def leave(self, most: int) -> bytes:
        """Return the next bytes to send, `most` of them or fewer; empty when there are none now."""
        while len(self._leaving) < _BATCH and (message := self.exchange.next_message()) is not None:
            self._leaving += _PREFIX.pack(0, len(message))
            self._leaving += message
        data = bytes(memoryview(self._leaving)[:most])
        del self._leaving[:most]
        return data

    @property
    def is_ending(self) -> bool:
        """True when this side has nothing more to send, and has not ended the stream yet."""
        return self.exchange.ended is not None and not self._leaving and not self.is_done


def by_name(headers: Sequence[tuple[str, str]]) -> Headers:
    """Group headers by name, in the order in which they arrived."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found


def read_status(headers: Headers) -> Status | None:
    """Read a call's status from its trailers; None where they have none."""
    if "grpc-status" not in headers:
        return None
    code, details = headers["grpc-status"][0], b""
    with suppress(NotBase64):
        padded = "".join(headers.get("grpc-status-details-bin", ())[:1])
        details = b64decode(padded + "=" * (-len(padded) % 4))
    message = unquote("".join(headers.get("grpc-message", ())[:1]))
    return Status(int(code) if is_decimal(code) else UNAVAILABLE, message, details)


def write_status(status: Status) -> Pairs:
    """Write a call's status as trailers.

    >>> write_status(Status(5, "no ü"))
    [('grpc-status', '5'), ('grpc-message', 'no %C3%BC')]
    """
    words = [("grpc-message", quote(status.message, safe=_UNESCAPED))] if status.code != OK else []
    return [("grpc-status", str(status.code)), *words]
