"""One ssh login for all connections of a command, multiplexed by ssh through a control socket in a private folder.

Each command has its own: else the one that logged in first would, when it exits, close the connections of the others.
The ssh program removes the socket, even when the command was killed; the folder stays for the next one.
"""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_LONGEST_PATH = 85
"""A unix socket's path is at most 107 bytes, and ssh appends a suffix of its own while it creates one."""


def control_socket(destination: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Return ssh's options for a control socket; none where the user has configured one, or no safe place exists."""
    folder = _private_folder(environ)
    if folder is None or _is_set_up(destination, environ):
        return []
    path = str(folder / secrets.token_hex(4))
    if len(os.fsencode(path)) > _LONGEST_PATH:
        return []
    return ["-oControlMaster=auto", f"-oControlPath={path.replace('%', '%%')}"]


def _private_folder(environ: Mapping[str, str]) -> Path | None:
    """Return a folder that only this user can access, created if need be; None when another user took its name."""
    folder = Path(environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir(), f"runner-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    is_private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return folder if is_private else None


def _is_set_up(destination: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Return whether the user's own ssh configuration shares logins to this host already."""
    try:
        done = subprocess.run(["ssh", "-G", *destination], capture_output=True, text=True, check=False, env=environ)
    except OSError:
        return False  # reported when the program is needed
    return "\ncontrolpath " in done.stdout
