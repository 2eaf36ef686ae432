"""The identity of a run: its ID, and its user and host in the log and on the lock."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from datetime import UTC, datetime

from runner.core.run_lock import Holder


def new_run_id() -> str:
    """Return a new unique run ID."""
    return os.urandom(6).hex()


def actor(environ: Mapping[str, str]) -> str:
    """Return the user and host of this process, as USER@HOST."""
    return f"{_user(environ)}@{os.uname().nodename}"


def holder_of(command: str, run_id: str, environ: Mapping[str, str]) -> Holder:
    """Return this run as a holder of locks."""
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Holder(_user(environ), os.uname().nodename, os.getpid(), run_id, command, now)


def _user(environ: Mapping[str, str]) -> str:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if user := environ.get(name):
            return user
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a user ID without a name, as in many containers
        return str(os.getuid())
