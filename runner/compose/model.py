"""A Compose project as Docker Compose understands it: the result of reading, and what the mapping starts from."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.struct import GuardedStruct
from runner.document.nodes import MappingNode


class ComposeModel(GuardedStruct):
    """A project in the canonical form of `docker compose config`, but with single dollars; every value has its place.

    `root` has `name`, `services`, `networks`, `volumes`, `secrets`, `configs`, and what begins with `x-` at the top.
    """

    UNSEEN = frozenset({"sensitive", "texts", "used"})

    name: str
    folder: str
    """The project's folder, absolute: relative paths of the first file are resolved against it."""
    files: tuple[str, ...]
    """The files that make up the project, absolute, in the order of merging; without included ones."""
    root: MappingNode
    off: frozenset[str] = frozenset()
    """Services that no active profile asks for: they are not in `root`, and whatever runs of them is left alone."""
    unused: frozenset[tuple[str, str]] = frozenset()
    """Section and key of what is declared and no service asks for: not in `root`, and left alone, data above all."""
    texts: Mapping[str, str] = {}
    """The text of each file that excerpts may be shown of."""
    used: Mapping[str, str] = {}
    """The variables that the files ask for and that have a value: with them they are read as they were, anywhere."""
    ambiguous: frozenset[str] = frozenset()
    """The variables that they ask for and that have different values in included projects, by the `.env` of each."""
    sensitive: frozenset[str] = frozenset()
    """The texts that must not appear in any log, plan, label or message."""
