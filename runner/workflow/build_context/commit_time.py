"""The time of the last commit in a folder, for reproducible builds."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from runner.core.values import is_decimal

_PATIENCE = 30
"""Seconds that git may take in a large repository."""
_NOTHING_FETCHED: Final = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
"""No fetching of missing objects, since the repository also configures the program that fetches them."""


def commit_time(folder: Path, environ: Mapping[str, str]) -> int | None:
    """Return the time of the last commit that changed something in a folder, in seconds since the epoch.

    None outside a repository, without any commit, and without git. No program from the repository's own configuration
    is run, for signatures or transports.
    """
    command = ["git", "-C", str(folder), "log", "-1", "--no-show-signature", "--format=%ct", "--", "."]
    env = {**environ, **_NOTHING_FETCHED}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False, env=env)
    except (OSError, subprocess.TimeoutExpired):
        return None
    output = done.stdout.strip()
    return int(output) if done.returncode == 0 and is_decimal(output) else None
