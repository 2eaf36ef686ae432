"""What a caller asks for: which Compose files to read, and how."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runner.core.struct import GuardedStruct


class ComposeRequest(GuardedStruct):
    """Compose's own options; what isn't given is searched as Compose does, beginning in `cwd`."""

    UNSEEN = frozenset({"overrides"})

    cwd: Path = Path()
    """The folder to stand in: relative paths of this request start here, and messages name files relative to it."""
    files: tuple[str, ...] = ()
    """-f, in the order of merging; none: COMPOSE_FILE, else the usual names in `cwd` and the folders above."""
    folder: str | None = None
    """--project-directory."""
    project: str | None = None
    """-p, the project's name."""
    env_files: tuple[str, ...] = ()
    """--env-file, instead of the project folder's .env."""
    profiles: tuple[str, ...] = ()
    """--profile."""
    overrides: Mapping[str, str] = {}
    """--var: values that win over every other source."""
    strict: bool = False
    """Undefined variables are errors, no warnings."""
