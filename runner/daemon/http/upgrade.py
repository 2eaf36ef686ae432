"""Upgrade of a connection from HTTP/1 to another protocol, which then has it for itself."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Final

from runner.core.errors import EngineError
from runner.core.lazy_pattern import lazy_pattern
from runner.daemon.http.errors import raise_for
from runner.daemon.http.response_parser import ResponseParser

_LONGEST_HEAD: Final = 1 << 16
_STATUS: Final = lazy_pattern(rb"HTTP/1\.[01] (\d{3})")
_SWITCHED: Final = 101


def upgrade(
    sock: socket.socket, target: str, protocol: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
) -> None:
    """POST to a target and return once the engine has switched the connection to a protocol.

    Raises the error that the engine responds with, EngineError for another response, and OSError.
    """
    lines = [f"POST {target} HTTP/1.1", "Host: engine", "Connection: Upgrade", f"Upgrade: {protocol}"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers)]
    sock.sendall("\r\n".join([*lines, "", ""]).encode() + body)
    head = _read_head(sock)
    found = _STATUS.match(head)
    status = int(found[1]) if found else 0
    if status != _SWITCHED:
        raise_for(status, _content(sock, head))
        raise EngineError(f"the engine cannot switch to {protocol} (status {status})")


def _read_head(sock: socket.socket) -> bytes:
    """Read the response head up to its empty line and not a byte further: the other protocol begins right behind it."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n") and len(head) < _LONGEST_HEAD:
        byte = sock.recv(1)
        if not byte:
            raise ConnectionResetError("the engine closed the connection")
        head += byte
    return bytes(head)


def _content(sock: socket.socket, head: bytes) -> bytes:
    """Return the body of a response that refuses the upgrade, as far as it arrives."""
    parser = ResponseParser(to_head=False)
    try:
        parser.feed(head)
        while not parser.is_complete and (arrived := sock.recv(_LONGEST_HEAD)):
            parser.feed(arrived)
    except OSError:
        pass  # what has arrived tells enough
    return b"".join(parser.body)
