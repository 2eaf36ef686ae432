"""The process at the other end of a unix socket, and whether it is in this network namespace."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

from runner.core.kernel_table import table_rows
from runner.daemon.endpoints.endpoint import Endpoint

_ENGINES = (b"dockerd", b"podman", b"systemd")
"""Programs that listen on an engine's own socket; systemd does for socket activation. All others are proxies."""
_CREDENTIALS = "3i"
"""Linux's struct ucred: process, user, group."""
_DIAL_SECONDS = 5.0


def shares_network(endpoint: Endpoint) -> bool | None:
    """Return whether an engine runs in this network namespace; None where that can't be determined."""
    if endpoint.parts.scheme != "unix" or not hasattr(socket, "SO_PEERCRED"):
        return None
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(_DIAL_SECONDS)
            one.connect(endpoint.parts.path)
            return _is_beside(one)
    except OSError:
        return None


def _is_beside(one: socket.socket) -> bool | None:
    """Look up a connected socket among those of the peer's namespace, which any user may list."""
    size = struct.calcsize(_CREDENTIALS)
    pid, _, _ = struct.unpack(_CREDENTIALS, one.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    if not pid:
        return False  # in another PID namespace: this process is in a container, the engine is not
    process = Path("/proc") / str(pid)
    own = str(os.fstat(one.fileno()).st_ino).encode()
    if not any(row[6:7] == [own] for row in table_rows((process / "net/unix").read_bytes())):
        return False
    return True if (process / "comm").read_bytes().startswith(_ENGINES) else None
