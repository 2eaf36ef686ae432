"""When what is in a folder was last committed: a time for builds that are to come out the same anywhere."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from runner.core.values import is_decimal

_PATIENCE = 30
"""Seconds that git may take in a large repository."""
_NOTHING_FETCHED: Final = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
"""Not what a repository says is elsewhere, for it also says which program brings it."""


def commit_time(folder: Path, environ: Mapping[str, str]) -> int | None:
    """Return the time of the last commit that changed something in a folder, in seconds since the epoch.

    None outside of a repository, where nothing was committed yet, and without git. No program is run that the
    repository's own configuration names, for signatures or transports.
    """
    command = ["git", "-C", str(folder), "log", "-1", "--no-show-signature", "--format=%ct", "--", "."]
    env = {**environ, **_NOTHING_FETCHED}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False, env=env)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stdout.strip()
    return int(said) if done.returncode == 0 and is_decimal(said) else None
