"""A Compose project as Docker Compose understands it: the result of reading, and what the mapping starts from."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.struct import GuardedStruct
from runner.document.nodes import MappingNode


class ComposeModel(GuardedStruct):
    """A project in the canonical form of `docker compose config`, but with single dollars; every value has its place.

    `root` has `name`, `services`, `networks`, `volumes`, `secrets`, `configs`, and what begins with `x-` at the top.
    """

    UNSEEN = frozenset({"environment", "sensitive", "texts", "used"})

    name: str
    folder: str
    """The project's folder, absolute: relative paths of the first file are resolved against it."""
    files: tuple[str, ...]
    """The files that make up the project, absolute, in the order of merging; without included ones."""
    root: MappingNode
    off: frozenset[str] = frozenset()
    """Services that no active profile asks for: they are not in `root`, and whatever runs of them is left alone."""
    texts: Mapping[str, str] = {}
    """The text of each file that excerpts may be shown of."""
    environment: Mapping[str, str] = {}
    """The variables by which it was interpolated."""
    used: Mapping[str, str] = {}
    """Those of them that its content depends on: with them it is read as it was, whatever the environment is then."""
    sensitive: frozenset[str] = frozenset()
    """The texts that must not appear in any log, plan, label or message."""
