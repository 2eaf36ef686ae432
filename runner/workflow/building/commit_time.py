"""When what is in a folder was last committed: a time for builds that are to come out the same anywhere."""

from __future__ import annotations

import subprocess
from pathlib import Path

_PATIENCE = 30
"""Seconds that git may take in a large repository."""


def commit_time(folder: Path) -> int | None:
    """Return the time of the last commit that changed something in a folder, in seconds since the epoch.

    None outside of a repository, where nothing was committed yet, and without git.
    """
    command = ["git", "-C", str(folder), "log", "-1", "--format=%ct", "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stdout.strip()
    return int(said) if done.returncode == 0 and said.isdigit() else None
