"""One request to an engine's API with the standard library alone: this runs before anything is installed.

As a script: ``DOCKER_HOST=... python3 api.py METHOD PATH [TIMEOUT [JSON]]`` prints the body; any status but 2xx is a
failure.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import sys
from typing import BinaryIO
from urllib.parse import urlsplit


class Refused(Exception):
    """The engine answered with an error status."""


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("engine", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _connect(url: str, timeout: float) -> http.client.HTTPConnection:
    """Open a connection to `url`: ``unix:///path`` or ``tcp://host:port``."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return _UnixConnection(parts.path, timeout)
    if parts.scheme in ("tcp", "http"):
        return http.client.HTTPConnection(parts.hostname or "localhost", parts.port or 2375, timeout=timeout)
    raise OSError(f"no way to an engine at {url!r}: unix:// and tcp:// only")


def request(
    url: str,
    method: str,
    path: str,
    *,
    body: BinaryIO | None = None,
    content: str = "application/x-tar",
    timeout: float = 10,
) -> bytes:
    """Return the body of the engine's answer; `content` is the type of what is sent.

    `timeout` is in seconds. Raises Refused for an error status, OSError when there is no answer.
    """
    connection = _connect(url, timeout)
    try:
        headers = {"Content-Type": content} if body else {}
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        received = answer.read()
    finally:
        connection.close()
    if answer.status >= 300:
        raise Refused(f"{method} {path}: {answer.status} {received.decode(errors='replace').strip()}")
    return received


def main(method: str, path: str, timeout: str = "10", sent: str = "") -> None:
    """Print what the engine of DOCKER_HOST answers; `sent` is JSON."""
    url = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    body = io.BytesIO(sent.encode()) if sent else None
    try:
        answer = request(url, method, path, body=body, content="application/json", timeout=float(timeout))
        sys.stdout.buffer.write(answer)
    except (OSError, Refused, http.client.HTTPException) as error:
        sys.exit(f"api.py: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
