"""Whether an engine sees the files of this machine as this process does.

A unix socket is not enough: behind it may be a virtual machine (Docker Desktop, colima), another machine (a forwarded
socket), or, where it was mounted into a container, the machine outside of that.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_CREDENTIALS = struct.Struct("3i")
"""What Linux tells of a socket's other end: process, user, group."""
_PATIENCE = 2.0
"""Seconds that the engine's socket may take to accept a connection."""


def local_facts(url: str, info: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts about where an engine is: `on_this_machine`, and there the path of its `processes`.

    In doubt it is elsewhere: then nothing is said of files.
    """
    parts = urlsplit(url)
    if parts.scheme != "unix" or info.get("Name") != socket.gethostname():
        return {"on_this_machine": False}
    pid = _served_by(parts.path)
    if not pid or not _has_our_root(pid):
        return {"on_this_machine": False}
    theirs = f"/proc/{pid}/root/proc"
    return {"on_this_machine": True, "processes": theirs if os.access(f"{theirs}/1", os.F_OK) else "/proc"}


def _served_by(path: str) -> int:
    """Return the process that listens on a socket; 0 where that is none of those that this one can see."""
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
    """Tell whether a process has the same root folder; one that may not be looked at is taken to have it."""
    try:
        return os.path.samestat(os.stat(f"/proc/{pid}/root/"), os.stat("/"))  # noqa: PTH116 - a magic link
    except PermissionError:
        return True
    except OSError:
        return False
