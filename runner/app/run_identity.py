"""Who runs what: a run's id, and what it says of itself in the log and on the lock."""

from __future__ import annotations

import getpass
import os
import secrets
from datetime import UTC, datetime

from runner.core.run_lock import Holder


def new_run_id() -> str:
    """Make an id that no other run has."""
    return secrets.token_hex(6)


def actor() -> str:
    """Return who runs this, and where."""
    return f"{_user()}@{os.uname().nodename}"


def holder_of(command: str, run_id: str) -> Holder:
    """Return this run as a holder of locks."""
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Holder(_user(), os.uname().nodename, os.getpid(), run_id, command, now)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in many containers
        return str(os.getuid())
