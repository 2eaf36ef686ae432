"""Which workflow is read, and with which variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from runner.app.defaults import DEFAULT_FILE
from runner.core.compose_options import ComposeOptions
from runner.core.struct import Struct


class Source(Struct):
    """A file to read, and the values of its variables."""

    file: str
    variables: tuple[str, ...] = ()
    """Each as NAME=VALUE."""
    variable_files: tuple[str, ...] = ()
    compose: ComposeOptions = ComposeOptions()
    """What Compose files are read with; a workflow file takes none of it."""
    engine: str | None = None
    """What is to run it, docker or swarm; None: what the file says."""

    @property
    def overrides(self) -> dict[str, str]:
        """Return the variables given as NAME=VALUE; UsageError for a malformed one."""
        return dict(_split_variable(text) for text in self.variables)

    @property
    def head(self) -> Mapping[str, str]:
        """Return the top-level values that count instead of those in the file."""
        return {"engine": self.engine} if self.engine else {}


def _split_variable(text: str) -> tuple[str, str]:
    """Split NAME=VALUE; UsageError if the name or the equals sign is missing."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        from runner.core.errors import UsageError

        raise UsageError(f'--var "{text}": write NAME=VALUE')
    return name, value


def workflow_path(path: str) -> Path:
    """Return the path of a workflow file; for a folder, that of the default file in it."""
    found = Path(path)
    return found / DEFAULT_FILE if os.path.isdir(path) else found  # noqa: PTH112 - never raises
