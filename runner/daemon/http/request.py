"""Requests as they are written to a connection."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from typing import TypeAlias

Body: TypeAlias = bytes | Iterable[bytes] | None
"""The content of a request; of unknown length if it comes in pieces."""

_WITH_BODY = ("POST", "PUT")
"""Methods whose requests must state that they have no body."""


def request_head(method: str, target: str, headers: Mapping[str, str], body: Body) -> bytes:
    """Return the head of a request, with the header that delimits its body; ValueError where it would break in two.

    >>> request_head("PUT", "/a?b=c", {"Host": "engine"}, b"four")
    b'PUT /a?b=c HTTP/1.1\\r\\nHost: engine\\r\\nContent-Length: 4\\r\\n\\r\\n'
    """
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if isinstance(body, bytes):
        lines.append(f"Content-Length: {len(body)}")
    elif body is not None:
        lines.append("Transfer-Encoding: chunked")
    elif method in _WITH_BODY:
        lines.append("Content-Length: 0")
    if " " in target or not all(line.isascii() and line.isprintable() for line in lines):
        raise ValueError(f"a request cannot have these characters: {target!r}")
    return "\r\n".join([*lines, "", ""]).encode()


def send_request(sock: socket.socket, head: bytes, body: Body) -> bool:
    """Send a request; return whether all of it was taken: an engine may respond early and hang up.

    TimeoutError where the socket's timeout passes; errors of the body itself are raised as they are.
    """
    if body is None or isinstance(body, bytes):
        return _is_taken(sock, head + (body or b""))
    if not _is_taken(sock, head):
        return False
    for piece in body:
        if piece and not _is_taken(sock, b"%x\r\n%b\r\n" % (len(piece), piece)):
            return False
    return _is_taken(sock, b"0\r\n\r\n")


def _is_taken(sock: socket.socket, data: bytes) -> bool:
    try:
        sock.sendall(data)
    except TimeoutError:
        raise
    except OSError:
        return False  # why, its response tells; or it has none, which is the better known error
    return True
