"""Whether an engine sees this machine's files as this process does.

A unix socket is not enough: behind it may be a virtual machine (Docker Desktop, colima), another machine (a forwarded
socket), or, where it is mounted into a container, the container's host.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_CREDENTIALS = struct.Struct("3i")
"""Linux's struct ucred of a socket's peer: process, user, group."""
_PATIENCE = 2.0
"""Connect timeout of the engine's socket in seconds."""


def local_processes(url: str, info: Mapping[str, Any]) -> str | None:
    """Return the path of the processes that an engine on this machine sees; None where it is remote, or may be.

    In doubt it is remote: then no claims about files are made.
    """
    parts = urlsplit(url)
    if parts.scheme != "unix" or info.get("Name") != socket.gethostname():
        return None
    pid = _served_by(parts.path)
    if not pid or not _has_our_root(pid):
        return None
    theirs = f"/proc/{pid}/root/proc"
    return theirs if os.access(f"{theirs}/1", os.F_OK) else "/proc"


def _served_by(path: str) -> int:
    """Return the PID of the process that listens on a socket; 0 where it isn't visible to this one."""
    option = getattr(socket, "SO_PEERCRED", None)  # only Linux has it
    if option is None:
        return 0
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(_PATIENCE)
            one.connect(path)
            return int(_CREDENTIALS.unpack(one.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size))[0])
    except OSError:
        return 0


def _has_our_root(pid: int) -> bool:
    """Return whether a process has the same root folder; one that may not be inspected is assumed to have it."""
    try:
        return os.path.samestat(os.stat(f"/proc/{pid}/root/"), os.stat("/"))  # noqa: PTH116 - a magic link
    except PermissionError:
        return True
    except OSError:
        return False
