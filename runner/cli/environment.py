"""What the process was started with, as a value: the only place from which a workflow's surroundings are taken."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from runner.core.values import is_decimal
from runner.document.access import Access
from runner.document.root import ANYWHERE
from runner.document.user_files import xdg_dir


def process_access() -> Access:
    """Return what whoever runs a command may read: the environment and the whole file system."""
    return Access(ANYWHERE, os.environ, expand_home=os.path.expanduser, cache=_cache())


def user_environment() -> Mapping[str, str]:
    """Return the environment with a home folder, by which the user's own folders are found, where there is one."""
    home = os.path.expanduser("~")  # noqa: PTH111 - never raises
    return {**os.environ, "HOME": os.environ.get("HOME") or home}


def trusted_users() -> frozenset[int]:
    """Return whose files count as the user's own: with sudo, those of whoever said it."""
    caller = os.environ.get("SUDO_UID", "")
    return frozenset({int(caller)} if os.geteuid() == 0 and is_decimal(caller) else ())


def _cache() -> Path | None:
    try:
        return xdg_dir(user_environment(), "XDG_CACHE_HOME", ".cache") / "runner"
    except OSError:
        return None
